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
import org.openjdk.jcstress.infra.results.II_Result;
import org.umcg.concurrency.ActorsAre;
import org.umcg.concurrency.Role;

/** Phase and lease: whether a server is in its place, or the sentinel, see {@link SentinelSteps}. */
@ActorsAre(Role.SERVERS)
public class LeaseTests {

    @JCStressTest
    @Description("A server is about to wait, the sentinel about to stand in. Row \"server runs / sentinel stands in\".")
    @Outcome(id = {"1, 0", "0, 1", "1, 1"}, expect = ACCEPTABLE, desc = "one of them sees the other")
    @Outcome(expect = FORBIDDEN, desc = "the server waits for a worker that the sentinel takes")
    @State
    public static class WaitAndStandIn {
        final SchedulerMemory memory = MemoryPool.next();
        final SentinelSteps sentinel = new SentinelSteps(memory);

        public WaitAndStandIn() {
            memory.protocol().beginTurn(0);
        }

        @Actor
        public void actor1(final II_Result r) {
            memory.protocol().beginWait(0);
            r.r1 = memory.protocol().deferToLease(0) ? 1 : 0;
        }

        @Actor
        public void actor2(final II_Result r) {
            sentinel.takeLease(0);
            r.r2 = sentinel.phase(0) == ServerProtocol.PHASE_WAIT ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("The same without a full barrier between the sentinel's lease and its look.")
    @Outcome(id = {"1, 0", "0, 1", "1, 1"}, expect = ACCEPTABLE, desc = "one of them sees the other")
    @Outcome(expect = FORBIDDEN, desc = "the server waits for a worker that the sentinel takes")
    @State
    public static class WeakReleasedLease {
        final SchedulerMemory memory = MemoryPool.next();
        final SentinelSteps sentinel = new SentinelSteps(memory);

        public WeakReleasedLease() {
            memory.protocol().beginTurn(0);
        }

        @Actor
        public void actor1(final II_Result r) {
            memory.protocol().beginWait(0);
            r.r1 = memory.protocol().deferToLease(0) ? 1 : 0;
        }

        @Actor
        public void actor2(final II_Result r) {
            sentinel.takeLeaseRelease(0);
            r.r2 = sentinel.phase(0) == ServerProtocol.PHASE_WAIT ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("A server comes back from its wait, the sentinel wants to queue anew. Row \"server returns / sentinel"
        + " queues anew\".")
    @Outcome(id = {"1, 0", "0, 1", "1, 1"}, expect = ACCEPTABLE, desc = "one of them sees the other")
    @Outcome(expect = FORBIDDEN, desc = "the server is in the policy while its entries are voided")
    @State
    public static class ReturnAndRequeue {
        final SchedulerMemory memory = MemoryPool.next();
        final SentinelSteps sentinel = new SentinelSteps(memory);

        public ReturnAndRequeue() {
            memory.protocol().beginWait(0);
        }

        @Actor
        public void actor1(final II_Result r) {
            memory.protocol().beginTurn(0);
            r.r1 = memory.protocol().deferToLease(0) ? 1 : 0;
        }

        @Actor
        public void actor2(final II_Result r) {
            sentinel.takeLease(0);
            r.r2 = sentinel.phase(0) == ServerProtocol.PHASE_JAVA ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("The same with the server's look at the lease first.")
    @Outcome(id = {"1, 0", "0, 1", "1, 1"}, expect = ACCEPTABLE, desc = "one of them sees the other")
    @Outcome(expect = FORBIDDEN, desc = "the server is in the policy while its entries are voided")
    @State
    public static class WeakLeaseBeforePhase {
        final SchedulerMemory memory = MemoryPool.next();
        final SentinelSteps sentinel = new SentinelSteps(memory);

        public WeakLeaseBeforePhase() {
            memory.protocol().beginWait(0);
        }

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = memory.protocol().deferToLease(0) ? 1 : 0;
            memory.protocol().beginTurn(0);
        }

        @Actor
        public void actor2(final II_Result r) {
            sentinel.takeLease(0);
            r.r2 = sentinel.phase(0) == ServerProtocol.PHASE_JAVA ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("The sentinel gives a place back while its server finds it leased.")
    @Outcome(id = {"1, 1", "0, 0"}, expect = ACCEPTABLE, desc = "a server that waits for the end of it is kicked")
    @Outcome(expect = FORBIDDEN, desc = "a server waits, and nobody kicks it; or is kicked for nothing")
    @State
    public static class DeferAndReturn {
        final SchedulerMemory memory = MemoryPool.next();
        final SentinelSteps sentinel = new SentinelSteps(memory);

        public DeferAndReturn() {
            sentinel.takeLease(0);
        }

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = memory.protocol().deferToLease(0) ? 1 : 0;
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = sentinel.returnLease(0) ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("A turn of a server: the sentinel that sees the phase JAVA sees one more turn, too.")
    @Outcome(id = {"0, 0", "0, 1", "1, 1"}, expect = ACCEPTABLE, desc = "the turn counts before the phase")
    @Outcome(expect = FORBIDDEN, desc = "a server that moves looks stuck")
    @State
    public static class TurnBeforePhase {
        final SchedulerMemory memory = MemoryPool.next();
        final SentinelSteps sentinel = new SentinelSteps(memory);

        @Actor
        public void actor1() {
            memory.protocol().beginTurn(0);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r1 = sentinel.phase(0) == ServerProtocol.PHASE_JAVA ? 1 : 0;
            r.r2 = (int) sentinel.turns(0);
        }
    }

    @JCStressTest
    @Description("The sentinel voids a policy's entry, with all servers waiting, while a server would enter one.")
    @Outcome(id = {"1, 1", "0, 1", "0, 0"}, expect = ACCEPTABLE, desc = "an entry that was void before, or is void now")
    @Outcome(expect = FORBIDDEN, desc = "the sentinel has the worker, and QUEUED says so, too")
    @State
    public static class VoidEntry {
        final SchedulerMemory memory = MemoryPool.withQueued(1);
        final SentinelSteps sentinel = new SentinelSteps(memory);

        public VoidEntry() {
            memory.protocol().enterPolicy(0);
        }

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = memory.protocol().enterPolicy(0) ? 1 : 0;
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = sentinel.takeQueued(0, ServerProtocol.IN_POLICY) ? 1 : 0;
        }

        @Arbiter
        public void arbiter(final II_Result r) {
            r.r2 = memory.protocol().isQueued(0) ? 2 : r.r2;
        }
    }
}
