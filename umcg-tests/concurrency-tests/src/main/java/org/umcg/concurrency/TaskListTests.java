// SPDX-License-Identifier: Apache-2.0

package org.umcg.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.umcg.api.UmcgTask;

/** The lists of a server, which one actor takes while the other one pushes, as the kernel does, or takes, too. */
@ActorsAre(Role.SERVERS)
public class TaskListTests {

    @JCStressTest
    @Description("A server publishes RUNNABLE and takes its list; the other side pushes and looks at the state, as"
        + " umcg_enqueue() does. Row \"server sleeps / worker is listed\".")
    @Outcome(id = {"1, 2", "1, 0", "0, 2"}, expect = ACCEPTABLE, desc = "the worker is found, or the server is woken")
    @Outcome(expect = FORBIDDEN, desc = "nobody sees the other: a listed worker, and a server asleep")
    @State
    public static class PublishThenTake {
        final UmcgTask server = Pool.nextTask();
        final UmcgTask worker = Pool.nextTask();

        @Actor
        public void actor1(final II_Result r) {
            server.stateVolatile(RUNNABLE);
            r.r1 = server.takeRunnableWorkers() != 0 ? 1 : 0;
        }

        @Actor
        public void actor2(final II_Result r) {
            server.pushRunnableWorker(worker);
            r.r2 = server.stateVolatile();
        }
    }

    @JCStressTest
    @Description("The same with a look instead of a take, as the server loop has it.")
    @Outcome(id = {"1, 2", "1, 0", "0, 2"}, expect = ACCEPTABLE, desc = "the worker is found, or the server is woken")
    @Outcome(expect = FORBIDDEN, desc = "nobody sees the other: a listed worker, and a server asleep")
    @State
    public static class PublishThenLook {
        final UmcgTask server = Pool.nextTask();
        final UmcgTask worker = Pool.nextTask();

        @Actor
        public void actor1(final II_Result r) {
            server.stateVolatile(RUNNABLE);
            r.r1 = server.hasRunnableWorkersVolatile() ? 1 : 0;
        }

        @Actor
        public void actor2(final II_Result r) {
            server.pushRunnableWorker(worker);
            r.r2 = server.stateVolatile();
        }
    }

    @JCStressTest
    @Description("The same for the list of blocked workers.")
    @Outcome(id = {"1, 2", "1, 0", "0, 2"}, expect = ACCEPTABLE, desc = "the worker is found, or the server is woken")
    @Outcome(expect = FORBIDDEN, desc = "nobody sees the other: news that nobody hears")
    @State
    public static class PublishThenLookForBlocked {
        final UmcgTask server = Pool.nextTask();
        final UmcgTask worker = Pool.nextTask();

        @Actor
        public void actor1(final II_Result r) {
            server.stateVolatile(RUNNABLE);
            r.r1 = server.hasBlockedWorkersVolatile() ? 1 : 0;
        }

        @Actor
        public void actor2(final II_Result r) {
            server.pushBlockedWorker(worker);
            r.r2 = server.stateVolatile();
        }
    }

    @JCStressTest
    @Description("PublishThenLook with the state in release mode.")
    @Outcome(id = {"1, 2", "1, 0", "0, 2"}, expect = ACCEPTABLE, desc = "the worker is found, or the server is woken")
    @Outcome(expect = FORBIDDEN, desc = "nobody sees the other: a listed worker, and a server asleep")
    @State
    public static class WeakReleasedState {
        final UmcgTask server = Pool.nextTask();
        final UmcgTask worker = Pool.nextTask();

        @Actor
        public void actor1(final II_Result r) {
            server.stateRelease(RUNNABLE);
            r.r1 = server.hasRunnableWorkersVolatile() ? 1 : 0;
        }

        @Actor
        public void actor2(final II_Result r) {
            server.pushRunnableWorker(worker);
            r.r2 = server.stateVolatile();
        }
    }

    @JCStressTest
    @Description("PublishThenTake with the list taken first.")
    @Outcome(id = {"1, 2", "1, 0", "0, 2"}, expect = ACCEPTABLE, desc = "the worker is found, or the server is woken")
    @Outcome(expect = FORBIDDEN, desc = "nobody sees the other: a listed worker, and a server asleep")
    @State
    public static class WeakTakeThenPublish {
        final UmcgTask server = Pool.nextTask();
        final UmcgTask worker = Pool.nextTask();

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = server.takeRunnableWorkers() != 0 ? 1 : 0;
            server.stateVolatile(RUNNABLE);
        }

