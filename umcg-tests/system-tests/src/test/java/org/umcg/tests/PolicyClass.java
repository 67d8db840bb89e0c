// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.umcg.scheduler.SchedulingPolicy;

/** A policy that was compiled into a folder, with a constructor that takes what a policy can know. */
final class PolicyClass implements SchedulingPolicy.Factory, AutoCloseable {

    private final URLClassLoader loader;
    private final Constructor<? extends SchedulingPolicy> constructor;

    PolicyClass(final Path folder, final String name) throws IOException, ReflectiveOperationException {
        loader = new URLClassLoader(new URL[] {folder.toUri().toURL()});
        constructor = loader.loadClass(name).asSubclass(SchedulingPolicy.class)
            .getConstructor(SchedulingPolicy.Workers.class);
    }

    @Override
    public SchedulingPolicy create(final SchedulingPolicy.Workers workers) {
        try {
            return constructor.newInstance(workers);
        }
        catch (final ReflectiveOperationException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
