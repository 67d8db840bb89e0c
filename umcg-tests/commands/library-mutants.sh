# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154,SC2030,SC2031 # variables are shared with the other parts
# ./umcg mutants --library: do the tests notice when the library is broken on purpose?

library_cache=$cache/library-mutants
library_modules=(README.md docs umcg pom.xml umcg-api umcg-native umcg-scheduler umcg-tests)
library_machine_seconds=1800

use_library_mutants() {
    mutant_patches=$checkout/umcg-tests/mutants
    mutant_doc=$checkout/docs/47-library-mutants.md
}

# What no mutant's tests are in. The conformance tests are run on workers, not on plain threads as well.
library_without='!umcg-tests/benchmarks,!umcg-tests/concurrency-tests,!umcg-tests/profile'

# build_library OPTION...: what is in $library; sets $status.
build_library() {
    (
        checkout=$library
        maven_log=$logs/build.log
        maven package -q -Dcheckstyle.skip -Dumcg.conformance.skip=true -pl "$library_without" "$@" 2>/dev/null
        exit "$status"
    ) && status=0 || status=$?
}

# The sources stay as they are now, and are built once; a mutant builds what it changes.
take_library_sources() {
    local logs=$library_cache/logs/unbroken
    mkdir -p "$library_cache" || fail "cannot write to $cache: set UMCG_CACHE to a folder of yours"
    exec 8>"$library_cache/lock"
    flock -n 8 || fail "another ./umcg mutants --library is at work"
    library=$library_cache/checkout
    unbroken_library=$library_cache/unbroken
    rm -rf "$library" "$unbroken_library"
    mkdir -p "$library/kernel-patches/linux" "$logs"
    (cd "$checkout" && cp -a "${library_modules[@]}" "$library" &&
        cp -a --parents kernel-patches/linux/include "$library")
    say "building the unbroken library"
    build_library -DskipTests
    ((status == 0)) || fail "the library could not be built: see $logs/build.log"
    cp -a "$library" "$unbroken_library"
}

# The first unit test that failed.
failed_unit_test() {
    sed -nE 's,^\[ERROR\].*[^A-Za-z]([A-Z][A-Za-z]*Test)\.([a-z][A-Za-z]*).*,\1.\2,p' "$1" | head -n 1
}

# run_library_tests LOGS TEST...: sets $status.
run_library_tests() {
    local logs=$1
    shift
    machine_seconds=$library_machine_seconds
    machine_log=$logs/console.log
    (cd "$library" && run_machine pipes umcg-tests/commands/run-library-tests "$@" \
        </dev/null >"$logs/output.log" 2>"$logs/errors.log"
    exit "$status") && status=0 || status=$?
}

# The first test that failed, of the program or class that ran last: what fails after it may only follow from it.
failed_library_test() {
    local running
    running=$(sed -n 's/^# running //p' "$1/output.log" | tail -n 1)
    sed -nE 's/^[^A-Za-z0-9[]*(.*[^ ]) ✘.*/\1/p' "$1/output.log" | grep -E '\)|^\[' | head -n 1 | sed -E "s/ [0-9]+ ms$//; s/^/$running: /" | grep . ||
        printf '%s' "$running"
}

# Instead of examine_mutant.
examine_library_mutant() {
    local logs tests
    new_library_logs "$1"
    rm -rf "$library"
    cp -a "$unbroken_library" "$library"
    read -ra tests <<<"$(mutant_first_tests "$1")"
    if ! patch -d "$library" -p1 -s -F1 --no-backup-if-mismatch <"$mutant_patches/$1.patch" >"$logs/build.log" 2>&1; then
        verdict='ERROR: does not apply'
        return
    fi
    build_library
    if ((status != 0)); then
        verdict="caught by \`$(failed_unit_test "$logs/build.log")\`"
        [[ $verdict != *'``' ]] || verdict='ERROR: does not build'
        return
    fi
    run_library_tests "$logs" "${tests[@]}"
    case $status in
    0) verdict='SURVIVED' ;;
    1) verdict="caught by \`$(failed_library_test "$logs")\`" ;;
    124) verdict="hung in \`$(failed_library_test "$logs")\`" ;;
    *) verdict="ERROR: code $status" ;;
    esac
}

new_library_logs() {
    logs=$library_cache/logs/$1
    rm -rf "$logs"
    mkdir -p "$logs"
}

# Every test that some mutant names passes without it.
examine_unbroken_library() {
    local logs name more tests=()
    new_library_logs unbroken
    for name in "${mutant_names[@]}"; do
        read -ra more <<<"$(mutant_first_tests "$name")"
        tests+=("${more[@]}")
    done
    mapfile -t tests < <(printf '%s\n' "${tests[@]}" | sort -u)
    say "testing the unbroken library"
    rm -rf "$library"
    cp -a "$unbroken_library" "$library"
    build_library
    ((status == 0)) || fail "the unbroken library: see $logs/build.log"
    run_library_tests "$logs" "${tests[@]}"
    ((status == 0)) || fail "the unbroken library fails: see $logs"
}

prepare_library_mutants() {
    ensure_packages "${host_packages[@]}"
    prepare_machine
    machine_memory=3G
    take_library_sources
}
