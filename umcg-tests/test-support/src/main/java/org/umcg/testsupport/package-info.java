// SPDX-License-Identifier: Apache-2.0

/**
 * What the tests of several modules share. Nothing here asserts anything of the library: a thread that hangs, and
 * a JVM that does not end, are failures of the test itself.
 */
package org.umcg.testsupport;
