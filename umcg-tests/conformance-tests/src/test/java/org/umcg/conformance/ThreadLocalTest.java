// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** {@link ThreadLocal} and {@link InheritableThreadLocal}, on threads that servers stop and run. */
class ThreadLocalTest extends ConformanceTest {

    @Test
    void shouldHoldValueForEachThread() throws Exception {
        final ThreadLocal<Integer> local = new ThreadLocal<>();
        final List<Actor> actors = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            final int number = i;
            actors.add(start(() -> {
                local.set(number);
                for (int j = 0; j < 5; j++) {
                    Thread.sleep(1);
                    assertEquals(number, local.get());
                }
            }));
        }
        joinAll(actors);

        assertNull(local.get());
    }

    @Test
    void shouldCallInitialValueOnceForEachThread() throws Exception {
        final AtomicInteger calls = new AtomicInteger();
        final ThreadLocal<Integer> local = ThreadLocal.withInitial(calls::incrementAndGet);
        local.get();
        local.get();
        start(() -> {
            local.get();
            local.get();
        }).join();

        assertEquals(2, calls.get());
    }

    @Test
    void shouldCallInitialValueAgainAfterRemove() {
        final AtomicInteger calls = new AtomicInteger();
        final ThreadLocal<Integer> local = ThreadLocal.withInitial(calls::incrementAndGet);
        assertEquals(1, local.get());
        local.remove();

        assertEquals(2, local.get());
        local.remove();
    }

    @Test
    void shouldKeepValueFromTaskToTaskOfSameThread() throws Exception {
        final ThreadLocal<String> local = new ThreadLocal<>();
        final ExecutorService single = endWithTest(Executors.newSingleThreadExecutor(factory()));
        get(single.submit(() -> local.set("kept")));

        assertEquals("kept", get(single.submit(local::get)));
        assertNull(local.get());
    }

    @Test
    void shouldInheritValueOfThreadThatMakesIt() throws Exception {
        final InheritableThreadLocal<String> local = new InheritableThreadLocal<>();
        local.set("inherited");
        final Actor child = start(() -> {
            assertEquals("inherited", local.get());
            local.set("its own");
        });
        child.join();

        assertEquals("inherited", local.get());
        local.remove();
    }

    @Test
    void shouldComputeInheritedValueFromThatOfParent() throws Exception {
        final InheritableThreadLocal<Integer> local = new InheritableThreadLocal<>() {
            @Override
            protected Integer childValue(final Integer parent) {
                return parent + 1;
            }
        };
        local.set(1);
        start(() -> {
            assertEquals(2, local.get());
            start(() -> assertEquals(3, local.get())).join();
        }).join();

        local.remove();
    }

    @Test
    void shouldNotInheritOrdinaryValue() throws Exception {
        final ThreadLocal<String> local = new ThreadLocal<>();
        local.set("mine");
        start(() -> assertNull(local.get())).join();

        local.remove();
    }

    @Test
    void shouldHaveThreadLocalRandomThatWorksInEachThread() throws Exception {
        final List<Actor> actors = start(4, () -> {
            final ThreadLocalRandom first = ThreadLocalRandom.current();
            Thread.sleep(1);
            assertSame(first, ThreadLocalRandom.current());
            assertEquals(0, first.nextInt(1));
        });
        joinAll(actors);
    }

    @Test
    void shouldHoldOwnObjectsApart() throws Exception {
        final ThreadLocal<Object> local = ThreadLocal.withInitial(Object::new);
        final Object mine = local.get();
        start(() -> assertNotSame(mine, local.get())).join();

        assertSame(mine, local.get());
        local.remove();
    }
}
