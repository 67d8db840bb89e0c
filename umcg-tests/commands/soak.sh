# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# ./umcg soak: the load itself is umcg-tests/stress/soak-in-vm.

help_soak() {
    cat <<'END'
Usage: ./umcg soak [--seconds N] [OPTION]...
Has one JVM in a virtual machine do everything at once: answer HTTP requests out
of an SQLite database, load classes, collect garbage, record its flights, and
obey jcmd, all of it on UMCG workers. Fails when something stalls, when an answer
is wrong, and when something is left in the kernel. An hour on the kernel that
checks itself: ./umcg soak --seconds 3600 --debug-kernel
  --seconds N    for how long, 60 to 86400 (default 600)
END
    # shellcheck disable=SC2059
    printf "$machine_options_help\n" "$machine_memory"
}

umcg_soak() {
    local seconds=600
    machine_memory=4G
    while (($#)); do
        case $1 in
        --seconds)
            needs_value "$1" $#
            check_number "$1" "$2" 60 86400
            seconds=$2
            shift 2
            ;;
        *)
            take_machine_option "$@"
            ((taken)) || usage_error "$1: unknown option"
            shift "$taken"
            ;;
        esac
    done
    settle_machine_options
    ensure_packages "${host_packages[@]}" wrk
    build_with_maven
    prepare_machine
    new_scratch
    compile_long_test leakcheck "$scratch"
    ((machine_seconds)) || machine_seconds=$((1800 + 2 * seconds))
    cd "$checkout" || exit
    record "$scratch/output" "$scratch/leakcheck" \
        bash umcg-tests/stress/soak-in-vm "${machine_jdk:-$(default_jdk)}" "$seconds"
    exit "$status"
}
