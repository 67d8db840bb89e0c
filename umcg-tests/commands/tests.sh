# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# ./umcg test: all suites, one row each.

test_columns=(suite kernel tests failed skipped seconds)
system_tests=umcg-tests/system-tests/target
system_test_seconds=900
stress_tests=umcg-tests/stress/target
stress_test_seconds=5400
jcstress_seconds=5400

help_test() {
    cat <<'END'
Usage: ./umcg test [--full] [--host] [--stress] [--conformance] [--jdk DIR]
                   [--json FILE]
Runs on this machine the unit tests, the checks of style, the tests of the
command line and ./umcg models --short, then in a virtual machine the kernel's
own tests, a little of ./umcg stress and ./umcg fuzz, the system tests, the
conformance tests in one configuration, ./umcg jcstress short and one benchmark.
A skipped test is a failure there.
  --full        run what is in the virtual machine on the debug kernel too,
                all of ./umcg models, the conformance tests in all their
                configurations, ./umcg jcstress quick, and the tests of
                ./umcg run itself
  --host        what runs on this machine only
  --stress      instead of all that, the stress tests: programs that are made to
                stall, see docs/50-jvm-safety.md; takes about half an hour
  --conformance instead of all that, what java.util.concurrent and Thread
                promise, kept by workers, in each configuration
  --jdk DIR     use this JDK, on the host and in the virtual machine
  --json FILE   write the table there too
The last line tells how many tests passed and failed; the exit code is 0 only
if none failed.
END
}

# The rows of single test programs become one row.
add_selftest_row() {
    local flavour=$1 began=$SECONDS rows=("${result_rows[@]}") sums
    result_rows=()
    run_selftests "$flavour"
    sums=$(printf '%s\n' "${result_rows[@]}" |
        awk -F'\t' '{ p += $2; f += $3; s += $4 } END { printf "%d\t%d\t%d", p + f + s, f, s }')
    result_rows=("${rows[@]}" "$(printf 'selftests\t%s\t%s\t%d' "$flavour" "$sums" $((SECONDS - began)))")
}

