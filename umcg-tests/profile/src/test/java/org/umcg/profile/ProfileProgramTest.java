// SPDX-License-Identifier: Apache-2.0

package org.umcg.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/**
 * Profiles a small trace: one thread calls app.Ping.next for ever, another one org.umcg.scheduler.ServerLoop.turn; both
 * call umcg_call, in which the kernel changes to the other one. There are two periods of 46 instructions, the second of
 * which has a timer interrupt of three more.
 */
class ProfileProgramTest {

    private static final Path TRACE = Path.of("src", "test", "resources", "switches");
    private static final String SYSTEM_CALL = "umcg_call;entry_SYSCALL_64;do_syscall_64;__x64_sys_umcg_wait";
    private static final String PING = "app.Ping.play;app.Ping.next;";
    private static final String TURN = "org.umcg.scheduler.ServerLoop.turn;";

    @TempDir
    private Path folder;

    @BeforeEach
    void copyTrace() throws IOException {
        try (Stream<Path> files = Files.list(TRACE)) {
            for (final Path file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        }
    }

    private void replace(final String file, final String old, final String replacement) throws IOException {
        final String text = Files.readString(folder.resolve(file));
        assertThat(text).contains(old);
        Files.writeString(folder.resolve(file), text.replace(old, replacement));
    }

    private ProfileProgram profile() throws IOException {
        return new ProfileProgram(folder);
    }

    private Map<String, Long> stacks() throws IOException {
        final Map<String, Long> stacks = new TreeMap<>();
        for (final String line : profile().folded().split("\n")) {
            final int blank = line.lastIndexOf(' ');
            stacks.put(line.substring(0, blank), Long.parseLong(line.substring(blank + 1)));
        }
        return stacks;
    }

    private List<String> report() throws IOException {
        final ProfileProgram profile = profile();
        return profile.report().text(profile.sequence()).lines()
            .map(line -> line.replaceAll(" +", " ").strip()).toList();
    }

    @Test
    void shouldCountEachInstructionOnce() throws IOException {
        assertThat(stacks().values().stream().mapToLong(Long::longValue).sum()).isEqualTo(46 + 49);
        assertThat(report()).contains(
            "2 periods of 47.5 instructions, the shortest 46, the one in the middle 49, the longest 49",
            "together 47.5 100.0 %", "without a name 0.0 0.0 %");
    }

    @Test
    void shouldSayWhereEachInstructionIsFrom() throws IOException {
        assertThat(report()).contains("kernel 33.5 70.5 %", "of it umcg_* 6.0 12.6 %", "ours (native) 6.0 12.6 %",
            "Java 5.0 10.5 %", "ours (Java) 3.0 6.3 %");
        assertThat(profile().report().faults()).isEmpty();
    }

    @Test
    void shouldListFunctionsWithWhatTheyCall() throws IOException {
        assertThat(report()).contains("4.0 8.4 % 4.0 kernel __switch_to", "6.0 12.6 % 37.5 ours (native) umcg_call",
            "0.5 1.1 % 0.5 kernel tick");
    }

    @Test
    void shouldKeepTheCallsOfEachThreadWhenTheyTakeTurns() throws IOException {
        assertThat(stacks())
            .containsEntry(PING + SYSTEM_CALL + ";__schedule;__switch_to", 4L)
            .containsEntry(TURN + SYSTEM_CALL + ";__schedule;__switch_to", 4L)
            .containsEntry(PING + SYSTEM_CALL, 6L);
    }

    @Test
    void shouldPutAnInterruptIntoWhatItInterrupts() throws IOException {
        assertThat(stacks())
            .containsEntry(PING + SYSTEM_CALL + ";asm_sysvec_apic_timer_interrupt", 2L)
            .containsEntry(PING + SYSTEM_CALL + ";asm_sysvec_apic_timer_interrupt;tick", 1L);
    }

    @Test
    void shouldShowOnePeriodInOrder() throws IOException {
        final List<String> lines = report();
        final List<String> calls = lines.subList(lines.indexOf("-- a thread goes on"), lines.size());
        assertThat(calls.subList(0, 4)).containsExactly("-- a thread goes on", "0 19 app.Ping.play > app.Ping.next",
            "2 17 umcg_call", "4 15 entry_SYSCALL_64");
        assertThat(calls).contains("19 22 " + TURN.replace(";", ""), "41 8 app.Ping.play")
            .filteredOn("-- a thread goes on"::equals).hasSize(3);
    }

    @Test
    void shouldReportCodeThatHasLostItsName() throws IOException {
        replace("symbols", "symbol 0000000000003010 0000000000000020 umcg_call\n", "");
        assertThat(profile().report().faults()).containsExactly(
            "6 instructions a period in [libumcg.so] have no name");
        assertThat(report()).contains("without a name 6.0 12.6 %");
    }

    @Test
    void shouldReportCompiledCodeThatHasLostItsName() throws IOException {
        replace("perf.map", "0x00007f0000010200 0x0000000000000040 void app.Ping.play(int)\n", "");
        assertThat(profile().report().faults()).containsExactly("2 instructions a period in [memory] have no name");
    }

    @Test
    void shouldReportAClockThatDisagrees() throws IOException {
        replace("markers", "nanoseconds=143", "nanoseconds=150");
        assertThat(profile().report().faults()).containsExactly(
            "the program's clock says 50 instructions a period, 48 were counted");
    }

    @Test
    void shouldLeaveOutCallsThatTheProgramDoesNotCount() throws IOException {
        replace("markers", "periods=3 nanoseconds=143", "periods=2 nanoseconds=92");
        assertThat(report()).contains("1 periods of 46.0 instructions");
        assertThat(profile().report().faults()).isEmpty();
    }

    @Test
    void shouldReportPeriodsThatHaveNoCall() throws IOException {
        replace("markers", "periods=3 nanoseconds=143", "periods=4 nanoseconds=190");
        assertThat(profile().report().faults()).containsExactly(
            "the program counts 4 periods, and has called app.Ping.next 3 times");
    }

    @Test
    void shouldSayWhenNothingBeginsAPeriod() throws IOException {
        replace("markers", "period=app.Ping.next", "period=app.Ping.nobody");
        assertThatThrownBy(this::profile).hasMessageContaining("the window has 0 calls of app.Ping.nobody");
    }

    @Test
    void shouldTakeAllBetweenTheMarkersWhenNothingBeginsAPeriod() throws IOException {
        replace("markers", " period=app.Ping.next", "");
        replace("markers", " nanoseconds=143", "");
        assertThat(report()).contains("3 periods of 33.0 instructions");
    }

    @Test
    void shouldSetApartWhatAnotherProcessHasTheKernelDo() throws IOException {
        replace("maps", "7f0000001000-7f0000002000", "7f0000002000-7f0000003000");
        assertThat(report()).contains("another process 37.5 78.9 %", "together 47.5 100.0 %");
    }

    @Test
    void shouldDrawAPictureOfAllOrigins() throws Exception {
        final Path file = folder.resolve("profile.svg");
        profile().write("--svg", file);
        final Document picture = DocumentBuilderFactory.newInstance().newDocumentBuilder()
            .parse(new InputSource(new StringReader(Files.readString(file))));
        assertThat(picture.getElementsByTagName("title").item(0).getTextContent())
            .matches(".+ \\(.+\\): [0-9.]+ instructions a period, [0-9.]+ in itself");
        assertThat(picture.getElementsByTagName("text").item(1).getTextContent()).isEqualTo("ours (native)");
    }
}
