# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# The tests of the kernel's own tree: compiled here, run in one machine.

selftest_sources=$checkout/kernel-patches/linux/tools/testing/selftests/umcg
# The two that are off are what the kernel's own harness does.
selftest_warnings=(-Wall -Wextra -Werror -Wno-sign-compare -Wno-unused-parameter)
selftest_columns=(test passed failed skipped seconds)
selftest_repeat=1
selftest_names=()

# The headers lie beside the cached kernel; another image may stand in for it only.
selftest_headers() {
    if [[ -n $kernel_folder ]]; then
        printf '%s' "$kernel_folder/kselftest"
    else
        printf '%s' "${UMCG_KSELFTEST:-}"
    fi
}

# Prints the sources of the tests that were named, of all if none was.
chosen_selftests() {
    local name
    if ((${#selftest_names[@]} == 0)); then
        printf '%s\n' "$selftest_sources"/*_test.c
        return
    fi
    for name in "${selftest_names[@]}"; do
        printf '%s\n' "$selftest_sources/$name.c"
    done
}

# compile_selftests FOLDER
compile_selftests() {
    local folder=$1 headers files file
    headers=$(selftest_headers)
    [[ -r $headers/kselftest_harness.h ]] ||
        fail "no kselftest headers: unset UMCG_KERNEL_IMAGE, or set UMCG_KSELFTEST to a folder with kselftest_harness.h"
    compgen -G "$selftest_sources/*_test.c" >/dev/null || fail "no tests in $selftest_sources"
    mapfile -t files < <(chosen_selftests)
    for file in "${files[@]}"; do
        gcc -O2 -pthread -D_GNU_SOURCE "${selftest_warnings[@]}" \
            -I "$checkout/kernel-patches/linux/include/uapi" -I "$headers" -I "$headers/umcg" \
            -o "$folder/$(basename "$file" .c)" "$file" >&2 ||
            fail "${file#"$checkout"/} does not compile"
    done
}

# Reads KTAP; prints a line per program that ran: test, passed, failed, skipped,
# seconds. A test program that fails as a whole, or never ended, is one more failure.
count_selftests() {
    awk '
        function finish(ok) {
            if (!ok && !failed) failed = 1
            printf "%s\t%d\t%d\t%d\t%d\n", name, passed, failed, skipped, seconds
            name = ""
        }
        /^# running / { name = $3; passed = failed = skipped = seconds = 0 }
        /^# seconds / { seconds = $3 }
        /^  ok .*# SKIP/ { skipped++; next }
        /^  ok / { passed++ }
        /^  not ok / { failed++ }
        /^ok / && name { finish(1) }
        /^not ok / && name { finish(0) }
        END { if (name) finish(0) }'
}

# Adds the lines of one program's runs up.
sum_selftests() {
    awk -F'\t' -v OFS='\t' '
        !($1 in passed) { name[++n] = $1 }
        { passed[$1] += $2; failed[$1] += $3; skipped[$1] += $4; seconds[$1] += $5 }
        END { for (i = 1; i <= n; i++) { t = name[i]; print t, passed[t], failed[t], skipped[t], seconds[t] } }'
}

# run_selftests FLAVOUR: adds a row per test program to result_rows.
run_selftests() {
    local folder output row tests planned limit=300
    ! is_checking_flavour "$1" || limit=900
    new_scratch
    folder=$scratch
    compile_selftests "$folder"
    output=$folder/output
    tests=("$folder"/*_test)
    planned=$((${#tests[@]} * selftest_repeat))
    machine_seconds=$((limit * planned))
    record "$output" "$checkout/umcg-tests/commands/run-selftests" "$limit" "$selftest_repeat" "${tests[@]}"
    machine_seconds=0
    while IFS= read -r row; do
        result_rows+=("$row")
    done < <(count_selftests <"$output" | sum_selftests)
    note_missing_selftests "$planned"
}

note_missing_selftests() {
    local count
    count=$(count_selftests <"$output" | wc -l)
    if ((count < $1)); then
        add_row "$(($1 - count)) tests not run" 0 $(($1 - count)) 0 0
    elif ((status != 0 && status != 1)) || [[ -n $machine_crashed ]]; then
        add_row "virtual machine (code $status)" 0 1 0 0
    fi
}

help_selftest() {
    cat <<'END'
Usage: ./umcg selftest [OPTION]... [TEST]...
Runs the kernel's own tests of UMCG in a virtual machine, or only the programs
that are named, such as wait_test. A skipped test is a failure there.
  --repeat N             run them N times, 1 to 1000, in one boot
  --cpus N               processors of the machine, 1 to 16 (default 2)
  --json FILE            write the table there too
END
    printf '%s\n' "$kernel_options_help"
}

# take_selftest_name NAME: with or without the _test at its end.
take_selftest_name() {
    local name=${1%_test}_test
    [[ $1 != -* ]] || usage_error "$1: unknown option"
    [[ $1 != */* && -r $selftest_sources/$name.c ]] || usage_error "$1: no such test in $selftest_sources"
    selftest_names+=("$name")
}

take_repeat_option() {
    needs_value "$1" $#
    check_number "$1" "$2" 1 1000
    selftest_repeat=$((10#$2))
}

umcg_selftest() {
    while (($#)); do
        case $1 in
        --debug-kernel | --kcsan-kernel | --plain-kernel | --cpus) take_machine_option "$@" && shift "$taken" ;;
        --repeat) take_repeat_option "$@" && shift 2 ;;
        --json) take_json_option "$@" && shift 2 ;;
        *) take_selftest_name "$1" && shift ;;
        esac
    done
    settle_machine_options
    prepare_machine
    run_selftests "$machine_flavour"
    print_table "${selftest_columns[@]}"
    write_json "$json_file" "${selftest_columns[@]}"
    print_totals 2 3 4
}

# print_totals PASSED FAILED SKIPPED: sums these columns; the last line and the exit code.
print_totals() {
    local passed failed
    passed=$(printf '%s\n' "${result_rows[@]}" | awk -F'\t' -v c="$1" '{ n += $c } END { print n + 0 }')
    failed=$(printf '%s\n' "${result_rows[@]}" | awk -F'\t' -v c="$2" -v s="$3" '{ n += $c + $s } END { print n + 0 }')
    printf '\n%d passed, %d failed\n' "$passed" "$failed"
    ((failed == 0)) || exit 1
}
