# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# ./umcg demo: the comparison itself is umcg-tests/demo/run-in-vm.

first_jdk_with_virtual_threads=21

help_demo() {
    cat <<'END'
Usage: ./umcg demo [OPTION]... [-- OPTION...]
Loads an HTTP server with wrk in a virtual machine, on UMCG workers and on three
other kinds of thread in turn, round after round, prints a table, and a verdict
where all rounds agree.
  --icount       count instructions instead, on one processor: what else this
                 machine does changes no number; takes longer
  --jdk DIR      use this JDK (default: the newest from version 21 on)
  --json FILE    write the table there too, with each round and the verdicts
  --servers N    servers, and threads of the fixed pool: 1 to --cpus (default 2,
                 with --icount 1)
  --workers N    workers, and threads of the cached pool: 1 to 1024 (default 64)
  --rounds N     turns of each, 3 to 100 (default 6, with --icount 5; a
                 verdict needs 5)
  --seconds N    measure each for that long in all, 1 to 3600 (default 30; not
                 with --icount)
END
    printf '  --cpus N, --memory SIZE, --debug-kernel   as for ./umcg run\n'
    printf 'What follows -- goes to umcg-tests/demo/run-in-vm, which explains it with --help.\n'
}

choose_demo_jdk() {
    [[ -z $machine_jdk ]] || return 0
    machine_jdk=$(newest_jdk "$first_jdk_with_virtual_threads")
    [[ -z $machine_jdk ]] || return 0
    machine_jdk=$(default_jdk)
    say "no JDK from version $first_jdk_with_virtual_threads on is here: $machine_jdk has no virtual threads to compare"
}

# Classes mapped from an archive start an emulated server twice as fast.
archive_demo_classes() {
    local archive=$demo_results/classes.jsa
    if "$checkout/umcg-tests/demo/archive-classes" "$machine_jdk" "$archive" >/dev/null 2>&1; then
        demo_arguments+=(--class-archive "$archive")
    fi
}

# take_demo_option OPTION...: one with a number, which is for run-in-vm.
take_demo_option() {
    local least=1 most
    case $1 in
    --servers) most=${machine_cpus:-2} ;;
    --workers) most=1024 ;;
    --rounds) least=3 most=100 ;;
    --seconds) most=3600 ;;
    esac
    [[ $1 != --seconds || -z $machine_icount ]] ||
        usage_error "--seconds: with --icount a round is a number of requests; choose --rounds"
    check_number "$1" "$2" "$least" "$most"
    demo_arguments+=("$1" "$2")
}

umcg_demo() {
    local i numbers=() # checked once the number of CPUs is known
    demo_arguments=()
    machine_memory=4G
    while (($#)) && [[ $1 != -- ]]; do
        case $1 in
        --json) take_json_option "$@" && shift 2 ;;
        --servers | --workers | --rounds | --seconds) numbers+=("$1" "${2-}") && needs_value "$1" $# && shift 2 ;;
        --icount | --jdk | --cpus | --memory | --debug-kernel) take_machine_option "$@" && shift "$taken" ;;
        *) usage_error "$1: unknown option" ;;
        esac
    done
    (($# == 0)) || shift
    demo_arguments+=("$@")
    settle_machine_options
    [[ -z $machine_icount ]] || demo_arguments+=(--icount)
    for ((i = 0; i < ${#numbers[@]}; i += 2)); do
        take_demo_option "${numbers[@]:i:2}"
    done
    ensure_packages "${host_packages[@]}" wrk
    choose_demo_jdk
    build_with_maven
    run_demo
}

run_demo() {
    new_scratch
    demo_results=$scratch
    archive_demo_classes
    prepare_machine
    machine_writable+=("$demo_results")
    cd "$checkout" || exit
    say "starting the virtual machine with $machine_jdk"
    run_machine pipes umcg-tests/demo/run-in-vm "$machine_jdk" "$demo_results/rows.json" "${demo_arguments[@]}" </dev/null
    if [[ -n $json_file && -s $demo_results/rows.json ]]; then
        cp "$demo_results/rows.json" "$json_file" || fail "$json_file could not be written"
    fi
    exit "$status"
}
