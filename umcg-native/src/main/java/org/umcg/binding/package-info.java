// SPDX-License-Identifier: Apache-2.0

/**
 * How Java reaches the UMCG system calls: {@link org.umcg.binding.Umcg} tells whether it can, and
 * hands out the binding.
 *
 * <p>System properties:
 * <ul>
 * <li>{@code org.umcg.binding}: {@code jni} (the default) or {@code jna}</li>
 * <li>{@code org.umcg.native.path}: the library's file, or a directory with {@code libumcg.so}</li>
 * <li>{@code org.umcg.native.workdir}: where the bundled library is put for the moment of loading;
 * by default {@code java.io.tmpdir}</li>
 * </ul>
 */
package org.umcg.binding;
