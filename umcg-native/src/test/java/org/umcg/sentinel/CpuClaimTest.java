// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.umcg.binding.JniSystemCalls;

/** Of CPUs that no machine has, so that nobody else claims them. */
class CpuClaimTest {

    private static final int FIRST = 100_000;

    private final List<CpuClaim> claims = new ArrayList<>();

    @BeforeAll
    static void load() {
        JniSystemCalls.ensureLoaded();
    }

    @AfterEach
    void close() {
        claims.forEach(CpuClaim::close);
    }

    @Test
    void shouldGiveEachCpuOnceBeforeAnyIsGivenTwice() {
        final int[] cpus = {FIRST, FIRST + 1, FIRST + 2};

        assertThat(List.of(claim(cpus), claim(cpus), claim(cpus))).containsExactly(FIRST, FIRST + 1, FIRST + 2);
        assertThat(List.of(claim(cpus), claim(cpus), claim(cpus))).containsExactly(FIRST, FIRST + 1, FIRST + 2);
    }

    @Test
    void shouldGiveCpuWithFewestClaims() {
        claim(FIRST);

        assertThat(claim(FIRST, FIRST + 1)).isEqualTo(FIRST + 1);
    }

    @Test
    void shouldGiveCpuAgainOnceItIsGivenBack() {
        claim(FIRST);
        final CpuClaim second = CpuClaim.of(FIRST + 1);
        second.close();
        second.close();

        assertThat(claim(FIRST, FIRST + 1)).isEqualTo(FIRST + 1);
    }

    /** As where nobody can be asked any more. */
    @Test
    void shouldGoRoundWhenAllClaimsAreTaken() {
        final int[] cpus = {FIRST, FIRST + 1};
        for (int i = 0; i < 32; i++) {
            claim(cpus);
        }

        assertThat(List.of(claim(cpus), claim(cpus))).containsExactlyInAnyOrder(FIRST, FIRST + 1);
    }

    @Test
    void shouldNameCpusThatThreadMayUse() {
        assertThat(CpuClaim.allowed()).isNotEmpty().isSorted().doesNotHaveDuplicates();
        assertThat(CpuClaim.pin(FIRST)).isNegative();
    }

    private int claim(final int... cpus) {
        final CpuClaim claim = CpuClaim.of(cpus);
        claims.add(claim);
        return claim.cpu();
    }
}
