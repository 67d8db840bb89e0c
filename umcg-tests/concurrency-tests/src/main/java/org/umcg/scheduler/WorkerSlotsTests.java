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
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.umcg.concurrency.ActorsAre;
import org.umcg.concurrency.Role;
import org.umcg.sentinel.MemoryPool;

/** The places and numbers of workers. */
@ActorsAre(Role.SERVERS)
public class WorkerSlotsTests {

    @JCStressTest
    @Description("Two threads get a number each.")
    @Outcome(id = {"0, 1", "1, 0"}, expect = ACCEPTABLE, desc = "the lowest ones, one each")
    @Outcome(expect = FORBIDDEN, desc = "two workers have one number")
    @State
    public static class AcquireByTwo {
        final WorkerSlots slots = new WorkerSlots(MemoryPool.next(), 2);

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = slots.acquire(null);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = slots.acquire(null);
        }
    }

    @JCStressTest
    @Description("One thread gives its number back, another one gets one.")
    @Outcome(id = {"0, 1", "1, 0"}, expect = ACCEPTABLE, desc = "the old number, or the next one")
    @Outcome(expect = FORBIDDEN, desc = "a number is lost, or had by two")
    @State
    public static class ReleaseAndAcquire {
        final WorkerSlots slots = new WorkerSlots(MemoryPool.next(), 2);

        public ReleaseAndAcquire() {
            slots.acquire(null);
        }

        @Actor
        public void actor1() {
            slots.release(0);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r1 = slots.acquire(null);
        }

        @Arbiter
        public void arbiter(final II_Result r) {
            r.r2 = slots.acquire(null);
        }
    }

    @JCStressTest
    @Description("The scheduler is closed while a thread wants a place.")
    @Outcome(id = {"1, 0, 1", "0, 1, 0"}, expect = ACCEPTABLE, desc = "it has a place and servers, or neither")
    @Outcome(expect = FORBIDDEN, desc = "a thread has a place, and the servers have ended")
    @State
    public static class CloseAndEnter {
        final WorkerSlots slots = new WorkerSlots(MemoryPool.next(), 2);

        @Actor
        public void actor1() {
            slots.close();
        }

        @Actor
        public void actor2(final III_Result r) {
            r.r1 = slots.enter(false) ? 1 : 0;
        }

        @Arbiter
        public void arbiter(final III_Result r) {
            r.r2 = slots.isDone() ? 1 : 0;
            r.r3 = r.r1 == 1 && slots.leave() ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("Two threads leave a scheduler that is closed: one of them is the last, and tells the servers.")
    @Outcome(id = {"1, 0", "0, 1"}, expect = ACCEPTABLE, desc = "the servers are told once")
    @Outcome(expect = FORBIDDEN, desc = "nobody tells the servers, or both do")
    @State
    public static class LeaveByTwo {
        final WorkerSlots slots = new WorkerSlots(MemoryPool.next(), 2);

        public LeaveByTwo() {
            slots.enter(false);
            slots.enter(false);
            slots.close();
        }

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = slots.leave() ? 1 : 0;
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = slots.leave() ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("Two threads want the last place.")
    @Outcome(id = {"1, 0", "0, 1"}, expect = ACCEPTABLE, desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "more workers than there may be, or a place left empty")
    @State
    public static class EnterLastByTwo {
        final WorkerSlots slots = new WorkerSlots(MemoryPool.next(), 1);

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = slots.enter(false) ? 1 : 0;
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = slots.enter(false) ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("The same by a look and a step, isOpenTo() and enter() of a limit that nobody checks.")
    @Outcome(id = {"1, 0", "0, 1"}, expect = ACCEPTABLE, desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "more workers than there may be, or a place left empty")
    @State
    public static class WeakLookThenEnter {
        final WorkerSlots slots = new WorkerSlots(MemoryPool.next(), 1);

        @Actor
        public void actor1(final II_Result r) {
            if (slots.isOpenTo(false)) {
                r.r1 = slots.enter(true) ? 1 : 0;
            }
        }

        @Actor
        public void actor2(final II_Result r) {
            if (slots.isOpenTo(false)) {
                r.r2 = slots.enter(true) ? 1 : 0;
            }
        }
    }
}
