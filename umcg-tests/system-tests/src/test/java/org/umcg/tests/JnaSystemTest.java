// SPDX-License-Identifier: Apache-2.0

package org.umcg.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.umcg.testsupport.Child;
import org.umcg.testsupport.TestJvm;

/** A scheduler without any compiled library of this project. */
class JnaSystemTest {

    @Test
    void shouldRunTasksWithoutNativeLibrary() throws Exception {
        final List<String> command = TestJvm.command(
            List.of("-Dorg.umcg.binding=jna", "-Dorg.umcg.native.path=/nonexistent"), JnaProgram.class);
        final Child child = Child.run(command.toArray(new String[0]));

        assertThat(child.output()).contains("10000 tasks, 0 parts of libumcg");
        assertThat(child.output()).containsOnlyOnce("the JNA binding has no sentinel");
        assertThat(child.exitCode()).isZero();
    }
}
