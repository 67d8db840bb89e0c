// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/** Platform threads as the JDK has them: what the suite expects of workers is true of these. */
final class PlainThreads implements Threads {

    private final Uncaught uncaught = new Uncaught();
    private final Set<Thread> made = ConcurrentHashMap.newKeySet();
    private final ThreadLocal<Boolean> isForNow = ThreadLocal.withInitial(() -> false);

    @Override
    public ExecutorService newExecutor() {
        return Executors.newFixedThreadPool(POOL_SIZE, factory());
    }

    @Override
    public ThreadFactory factory() {
        return this::newThread;
    }

    private Thread newThread(final Runnable target) {
        final Thread member = new Member(target);
        member.setUncaughtExceptionHandler(uncaught);
        made.add(member);
        return member;
    }

    @Override
    public void runAsMember(final Runnable body) {
        isForNow.set(true);
        try {
            body.run();
        }
        finally {
            isForNow.remove();
        }
    }

    @Override
    public boolean isMember() {
        return Thread.currentThread() instanceof Member || isForNow.get();
    }

    @Override
    public long alive() {
        made.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
        return made.stream().filter(Thread::isAlive).count();
    }

    @Override
    public List<Throwable> takeUncaught() {
        return uncaught.take();
    }

    @Override
    public String close(final Duration limit) {
        return alive() == 0 ? null : "threads are left";
    }

    @Override
    public void abandon() {
        made.forEach(Thread::interrupt);
    }

    @Override
    public String toString() {
        return "a plain thread of the run";
    }

    private static final class Member extends Thread {
        Member(final Runnable target) {
            super(target);
        }
    }
}
