// SPDX-License-Identifier: Apache-2.0

/**
 * Where each instruction goes: {@link org.umcg.profile.ProfileProgram} names what {@code ./umcg profile} has stepped
 * through, {@link org.umcg.profile.HandOffProgram} is a program to step through.
 */
package org.umcg.profile;
