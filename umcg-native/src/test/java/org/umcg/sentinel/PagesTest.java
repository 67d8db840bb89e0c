// SPDX-License-Identifier: Apache-2.0

package org.umcg.sentinel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.umcg.api.UmcgSystemCalls;
import org.umcg.binding.JniSystemCalls;

class PagesTest {

    /** So large that nothing else lies where it was. */
    private static final int LARGE = 256 << 20;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final UmcgSystemCalls calls = new JniSystemCalls();

    @Test
    void shouldStartAtPageAndBeZero() {
        final ByteBuffer buffer = Pages.allocate(3 * Pages.SIZE, calls);

        assertThat(calls.addressOf(buffer) % Pages.SIZE).isZero();
        assertThat(buffer.capacity()).isEqualTo(3 * Pages.SIZE);
        for (int i = 0; i < buffer.capacity(); i++) {
            assertThat(buffer.get(i)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, Pages.SIZE - 1, Pages.SIZE, Pages.SIZE + 1, 256 * Pages.SIZE + 640})
    void shouldHaveSizeThatIsAskedForWithoutNativeLibrary(final int size) {
        final ByteBuffer buffer = Pages.allocateDirect(size);

        assertThat(calls.addressOf(buffer) % Pages.SIZE).isZero();
        assertThat(buffer.capacity()).isEqualTo(size);
    }

    @Test
    void shouldTakeNoMemoryBeforeItIsTouched() throws IOException {
        final long before = residentPages();
        final ByteBuffer buffer = Pages.allocate(LARGE, calls);
        final long after = residentPages();

        assertThat((after - before) * Pages.SIZE).isLessThan(LARGE / 4);
        assertThat(buffer.get(LARGE - 1)).isZero();
    }

    @Test
    void shouldGoBackToSystemOnceNoPartIsReachable() throws Exception {
        ByteBuffer part = Pages.allocate(LARGE, calls).slice(LARGE / 2, Pages.SIZE);
        final long address = calls.addressOf(part);
        System.gc();
        Thread.sleep(100);
        part.put(0, (byte) 1);
        assertThat(isMapped(address)).isTrue();

        part = null;
        final long begin = System.nanoTime();
        while (isMapped(address) && System.nanoTime() - begin < PATIENCE_NANOS) {
            System.gc();
            Thread.sleep(20);
        }
        assertThat(isMapped(address)).isFalse();
    }

    /** See proc_pid_statm(5). */
    private static long residentPages() throws IOException {
        return Long.parseLong(Files.readString(Path.of("/proc/self/statm")).split(" ")[1]);
    }

    /** See proc_pid_maps(5). */
    private static boolean isMapped(final long address) throws IOException {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream().anyMatch(line -> {
            final String[] range = line.substring(0, line.indexOf(' ')).split("-");
            return Long.compareUnsigned(Long.parseUnsignedLong(range[0], 16), address) <= 0
                && Long.compareUnsigned(address, Long.parseUnsignedLong(range[1], 16)) < 0;
        });
    }
}
