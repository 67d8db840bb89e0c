# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# ./umcg bench java: what things cost in Java. docs/60-performance.md explains every row.

java_bench_columns=(name value unit mode jdk executor binding)
java_bench_jar=umcg-tests/benchmarks/target/benchmarks.jar
java_bench_regex=.
java_bench_mode=icount
java_bench_rounds=
java_bench_options=()
java_bench_guest=
java_bench_list=

help_bench_java() {
    cat <<'END_OF_HELP'
Usage: ./umcg bench java [REGEX] [OPTION]... [-- JMH-OPTION...]
Has JMH measure hand-offs, blocks, executors and starts in one virtual machine,
on UMCG workers and on their peers, in turns, and prints a row of each.
  REGEX          the rows whose names it is found in (default: all)
  --icount       in instructions, on one processor that counts them (default)
  --smp          in nanoseconds, on two: for ratios within one run only
  --rounds N     turns of each, 1 to 20 (default 1, with --smp 3)
  --jdk DIR      use this JDK (default: the newest from version 21 on)
  --json FILE    write the table there too
  --list         print the names of the rows, and measure nothing
umcg-tests/benchmarks/target/benchmarks.jar, which ./umcg run runs as well as
any JVM, explains the options of JMH with -h.
END_OF_HELP
}

choose_java_bench_mode() {
    [[ -z $java_bench_chosen_mode || $java_bench_chosen_mode == "$1" ]] ||
        usage_error "--icount and --smp exclude each other"
    java_bench_mode=$1 java_bench_chosen_mode=$1
}

take_java_bench_options() {
    local java_bench_chosen_mode='' regexes=()
    while (($#)) && [[ $1 != -- ]]; do
        case $1 in
        --icount | --smp) choose_java_bench_mode "${1#--}" && shift ;;
        --rounds) needs_value "$1" $# && check_number "$1" "$2" 1 20 && java_bench_rounds=$((10#$2)) && shift 2 ;;
        --jdk) take_machine_option "$@" && shift 2 ;;
        --json) take_json_option "$@" && shift 2 ;;
        --list) java_bench_list=yes && shift ;;
        -*) usage_error "$1: unknown option; those of JMH come after --" ;;
        *) regexes+=("$1") && shift ;;
        esac
    done
    (($# == 0)) || shift
    java_bench_options=("$@")
    ((${#regexes[@]} <= 1)) || usage_error "${regexes[1]}: one REGEX at a time, such as 'handoff|block'"
    java_bench_regex=${regexes[0]:-.}
}

# archive_bench_classes ARCHIVE: classes mapped from it start the emulated JVMs, one for each row, in half the time.
archive_bench_classes() {
    "$machine_jdk/bin/java" "-XX:ArchiveClassesAtExit=$1" -XX:+UseSerialGC '-Xlog:cds*=off,aot*=off' \
        -cp "$java_bench_jar" org.umcg.benchmarks.RowsMain "$1.rows" smp 1 'handoff|server' -f 0 -wi 0 -i 1 \
        >/dev/null 2>&1 && [[ -s $1 ]]
}

# measure_java MODE: one boot; adds a row of each benchmark and executor, and sets $status.
measure_java() {
    local rounds=${java_bench_rounds:-1} results fields
    # Forks get them too; without forks nothing else tells that code is compiled where it is needed.
    local options=(-Xbatch -XX:+UseSerialGC -Djmh.blackhole.autoDetect=false)
    machine_flavour=normal machine_icount='' machine_cpus='' machine_seconds=0
    [[ $1 == smp ]] || machine_icount=yes
    [[ $1 == icount || -n $java_bench_rounds ]] || rounds=3
    settle_machine_options
    prepare_machine
    new_scratch
    results=$scratch
    machine_writable=("$results")
    cd "$checkout" || exit
    ! archive_bench_classes "$results/classes.jsa" || options+=("-XX:SharedArchiveFile=$results/classes.jsa")
    say "measuring Java ($1), with $machine_jdk"
    record "$results/output" java "${options[@]}" -cp "$java_bench_jar" org.umcg.benchmarks.RowsMain \
        "$results/rows" "$1" "$rounds" "$java_bench_regex" "${java_bench_options[@]}" >&2
    machine_writable=()
    [[ -s $results/rows ]] || return 0
    while IFS= read -r fields; do
        result_rows+=("$fields")
    done <"$results/rows"
    java_bench_guest=$(<"$results/rows.about")
}

# write_java_json FILE: where and with what it was measured, then the rows.
write_java_json() {
    local json_about=()
    mapfile -t json_about < <(describe_bench && printf '%s\n' "$java_bench_guest")
    write_json "$1" "${java_bench_columns[@]}"
}

bench_java() {
    local failed
    take_java_bench_options "$@"
    machine_memory=2G
    ensure_packages "${host_packages[@]}"
    choose_java_bench_jdk
    build_with_maven
    if [[ -n $java_bench_list ]]; then
        "$machine_jdk/bin/java" -cp "$checkout/$java_bench_jar" org.umcg.benchmarks.RowsMain --list "$java_bench_regex"
        return
    fi
    measure_java "$java_bench_mode"
    failed=$status
    ((${#result_rows[@]})) || exit "$failed"
    print_table "${java_bench_columns[@]}"
    write_java_json "$json_file"
    exit "$failed"
}

choose_java_bench_jdk() {
    [[ -z $machine_jdk ]] || return 0
    machine_jdk=$(newest_jdk "$first_jdk_with_virtual_threads")
    [[ -n $machine_jdk ]] || machine_jdk=$(default_jdk)
}