# Prints tests, failed, skipped from the summary of JUnit's console launcher.
count_system_tests() {
    awk '
        /^\[ +[0-9]+ tests found/ { tests = $2 }
        /^\[ +[0-9]+ (tests|containers) failed/ { failed += $2 }
        /^\[ +[0-9]+ tests (skipped|aborted)/ { skipped += $2 }
        END { printf "%d %d %d\n", tests, failed, skipped }'
}

# run_system_tests_in_machine OUTPUT JAVA-OR-LAUNCHER-OPTION...
# Without C2, whose code replaces other code that runs: see "What the emulator gets wrong" in
# docs/40-testing-in-qemu.md.
run_system_tests_in_machine() {
    local output=$1 java_options=()
    shift
    while (($#)) && [[ $1 == @* ]]; do
        java_options+=("$1")
        shift
    done
    cd "$checkout" || exit
    record "$output" java -XX:TieredStopAtLevel=1 "${java_options[@]}" \
        -cp "$(<"$system_tests/classpath")" \
        org.junit.platform.console.ConsoleLauncher execute --fail-if-no-tests \
        --scan-classpath "$system_tests/test-classes" --include-classname '.*SystemTest' \
        --disable-banner --disable-ansi-colors --details=tree "$@"
}

# add_system_test_row NAME FLAVOUR JAVA-OR-LAUNCHER-OPTION...
add_system_test_row() {
    local name=$1 flavour=$2 began=$SECONDS output
    shift 2
    new_scratch
    output=$scratch/output
    : >"$output"
    machine_seconds=$system_test_seconds
    [[ $flavour == normal ]] || machine_seconds=$((3 * system_test_seconds))
    if [[ -r $checkout/$system_tests/classpath ]]; then
        run_system_tests_in_machine "$output" "$@"
    else
        say "the system tests are not built: $system_tests/classpath is missing"
        status=1 machine_crashed=
    fi
    machine_seconds=0
    add_launched_row "$name" "$flavour" "$output" "$began"
}

# add_launched_row NAME FLAVOUR OUTPUT BEGAN: what JUnit's console launcher says; a JVM that says nothing has failed.
add_launched_row() {
    local tests failed skipped
    read -r tests failed skipped < <(count_system_tests <"$3")
    if ((failed + skipped == 0)) && { ((status != 0)) || [[ -n $machine_crashed ]]; }; then
        tests=$((tests + 1)) failed=1
    fi
    add_row "$1" "$2" "$tests" "$failed" "$skipped" $((SECONDS - $4))
}

# add_long_test_row NAME FLAVOUR ARGUMENT...: a short run of a long test counts as one test.
add_long_test_row() {
    local name=$1 flavour=$2 began=$SECONDS failed=0
    shift 2
    new_scratch
    compile_long_test "$name" "$scratch"
    machine_seconds=$system_test_seconds
    record "$scratch/output" "$scratch/$name" "$@"
    machine_seconds=0
    [[ $status == 0 && -z $machine_crashed ]] || failed=1
    add_row "$name" "$flavour" 1 "$failed" 0 $((SECONDS - began))
}

# The stress tests need room for a JVM that watches another one; each is told of when it begins and ends.
add_stress_row() {
    local began=$SECONDS output
    new_scratch
    output=$scratch/output
    : >"$output"
    machine_seconds=$stress_test_seconds
    cd "$checkout" || exit
    record "$output" java @umcg-tests/stress/watcher.options \
        "-Dumcg.stress.natives=$checkout/$stress_tests/libstress.so" \
        -cp "$(<"$stress_tests/classpath")" \
        org.junit.platform.console.ConsoleLauncher execute --fail-if-no-tests \
        --scan-classpath "$stress_tests/test-classes" --include-classname '.*StressTest' \
        --disable-banner --disable-ansi-colors --details=testfeed
    machine_seconds=0
    add_launched_row 'stress tests' "$machine_flavour" "$output" "$began"
}

test_under_stress() {
    build_with_maven
    machine_flavour=normal
    prepare_machine
    say "the stress tests"
    add_stress_row
}

# add_launcher_row NAME WHERE PROGRAM [ARGUMENT]...: its last line tells how many passed and failed.
add_launcher_row() {
    local name=$1 where=$2 began=$SECONDS output passed failed
    shift 2
    new_scratch
    output=$scratch/output
    "$@" </dev/null | tee "$output" || true
    read -r passed _ failed _ < <(tail -n 1 "$output") || true
    [[ ${passed:-} =~ ^[0-9]+$ && ${failed:-} =~ ^[0-9]+$ ]] || passed=0 failed=1
    add_row "$name" "$where" $((passed + failed)) "$failed" 0 $((SECONDS - began))
}

test_on_kernel() {
    local flavour=$1
    machine_flavour=$flavour
    prepare_machine
    say "the kernel's own tests, on the $flavour kernel"
    add_selftest_row "$flavour"
    say "random load and random calls, on the $flavour kernel"
    add_long_test_row stress "$flavour" --seconds 20
    add_long_test_row fuzz "$flavour" --calls 20000
    say "the system tests, on the $flavour kernel"
    add_system_test_row 'system tests' "$flavour" --exclude-tag 'raw | icount'
    add_system_test_row 'raw system tests' "$flavour" @umcg-tests/system-tests/raw.options --include-tag raw
}

# What a program pays before its first task, in instructions: with C2, as programs have it.
test_start_cost() {
    machine_flavour=normal machine_icount=yes machine_cpus=
    settle_machine_options
    prepare_machine
    say "what a start costs, in instructions"
    add_system_test_row 'start cost' normal --include-tag icount
    machine_icount='' machine_cpus=''
    settle_machine_options
}

# add_jcstress_row MODE: the rows of single tests become one row.
add_jcstress_row() {
    local began=$SECONDS rows=("${result_rows[@]}") tests=1
    jcstress_mode=$1 jcstress_regex='' jcstress_failed=1
    machine_flavour=normal machine_seconds=$jcstress_seconds
    say "races of servers and workers, by jcstress"
    new_scratch
    if (select_jcstress_tests "$scratch/names"); then
        result_rows=()
        race_jcstress_tests "$scratch/names"
        tests=${#result_rows[@]}
    fi
    machine_seconds=0
    result_rows=("${rows[@]}")
    add_row jcstress normal "$tests" "$jcstress_failed" 0 $((SECONDS - began))
}

# A skip is a failure in a virtual machine only: a host may lack what a test needs.
print_test_results() {
    local sums
    print_table "${test_columns[@]}"
    write_json "$json_file" "${test_columns[@]}"
    sums=$(printf '%s\n' "${result_rows[@]}" | awk -F'\t' '
        { tests += $3; failed += $4; if ($2 == "host") tests -= $5; else failed += $5 }
        END { printf "%d passed, %d failed", tests - failed, failed }')
    printf '\n%s\n' "$sums"
    [[ $sums == *', 0 failed' ]] || exit 1
}

umcg_test() {
    local host='' full='' stress='' conformance='' models=(models) configurations=(fifo) jcstress=quick
    while (($#)); do
        case $1 in
        --host) host=yes && shift ;;
        --full) full=yes && shift ;;
        --stress) stress=yes && shift ;;
        --conformance) conformance=yes && shift ;;
        --jdk) take_machine_option "$@" && shift 2 ;;
        --json) take_json_option "$@" && shift 2 ;;
        *) usage_error "$1: unknown option" ;;
        esac
    done
    [[ $host$full$stress$conformance == yes || -z $host$full$stress$conformance ]] ||
        usage_error "--host, --full, --stress and --conformance exclude each other"
    machine_memory=3G
    settle_machine_options
    ensure_packages "${host_packages[@]}" "${model_packages[@]}" shellcheck
    if [[ -n $stress$conformance ]]; then
        [[ -z $stress ]] || test_under_stress
        [[ -z $conformance ]] || test_conformance_alone
        print_test_results
        return
    fi
    run_unit_tests
    add_launcher_row 'checks' host "$checkout/umcg-tests/checks/run"
    add_launcher_row 'usage' host "$checkout/umcg-tests/commands/launcher-tests" usage
    add_launcher_row 'demo verdicts' host "$checkout/umcg-tests/demo/summary-tests"
    [[ -n $full ]] || models+=(--short) jcstress=short
    [[ -z $full ]] || configurations=("${conformance_configurations[@]}")
    add_launcher_row models host "$checkout/umcg" "${models[@]}"
    if [[ -z $host ]]; then
        test_on_kernel normal
        test_conformance "${configurations[@]}"
        test_start_cost
        add_jcstress_row "$jcstress"
        say "a benchmark, shortly"
        add_launcher_row benchmarks normal "$checkout/umcg-tests/commands/benchmark-tests"
    fi
    if [[ -n $full ]]; then
        test_on_kernel debug
        machine_flavour=normal
        say "the tests of ./umcg run"
        add_launcher_row launcher normal "$checkout/umcg-tests/commands/launcher-tests"
    fi
    print_test_results
}
