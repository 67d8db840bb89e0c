// SPDX-License-Identifier: Apache-2.0

package org.openjdk.jcstress.infra.runners;

import org.umcg.concurrency.Role;

/**
 * The thread of an actor in the one call by which jcstress checks that it works.
 *
 * <p>First on the class path, in the place of jcstress's class of that name, it has the actor be a worker or a server
 * as long as it lives: see {@link Role}.
 */
public abstract class VoidThread extends AbstractThread {

    protected VoidThread(final String name) {
        super(name);
    }

    @Override
    public void run() {
        try {
            Role.of(this).run(getName(), this::internalRun);
        }
        catch (final Throwable t) {
            throwable = t;
        }
    }

    protected abstract void internalRun();
}
