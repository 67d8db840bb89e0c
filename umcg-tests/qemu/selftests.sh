# SPDX-License-Identifier: Apache-2.0
# The tests of the kernel's own tree: compiled here, run in one machine.

selftest_sources=$checkout/kernel-patches/linux/tools/testing/selftests/umcg
# The two that are off are what the kernel's own harness does.
selftest_warnings=(-Wall -Wextra -Werror -Wno-sign-compare -Wno-unused-parameter)
selftest_columns=(test passed failed skipped seconds)

# The headers lie beside the cached kernel; another image may stand in for it only.
selftest_headers() {
    if [[ -n $kernel_folder ]]; then
        printf '%s' "$kernel_folder/kselftest"
    else
        printf '%s' "${UMCG_KSELFTEST:-}"
    fi
}

# compile_selftests FOLDER
compile_selftests() {
    local folder=$1 headers file
    headers=$(selftest_headers)
    [[ -r $headers/kselftest_harness.h ]] ||
        fail "no kselftest headers: unset UMCG_KERNEL_IMAGE, or set UMCG_KSELFTEST to a folder with kselftest_harness.h"
    compgen -G "$selftest_sources/*_test.c" >/dev/null || fail "no tests in $selftest_sources"
    for file in "$selftest_sources"/*_test.c; do
        gcc -O2 -pthread -D_GNU_SOURCE "${selftest_warnings[@]}" \
            -I "$checkout/kernel-patches/linux/include/uapi" -I "$headers" -I "$headers/umcg" \
            -o "$folder/$(basename "$file" .c)" "$file" >&2 ||
            fail "${file#"$checkout"/} does not compile"
    done
}

# Reads KTAP; prints test, passed, failed, skipped, seconds. A test program
# that fails as a whole, or never ended, is one more failure.
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

# run_selftests FLAVOUR: adds a row per test program to result_rows.
run_selftests() {
    local folder output row tests planned limit=300
    [[ $1 != debug ]] || limit=900
    new_scratch
    folder=$scratch
    compile_selftests "$folder"
    output=$folder/output
    tests=("$folder"/*_test)
    planned=${#tests[@]}
    machine_seconds=$((limit * planned))
    record "$output" "$checkout/umcg-tests/qemu/run-selftests" "$limit" "${tests[@]}"
    machine_seconds=0
    while IFS= read -r row; do
        result_rows+=("$row")
    done < <(count_selftests <"$output")
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
Usage: ./umcg selftest [--debug-kernel] [--json FILE]
Runs the kernel's own tests of UMCG in a virtual machine. A skipped test is a
failure there.
  --debug-kernel   a kernel with lockdep, KASAN and full preemption
  --json FILE      write the table there too
END
}

umcg_selftest() {
    while (($#)); do
        case $1 in
        --debug-kernel) machine_debug=yes && shift ;;
        --json) take_json_option "$@" && shift 2 ;;
        *) usage_error "$1: unknown option" ;;
        esac
    done
    settle_machine_options
    prepare_machine
    run_selftests "${machine_debug:+debug}"
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
