// SPDX-License-Identifier: Apache-2.0

package org.openjdk.jcstress.infra.runners;

import org.umcg.concurrency.Role;

/**
 * The thread of an actor while jcstress finds out how much memory it needs.
 *
 * <p>First on the class path, in the place of jcstress's class of that name, it has the actor be a worker or a server
 * as long as it lives: see {@link Role}.
 */
public abstract class LongThread extends AbstractThread {

    private long result;

    protected LongThread(final String name) {
        super(name);
    }

    public long result() {
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

    protected abstract long internalRun();
}
