// SPDX-License-Identifier: Apache-2.0

package org.umcg.concurrency;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What the actors of a test, or of all tests within a class, are for the kernel. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface ActorsAre {
    Role value();
}
