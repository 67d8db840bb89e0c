// SPDX-License-Identifier: Apache-2.0

/**
 * Tests that need a UMCG kernel: classes {@code *SystemTest}, run by {@code ./umcg test} inside the
 * VM through JUnit's console launcher. Nothing here is skipped: a kernel without UMCG fails them.
 *
 * <p>The raw tests have Java servers without a native stand-in. A safepoint could stop such a server
 * for good while a worker is held, so they keep short, allocate little and end by themselves.
 */
package org.umcg.tests;
