// SPDX-License-Identifier: Apache-2.0

package org.umcg.concurrency;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Description;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;
import org.umcg.scheduler.UmcgScheduler;

/** What a program may rely on, whatever servers and kernel do below: the edges of the JDK's contracts. */
@ActorsAre(Role.WORKERS)
public class UserTests {

    private static final Pool<BytePipe> PIPES = new Pool<>(BytePipe::new, pipe -> { });
    private static final ExecutorService EXECUTOR = SharedScheduler.get().newExecutor();
    private static final UmcgScheduler ONE_SERVER = UmcgScheduler.builder().servers(1).workers(2).daemon(true).start();
    private static final ExecutorService TWO_ON_ONE = ONE_SERVER.newExecutor();
    private static final ExecutorService ALONE = Executors.newSingleThreadExecutor(ONE_SERVER.threadFactory());

    @JCStressTest
    @Description("What is written before submit() is seen by the task, on another worker.")
    @Outcome(id = "7, 0", expect = ACCEPTABLE, desc = "submit() brings it along")
    @Outcome(expect = FORBIDDEN, desc = "the task does not see it")
    @State
    public static class SubmitThenRun {
        int data;

        @Actor
        public void actor1(final II_Result r) {
            data = 7;
            r.r1 = UserTests.get(EXECUTOR.submit(() -> data));
        }

        @Actor
        public void actor2() {
            Thread.onSpinWait();
        }
    }

    @JCStressTest
    @Description("What a task writes is seen after get() of its Future.")
    @Outcome(id = "7, 0", expect = ACCEPTABLE, desc = "get() brings it along")
    @Outcome(expect = FORBIDDEN, desc = "it is not seen")
    @State
    public static class RunThenGet {
        int data;

        @Actor
        public void actor1(final II_Result r) {
            UserTests.get(EXECUTOR.submit(() -> {
                data = 7;
                return 0;
            }));
            r.r1 = data;
        }

        @Actor
        public void actor2() {
            Thread.onSpinWait();
        }
    }

    @JCStressTest
    @Description("Two workers submit a task each to one worker: tasks of one worker see each other.")
    @Outcome(id = {"1, 2", "2, 1"}, expect = ACCEPTABLE, desc = "one after the other")
    @Outcome(expect = FORBIDDEN, desc = "two tasks of one worker at a time, or unseen by each other")
    @State
    public static class SubmitByTwo {
        int count;

        @Actor
        public void actor1(final II_Result r) {
            r.r1 = UserTests.get(ALONE.submit(() -> ++count));
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = UserTests.get(ALONE.submit(() -> ++count));
        }
    }

    @JCStressTest
    @Description("A task writes two words and blocks, on the only server; another worker's task runs there before that,"
        + " or next.")
    @Outcome(id = {"0, 0", "8, 7"}, expect = ACCEPTABLE, desc = "before both writes, or after both")
    @Outcome(expect = FORBIDDEN, desc = "what was written before the block is not seen by what the server runs next")
    @State
    public static class BlockedThenRunNext {
        int data;
        int later;

        @Actor
        public void actor1(final II_Result r) {
            final Future<Integer> first = TWO_ON_ONE.submit(() -> {
                data = 7;
                later = 8;
                LockSupport.parkNanos(1);
                return 0;
            });
            UserTests.get(TWO_ON_ONE.submit(() -> {
                r.r1 = later;
                r.r2 = data;
                return 0;
            }));
            UserTests.get(first);
        }

        @Actor
        public void actor2() {
            Thread.onSpinWait();
        }
    }

    @JCStressTest
    @Description("A worker starts a thread and joins it.")
    @Outcome(id = "7, 8", expect = ACCEPTABLE, desc = "start() and join() bring it along")
    @Outcome(expect = FORBIDDEN, desc = "start() or join() of a worker has lost a write")
    @State
    public static class StartAndJoin {
        int data;
        int answer;

        @Actor
        public void actor1(final II_Result r) {
            data = 7;
            final int[] seen = new int[1];
            final Thread thread = SharedScheduler.get().threadFactory().newThread(() -> {
                seen[0] = data;
                answer = 8;
            });
            thread.start();
            UserTests.join(thread);
            r.r1 = seen[0];
            r.r2 = answer;
        }

        @Actor
        public void actor2() {
            Thread.onSpinWait();
        }
    }

