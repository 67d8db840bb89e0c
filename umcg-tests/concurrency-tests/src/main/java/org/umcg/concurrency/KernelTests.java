// SPDX-License-Identifier: Apache-2.0

package org.umcg.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;
import static org.umcg.api.UmcgTaskDescriptor.WAIT_YIELD;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.umcg.api.Errno;

/**
 * Servers, a real worker and the kernel. actor1's server owns the worker of {@link Worker}, which does what a test says
 * each time that it is run; actor2 is another server. Seen: system calls and hooks, from user space.
 *
 * <p>A test that waits in vain for a wake-up gives up after 400 ms: lost (9), if it was sent by then.
 */
@ActorsAre(Role.SERVERS)
public class KernelTests {

    @JCStressTest
    @Description("A server publishes RUNNABLE, takes its list and waits; KICK_WAKE lists a worker of it. Row"
        + " \"server sleeps / worker is listed\".")
    @Outcome(id = {"1, 0", "2, 0", "3, 0"}, expect = ACCEPTABLE, desc = "found, told before it slept, or woken")
    @Outcome(id = "4, 0", expect = ACCEPTABLE, desc = "the other actor came after the time was over")
    @Outcome(expect = FORBIDDEN, desc = "a listed worker, and a server asleep")
    @State
    public static class SleepAndList {
        final Gate gate = new Gate();
        final Gate end = new Gate();

        @Actor
        public void actor1(final II_Result r) {
            final Puppet worker = Worker.rest();
            gate.meetAndLag();
            r.r1 = Worker.awaitListed(true, end);
            Worker.rest(worker);
        }

        @Actor
        public void actor2(final II_Result r) {
            gate.meet();
            r.r2 = Worker.wake();
            end.meet();
        }
    }

    @JCStressTest
    @Description("The same with the list taken before the state is RUNNABLE.")
    @Outcome(id = {"1, 0", "2, 0", "3, 0"}, expect = ACCEPTABLE, desc = "found, told before it slept, or woken")
    @Outcome(id = "4, 0", expect = ACCEPTABLE, desc = "the other actor came after the time was over")
    @Outcome(expect = FORBIDDEN, desc = "a listed worker, and a server asleep")
    @State
    public static class WeakTakeBeforeState {
        final Gate gate = new Gate();
        final Gate end = new Gate();

        @Actor
        public void actor1(final II_Result r) {
            final Puppet worker = Worker.rest();
            gate.meetAndLag();
            r.r1 = Worker.awaitListed(false, end);
            Worker.rest(worker);
        }

        @Actor
        public void actor2(final II_Result r) {
            gate.meet();
            r.r2 = Worker.wake();
            end.meet();
        }
    }

    @JCStressTest
    @Description("A server waits for anything, another thread kicks it: this wait, or the next one.")
    @Outcome(id = {"2", "3"}, expect = ACCEPTABLE, desc = "the kick is met at the call, or ends the wait")
    @Outcome(id = "4", expect = ACCEPTABLE, desc = "the other actor came after the time was over")
    @Outcome(expect = FORBIDDEN, desc = "the kick is lost")
    @State
    public static class WaitAndKick {
        final Gate gate = new Gate();
        final Gate end = new Gate();

        @Actor
        public void actor1(final I_Result r) {
            final RawServer server = RawServer.of(0);
            gate.meetAndLag();
            server.task().stateVolatile(RUNNABLE);
            r.r1 = Worker.awaitNews(end);
        }

        @Actor
        public void actor2() {
            gate.meet();
            RawServer.of(0).kick();
            end.meet();
        }
    }

