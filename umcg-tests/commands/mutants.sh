# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# ./umcg mutants: do the tests notice when the kernel side is broken on purpose?

mutant_patches=$checkout/kernel-patches/mutants
mutant_cache=$cache/mutants
mutant_doc=$checkout/docs/46-mutants.md
mutant_program_seconds=300
mutant_machine_seconds=900
mutant_kind= # or library_
mutant_names=()
mutant_rows=()
mutant_bad=0
mutant_tests=

help_mutants() {
    cat <<'END'
Usage: ./umcg mutants [--library] [--list | --write-docs] [NAME...]
Breaks the kernel side on purpose, in one place at a time, and runs the kernel's
own tests against each result, up to the first one that fails. Before that, the
unbroken kernel must pass all of them. Prints a table; the exit code is 1 if some
mutant survives, that is passes all tests, or cannot be built.
  NAME          a patch in kernel-patches/mutants, or its number (default: all)
  --library     the same with the library, the patches in umcg-tests/mutants, and
                the unit tests, system tests and stress programs that they name
  --list        print the names and what each of them breaks
  --write-docs  write the lines into the table of docs/46-mutants.md, or
                47-library-mutants.md, too
A mutant takes a minute or two, the first build ten. Sources, logs and build
tree of the run are kept in the folder mutants of the cache.
END
}

all_mutants() {
    local patch
    for patch in "$mutant_patches"/*.patch; do
        [[ ! -e $patch ]] || basename "$patch" .patch
    done | sort -V
}

# The first line of a patch says what is broken.
mutant_summary() {
    sed -n 1p "$mutant_patches/$1.patch"
}

# Its second line names the test programs that are to be run first.
mutant_first_tests() {
    sed -n '2s/^Tests: //p' "$mutant_patches/$1.patch"
}

list_mutants() {
    local name
    for name in "${mutant_names[@]}"; do
        printf '%s: %s\n' "$name" "$(mutant_summary "$name")"
    done
}

take_mutant_name() {
    local found
    [[ $1 =~ ^[0-9a-z-]+$ ]] || usage_error "$1: no such mutant"
    found=$(all_mutants | grep -xE -- "$1|0?$1-.*|[0-9]+-$1") || true
    [[ -n $found && $found != *$'\n'* ]] ||
        usage_error "$1: no such mutant; ./umcg mutants --list prints them"
    mutant_names+=("$found")
}

# --- Kernels --------------------------------------------------------------

# The sources stay as they are now, whatever is edited during the run.
take_mutant_sources() {
    mkdir -p "$mutant_cache" || fail "cannot write to $cache: set UMCG_CACHE to a folder of yours"
    exec 8>"$mutant_cache/lock"
    flock -n 8 || fail "another ./umcg mutants is at work"
    mutant_sources=$mutant_cache/sources
    rm -rf "$mutant_sources" "$mutant_cache/mutated"
    cp -r "$checkout/kernel-patches" "$mutant_sources"
    selftest_sources=$mutant_sources/linux/tools/testing/selftests/umcg
}

# build_mutant SOURCES: sets $kernel_folder and $kernel_image.
build_mutant() {
    kernel_folder=$(UMCG_CACHE=$mutant_cache "$1/build") || return 1
    kernel_image=$kernel_folder/bzImage
}

# A patch is for new files, or else for hooked ones: then it is one more hook.
mutate_sources() {
    local patch=$mutant_patches/$1.patch file
    mutated=$mutant_cache/mutated
    rm -rf "$mutated"
    cp -r "$mutant_sources" "$mutated"
    file=$(sed -n 's,^+++ b/\([^\t ]*\).*,\1,p' "$patch" | head -n 1)
    if [[ -f $mutated/linux/$file ]]; then
        patch -d "$mutated/linux" -p1 -s -F1 --no-backup-if-mismatch <"$patch"
    else
        cp "$patch" "$mutated/hooks/9999-mutant.patch"
    fi
}

# --- Tests ----------------------------------------------------------------

# order_tests NAME: sets $programs_in_order.
order_tests() {
    local first test
    programs_in_order=()
    first=" $(mutant_first_tests "$1") "
    for test in $first; do
        [[ ! -x $mutant_tests/$test ]] || programs_in_order+=("$mutant_tests/$test")
    done
    for test in "$mutant_tests"/*_test; do
        [[ $first == *" ${test##*/} "* ]] || programs_in_order+=("$test")
    done
}

# test_mutant LOGS PROGRAM...: sets $status; the logs tell the rest. An emulator that
# ends early may have its own reasons: it gets further tries.
test_mutant() {
    local logs=$1 try
    shift
    machine_seconds=$mutant_machine_seconds
    machine_log=$logs/console.log
    for try in 1 2 3; do
        run_machine pipes "$checkout/umcg-tests/commands/run-until-failure" "$mutant_program_seconds" "$@" \
            </dev/null >"$logs/output.log" 2>"$logs/errors.log"
        [[ -z $caught_signal ]] || exit $((128 + caught_signal))
        [[ -z $log_folder ]] || rm -rf "$log_folder"
        ((status == 125)) || break
    done
}

# The test program, and the test in it, that ran last.
last_test() {
    awk '/^# running / { program = $3; test = "" }
         /^# +RUN / { test = $3 }
         /^not ok / { test = $4 }
         END { printf "`%s`%s", program, test ? ": " test : "" }' "$1/output.log"
}

