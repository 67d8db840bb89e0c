// SPDX-License-Identifier: Apache-2.0

package org.umcg.concurrency;

import org.openjdk.jcstress.infra.TestInfo;
import org.openjdk.jcstress.infra.runners.TestList;

/**
 * What an actor of jcstress is for the kernel, from the first to the last step of an iteration: jcstress makes a thread
 * for each actor and iteration, which registers once and then calls the actor some hundred thousand times.
 */
public enum Role {

    /**
     * A worker of a scheduler with two servers. The actors run at the same time, each on a server of its own; what they
     * do to each other goes through blocks, holds and runs as soon as one of them sleeps. Also seen: what the servers
     * do, as far as it changes what workers see.
     */
    WORKERS {
        @Override
        void runRegistered(final String actor, final Runnable body) {
            SharedScheduler.get().runManaged(body);
        }
    },

    /**
     * A registered server of its own making, which does what a test says with its struct umcg_task and with workers
     * that are {@link Puppet}s. Seen: each access to shared memory, against the kernel and against the other server.
     */
    SERVERS {
        @Override
        void runRegistered(final String actor, final Runnable body) {
            RawServer.of(actor.charAt(actor.length() - 1) - '1').runRegistered(body);
        }
    };

    abstract void runRegistered(String actor, Runnable body);

    /**
     * Runs an actor, as what this says.
     *
     * @param threadName ends with the actor's name, actor1 or actor2
     * @param body       what it does
     */
    public void run(final String threadName, final Runnable body) {
        runRegistered(threadName, body);
    }

    /**
     * What the actor is that a thread of a runner executes: as the test says.
     *
     * @param thread of a class within the class that jcstress has made of a test
     */
    public static Role of(final Thread thread) throws ClassNotFoundException {
        final String runner = thread.getClass().getEnclosingClass().getName();
        for (final String name : TestList.tests()) {
            final TestInfo test = TestList.getInfo(name);
            if (test.generatedRunner().equals(runner)) {
                return saidBy(Class.forName(test.binaryName()));
            }
        }
        throw new IllegalStateException("no test of " + runner);
    }

    private static Role saidBy(final Class<?> test) {
        for (Class<?> at = test; at != null; at = at.getEnclosingClass()) {
            if (at.isAnnotationPresent(ActorsAre.class)) {
                return at.getAnnotation(ActorsAre.class).value();
            }
        }
        throw new IllegalStateException(test + " does not say what its actors are");
    }
}
