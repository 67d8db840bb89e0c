// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

import java.io.IOException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.umcg.scheduler.UmcgScheduler;

/**
 * Two threads that hand a turn to each other by {@link LockSupport}, for {@code ./umcg profile}: workers of one
 * server, or platform threads. The leader prints the markers; a period is a hand-off, from one
 * call of unpark to the next one.
 *
 * <p>The count by the clock is the time between the first and the last hand-off: where a machine counts instructions as
 * nanoseconds, that is what they cost together, with all that other threads have to do for it.
 */
public final class HandOffProgram {

    private static final String WORKERS = "workers";
    private static final String PLATFORM = "platform";
    private static final String USAGE = "usage: HandOffProgram " + WORKERS + '|' + PLATFORM;

    /** In one call of a method, so that the calls of the warm-up compile it as the measured one runs it. */
    private static final int ROUNDS = 50;
    private static final int WARM_UP_CALLS = 400;
    private static final int LEADER = 0;
    private static final int FOLLOWER = 1;

    private final Thread[] players = new Thread[2];
    /** Whose turn it is. Written by the player that has it, before it unparks the other one. */
    private volatile int turn = LEADER;
    private volatile boolean isOver;

    private HandOffProgram() {
    }

    /**
     * Hands over until all is said.
     *
     * @param arguments {@code workers} or {@code platform}
     * @throws Exception if the answer to the first marker cannot be read, or the threads are interrupted
     */
    public static void main(final String[] arguments) throws Exception {
        if (arguments.length == 1 && arguments[0].equals(WORKERS)) {
            onWorkers();
        }
        else if (arguments.length == 1 && arguments[0].equals(PLATFORM)) {
            new HandOffProgram().play(Thread::new);
        }
        else {
            System.err.println(USAGE);
            System.exit(2);
        }
    }

    private static void onWorkers() throws InterruptedException {
        try (UmcgScheduler scheduler = UmcgScheduler.start(1, 2)) {
            new HandOffProgram().play(scheduler.threadFactory());
        }
    }

    private void play(final ThreadFactory factory) throws InterruptedException {
        players[LEADER] = factory.newThread(this::lead);
        players[FOLLOWER] = factory.newThread(this::follow);
        for (final Thread player : players) {
            player.start();
        }
        for (final Thread player : players) {
            player.join();
        }
    }

    private void lead() {
        for (int i = 0; i < WARM_UP_CALLS; i++) {
            handOver(LEADER);
        }
        System.out.println("umcg-profile: begin period=Unsafe_Unpark");
        awaitAnswer();
        final long start = System.nanoTime();
        handOver(LEADER);
        final long nanos = System.nanoTime() - start;
        System.out.println("umcg-profile: end periods=" + 2 * ROUNDS + " nanoseconds=" + nanos);
        isOver = true;
        pass(LEADER);
    }

    private void follow() {
        await(FOLLOWER);
        while (!isOver) {
            handOver(FOLLOWER);
        }
    }

    /** Both players are in it: the one with the turn passes it on, and has it back at the end of each round. */
    private void handOver(final int me) {
        for (int i = 0; i < ROUNDS; i++) {
            pass(me);
            await(me);
        }
    }

    private void pass(final int me) {
        turn = 1 - me;
        LockSupport.unpark(players[1 - me]);
    }

    private void await(final int me) {
        while (turn != me) {
            LockSupport.park(this);
        }
    }

    private static void awaitAnswer() {
        try {
            System.in.read();
        }
        catch (final IOException e) {
            throw new IllegalStateException("nobody answers the marker", e);
        }
    }
}
