// SPDX-License-Identifier: Apache-2.0

package org.umcg.scheduler;

import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes a scheduler's threads as long as there is room for them. See {@link UmcgScheduler#threadFactory()}. */
final class WorkerFactory implements ThreadFactory {

    private final ServerGroup group;
    private final WorkerSlots slots;
    private final ThreadSettings settings;
    private final AtomicInteger number = new AtomicInteger();

    WorkerFactory(final ServerGroup group, final ThreadSettings settings) {
        this.group = group;
        this.settings = settings;
        slots = group.slots();
    }

    @Override
    public Thread newThread(final Runnable target) {
        Objects.requireNonNull(target, "target");
        final boolean byWorker = Worker.isOneOf(group);
        if (slots.isOpenTo(byWorker)) {
            final WorkerThread thread = new WorkerThread(
                group, settings, target, settings.name(number.incrementAndGet()), byWorker);
            settings.applyTo(thread);
            group.newcomers().add(thread);
            return thread;
        }
        if (!slots.isClosing()) {
            throw group.refusals().refuse(false);
        }
        group.refusals().refuseQuietly();
        return null;
    }
}
