// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import static org.umcg.api.UmcgTaskDescriptor.BLOCKED;
import static org.umcg.api.UmcgTaskDescriptor.CTL_REGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_UNREGISTER;
import static org.umcg.api.UmcgTaskDescriptor.CTL_WORKER;
import static org.umcg.api.UmcgTaskDescriptor.FLAG_COND_WAIT;
import static org.umcg.api.UmcgTaskDescriptor.RUNNABLE;
import static org.umcg.api.UmcgTaskDescriptor.RUNNING;
import static org.umcg.api.UmcgTaskDescriptor.SIZE;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.umcg.api.Clock;
import org.umcg.api.Errno;
import org.umcg.api.UmcgException;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.api.UmcgTask;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.api.UmcgTaskSlab;
import org.umcg.binding.Umcg;

/**
 * A server and two workers by system calls alone, without the scheduler: one worker switches to the other and is
 * switched to, as often as it is told, and measures that. The server sleeps meanwhile.
 *
 * <p>The server has no sentinel. When the JVM stops it while a worker is held, the kernel releases that one after a
 * while, and the switch that comes next fails, and with it the benchmark.
 */
@State(Scope.Benchmark)
public class RawWorkers {

    /** The name of JMH's parameter. */
    static final String PARAMETER = "binding";

    private static final int HOLD_LIMIT_MILLIS = 1_000;
    private static final int WORKERS = 2;
    private static final int END = 0;
    private static final int MAX_TRIES = 1_000;

    @Param({"jni", "jna"})
    String binding;

    private UmcgSystemCalls calls;
    private UmcgTaskSlab tasks;
    /** Of the workers, then of the server; 0: not registered. */
    private final AtomicIntegerArray tids = new AtomicIntegerArray(WORKERS + 1);
    private final CountDownLatch isServerUp = new CountDownLatch(1);
    private final CountDownLatch areWorkersUp = new CountDownLatch(WORKERS);
    private final SynchronousQueue<Integer> orders = new SynchronousQueue<>();
    private final SynchronousQueue<Object> answers = new SynchronousQueue<>();
    private final Thread[] threads = new Thread[WORKERS + 1];
    private volatile boolean isOver;

    /** Starts the server, then the workers. */
    @Setup
    public void open() throws InterruptedException {
        MeasuredExecutor.chooseBinding(binding);
        calls = Umcg.systemCalls();
        tasks = UmcgTaskSlab.allocate(WORKERS + 1, calls);
        start(WORKERS, this::serve);
        isServerUp.await();
        start(1, this::switchBack);
        start(0, this::takeOrders);
        areWorkersUp.await();
    }

    /** Ends all three. */
    @TearDown
    public void close() throws InterruptedException {
        orders.put(END);
        for (final Thread thread : threads) {
            thread.join();
        }
    }

    /** How long so many switches take, in nanoseconds. */
    long measure(final int switches) throws InterruptedException {
        orders.put(switches);
        final Object answer = answers.take();
        if (answer instanceof Throwable) {
            throw new IllegalStateException("the switches failed", (Throwable) answer);
        }
        return (Long) answer;
    }

    private void start(final int index, final Runnable body) {
        threads[index] = new Thread(body, index == WORKERS ? "raw-server" : "raw-worker-" + index);
        threads[index].start();
    }

    /** The first worker. */
    private void takeOrders() {
        register(0);
        try {
            for (int switches = orders.take(); switches != END; switches = orders.take()) {
                answers.put(measureSwitches(switches));
            }
            isOver = true;
            switchTo(0, 1, UmcgTaskDescriptor.WAIT_YIELD);
        }
        catch (final InterruptedException e) {
            throw new IllegalStateException(e);
        }
        finally {
            isOver = true;
            unregister(0);
        }
    }

    private Object measureSwitches(final int switches) {
        try {
            final long begin = System.nanoTime();
            for (int i = 0; i < switches; i += 2) {
                switchTo(0, 1, 0);
            }
            return System.nanoTime() - begin;
        }
        catch (final UmcgException e) {
            return e;
        }
    }

    /** The second worker: it waits, then switches back whenever it is switched to. */
    private void switchBack() {
        register(1);
        try {
            switchTo(1, -1, 0);
            while (!isOver) {
                switchTo(1, 0, 0);
            }
        }
        finally {
            unregister(1);
        }
    }

    /** Names a worker, or nobody, and stops; returns when it is switched to. */
    private void switchTo(final int self, final int other, final int flags) {
        final UmcgTask task = tasks.task(self);
        int result = -Errno.EAGAIN;
        for (int i = 0; i < MAX_TRIES && result == -Errno.EAGAIN; i++) {
            task.stateVolatile(RUNNABLE | FLAG_COND_WAIT);
            task.nextTidPlain(other < 0 ? 0 : tids.get(other));
            result = calls.umcgWait(flags, 0);
            if (UmcgTaskDescriptor.isConsumed(task.nextTidAcquire())) {
                return;
            }
        }
        if (other >= 0 || result != 0) {
            throw new UmcgException(UmcgSystemCalls.WAIT, -result);
        }
    }

    private void register(final int worker) {
        final UmcgTask task = tasks.task(worker);
        tids.set(worker, calls.gettid());
        task.serverTidOpaque(tids.get(WORKERS));
        task.stateVolatile(BLOCKED);
        UmcgException.check(
            calls.ctl(CTL_REGISTER | CTL_WORKER, task.address(), SIZE, Clock.MONOTONIC.id()), UmcgSystemCalls.CTL);
        areWorkersUp.countDown();
    }

    private void unregister(final int worker) {
        UmcgException.check(
            calls.ctl(CTL_UNREGISTER | CTL_WORKER, tasks.task(worker).address(), SIZE, 0), UmcgSystemCalls.CTL);
        tids.set(worker, 0);
        calls.kick(0, tids.get(WORKERS));
    }

    private void serve() {
        final UmcgTask task = tasks.task(WORKERS);
        tids.set(WORKERS, calls.gettid());
        task.serverTidOpaque(tids.get(WORKERS));
        task.holdLimitMillisOpaque(HOLD_LIMIT_MILLIS);
        task.stateVolatile(RUNNING);
        UmcgException.check(
            calls.ctl(CTL_REGISTER, task.address(), SIZE, Clock.MONOTONIC.id()), UmcgSystemCalls.CTL);
        isServerUp.countDown();
        final boolean[] isListed = new boolean[WORKERS];
        while (!isOver || tids.get(0) != 0 || tids.get(1) != 0) {
            turn(task, isListed);
        }
        task.stateVolatile(RUNNING);
        UmcgException.check(calls.ctl(CTL_UNREGISTER, task.address(), SIZE, 0), UmcgSystemCalls.CTL);
    }

    private void turn(final UmcgTask task, final boolean[] isListed) {
        task.stateVolatile(RUNNABLE);
        task.takeBlockedWorkers();
        int worker = tasks.indexOf(task.takeRunnableWorkers());
        while (worker >= 0) {
            isListed[worker] = true;
            worker = tasks.indexOf(tasks.task(worker).runnableWorkersLinkAcquire());
        }
        final int next = isListed[0] ? 0 : isListed[1] ? 1 : -1;
        task.nextTidPlain(next < 0 ? 0 : tids.get(next));
        calls.umcgWait(0, 0);
        if (next >= 0 && UmcgTaskDescriptor.isConsumed(task.nextTidAcquire())) {
            isListed[next] = false;
        }
    }
}