# The line that says most of why the kernel failed.
splat_of() {
    { grep -aoEm 1 '(BUG|WARNING|INFO|Oops|KASAN|UBSAN): .*' "$1/console.log" ||
        grep -aoEm 1 '(kernel BUG at|general protection fault|Kernel panic|stuck) .*' "$1/console.log" ||
        tail -n 1 "$1/errors.log"; } | tr -d '\r'
}

# verdict_of LOGS: in words.
verdict_of() {
    case $status in
    0) printf 'SURVIVED' ;;
    1) printf 'caught by %s' "$(last_test "$1")" ;;
    99) printf 'crashed in %s: %s' "$(last_test "$1")" "$(splat_of "$1")" ;;
    124) printf 'hung in %s' "$(last_test "$1")" ;;
    125) if [[ -s $1/output.log ]]; then
        printf 'ended the machine in %s' "$(last_test "$1")"
    else
        printf 'ERROR: does not boot'
    fi ;;
    *) printf 'ERROR: code %d' "$status" ;;
    esac
}

new_mutant_logs() {
    logs=$mutant_cache/logs/$1
    rm -rf "$logs"
    mkdir -p "$logs"
}

# examine_mutant NAME: sets $verdict.
examine_mutant() {
    local logs
    new_mutant_logs "$1"
    if ! mutate_sources "$1" >"$logs/build.log" 2>&1; then
        verdict='ERROR: does not apply'
    elif ! build_mutant "$mutated" 2>"$logs/build.log"; then
        verdict='ERROR: does not build'
    elif [[ $kernel_folder == "$unbroken_kernel" ]]; then
        verdict='ERROR: changes nothing'
    else
        order_tests "$1"
        test_mutant "$logs" "${programs_in_order[@]}"
        verdict=$(verdict_of "$logs")
    fi
}

# The same kernel and tests but for the break. Before the mutants and after
# them: a test that fails anyway has noticed nobody.
examine_unbroken() {
    local logs
    new_mutant_logs unbroken
    say "building the unbroken kernel"
    build_mutant "$mutant_sources" || fail "the unbroken kernel could not be built: see the messages above"
    unbroken_kernel=$kernel_folder
    [[ -n $mutant_tests ]] || compile_mutant_tests
    say "testing the unbroken kernel"
    test_mutant "$logs" "$mutant_tests"/*_test
    ((status == 0)) || fail "the unbroken kernel: $(verdict_of "$logs"); so mutants tell nothing; the logs are in $logs"
}

compile_mutant_tests() {
    new_scratch
    mutant_tests=$scratch
    compile_selftests "$mutant_tests"
}

examine_mutants() {
    local name number=0 began
    for name in "${mutant_names[@]}"; do
        number=$((number + 1)) began=$SECONDS
        say "mutant $number of ${#mutant_names[@]}: $name"
        "examine_${mutant_kind}mutant" "$name"
        say "  $verdict ($((SECONDS - began)) s)"
        mutant_rows+=("$name"$'\t'"$(mutant_summary "$name")"$'\t'"$verdict")
        [[ $verdict != SURVIVED && $verdict != ERROR* ]] || mutant_bad=$((mutant_bad + 1))
    done
}

# --- Results --------------------------------------------------------------

mutant_header='| mutant | what it breaks | result |
|---|---|---|'

# Prints a line per mutant of this run.
mutant_lines() {
    printf '%s\n' "${mutant_rows[@]}" |
        awk -F'\t' '{ gsub(/\|/, "\\|"); printf "| %s | %s | %s |\n", $1, $2, $3 }'
}

# The table ends the file; what stands before it stays, and so do the lines of
# mutants that were not run now.
write_mutant_doc() {
    local text lines name
    text=$(sed '/^| mutant /,$d' "$mutant_doc")
    lines=$(mutant_lines && sed -n '/^| mutant /,$p' "$mutant_doc")
    {
        printf '%s\n\n%s\n' "$text" "$mutant_header"
        all_mutants | while read -r name; do
            grep -m 1 -F "| $name |" <<<"$lines" || true
        done
    } >"$mutant_doc"
}

# examine_kernel_mutants and examine_library_mutants: what has no break comes first.
examine_kernel_mutants() {
    ensure_packages "${kernel_packages[@]}"
    ensure_qemu
    find_launcher
    take_mutant_sources
    examine_unbroken
    examine_mutants
    print_mutants
    examine_unbroken
}

examine_library_mutants() {
    prepare_library_mutants
    examine_unbroken_library
    examine_mutants
    print_mutants
}

print_mutants() {
    printf '%s\n' "$mutant_header"
    mutant_lines
}

umcg_mutants() {
    local list='' write='' name names=()
    while (($#)); do
        case $1 in
        --library) mutant_kind=library_ && use_library_mutants ;;
        --list) list=yes ;;
        --write-docs) write=yes ;;
        -*) usage_error "$1: unknown option" ;;
        *) names+=("$1") ;;
        esac
        shift
    done
    for name in "${names[@]}"; do
        take_mutant_name "$name"
    done
    ((${#mutant_names[@]})) || mapfile -t mutant_names < <(all_mutants)
    ((${#mutant_names[@]})) || fail "no patches in ${mutant_patches#"$checkout"/}"
    if [[ -n $list ]]; then
        list_mutants
        return
    fi
    settle_machine_options
    if [[ -n $mutant_kind ]]; then
        examine_library_mutants
    else
        examine_kernel_mutants
    fi
    [[ -z $write ]] || write_mutant_doc
    printf '\n%d mutants, %d survived or could not be examined\n' "${#mutant_names[@]}" "$mutant_bad"
    ((mutant_bad == 0)) || exit 1
}
