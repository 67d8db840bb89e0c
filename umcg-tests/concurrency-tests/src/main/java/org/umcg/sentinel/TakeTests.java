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
import org.umcg.concurrency.Gate;
import org.umcg.concurrency.Role;

/** A server takes a list, against another server, the kernel's pushes, and the sentinel, see {@link SentinelSteps}. */
@ActorsAre(Role.SERVERS)
public class TakeTests {

    private static final int WORKERS = 4;

    @JCStressTest
    @Description("Two servers take one list of two workers: one of them leaves it to the other.")
    @Outcome(id = {"2, -1, 2", "-1, 2, 2", "2, 0, 2", "0, 2, 2"}, expect = ACCEPTABLE, desc = "one has queued both")
    @Outcome(expect = FORBIDDEN, desc = "a worker is queued twice, or not at all")
    @State
    public static class TakeByTwo {
        final SchedulerMemory memory = MemoryPool.withListed(2);

        @Actor
        public void actor1(final III_Result r) {
            r.r1 = memory.protocol().takeList(0, 0, new int[WORKERS]);
        }

        @Actor
        public void actor2(final III_Result r) {
            r.r2 = memory.protocol().takeList(1, 0, new int[WORKERS]);
        }

        @Arbiter
        public void arbiter(final III_Result r) {
            r.r3 = queued(memory, 2);
        }
    }

    @JCStressTest
    @Description("A worker is pushed, as the kernel does, while the list is taken.")
    @Outcome(id = {"1, 1, 1", "2, 2, 0"}, expect = ACCEPTABLE, desc = "queued, or on the list still")
    @Outcome(expect = FORBIDDEN, desc = "a worker is lost, or queued and listed")
    @State
    public static class TakeWhilePushed {
        final SchedulerMemory memory = MemoryPool.withListed(1);

        @Actor
        public void actor1(final III_Result r) {
            r.r1 = memory.protocol().takeList(0, 0, new int[WORKERS]);
        }

        @Actor
        public void actor2() {
            memory.serverTask(0).pushRunnableWorker(memory.workerTask(1));
        }

        @Arbiter
        public void arbiter(final III_Result r) {
            r.r2 = queued(memory, 2);
            r.r3 = memory.serverTask(0).hasRunnableWorkersVolatile() ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("A worker is listed while another server leaves the list to this one; that looks again. Two takes of"
        + " each side, as the server loop has it.")
    @Outcome(id = {"2"}, expect = ACCEPTABLE, desc = "both are queued in the end")
    @Outcome(expect = FORBIDDEN, desc = "a listed worker that both servers leave to each other")
    @State
    public static class LeaveToTheOther {
        final SchedulerMemory memory = MemoryPool.withListed(1);

        @Actor
        public void actor1() {
            takeUntilEmpty(memory, 0);
        }

        @Actor
        public void actor2() {
            memory.serverTask(0).pushRunnableWorker(memory.workerTask(1));
            takeUntilEmpty(memory, 1);
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            r.r1 = queued(memory, 2);
        }
    }

    @JCStressTest
    @Description("The same where a server does not look again after it has taken a list.")
    @Outcome(id = {"2"}, expect = ACCEPTABLE, desc = "both are queued in the end")
    @Outcome(expect = FORBIDDEN, desc = "a listed worker that both servers leave to each other")
    @State
    public static class WeakNoSecondLook {
        final SchedulerMemory memory = MemoryPool.withListed(1);

        @Actor
        public void actor1() {
            memory.protocol().takeList(0, 0, new int[WORKERS]);
        }

        @Actor
        public void actor2() {
            memory.serverTask(0).pushRunnableWorker(memory.workerTask(1));
            memory.protocol().takeList(1, 0, new int[WORKERS]);
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            r.r1 = queued(memory, 2);
        }
    }

    @JCStressTest
    @Description("A server takes a list of two while the sentinel finishes what the server has begun. Rows \"server"
        + " takes a list / sentinel does\" and \"taker passes a worker / sentinel finishes\".")
    @Outcome(id = {"2, 0, 2", "1, 1, 1", "0, 2, 0"}, expect = ACCEPTABLE, desc = "each is queued, or the sentinel's")
    @Outcome(expect = FORBIDDEN, desc = "a worker is both, or neither")
    @State
    public static class TakeAndFinish {
        final SchedulerMemory memory = MemoryPool.withListed(2);
        final SentinelSteps sentinel = new SentinelSteps(memory);

        @Actor
        public void actor1(final III_Result r) {
            r.r1 = memory.protocol().takeList(0, 0, new int[WORKERS]);
        }

        @Actor
        public void actor2(final III_Result r) {
            r.r2 = sentinel.finishTake(0);
        }

        @Arbiter
        public void arbiter(final III_Result r) {
            r.r3 = queued(memory, 2);
        }
    }

    @JCStressTest
    @Description("The same for a list of three, and the sentinel looks twice.")
    @Outcome(id = {"3, 0, 3", "2, 1, 2", "1, 2, 1", "0, 3, 0"}, expect = ACCEPTABLE,
        desc = "each is queued, or the sentinel's")
    @Outcome(expect = FORBIDDEN, desc = "a worker is both, or neither")
    @State
    public static class TakeAndFinishTwice {
        final SchedulerMemory memory = MemoryPool.withListed(3);
        final SentinelSteps sentinel = new SentinelSteps(memory);

        @Actor
        public void actor1(final III_Result r) {
            r.r1 = memory.protocol().takeList(0, 0, new int[WORKERS]);
        }

        @Actor
        public void actor2(final III_Result r) {
            r.r2 = sentinel.finishTake(0);
            r.r2 += sentinel.finishTake(0);
        }

        @Arbiter
        public void arbiter(final III_Result r) {
            r.r3 = queued(memory, 3);
        }
    }

    @JCStressTest
    @Description("TakeAndFinish where the sentinel does not ask whether the head is on the list still.")
    @Outcome(id = {"2, 0, 2", "1, 1, 1", "0, 2, 0"}, expect = ACCEPTABLE, desc = "each is queued, or the sentinel's")
    @Outcome(expect = FORBIDDEN, desc = "a worker is both, or neither")
    @State
    public static class WeakChainNotTakenYet {
        final SchedulerMemory memory = MemoryPool.withListed(2);
        final SentinelSteps sentinel = new SentinelSteps(memory);

        @Actor
        public void actor1(final III_Result r) {
            r.r1 = memory.protocol().takeList(0, 0, new int[WORKERS]);
        }

        @Actor
        public void actor2(final III_Result r) {
            final long intent = sentinel.intent(0);
            final int head = SentinelSteps.headOf(intent);
            if (head >= 0 && (intent & ServerProtocol.SESSION) != 0) {
                // Whether it is the server's or not.
                r.r2 = sentinel.takeChain(head);
            }
        }

        @Arbiter
        public void arbiter(final III_Result r) {
            r.r3 = queued(memory, 2);
        }
    }

    @JCStressTest
    @Description("The kernel runs the worker that a server has said that it takes; the sentinel"
        + " finishes what the server has begun. Row \"server takes a list / kernel takes a worker\".")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "neither the server nor the sentinel has it")
    @Outcome(expect = FORBIDDEN, desc = "the sentinel believes that the server has it")
    @State
    public static class TakeAndKernelTurn {
        final SchedulerMemory memory = MemoryPool.withListed(1);
        final ServerProtocol protocol = new KernelTurn(memory, true);
        final SentinelSteps sentinel = new SentinelSteps(memory);
        final Gate gate = new Gate();

