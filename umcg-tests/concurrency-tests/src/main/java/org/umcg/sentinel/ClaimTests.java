// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

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
import org.openjdk.jcstress.infra.results.I_Result;
import org.umcg.concurrency.ActorsAre;
import org.umcg.concurrency.Role;

/** A QUEUED worker is anybody's to claim: two servers, or a server and the sentinel, see {@link SentinelSteps}. */
@ActorsAre(Role.SERVERS)
public class ClaimTests {

    @JCStressTest
    @Description("Two servers claim one worker.")
    @Outcome(id = {"1, 0", "0, 1"}, expect = ACCEPTABLE, desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "both have it, or none")
    @State
    public static class ClaimByTwo {
        final ServerProtocol protocol = MemoryPool.withQueued(1).protocol();

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = protocol.claimWorker(0, 0) ? 1 : 0;
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = protocol.claimWorker(1, 0) ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("A server claims a worker while the sentinel takes what is QUEUED.")
    @Outcome(id = {"1, 0", "0, 1"}, expect = ACCEPTABLE, desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "both have it, or none")
    @State
    public static class ClaimAndTakeQueued {
        final SchedulerMemory memory = MemoryPool.withQueued(1);
        final SentinelSteps sentinel = new SentinelSteps(memory);

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = memory.protocol().claimWorker(0, 0) ? 1 : 0;
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = sentinel.takeQueued(0, 0) ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("The same, and the sentinel takes the worker by a read and a write.")
    @Outcome(id = {"1, 0", "0, 1"}, expect = ACCEPTABLE, desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "both have it, or none")
    @State
    public static class WeakTakeQueuedByWrite {
        final SchedulerMemory memory = MemoryPool.withQueued(1);
        final SentinelSteps sentinel = new SentinelSteps(memory);

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = memory.protocol().claimWorker(0, 0) ? 1 : 0;
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = sentinel.takeQueuedByWrite(0) ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("A server has claimed a worker and not run it; the sentinel takes it while the server lets it go. Row"
        + " \"server claims a worker / sentinel takes it\".")
    @Outcome(id = {"1, 0", "0, 1"}, expect = ACCEPTABLE, desc = "the sentinel has it, or it is QUEUED")
    @Outcome(expect = FORBIDDEN, desc = "the sentinel has it, and so has anybody; or nobody has")
    @State
    public static class EndClaimAndTakeClaimed {
        final SchedulerMemory memory = MemoryPool.withQueued(1);
        final SentinelSteps sentinel = new SentinelSteps(memory);

        public EndClaimAndTakeClaimed() {
            memory.protocol().claimWorker(0, 0);
        }

        @Actor
        public void actor1() {
            memory.protocol().endClaim(0, true);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r1 = sentinel.takeClaimed(0) + 1;
        }

        @Arbiter
        public void arbiter(final II_Result r) {
            r.r2 = memory.protocol().isQueued(0) ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("A server claims a worker; the sentinel, in its place, takes what is QUEUED, and then what is claimed."
        + " Row \"server claims a worker / sentinel takes it\".")
    @Outcome(id = {"0, 1, 0", "1, 0, 1", "1, 1, 0"}, expect = ACCEPTABLE, desc = "one of them has it in the end")
    @Outcome(expect = FORBIDDEN, desc = "both have it, or neither does")
    @State
    public static class ClaimAndTakeClaimed {
        final SchedulerMemory memory = MemoryPool.withQueued(1);
        final SentinelSteps sentinel = new SentinelSteps(memory);

        @Actor
        public void actor1(final III_Result r) {
            r.r1 = memory.protocol().claimWorker(0, 0) ? 1 : 0;
        }

        @Actor
        public void actor2(final III_Result r) {
            r.r2 = sentinel.takeQueued(0, 0) || sentinel.takeClaimed(0) == 0 ? 1 : 0;
        }

        /** What a server asks before it waits: is the claim its own still? */
        @Arbiter
        public void arbiter(final III_Result r) {
            r.r3 = memory.protocol().hasClaim(0) ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("Two servers have the policy get an entry for one worker.")
    @Outcome(id = {"1, 0", "0, 1"}, expect = ACCEPTABLE, desc = "one of them adds it")
    @Outcome(expect = FORBIDDEN, desc = "two entries, or none")
    @State
    public static class EnterPolicyByTwo {
        final ServerProtocol protocol = MemoryPool.withQueued(1).protocol();

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = protocol.enterPolicy(0) ? 1 : 0;
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = protocol.enterPolicy(0) ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("A server takes an entry out of the policy while another one claims the worker.")
    @Outcome(id = {"1, 1", "0, 1"}, expect = ACCEPTABLE, desc = "the claim is good; the entry was outdated, or not yet")
    @Outcome(expect = FORBIDDEN, desc = "the claim fails: the bit of the policy is none of its business")
    @State
    public static class LeavePolicyAndClaim {
        final ServerProtocol protocol = MemoryPool.withQueued(1).protocol();

        public LeavePolicyAndClaim() {
            protocol.enterPolicy(0);
        }

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = protocol.leavePolicy(0) ? 1 : 0;
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = protocol.claimWorker(1, 0) ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("A worker is noted as in use while another one is: the number only grows.")
    @Outcome(id = "4", expect = ACCEPTABLE, desc = "the sentinel looks at both")
    @Outcome(expect = FORBIDDEN, desc = "the sentinel passes a worker over")
    @State
    public static class NoteWorkersByTwo {
        final SchedulerMemory memory = MemoryPool.next();

        public NoteWorkersByTwo() {
            memory.control().putInt(SchedulerMemory.USED_OFFSET, 0);
        }

        @Actor
        public void actor1() {
            memory.noteWorkerVolatile(3);
        }

        @Actor
        public void actor2() {
            memory.noteWorkerVolatile(1);
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            r.r1 = memory.usedVolatile();
        }
    }

    @JCStressTest
    @Description("A worker says its tid, then its state: the one that finds the state runs it by that tid.")
    @Outcome(id = {"0, 0", "0, 7", "3, 7"}, expect = ACCEPTABLE, desc = "the tid is there before the state")
    @Outcome(expect = FORBIDDEN, desc = "a worker without a tid would be named")
    @State
    public static class TidBeforeState {
        final SchedulerMemory memory = MemoryPool.next();

        @Actor
        public void actor1() {
            memory.workerTidRelease(0, 7);
            memory.workerTask(0).stateVolatile(3);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r1 = memory.workerTask(0).stateVolatile();
            r.r2 = memory.workerTidAcquire(0);
        }
    }
}
