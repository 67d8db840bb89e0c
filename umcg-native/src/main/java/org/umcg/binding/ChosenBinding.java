// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import java.util.Locale;
import java.util.function.Supplier;
import org.umcg.api.UmcgSystemCalls;

/** The binding that {@link Umcg#BINDING_PROPERTY} asks for. */
final class ChosenBinding implements Supplier<UmcgSystemCalls> {

    @Override
    public UmcgSystemCalls get() {
        final String name = System.getProperty(Umcg.BINDING_PROPERTY, "jni");
        switch (name.toLowerCase(Locale.ROOT)) {
            case "jni":
                return new JniSystemCalls();
            case "jna":
                return openJna();
            default:
                throw new UnsatisfiedLinkError("no binding \"" + name + "\": jni and jna are there");
        }
    }

    private static UmcgSystemCalls openJna() {
        try {
            return new JnaSystemCalls();
        }
        catch (final NoClassDefFoundError e) {
            if (!(e.getCause() instanceof ClassNotFoundException)) {
                throw e;
            }
            final LinkageError error = new UnsatisfiedLinkError("there is no JNA: add net.java.dev.jna:jna to the "
                + "class path, or net.java.dev.jna:jna-jpms to the module path with --add-modules com.sun.jna");
            error.initCause(e);
            throw error;
        }
    }
}
