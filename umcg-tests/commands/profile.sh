# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# ./umcg profile: steps through a program. What it finds is explained in docs/62-profile.md.

profile_jar=$checkout/umcg-tests/profile/target/umcg-profile.jar
profile_marker='umcg-profile:'
profile_options=()
# Without the last one a hundredth and more of a hand-off, in libc, has no name.
profile_packages=("${host_packages[@]}" libc6-dbg)

help_profile() {
    cat <<'END'
Usage: ./umcg profile [OPTION]... -- COMMAND...
Shows where each instruction goes that COMMAND and the kernel execute in a window
which COMMAND announces: by origin, by function, and one period in order. Two
threads that hand a turn to each other, with or without UMCG:
    ./umcg profile -- java -Xbatch -jar umcg-tests/profile/target/umcg-profile.jar workers
    ./umcg profile -- java -Xbatch -jar umcg-tests/profile/target/umcg-profile.jar platform
COMMAND prints two lines, and reads one:
    umcg-profile: begin [period=FUNCTION] [pid=PID]
        Its code is named now: that of PID, or of COMMAND itself. A JVM needs
        JDK 17 or later, and must have compiled what is to be seen: -Xbatch has it
        compile before it goes on.
    (it reads a line, and goes on single-stepped when it has it)
    umcg-profile: end [periods=N] [nanoseconds=N]
Costs are given for a period: from one call of FUNCTION to the next one, or a part
of N, or all of it. With FUNCTION nothing before its first call and after its last
one counts. nanoseconds is what the window took by the program's clock, for which
an instruction is a nanosecond: if it differs by more than 2 % from what was
stepped through, the exit code is 1. A million instructions are a good window: it
takes 100 MB for a while where TMPDIR says.
  --folded FILE          write each stack and its instructions there, a line each
  --svg FILE             draw them there, as a flame graph
  --jdk DIR, --memory SIZE, --time-limit SECONDS, --writable DIR
                         as for ./umcg run
END
}

# ask_monitor COMMAND...: and waits until QEMU has obeyed.
ask_monitor() {
    local line
    printf '%s\n' "$@" 'print /d 4000+711' >"$profile_folder/monitor.in"
    while IFS= read -r line; do
        [[ $line != 4711* ]] || return 0
    done <"$profile_folder/monitor.out"
}

begin_steps() {
    say "stepping through the window"
    ask_monitor 'one-insn-per-tb on' 'log exec,nochain,in_asm'
    printf '\n' >&"$profile_answers"
}

# obey_markers: passes on what the command says, and steps when it says so.
obey_markers() {
    local line
    while IFS= read -r line; do
        case $line in
        "$profile_marker ready") begin_steps ;;
        "$profile_marker end"*) ask_monitor 'log none' 'one-insn-per-tb off' ;;&
        "$profile_marker "*) printf '%s\n' "$line" >>"$profile_folder/markers" ;;
        *) printf '%s\n' "$line" ;;
        esac
    done
}

# What is needed of QEMU's log: the addresses in order, and each instruction where it is seen first.
filter_log() {
    sed -n -e 's,^Trace[^/]*/\([^/]*\)/.*,\1,p' -e '/^0x/p' -e 's/^Stopped.*/-/p' "$profile_folder/log" >"$profile_folder/trace"
    rm "$profile_folder/log"
}

# debug_file FILE: Debian keeps the symbols of its libraries in a file of their own, named after the build.
debug_file() {
    local id
    id=$(readelf -n "$1" 2>/dev/null | sed -n 's/^ *Build ID: //p')
    [[ -z $id ]] || printf '/usr/lib/debug/.build-id/%s/%s.debug' "${id:0:2}" "${id:2}"
}

# symbols_of FILE: where its code stands, and its functions, some without a size.
symbols_of() {
    local symbols=("$1") debug
    debug=$(debug_file "$1")
    [[ ! -r $debug ]] || symbols+=("$debug")
    readelf -lW "$1" 2>/dev/null | awk '$1 == "LOAD" && / E / { print "load", $2, $3 }'
    { nm -S --defined-only "${symbols[@]}" && nm -DS --defined-only "$1"; } 2>/dev/null | c++filt -p |
        sed -nE 's/^([0-9a-f]+) (([0-9a-f]+) )?[TtWwi] (.*)/symbol \1 \3 \4/p'
}

# Writes what the mapped files say of themselves, a copy from the virtual machine first.
collect_symbols() {
    local file name
    awk '$2 ~ /x/ && NF >= 6 { $1 = $2 = $3 = $4 = $5 = ""; sub(/^ +/, ""); sub(/ \(deleted\)$/, ""); print }' \
        "$profile_folder/maps" | sort -u | while IFS= read -r file; do
        name=$profile_folder/${file##*/}
        [[ -e $name ]] || name=$file
        printf 'file %s\n' "$file"
        [[ ! -r $name ]] || symbols_of "$name"
    done >"$profile_folder/symbols"
}

# Sets $status to the command's, or to 1 if it has not said when to look.
step_through() {
    local said speaker
    mkfifo "$profile_folder"/{monitor.in,monitor.out,answers}
    exec {profile_answers}<>"$profile_folder/answers"
    exec {said}> >(obey_markers)
    speaker=$!
    run_machine pipes "$checkout/umcg-tests/profile/run-in-vm" "$profile_folder" "$@" <&"$profile_answers" >&"$said"
    exec {said}>&- {profile_answers}>&-
    wait "$speaker" || true
    [[ -z $caught_signal ]] || exit $((128 + caught_signal))
}

show_profile() {
    local java
    java=$(default_jdk)/bin/java
    filter_log
    collect_symbols
    "$java" -cp "$profile_jar" org.umcg.profile.ProfileProgram "$profile_folder" "${profile_options[@]}" || status=1
}

umcg_profile() {
    while (($#)) && [[ $1 != -- ]]; do
        case $1 in
        --folded | --svg)
            needs_value "$1" $#
            check_file_target "$1" "$2"
            profile_options+=("$1" "$(realpath -- "$2")")
            shift 2
            ;;
        --jdk | --memory | --time-limit | --writable) take_machine_option "$@" && shift "$taken" ;;
        *) usage_error "$1: unknown option; the command comes after --" ;;
        esac
    done
    (($# > 1)) || usage_error "no command: write ./umcg profile -- COMMAND..."
    shift
    machine_icount=yes
    settle_machine_options
    ensure_packages "${profile_packages[@]}"
    build_with_maven
    prepare_machine
    new_scratch
    profile_folder=$scratch
    machine_writable+=("$profile_folder")
    machine_devices=(-chardev "pipe,id=monitor,path=$(quote_path "$profile_folder/monitor")"
        -mon 'chardev=monitor,mode=readline' -D "$profile_folder/log")
    step_through "$@"
    ((status == 0)) || exit "$status"
    grep -qs "^$profile_marker end" "$profile_folder/markers" ||
        fail "the command has ended without the markers of ./umcg profile --help"
    show_profile
    exit "$status"
}
