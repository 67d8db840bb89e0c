// SPDX-License-Identifier: Apache-2.0

package org.umcg.stress;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.stream.Stream;

/** The garbage collectors that a JDK is built with. */
final class Collectors {

    /** Their options. */
    static final List<String> OF_THIS_JDK = Stream.of("UseSerialGC", "UseParallelGC", "UseG1GC",
        "UseZGC", "UseShenandoahGC").filter(Collectors::isBuiltIn).map(name -> "-XX:+" + name).toList();

    private Collectors() {
    }

    private static boolean isBuiltIn(final String option) {
        try {
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class).getVMOption(option);
            return true;
        }
        catch (final IllegalArgumentException e) {
            return false;
        }
    }
}
