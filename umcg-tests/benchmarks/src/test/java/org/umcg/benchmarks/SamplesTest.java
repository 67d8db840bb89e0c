// SPDX-License-Identifier: Apache-2.0

package org.umcg.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SamplesTest {

    @Test
    void shouldTellMiddleWhenOneSampleIsFarOff() {
        final Samples samples = new Samples();
        samples.add(3);
        samples.add(1_000_000);
        samples.add(1);

        assertThat(samples.median()).isEqualTo(3);
    }

    @Test
    void shouldTellMeanOfBothMiddlesWhenTheirNumberIsEven() {
        final Samples samples = new Samples();
        samples.add(8);
        samples.add(2);
        samples.add(4);
        samples.add(1);

        assertThat(samples.median()).isEqualTo(3);
    }
}