    @JCStressTest
    @Description("The same for a wait that some other event has ended before: the state is RUNNING at the call.")
    @Outcome(id = "2, 3", expect = ACCEPTABLE, desc = "EAGAIN, and the kick ends the next wait")
    @Outcome(id = "2, 2", expect = ACCEPTABLE, desc = "EAGAIN, and the kick is met at the next call")
    @Outcome(id = "2, 4", expect = ACCEPTABLE, desc = "EAGAIN, and the other actor came after the time was over")
    @Outcome(expect = FORBIDDEN, desc = "a server sleeps although it is RUNNING, or a kick is lost")
    @State
    public static class NoWaitWhenRunning {
        final Gate gate = new Gate();
        final Gate end = new Gate();

        @Actor
        public void actor1(final II_Result r) {
            final RawServer server = RawServer.of(0);
            server.task().stateVolatile(RUNNING);
            r.r1 = server.idle(RawServer.deadline()) == -Errno.EAGAIN ? Worker.TOLD : Worker.LOST;
            gate.meet();
            server.task().stateVolatile(RUNNABLE);
            r.r2 = Worker.awaitNews(end);
        }

        @Actor
        public void actor2() {
            gate.meet();
            RawServer.of(0).kick();
            end.meet();
        }
    }

    @JCStressTest
    @Description("A server writes plainly, runs a worker, and reads what that has written: publication before a switch,"
        + " both ways, without any barrier of user space's.")
    @Outcome(id = "7, 8", expect = ACCEPTABLE, desc = "the switch publishes, there and back")
    @Outcome(expect = FORBIDDEN, desc = "a switch has lost a write")
    @State
    public static class SwitchPublishes {

        @Actor
        public void actor1(final II_Result r) {
            final Puppet worker = Worker.rest();
            Worker.input = 7;
            Worker.output = 0;
            Worker.settle(worker);
            r.r1 = Worker.seen;
            r.r2 = Worker.output;
        }

        @Actor
        public void actor2() {
            Thread.onSpinWait();
        }
    }