        @Actor
        public void actor1(final II_Result r) {
            gate.meet();
            r.r1 = protocol.takeList(0, 0, new int[WORKERS]);
        }

        @Actor
        public void actor2(final II_Result r) {
            gate.meetAndLag();
            r.r2 = sentinel.finishTake(0);
        }
    }

    @JCStressTest
    @Description("The same where the kernel does not say that it takes a worker.")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "neither the server nor the sentinel has it")
    @Outcome(expect = FORBIDDEN, desc = "the sentinel believes that the server has it")
    @State
    public static class WeakKernelTurnUnsaid {
        final SchedulerMemory memory = MemoryPool.withListed(1);
        final ServerProtocol protocol = new KernelTurn(memory, false);
        final SentinelSteps sentinel = new SentinelSteps(memory);
        final Gate gate = new Gate();

        @Actor
        public void actor1(final II_Result r) {
            gate.meet();
            r.r1 = protocol.takeList(0, 0, new int[WORKERS]);
        }

        @Actor
        public void actor2(final II_Result r) {
            gate.meetAndLag();
            r.r2 = sentinel.finishTake(0);
        }
    }

    @JCStressTest
    @Description("A server takes a list; another one claims a worker of it as soon as that is QUEUED: the link is read"
        + " before.")
    @Outcome(id = {"2, 0, 2", "2, 1, 1"}, expect = ACCEPTABLE, desc = "both are queued, one may be claimed by then")
    @Outcome(expect = FORBIDDEN, desc = "the chain is cut by the worker that was claimed")
    @State
    public static class TakeAndClaim {
        final SchedulerMemory memory = MemoryPool.withListed(2);

        @Actor
        public void actor1(final III_Result r) {
            r.r1 = memory.protocol().takeList(0, 0, new int[WORKERS]);
        }

        @Actor
        public void actor2(final III_Result r) {
            if (memory.protocol().claimWorker(1, 1)) {
                r.r2 = 1;
                // It runs, and is listed anew: its link is another one.
                memory.serverTask(1).pushRunnableWorker(memory.workerTask(1));
            }
        }

        @Arbiter
        public void arbiter(final III_Result r) {
            r.r3 = queued(memory, 2);
        }
    }

    @JCStressTest
    @Description("A list is being taken; whoever finds that this is over finds its worker QUEUED.")
    @Outcome(id = {"0, 1", "1, 1", "0, 0"}, expect = ACCEPTABLE, desc = "free, being taken, or free again and QUEUED")
    @Outcome(expect = FORBIDDEN, desc = "free again, and the worker is not QUEUED")
    @State
    public static class FreeMeansQueued {
        final SchedulerMemory memory = MemoryPool.withListed(1);
        final SentinelSteps sentinel = new SentinelSteps(memory);
        final long before = sentinel.intent(0);

        @Actor
        public void actor1() {
            memory.protocol().takeList(0, 0, new int[WORKERS]);
        }

        @Actor
        public void actor2(final II_Result r) {
            final long intent = sentinel.intent(0);
            r.r1 = (intent & ServerProtocol.SESSION) == 0 ? 0 : 1;
            final boolean isOver = intent != before && r.r1 == 0;
            r.r2 = !isOver ? 1 : memory.protocol().isQueued(0) ? 0 : 2;
        }
    }

    private static void takeUntilEmpty(final SchedulerMemory memory, final int server) {
        boolean isMine = true;
        while (isMine && memory.serverTask(0).hasRunnableWorkersVolatile()) {
            isMine = memory.protocol().takeList(server, 0, new int[WORKERS]) != ServerProtocol.BEING_TAKEN;
        }
    }

    private static int queued(final SchedulerMemory memory, final int workers) {
        int count = 0;
        for (int i = 0; i < workers; i++) {
            count += memory.protocol().isQueued(i) ? 1 : 0;
        }
        return count;
    }
}
