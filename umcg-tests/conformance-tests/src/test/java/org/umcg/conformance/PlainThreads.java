// SPDX-License-Identifier: Apache-2.0

package org.umcg.conformance;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/** Platform threads as the JDK has them: what the suite expects of workers is true of these. */
final class PlainThreads implements Threads {

    private final Uncaught uncaught = new Uncaught();
    private final Roster roster = new Roster(this::newThread);
    private final ThreadLocal<Boolean> isForNow = ThreadLocal.withInitial(() -> false);

    @Override
    public ExecutorService newExecutor() {
        return Executors.newFixedThreadPool(POOL_SIZE, roster);
    }

    @Override
    public ThreadFactory factory() {
        return roster;
    }

    private Thread newThread(final Runnable target) {
        final Thread member = new Member(target);
        member.setUncaughtExceptionHandler(uncaught);
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
        return roster.alive();
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
        roster.interruptAll();
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
