// SPDX-License-Identifier: Apache-2.0

package org.umcg.binding;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.umcg.api.Errno;
import org.umcg.api.UmcgTaskDescriptor;
import org.umcg.api.UmcgUnavailableException;
import org.umcg.api.UmcgUnavailableException.Reason;

class AvailabilityTest {

    private static final int ALL_FEATURES =
        UmcgTaskDescriptor.FEATURE_PREEMPT | UmcgTaskDescriptor.FEATURE_CRITICAL;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void shouldBeAvailableWhenKernelAnswersOurVersion() {
        final Availability availability = answering(UmcgTaskDescriptor.ABI_VERSION | ALL_FEATURES);

        assertThat(availability.cause()).isNull();
        assertThat(availability.systemCalls()).hasToString("test");
        assertThat(UmcgTaskDescriptor.features(availability.queryResult())).isEqualTo(ALL_FEATURES);
    }

    @ParameterizedTest
    @CsvSource({"Linux,aarch64", "Linux,x86", "Windows 10,amd64", "Mac OS X,x86_64"})
    void shouldNameBothWhenPlatformIsWrong(final String osName, final String osArch) {
        final Availability availability = Availability.probe(osName, osArch, () -> {
            throw new AssertionError("the binding was loaded");
        });

        assertThat(availability.cause().reason()).isEqualTo(Reason.PLATFORM);
        assertThat(availability.cause()).hasMessageContaining(osName + " on " + osArch);
    }

    @Test
    void shouldKeepLoadersWordsWhenLibraryCannotBeLoaded() {
        final UmcgUnavailableException cause = failing(new UnsatisfiedLinkError("tried /a and /b")).cause();

        assertThat(cause.reason()).isEqualTo(Reason.LIBRARY);
        assertThat(cause).hasMessage("the binding to UMCG cannot be loaded: tried /a and /b").hasNoCause();
    }

    @Test
    void shouldNameWhatWasThrownWhenItsMessageDoesNotTell() {
        final Throwable below = new ClassNotFoundException("a class");
        final UmcgUnavailableException cause = failing(new ExceptionInInitializerError(below)).cause();

        assertThat(cause.reason()).isEqualTo(Reason.LIBRARY);
        assertThat(cause).hasMessageEndingWith("java.lang.ExceptionInInitializerError").hasCause(below);
    }

    @Test
    void shouldBeUnavailableWhenBindingThrowsAnything() {
        final UmcgUnavailableException cause =
            failing(new InvalidPathException("/t\u00fcr", "Malformed input")).cause();

        assertThat(cause.reason()).isEqualTo(Reason.LIBRARY);
        assertThat(cause).hasMessageContaining("Malformed input");
    }

    @Test
    void shouldNameFlagWhenJvmDeniesNativeAccess() {
        final IllegalCallerException denial = new IllegalCallerException("Illegal native access from unnamed module");

        for (final Throwable problem : List.of(denial, new ExceptionInInitializerError(denial))) {
            final UmcgUnavailableException cause = failing(problem).cause();
            assertThat(cause.reason()).isEqualTo(Reason.NATIVE_ACCESS);
            assertThat(cause).hasNoCause()
                .hasMessageContainingAll(denial.getMessage(), "--enable-native-access=ALL-UNNAMED");
        }
    }

    @Test
    void shouldSayHowToGetKernelWhenItHasNoUmcg() {
        final UmcgUnavailableException cause = answering(-Errno.ENOSYS).cause();

        assertThat(cause.reason()).isEqualTo(Reason.KERNEL);
        assertThat(cause).hasMessageContainingAll(
            "this kernel, Linux " + System.getProperty("os.version") + ", has no UMCG",
            "umcg_ctl(..) failed with error(-38): Function not implemented",
            "./umcg run -- java -jar",
            "\"A kernel for your own machine\" in README.md",
            "seccomp");
        assertThat(cause).hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.EPERM, Errno.EACCES})
    void shouldBlameFilterWhenCallIsForbidden(final int errno) {
        final UmcgUnavailableException cause = answering(-errno).cause();

        assertThat(cause.reason()).isEqualTo(Reason.FORBIDDEN);
        assertThat(cause).hasMessageContainingAll("seccomp", "error(-" + errno + ")", "umcg_wait", "1001");
    }

    @Test
    void shouldNameBothVersionsWhenAbiDiffers() {
        final UmcgUnavailableException cause = answering(7 | ALL_FEATURES).cause();

        assertThat(cause.reason()).isEqualTo(Reason.ABI_VERSION);
        assertThat(cause).hasMessageContainingAll("ABI version 7", "needs 2");
    }

    @Test
    void shouldBlameAbiWhenQueryIsRefusedOtherwise() {
        final UmcgUnavailableException cause = answering(-Errno.EINVAL).cause();

        assertThat(cause.reason()).isEqualTo(Reason.ABI_VERSION);
        assertThat(cause).hasMessageContaining("Invalid argument");
    }

    @Test
    void shouldPrintWhatWasFoundAndSucceedWhenAvailable() {
        NativeLibrary.ensureLoaded();
        assertThat(print(answering(UmcgTaskDescriptor.ABI_VERSION | ALL_FEATURES))).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith(
            "UMCG available: ABI version 2, features preempt, critical, binding test\ncritical word: ");
        assertThat(err.size()).isZero();
    }

    @Test
    void shouldPrintCauseAndFailWhenUnavailable() {
        assertThat(print(answering(-Errno.ENOSYS))).isOne();
        assertThat(out.size()).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8))
            .startsWith("UMCG unavailable: this kernel")
            .containsOnlyOnce("\n");
    }

    private int print(final Availability availability) {
        return UmcgInfo.print(availability,
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private static Availability failing(final Throwable problem) {
        return Availability.probe("Linux", "amd64", () -> {
            if (problem instanceof Error) {
                throw (Error) problem;
            }
            throw (RuntimeException) problem;
        });
    }

    private static Availability answering(final int answer) {
        return Availability.probe("Linux", "amd64", () -> new AnsweringSystemCalls(answer));
    }
}