    @JCStressTest
    @Description("The same, read by the other server while the worker runs: no switch comes in between.")
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "two words of one write")
    @Outcome(expect = FORBIDDEN, desc = "one word is new, the other one old")
    @State
    public static class WeakReadWithoutSwitch {
        final Gate gate = new Gate();

        @Actor
        public void actor1() {
            final Puppet worker = Worker.rest();
            gate.meet();
            Worker.input++;
            Worker.settle(worker);
        }

        @Actor
        public void actor2(final I_Result r) {
            gate.meetAndLag();
            for (int i = 0; i < 200 && r.r1 == 0; i++) {
                r.r1 = Worker.input == Worker.seen ? 0 : 1;
                Thread.onSpinWait();
            }
        }
    }

    @JCStressTest
    @Description("Two servers name one worker that waits: the kernel's compare-and-set has one of them run it. Row"
        + " \"server is attached / worker leaves\", as far as it stops by itself.")
    @Outcome(id = {"1, 0", "0, 1", "1, 1"}, expect = ACCEPTABLE, desc = "run once by one, or by each in turn")
    @Outcome(expect = FORBIDDEN, desc = "nobody runs it")
    @State
    public static class NameByTwo {
        final Gate gate = new Gate();
        final Gate end = new Gate();

        @Actor
        public void actor1(final II_Result r) {
            final Puppet worker = Worker.rest();
            gate.meetAndLag();
            r.r1 = Worker.runBy(0, worker) ? 1 : 0;
            end.meet();
            Worker.rest(worker);
        }

        @Actor
        public void actor2(final II_Result r) {
            gate.meet();
            r.r2 = Worker.runBy(1, Worker.worker) ? 1 : 0;
            end.meet();
        }
    }

    @JCStressTest
    @Description("Two servers name one worker, which adds 1 to a plain word each time: as often as it was run.")
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "as often as the kernel says")
    @Outcome(id = "-1", expect = ACCEPTABLE, desc = "it was stopped within its step, by a safepoint say, and run again")
    @Outcome(expect = FORBIDDEN, desc = "run by two at a time, or a run that nobody knows of")
    @State
    public static class RunsAreCounted {
        final Gate gate = new Gate();
        final Gate end = new Gate();
        int others;

        @Actor
        public void actor1(final I_Result r) {
            final Puppet worker = Worker.rest();
            final int before = Worker.output;
            gate.meetAndLag();
            final int own = Worker.runBy(0, worker) ? 1 : 0;
            end.meet();
            final int runs = own + others + 1;
            Worker.settle(worker);
            r.r1 = Worker.output - before - runs;
        }

        @Actor
        public void actor2() {
            gate.meet();
            others = Worker.runBy(1, Worker.worker) ? 1 : 0;
            end.meet();
        }
    }

    @JCStressTest
    @Description("A server names a worker that waits while KICK_WAKE lists it. Row \"worker is named / worker is being"
        + " listed\".")
    @Outcome(id = {"1, 0", "0, 1", "1, 1"}, expect = ACCEPTABLE, desc = "run, or on the list; or run, then woken again")
    @Outcome(expect = FORBIDDEN, desc = "neither run nor listed")
    @State
    public static class NameAndList {
        final Gate gate = new Gate();
        final Gate end = new Gate();

        @Actor
        public void actor1(final II_Result r) {
            final Puppet worker = Worker.rest();
            gate.meetAndLag();
            r.r1 = Worker.runBy(0, worker) ? 1 : 0;
            end.meet();
            Worker.rest(worker);
        }

        @Actor
        public void actor2(final II_Result r) {
            gate.meet();
            r.r2 = Worker.wake() == 0 ? 1 : 0;
            end.meet();
        }
    }

    @JCStressTest
    @Description("Two threads wake one worker that waits: one of them lists it.")
    @Outcome(id = {"1, 0", "0, 1"}, expect = ACCEPTABLE, desc = "one of them has woken it")
    @Outcome(expect = FORBIDDEN, desc = "listed twice, or by nobody")
    @State
    public static class WakeByTwo {
        final Gate gate = new Gate();
        final Gate end = new Gate();

        @Actor
        public void actor1(final II_Result r) {
            final Puppet worker = Worker.rest();
            gate.meetAndLag();
            r.r1 = Worker.wake() == 0 ? 1 : 0;
            end.meet();
            Worker.rest(worker);
        }

        @Actor
        public void actor2(final II_Result r) {
            gate.meet();
            r.r2 = Worker.wake() == 0 ? 1 : 0;
            end.meet();
        }
    }

    @JCStressTest
    @Description("A worker is listed by the kernel; two servers take the list.")
    @Outcome(id = {"1, 0", "0, 1", "0, 0"}, expect = ACCEPTABLE, desc = "one of them has it, or it was listed later")
    @Outcome(expect = FORBIDDEN, desc = "both have it")
    @State
    public static class TakeByTwo {
        final Gate gate = new Gate();
        final Gate end = new Gate();

        @Actor
        public void actor1(final II_Result r) {
            final Puppet worker = Worker.rest();
            gate.meetAndLag();
            Worker.wake();
            r.r1 = RawServer.of(0).task().takeRunnableWorkers() == 0 ? 0 : 1;
            end.meet();
            Worker.rest(worker);
        }

        @Actor
        public void actor2(final II_Result r) {
            gate.meet();
            r.r2 = RawServer.of(0).task().takeRunnableWorkers() == 0 ? 0 : 1;
            end.meet();
        }
    }

    @JCStressTest
    @Description("A worker yields: it is on its server's list when the server is back.")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "listed")
    @Outcome(expect = FORBIDDEN, desc = "not listed: it would be lost")
    @State
    public static class YieldLists {

        @Actor
        public void actor1(final I_Result r) {
            final Puppet worker = Worker.rest();
            Worker.flags = WAIT_YIELD;
            Worker.settle(worker);
            Worker.flags = 0;
            r.r1 = Worker.awaitHead() == worker.task().address() ? 1 : 0;
            Worker.rest(worker);
        }

        @Actor
        public void actor2() {
            Thread.onSpinWait();
        }
    }

    @JCStressTest
    @Description("The other server wakes a worker, which is listed: its time stamp is there before the list has it.")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "stamped, then listed")
    @Outcome(expect = FORBIDDEN, desc = "listed, and the stamp is an old one")
    @State
    public static class StampBeforeList {
        final Gate gate = new Gate();

        @Actor
        public void actor1(final I_Result r) {
            final Puppet worker = Worker.rest();
            final long before = System.nanoTime();
            gate.meet();
            Worker.awaitHead();
            r.r1 = worker.task().runnableTsOpaque() >= before ? 1 : 0;
            Worker.rest(worker);
        }

        @Actor
        public void actor2() {
            gate.meetAndLag();
            Worker.wake();
        }
    }

    @JCStressTest
    @Description("A server runs a worker, is kicked by the other one, and joins the worker, which stops some time."
        + " Row \"worker stops without a server / server joins it\".")
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "the server hears that it has stopped")
    @Outcome(expect = FORBIDDEN, desc = "the worker has stopped, and its server waits for it")
    @State
    public static class KickAndJoin {
        final Gate gate = new Gate();

        @Actor
        public void actor1(final I_Result r) {
            final Puppet worker = Worker.rest();
            gate.meetAndLag();
            r.r1 = Worker.runAndJoin(worker);
            Worker.rest(worker);
        }

        @Actor
        public void actor2() {
            gate.meet();
            RawServer.of(0).kick();
        }
    }

    @JCStressTest
    @Description("A server unregisters while a worker of it is listed: the list goes to the other server. Row \"server"
        + " leaves / worker is listed\".")
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "the worker is run by whoever has the list then")
    @Outcome(expect = FORBIDDEN, desc = "the worker is lost with its server")
    @State
    public static class LeaveAndList {
        final Gate gate = new Gate();
        final Gate left = new Gate();
        final Gate end = new Gate();
        final Gate back = new Gate();

        @Actor
        public void actor1() {
            Worker.rest();
            gate.meetAndLag();
            RawServer.of(0).unregister();
            left.meet();
            end.meet();
            RawServer.of(0).register();
            // Without any server the worker would be released.
            back.meet();
        }

        @Actor
        public void actor2(final II_Result r) {
            gate.meet();
            r.r2 = Worker.wake();
            left.meet();
            r.r1 = Worker.settleBy(1, Worker.worker) ? 0 : Worker.LOST;
            end.meet();
            back.meet();
        }
    }

    @JCStressTest
    @Description("The kernel marks next_tid CONSUMED before the worker runs: as the sentinel would see it.")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "consumed, as the worker sees it")
    @Outcome(expect = FORBIDDEN, desc = "a worker runs, and the sentinel would take it for not run")
    @State
    public static class ConsumedBeforeRun {

        @Actor
        public void actor1(final I_Result r) {
            final Puppet worker = Worker.rest();
            Worker.watched = RawServer.of(0).task();
            Worker.settle(worker);
            Worker.watched = null;
            r.r1 = Worker.watchedTid < 0 ? 1 : 0;
        }

        @Actor
        public void actor2() {
            Thread.onSpinWait();
        }
    }

    @JCStressTest
    @Description("While a worker runs, its state is RUNNING and its server's RUNNABLE, as the worker sees it; then it"
        + " is the other way round, as the server sees it.")
    @Outcome(id = "21, 12", expect = ACCEPTABLE, desc = "one of the two runs")
    @Outcome(expect = FORBIDDEN, desc = "both run, or none")
    @State
    public static class StatesAtSwitch {

        @Actor
        public void actor1(final II_Result r) {
            final Puppet worker = Worker.rest();
            Worker.watched = RawServer.of(0).task();
            Worker.settle(worker);
            Worker.watched = null;
            r.r1 = Worker.watchedStates;
            r.r2 = RawServer.of(0).task().stateVolatile() * 10 + worker.task().stateVolatile();
        }

        @Actor
        public void actor2() {
            Thread.onSpinWait();
        }
    }
}
