// SPDX-License-Identifier: Apache-2.0

package org.umcg.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UmcgExceptionTest {

    @ParameterizedTest
    @ValueSource(ints = {0, 1, -Errno.EAGAIN, -Errno.EINTR, -Errno.ESRCH, -Errno.ETIMEDOUT})
    void shouldReturnResultWhenCallersDealWithIt(final int result) {
        assertThat(UmcgException.check(result, UmcgSystemCalls.WAIT)).isEqualTo(result);
    }

    @ParameterizedTest
    @ValueSource(ints = {
        Errno.EPERM, Errno.ENOMEM, Errno.EACCES, Errno.EFAULT, Errno.EBUSY, Errno.EINVAL,
        Errno.ENOSYS, Errno.EOPNOTSUPP, 4095})
    void shouldThrowWithErrnoWhenCallersCannotGoOn(final int errno) {
        assertThatExceptionOfType(UmcgException.class)
            .isThrownBy(() -> UmcgException.check(-errno, UmcgSystemCalls.CTL))
            .satisfies(e -> assertThat(e.errno()).isEqualTo(errno));
    }

    @Test
    void shouldNameCallNumberAndText() {
        assertThat(new UmcgException(UmcgSystemCalls.WAIT, Errno.EINVAL))
            .hasMessage("umcg_wait(..) failed with error(-22): Invalid argument");
        assertThat(new UmcgException(UmcgSystemCalls.CTL, Errno.ENOSYS))
            .hasMessage("umcg_ctl(..) failed with error(-38): Function not implemented");
        assertThat(new UmcgException(UmcgSystemCalls.KICK, 4095))
            .hasMessage("umcg_kick(..) failed with error(-4095): Unknown error 4095");
    }
}
