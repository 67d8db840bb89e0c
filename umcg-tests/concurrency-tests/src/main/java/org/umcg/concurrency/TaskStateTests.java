// SPDX-License-Identifier: Apache-2.0

package org.umcg.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.umcg.api.UmcgTask;

/** The words of struct umcg_task, as one server writes and another one reads them: the modes of the Javadoc's table. */
@ActorsAre(Role.SERVERS)
public class TaskStateTests {

    @JCStressTest
    @Description("next_tid, then the state in release mode; the reader has the state in acquire mode. Seen: user"
        + " space's half of the pair with umcg_wait().")
    @Outcome(id = {"0, 0", "0, 7", "2, 7"}, expect = ACCEPTABLE, desc = "the state brings next_tid along")
    @Outcome(expect = FORBIDDEN, desc = "the state is new, next_tid old")
    @State
    public static class ReleaseNextTid {
        final UmcgTask task = Pool.nextTask();

        @Actor
        public void actor1() {
            task.nextTidOpaque(7);
            task.stateRelease(RUNNABLE);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r1 = task.stateAcquire();
            r.r2 = task.nextTidAcquire();
        }
    }

    @JCStressTest
    @Description("The same with the state first.")
    @Outcome(id = {"0, 0", "0, 7", "2, 7"}, expect = ACCEPTABLE, desc = "the state brings next_tid along")
    @Outcome(expect = FORBIDDEN, desc = "the state is new, next_tid old")
    @State
    public static class WeakStateFirst {
        final UmcgTask task = Pool.nextTask();

        @Actor
        public void actor1() {
            task.stateRelease(RUNNABLE);
            task.nextTidOpaque(7);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r1 = task.stateAcquire();
            r.r2 = task.nextTidAcquire();
        }
    }

    @JCStressTest
    @Description("server_tid, opaque, then the state in release mode, as before a worker is run.")
    @Outcome(id = {"0, 0", "0, 7", "1, 7"}, expect = ACCEPTABLE, desc = "a RUNNING worker has its server")
    @Outcome(expect = FORBIDDEN, desc = "the worker is RUNNING, its server the old one")
    @State
    public static class ReleaseServerTid {
        final UmcgTask task = Pool.nextTask();

        @Actor
        public void actor1() {
            task.serverTidOpaque(7);
            task.stateRelease(RUNNING);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r1 = task.stateAcquire();
            r.r2 = task.serverTidOpaque();
        }
    }

    @JCStressTest
    @Description("critical_ptr and critical_mask, opaque, then the state in release mode, as at registration.")
    @Outcome(id = {"0, 0", "0, 7", "0, 2", "0, 5", "1, 7"}, expect = ACCEPTABLE, desc = "registered with both")
    @Outcome(expect = FORBIDDEN, desc = "registered without one of them")
    @State
    public static class ReleaseCriticalWord {
        final UmcgTask task = Pool.nextTask();

        @Actor
        public void actor1() {
            task.criticalMaskOpaque(5);
            task.criticalPtrOpaque(2);
            task.stateRelease(RUNNING);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r1 = task.stateAcquire();
            r.r2 = task.criticalMaskOpaque() + (int) task.criticalPtrOpaque();
        }
    }

    @JCStressTest
    @Description("Two tasks, each writes its own state and reads the other's, in volatile mode: what a server and the"
        + " kernel do about RUNNABLE and a list.")
    @Outcome(id = {"0, 2", "2, 0", "2, 2"}, expect = ACCEPTABLE, desc = "one of them sees the other")
    @Outcome(expect = FORBIDDEN, desc = "none sees the other: both would sleep")
    @State
    public static class VolatileStates {
        final UmcgTask left = Pool.nextTask();
        final UmcgTask right = Pool.nextTask();

        @Actor
        public void actor1(final II_Result r) {
            left.stateVolatile(RUNNABLE);
            r.r1 = right.stateVolatile();
        }