        @Actor
        public void actor2(final II_Result r) {
            server.pushRunnableWorker(worker);
            r.r2 = server.stateVolatile();
        }
    }

    @JCStressTest
    @Description("Two servers take one list.")
    @Outcome(id = {"1, 0", "0, 1"}, expect = ACCEPTABLE, desc = "one of them gets all")
    @Outcome(expect = FORBIDDEN, desc = "the worker is taken twice, or lost")
    @State
    public static class TakeByTwo {
        final UmcgTask server = Pool.nextTask();
        final UmcgTask worker = Pool.nextTask();

        public TakeByTwo() {
            server.pushRunnableWorker(worker);
        }

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = server.takeRunnableWorkers() == 0 ? 0 : 1;
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = server.takeRunnableWorkers() == 0 ? 0 : 1;
        }
    }

    @JCStressTest
    @Description("The same by compare-and-set of the head that was read, as ServerProtocol takes it.")
    @Outcome(id = {"1, 0", "0, 1"}, expect = ACCEPTABLE, desc = "one of them gets all")
    @Outcome(expect = FORBIDDEN, desc = "the worker is taken twice, or lost")
    @State
    public static class TakeByTwoByCompareAndSet {
        final UmcgTask server = Pool.nextTask();
        final UmcgTask worker = Pool.nextTask();

        public TakeByTwoByCompareAndSet() {
            server.pushRunnableWorker(worker);
        }

        @Actor
        public void actor1(final II_Result r) {
            final long first = server.runnableWorkersVolatile();
            r.r1 = first != 0 && server.compareAndSetRunnableWorkers(first, 0) ? 1 : 0;
        }

        @Actor
        public void actor2(final II_Result r) {
            final long first = server.runnableWorkersVolatile();
            r.r2 = first != 0 && server.compareAndSetRunnableWorkers(first, 0) ? 1 : 0;
        }
    }

    @JCStressTest
    @Description("The same by a read, and a take whose result is not looked at.")
    @Outcome(id = {"1, 0", "0, 1"}, expect = ACCEPTABLE, desc = "one of them gets all")
    @Outcome(expect = FORBIDDEN, desc = "the worker is taken twice, or lost")
    @State
    public static class WeakTakeByRead {
        final UmcgTask server = Pool.nextTask();
        final UmcgTask worker = Pool.nextTask();

        public WeakTakeByRead() {
            server.pushRunnableWorker(worker);
        }

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = server.runnableWorkersVolatile() == 0 ? 0 : 1;
            server.takeRunnableWorkers();
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = server.runnableWorkersVolatile() == 0 ? 0 : 1;
            server.takeRunnableWorkers();
        }
    }

    @JCStressTest
    @Description("Two workers are pushed at the same time, as two CPUs of the kernel do.")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "both are on the list")
    @Outcome(expect = FORBIDDEN, desc = "a worker is lost")
    @State
    public static class PushByTwo {
        final UmcgTask server = Pool.nextTask();
        final UmcgTask one = Pool.nextTask();
        final UmcgTask other = Pool.nextTask();

        @Actor
        public void actor1() {
            server.pushRunnableWorker(one);
        }

        @Actor
        public void actor2() {
            server.pushRunnableWorker(other);
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            r.r1 = lengthOf(server.takeRunnableWorkers(), one, other);
        }
    }

    @JCStressTest
    @Description("A worker is pushed while the list is taken.")
    @Outcome(id = {"1, 1", "2, 0"}, expect = ACCEPTABLE, desc = "it is taken, or on the list still")
    @Outcome(expect = FORBIDDEN, desc = "a worker is lost, or there twice")
    @State
    public static class PushWhileTaken {
        final UmcgTask server = Pool.nextTask();
        final UmcgTask one = Pool.nextTask();
        final UmcgTask other = Pool.nextTask();

        public PushWhileTaken() {
            server.pushRunnableWorker(one);
        }

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = lengthOf(server.takeRunnableWorkers(), one, other);
        }

        @Actor
        public void actor2() {
            server.pushRunnableWorker(other);
        }

        @Arbiter
        public void arbiter(final II_Result r) {
            r.r2 = lengthOf(server.takeRunnableWorkers(), one, other);
        }
    }

    @JCStressTest
    @Description("The same where the head is replaced without regard to what is there.")
    @Outcome(id = {"1, 1", "2, 0"}, expect = ACCEPTABLE, desc = "it is taken, or on the list still")
    @Outcome(expect = FORBIDDEN, desc = "a worker is lost, or there twice")
    @State
    public static class WeakPushWithoutCompare {
        final UmcgTask server = Pool.nextTask();
        final UmcgTask one = Pool.nextTask();
        final UmcgTask other = Pool.nextTask();

        public WeakPushWithoutCompare() {
            server.pushRunnableWorker(one);
        }

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = lengthOf(server.takeRunnableWorkers(), one, other);
        }

        @Actor
        public void actor2() {
            // The link is the head's field of the worker: what was read may be taken before the head is replaced.
            other.compareAndSetRunnableWorkers(0, server.runnableWorkersVolatile());
            server.takeRunnableWorkers();
            server.compareAndSetRunnableWorkers(0, other.address());
        }

        @Arbiter
        public void arbiter(final II_Result r) {
            r.r2 = lengthOf(server.takeRunnableWorkers(), one, other);
        }
    }

    @JCStressTest
    @Description("What a worker's struct had before it was pushed is seen by the server that takes the list.")
    @Outcome(id = {"0, 0", "1, 7"}, expect = ACCEPTABLE, desc = "the list brings the struct along")
    @Outcome(expect = FORBIDDEN, desc = "the worker is taken, and its words are old")
    @State
    public static class TakeBringsStruct {
        final UmcgTask server = Pool.nextTask();
        final UmcgTask worker = Pool.nextTask();

        @Actor
        public void actor1() {
            worker.serverTidOpaque(7);
            server.pushRunnableWorker(worker);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r1 = server.takeRunnableWorkers() == worker.address() ? 1 : 0;
            r.r2 = r.r1 == 0 ? 0 : worker.serverTidOpaque();
        }
    }

    @JCStressTest
    @Description("A worker that blocks and unblocks is pushed on both lists; the server takes the runnable one first.")
    @Outcome(id = {"0, 0", "0, 1", "1, 1"}, expect = ACCEPTABLE, desc = "a runnable worker's block is known")
    @Outcome(expect = FORBIDDEN, desc = "runnable, and its block not heard of")
    @State
    public static class RunnableThenBlocked {
        final UmcgTask server = Pool.nextTask();
        final UmcgTask worker = Pool.nextTask();

        @Actor
        public void actor1() {
            server.pushBlockedWorker(worker);
            server.pushRunnableWorker(worker);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r1 = server.takeRunnableWorkers() == 0 ? 0 : 1;
            r.r2 = server.takeBlockedWorkers() == 0 ? 0 : 1;
        }
    }

    @JCStressTest
    @Description("The same with the blocked list first.")
    @Outcome(id = {"0, 0", "0, 1", "1, 1"}, expect = ACCEPTABLE, desc = "a runnable worker's block is known")
    @Outcome(expect = FORBIDDEN, desc = "runnable, and its block not heard of")
    @State
    public static class WeakBlockedFirst {
        final UmcgTask server = Pool.nextTask();
        final UmcgTask worker = Pool.nextTask();

        @Actor
        public void actor1() {
            server.pushBlockedWorker(worker);
            server.pushRunnableWorker(worker);
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = server.takeBlockedWorkers() == 0 ? 0 : 1;
            r.r1 = server.takeRunnableWorkers() == 0 ? 0 : 1;
        }
    }

    /** How many workers a taken list has; 9 if it is no list of these two. */
    private static int lengthOf(final long first, final UmcgTask one, final UmcgTask other) {
        int length = 0;
        long at = first;
        while (at != 0 && length < 3) {
            length++;
            at = at == one.address() ? one.runnableWorkersLinkAcquire()
                : at == other.address() ? other.runnableWorkersLinkAcquire() : at;
        }
        return at == 0 ? length : 9;
    }
}
