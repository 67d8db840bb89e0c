// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Monitors of objects: {@code synchronized}, and {@link Object#wait()} with its notifications. */
class MonitorTest extends ConformanceTest {

    private final Object monitor = new Object();
    private int entered;
    private int permits;
    private int passed;

    private void pass() throws InterruptedException {
        synchronized (monitor) {
            entered++;
            while (permits == 0) {
                monitor.wait();
            }
            permits--;
            passed++;
        }
    }

    private List<Actor> waiting(final int count) {
        final List<Actor> actors = start(count, this::pass);
        eventually(() -> entered() == count);
        return actors;
    }

    private int entered() {
        synchronized (monitor) {
            return entered;
        }
    }

    private int passed() {
        synchronized (monitor) {
            return passed;
        }
    }

    @Test
    void shouldExcludeOthersWhileOwned() throws Exception {
        final int[] counter = new int[1];
        final List<Actor> actors = start(6, () -> {
            for (int j = 0; j < 200; j++) {
                synchronized (monitor) {
                    counter[0]++;
                }
            }
        });
        joinAll(actors);

        assertEquals(1200, counter[0]);
    }

    @Test
    void shouldWaitForOwnerThatSleeps() throws Exception {
        final Actor other;
        synchronized (monitor) {
            other = start(() -> {
                synchronized (monitor) {
                    entered++;
                }
            });
            eventually(() -> other.thread().getState() == Thread.State.BLOCKED);
            Thread.sleep(SHORT_MILLIS);
            assertEquals(0, entered);
        }

        other.join();
    }

    @Test
    void shouldBeOwnedAgainByOwner() {
        synchronized (monitor) {
            synchronized (monitor) {
                assertTrue(Thread.holdsLock(monitor));
            }
            assertTrue(Thread.holdsLock(monitor));
        }
        assertFalse(Thread.holdsLock(monitor));
    }

    @Test
    void shouldBeGivenUpWhenBodyThrows() throws Exception {
        assertThrows(IllegalStateException.class, () -> {
            synchronized (monitor) {
                throw new IllegalStateException("on purpose");
            }
        });

        start(() -> {
            synchronized (monitor) {
                entered++;
            }
        }).join();
        assertEquals(1, entered());
    }

    @Test
    void shouldWakeOneWhenNotified() throws Exception {
        final List<Actor> actors = waiting(3);
        for (int i = 1; i <= 3; i++) {
            final int count = i;
            synchronized (monitor) {
                permits++;
                monitor.notify();
            }
            eventually(() -> passed() == count);
        }

        joinAll(actors);
    }

    @Test
    void shouldWakeAllWhenAllAreNotified() throws Exception {
        final List<Actor> actors = waiting(5);
        synchronized (monitor) {
            permits = 5;
            monitor.notifyAll();
        }

        joinAll(actors);
    }

    @Test
    void shouldOwnMonitorBeforeItReturnsFromWait() throws Exception {
        final Actor actor = waiting(1).get(0);
        synchronized (monitor) {
            permits = 1;
            monitor.notifyAll();
            Thread.sleep(SHORT_MILLIS);
            assertEquals(0, passed);
        }

        actor.join();
    }

    @Test
    void shouldThrowInterruptedExceptionAndOwnMonitorWhenInterruptedInWait() throws Exception {
        final Actor actor = start(() -> {
            synchronized (monitor) {
                entered++;
                assertThrows(InterruptedException.class, monitor::wait);
                assertTrue(Thread.holdsLock(monitor));
                assertFalse(Thread.currentThread().isInterrupted());
            }
        });
        eventually(() -> entered() == 1);
        actor.interrupt();

        actor.join();
    }

    @Test
    void shouldThrowInterruptedExceptionFromWaitWhenStatusIsSetOnEntry() {
        synchronized (monitor) {
            Thread.currentThread().interrupt();
            assertThrows(InterruptedException.class, monitor::wait);
            assertFalse(Thread.interrupted());
        }
    }

    @Test
    void shouldReturnFromTimedWaitWhenTimeIsOver() throws Exception {
        synchronized (monitor) {
            monitor.wait(SHORT_MILLIS);
            monitor.wait(1, 1);
            assertTrue(Thread.holdsLock(monitor));
            assertThrows(IllegalArgumentException.class, () -> monitor.wait(-1));
        }
    }

    @Test
    void shouldThrowIllegalMonitorStateExceptionWhenNotOwned() {
        assertThrows(IllegalMonitorStateException.class, monitor::wait);
        assertThrows(IllegalMonitorStateException.class, monitor::notify);
        assertThrows(IllegalMonitorStateException.class, monitor::notifyAll);
    }

    @Test
    void shouldNotBeInterruptedWhileItWaitsToEnter() throws Exception {
        final Actor other;
        synchronized (monitor) {
            other = start(() -> {
                synchronized (monitor) {
                    assertTrue(Thread.interrupted());
                }
            });
            eventually(() -> other.thread().getState() == Thread.State.BLOCKED);
            other.interrupt();
            Thread.sleep(SHORT_MILLIS);
            assertFalse(other.hasEnded());
        }

        other.join();
    }

    @Test
    void shouldGiveUpAllEntriesInWait() throws Exception {
        final Actor actor = start(() -> {
            synchronized (monitor) {
                pass();
                assertTrue(Thread.holdsLock(monitor));
            }
        });
        eventually(() -> entered() == 1);
        synchronized (monitor) {
            permits = 1;
            monitor.notifyAll();
        }

        actor.join();
    }
}