    @JCStressTest
    @Description("A worker leaves the servers for a while, and comes back, while the other one adds, too.")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "both")
    @Outcome(expect = FORBIDDEN, desc = "a write is lost on the way")
    @State
    public static class CallUnmanaged {
        final AtomicInteger sum = new AtomicInteger();

        @Actor
        public void actor1() {
            UserTests.callUnmanaged(sum);
        }

        @Actor
        public void actor2() {
            sum.getAndIncrement();
        }

        @Arbiter
        public void arbiter(final I_Result r) {
            r.r1 = sum.get();
        }
    }

    @JCStressTest
    @Description("Plain writes of a worker before, in and after callUnmanaged() are its own: it sees them.")
    @Outcome(id = {"3, 0", "3, 1", "3, 2", "3, 3"}, expect = ACCEPTABLE, desc = "in program order")
    @Outcome(expect = FORBIDDEN, desc = "a write is lost on the way")
    @State
    public static class CallUnmanagedKeepsOrder {
        int data;
        volatile int seen;

        @Actor
        public void actor1(final II_Result r) {
            data = 1;
            final AtomicInteger inside = new AtomicInteger(data);
            UserTests.callUnmanaged(inside);
            data = inside.get() + 1;
            seen = data;
            r.r1 = data;
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r2 = seen;
        }
    }

    @JCStressTest
    @Description("A plain write, then a volatile one; the actors run on two servers.")
    @Outcome(id = {"0, 0", "0, 7", "1, 7"}, expect = ACCEPTABLE, desc = "the flag brings it along")
    @Outcome(expect = FORBIDDEN, desc = "the flag is seen, what was written before is not")
    @State
    public static class VolatileMessage {
        int data;
        volatile int flag;

        @Actor
        public void actor1() {
            data = 7;
            flag = 1;
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r1 = flag;
            r.r2 = data;
        }
    }

    @JCStressTest
    @Description("The same with the flag first.")
    @Outcome(id = {"0, 0", "0, 7", "1, 7"}, expect = ACCEPTABLE, desc = "the flag brings it along")
    @Outcome(expect = FORBIDDEN, desc = "the flag is seen, what was written before is not")
    @State
    public static class WeakFlagBeforeData {
        int data;
        volatile int flag;

        @Actor
        public void actor1() {
            flag = 1;
            data = 7;
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r1 = flag;
            r.r2 = data;
        }
    }

    @JCStressTest
    @Description("Two workers, each writes its own volatile word and reads the other's: they do run at the same time.")
    @Outcome(id = {"0, 1", "1, 0", "1, 1"}, expect = ACCEPTABLE, desc = "one sees the other")
    @Outcome(expect = FORBIDDEN, desc = "none sees the other")
    @State
    public static class VolatileStoreThenLoad {
        volatile int left;
        volatile int right;

        @Actor
        public void actor1(final II_Result r) {
            left = 1;
            r.r1 = right;
        }

        @Actor
        public void actor2(final II_Result r) {
            right = 1;
            r.r2 = left;
        }
    }

    @JCStressTest
    @Description("The same with plain words.")
    @Outcome(id = {"0, 1", "1, 0", "1, 1"}, expect = ACCEPTABLE, desc = "one sees the other")
    @Outcome(expect = FORBIDDEN, desc = "none sees the other")
    @State
    public static class WeakPlainStoreThenLoad {
        int left;
        int right;

        @Actor
        public void actor1(final II_Result r) {
            left = 1;
            r.r1 = right;
        }

        @Actor
        public void actor2(final II_Result r) {
            right = 1;
            r.r2 = left;
        }
    }

    @JCStressTest
    @Description("A worker yields between its two writes: its own order stays.")
    @Outcome(id = {"0, 0", "0, 1", "1, 1"}, expect = ACCEPTABLE, desc = "in order")
    @Outcome(expect = FORBIDDEN, desc = "the later write without the earlier one")
    @State
    public static class YieldBetween {
        volatile int first;
        volatile int second;

        @Actor
        public void actor1() {
            first = 1;
            Thread.yield();
            second = 1;
        }

        @Actor
        public void actor2(final II_Result r) {
            r.r1 = second;
            r.r2 = first;
        }
    }

    @JCStressTest
    @Description("A worker writes a word and then a byte to a pipe; another one blocks in the read. Java promises"
        + " nothing of pipes; the kernel's wake-up, hold and run do.")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "the byte brings it along")
    @Outcome(expect = FORBIDDEN, desc = "the byte has come, what was written before has not")
    @State
    public static class PipeCarries {
        final UserTests.BytePipe pipe = UserTests.PIPES.next();
        volatile int data;

        @Actor
        public void actor1() {
            data = 7;
            pipe.write();
        }

        @Actor
        public void actor2(final I_Result r) {
            pipe.read();
            r.r1 = data;
        }
    }

    @JCStressTest
    @Description("The same with the byte first.")
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "the byte brings it along")
    @Outcome(expect = FORBIDDEN, desc = "the byte has come, what was written before has not")
    @State
    public static class WeakPipeFirst {
        final UserTests.BytePipe pipe = UserTests.PIPES.next();
        volatile int data;

        @Actor
        public void actor1() {
            pipe.write();
            data = 7;
        }

        @Actor
        public void actor2(final I_Result r) {
            pipe.read();
            r.r1 = data;
        }
    }

    private static int get(final Future<Integer> future) {
        try {
            return future.get();
        }
        catch (final InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void join(final Thread thread) {
        try {
            thread.join();
        }
        catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void callUnmanaged(final AtomicInteger sum) {
        try {
            UmcgScheduler.callUnmanaged(sum::getAndIncrement);
        }
        catch (final Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** A pipe for one byte at a time. */
    private static final class BytePipe {
        private final Pipe pipe;

        BytePipe() {
            try {
                pipe = Pipe.open();
            }
            catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void write() {
            try {
                pipe.sink().write(ByteBuffer.allocate(1));
            }
            catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void read() {
            try {
                pipe.source().read(ByteBuffer.allocate(1));
            }
            catch (final IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