        @Actor
        public void actor2(final II_Result r) {
            right.stateVolatile(RUNNABLE);
            r.r2 = left.stateVolatile();
        }
    }

    @JCStressTest
    @Description("The same in release and acquire mode.")
    @Outcome(id = {"0, 2", "2, 0", "2, 2"}, expect = ACCEPTABLE, desc = "one of them sees the other")
    @Outcome(expect = FORBIDDEN, desc = "none sees the other: both would sleep")
    @State
    public static class WeakReleasedStates {
        final UmcgTask left = Pool.nextTask();
        final UmcgTask right = Pool.nextTask();

        @Actor
        public void actor1(final II_Result r) {
            left.stateRelease(RUNNABLE);
            r.r1 = right.stateAcquire();
        }

        @Actor
        public void actor2(final II_Result r) {
            right.stateRelease(RUNNABLE);
            r.r2 = left.stateAcquire();
        }
    }

    @JCStressTest
    @Description("Two servers make a worker RUNNING by compare-and-set: that is what owns it.")
    @Outcome(id = {"1, 0", "0, 1"}, expect = ACCEPTABLE, desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "both have it, or none")
    @State
    public static class OwnByCompareAndSet {
        final UmcgTask task = Pool.nextTask();

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = task.compareAndSetState(0, RUNNING) ? 1 : 0;
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = task.compareAndSetState(0, RUNNING) ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("The same by a read and a write.")
    @Outcome(id = {"1, 0", "0, 1"}, expect = ACCEPTABLE, desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "both have it, or none")
    @State
    public static class WeakOwnByWrite {
        final UmcgTask task = Pool.nextTask();

        @Actor
        public void actor1(final II_Result r) {
            if (task.stateVolatile() == 0) {
                task.stateVolatile(RUNNING);
                r.r1 = 1;
            }
        }

        @Actor
        public void actor2(final II_Result r) {
            if (task.stateVolatile() == 0) {
                task.stateVolatile(RUNNING);
                r.r2 = 1;
            }
        }
    }

    @JCStressTest
    @Description("Two servers replace a state, whatever it is: each gets what was there before.")
    @Outcome(id = {"0, 1", "2, 0"}, expect = ACCEPTABLE, desc = "the later one gets the earlier one's")
    @Outcome(expect = FORBIDDEN, desc = "a state is lost")
    @State
    public static class ReplaceState {
        final UmcgTask task = Pool.nextTask();

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = task.getAndSetState(RUNNING);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = task.getAndSetState(RUNNABLE);
        }
    }

    @JCStressTest
    @Description("clear() for the next registration: a reader that finds the state cleared finds all cleared.")
    @Outcome(id = {"0", "1"}, expect = ACCEPTABLE, desc = "old, or all cleared")
    @Outcome(expect = FORBIDDEN, desc = "the state is cleared before the rest")
    @State
    public static class Clear {
        final UmcgTask task = Pool.nextTask();

        public Clear() {
            task.serverTidOpaque(7);
            task.stateVolatile(RUNNING);
        }

        @Actor
        public void actor1() {
            task.clear();
        }

        @Actor
        public void actor2(final I_Result r) {
            final int state = task.stateAcquire();
            r.r1 = state == RUNNING ? 1 : task.serverTidOpaque();
        }
    }

    @JCStressTest
    @Description("The same with the state cleared first.")
    @Outcome(id = {"0", "1"}, expect = ACCEPTABLE, desc = "old, or all cleared")
    @Outcome(expect = FORBIDDEN, desc = "the state is cleared before the rest")
    @State
    public static class WeakClearStateFirst {
        final UmcgTask task = Pool.nextTask();

        public WeakClearStateFirst() {
            task.serverTidOpaque(7);
            task.stateVolatile(RUNNING);
        }

        @Actor
        public void actor1() {
            task.stateRelease(0);
            task.clear();
        }

        @Actor
        public void actor2(final I_Result r) {
            final int state = task.stateAcquire();
            r.r1 = state == RUNNING ? 1 : task.serverTidOpaque();
        }
    }
}
