// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.umcg.api.OffHeapWords;
import org.umcg.concurrency.ActorsAre;
import org.umcg.concurrency.Calls;
import org.umcg.concurrency.Pool;
import org.umcg.concurrency.Role;
import org.umcg.sentinel.MemoryPool;
import org.umcg.sentinel.SchedulerMemory;

/** The word that names an idle server to the kernel. Row "idle server leaves / is advertised". Tids are 11 and 12. */
@ActorsAre(Role.SERVERS)
public class IdleServersTests {

    private static final Pool<OffHeapWords> WORDS =
        new Pool<>(() -> OffHeapWords.allocate(1, Calls.get()), word -> word.setVolatile(0, 0));

    @JCStressTest
    @Description("A server leaves while another one advertises it.")
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "nobody is advertised")
    @Outcome(expect = FORBIDDEN, desc = "a server that is busy is advertised: the kernel wakes nobody else")
    @State
    public static class LeaveAndAdvertise {
        final OffHeapWords word = WORDS.next();
        final IdleServers servers = make(word);

        public LeaveAndAdvertise() {
            servers.enter(0);
            word.setVolatile(0, 0);
        }

        @Actor
        public void actor1() {
            servers.leave(0);
        }

        @Actor
        public void actor2() {
            servers.advertise();
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            r.r1 = word.getVolatile(0);
        }
    }

    @JCStressTest
    @Description("The same without the second look of the one that advertises.")
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "nobody is advertised")
    @Outcome(expect = FORBIDDEN, desc = "a server that is busy is advertised: the kernel wakes nobody else")
    @State
    public static class WeakNoSecondLook {
        final OffHeapWords word = WORDS.next();
        final IdleServers servers = make(word);

        public WeakNoSecondLook() {
            servers.enter(0);
            word.setVolatile(0, 0);
        }

        @Actor
        public void actor1() {
            servers.leave(0);
        }

        @Actor
        public void actor2() {
            final int tid = servers.anyTid();
            if (tid != 0) {
                word.compareAndSet(0, 0, tid);
            }
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            r.r1 = word.getVolatile(0);
        }
    }

    @JCStressTest
    @Description("Two servers begin to idle.")
    @Outcome(id = {"11", "12"}, expect = ACCEPTABLE, desc = "one of them is advertised")
    @Outcome(expect = FORBIDDEN, desc = "two servers idle, and the kernel knows of none")
    @State
    public static class EnterByTwo {
        final OffHeapWords word = WORDS.next();
        final IdleServers servers = make(word);

        @Actor
        public void actor1() {
            servers.enter(0);
        }

        @Actor
        public void actor2() {
            servers.enter(1);
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            r.r1 = word.getVolatile(0);
        }
    }

    @JCStressTest
    @Description("One server leaves, another one begins to idle; the next turn of the first one advertises it.")
    @Outcome(id = "12", expect = ACCEPTABLE, desc = "the one that idles is advertised")
    @Outcome(expect = FORBIDDEN, desc = "a server idles, and the kernel does not know")
    @State
    public static class LeaveAndEnter {
        final OffHeapWords word = WORDS.next();
        final IdleServers servers = make(word);

        public LeaveAndEnter() {
            servers.enter(0);
        }

        @Actor
        public void actor1() {
            servers.leave(0);
            servers.advertise();
        }

        @Actor
        public void actor2() {
            servers.enter(1);
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            r.r1 = word.getVolatile(0);
        }
    }

    @JCStressTest
    @Description("The kernel takes the word while the server leaves, or another one is advertised.")
    @Outcome(id = {"11, 0", "0, 0", "12, 0", "0, 12", "11, 12"}, expect = ACCEPTABLE, desc = "each tid is there once")
    @Outcome(expect = FORBIDDEN, desc = "a tid is taken twice, or a busy server stays advertised")
    @State
    public static class TakeAndLeave {
        final OffHeapWords word = WORDS.next();
        final IdleServers servers = make(word);

        public TakeAndLeave() {
            servers.enter(0);
            servers.enter(1);
        }

        @Actor
        public void actor1() {
            servers.leave(0);
            servers.advertise();
        }

        /** As umcg_enqueue() does. */
        @Actor
        public void actor2(final II_Result r) {
            r.r1 = word.getAndSet(0, 0);
        }

        @Arbiter
        public void arbiter(final II_Result r) {
            r.r2 = word.getVolatile(0);
        }
    }

    @JCStressTest
    @Description("A server says that it idles, then looks for work; another one adds work, then looks for servers.")
    @Outcome(id = {"1, 0", "0, 11", "1, 11"}, expect = ACCEPTABLE, desc = "the work is found, or the server is")
    @Outcome(expect = FORBIDDEN, desc = "a server idles although there is work, and nobody wakes it")
    @State
    public static class EnterThenLook {
        final IdleServers servers = make(WORDS.next());
        final NumberQueue queue = new NumberQueue(4);

        @Actor
        public void actor1(final II_Result r) {
            servers.enter(0);
            r.r1 = queue.isEmpty() ? 0 : 1;
        }

        @Actor
        public void actor2(final II_Result r) {
            queue.offer(1);
            r.r2 = servers.anyTid();
        }
    }

    @JCStressTest
    @Description("The same with the look for work first.")
    @Outcome(id = {"1, 0", "0, 11", "1, 11"}, expect = ACCEPTABLE, desc = "the work is found, or the server is")
    @Outcome(expect = FORBIDDEN, desc = "a server idles although there is work, and nobody wakes it")
    @State
    public static class WeakLookThenEnter {
        final IdleServers servers = make(WORDS.next());
        final NumberQueue queue = new NumberQueue(4);

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = queue.isEmpty() ? 0 : 1;
            servers.enter(0);
        }

        @Actor
        public void actor2(final II_Result r) {
            queue.offer(1);
            r.r2 = servers.anyTid();
        }
    }

    private static IdleServers make(final OffHeapWords word) {
        final SchedulerMemory memory = MemoryPool.next();
        memory.serverTidRelease(0, 11);
        memory.serverTidRelease(1, 12);
        return new IdleServers(memory, word);
    }
}
