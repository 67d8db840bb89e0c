// SPDX-License-Identifier: Apache-2.0

package org.openjdk.jcstress.infra.runners;

import org.openjdk.jcstress.util.Counter;
import org.umcg.concurrency.Role;

/**
 * The thread of an actor, for one iteration.
 *
 * <p>First on the class path, in the place of jcstress's class of that name, it has the actor be a worker or a server
 * as long as it lives: see {@link Role}.
 */
public abstract class CounterThread<R> extends AbstractThread {

    private Counter<R> result;

    protected CounterThread(final String name) {
        super(name);
    }

    public Counter<R> result() {
        return result;
    }

    @Override
    public void run() {
        try {
            Role.of(this).run(getName(), () -> result = internalRun());
        }
        catch (final Throwable t) {
            throwable = t;
        }
    }

    protected abstract Counter<R> internalRun();
}
