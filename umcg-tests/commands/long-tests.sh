# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# ./umcg stress and ./umcg fuzz: long random tests of the kernel side.

long_test_shared=(long_run.c umcg_leaks.c)
long_test_arguments=()
long_test_seconds=0
long_test_calls=0

help_stress() {
    cat <<'END'
Usage: ./umcg stress [OPTION]...
Process after process with servers and workers that do everything at random in a
virtual machine: block, yield, switch, take signals, fork, exec, are kicked,
moved, stopped, killed. Fails when a worker makes no progress, when more workers
run than servers, when a process does not end as it should, or when it leaves
something in the kernel; tells then with which --seed and --features.
  --seconds N      for how long (default 60)
  --seed N         the first round's; each round adds one (default random)
  --rounds N       stop after so many rounds
  --servers N      1 to 32 (default random, up to one more than processors)
  --workers N      1 to 128 (default random)
  --features MASK  only these, of those that a failure lists
  --ending N       0 clean, 1 kill, 2 exit, 3 exec, 4 crash, 5 memory (default
                   random)
END
    # shellcheck disable=SC2059
    printf "$machine_options_help\n" "$machine_memory"
}

help_fuzz() {
    cat <<'END'
Usage: ./umcg fuzz [OPTION]...
Process after process whose threads make random calls of UMCG and overwrite what
the kernel reads, in a virtual machine. Fails when a process survives SIGKILL or
leaves something in the kernel, and when the kernel complains.
  --calls N        until so many calls were made (default 10000000)
  --seconds N      and for so long at least (default 0)
  --seed N         the first process'; each one adds one (default random)
  --rounds N       stop after so many processes
END
    # shellcheck disable=SC2059
    printf "$machine_options_help\n" "$machine_memory"
}

# compile_long_test NAME FOLDER
compile_long_test() {
    (cd "$selftest_sources" &&
        gcc -O2 -pthread -D_GNU_SOURCE "${selftest_warnings[@]}" \
            -I "$checkout/kernel-patches/linux/include/uapi" \
            -o "$2/$1" "$1"*.c "${long_test_shared[@]}") >&2 ||
        fail "$1 does not compile"
}

# Least and most of the options that go to the programs.
declare -A long_test_least=([--seed]=1 [--seconds]=1 [--servers]=1 [--workers]=1 [--features]=0 [--ending]=0
    [--rounds]=1 [--calls]=1)
declare -A long_test_most=([--seconds]=1000000 [--servers]=32 [--workers]=128 [--ending]=5)
long_test_own=()

# take_long_number OPTION...: one that the program gets.
take_long_number() {
    local least=${long_test_least[$1]} most=${long_test_most[$1]:-999999999999999999}
    needs_value "$1" $#
    if ! [[ $2 =~ ^(0x[0-9a-fA-F]{1,15}|0|[1-9][0-9]{0,17})$ ]] || (($2 < least || $2 > most)); then
        usage_error "$1 $2: give a number from $least to $most"
    fi
    [[ $1 != --seconds ]] || long_test_seconds=$(($2))
    [[ $1 != --calls ]] || long_test_calls=$(($2))
    long_test_arguments+=("$1" "$2")
}

# Far more than it takes: a test that hangs is noticed by itself much earlier.
long_test_limit() {
    local calls_per_second=1000
    ! is_checking_flavour "$machine_flavour" || calls_per_second=100
    printf '%d' $((600 + 2 * long_test_seconds + long_test_calls / calls_per_second))
}

# run_long_test NAME OPTION...: those in $long_test_own are for the program.
run_long_test() {
    local name=$1 folder
    shift
    while (($#)); do
        if [[ " ${long_test_own[*]} " == *" $1 "* ]]; then
            take_long_number "$@" && shift 2
        else
            take_machine_option "$@"
            ((taken)) || usage_error "$1: unknown option"
            shift "$taken"
        fi
    done
    settle_machine_options
    prepare_machine
    new_scratch
    folder=$scratch
    compile_long_test "$name" "$folder"
    ((machine_seconds)) || machine_seconds=$(long_test_limit)
    record "$folder/output" "$folder/$name" "${long_test_arguments[@]}"
    exit "$status"
}

umcg_stress() {
    long_test_seconds=60
    long_test_own=(--seconds --seed --rounds --servers --workers --features --ending)
    run_long_test stress "$@"
}

umcg_fuzz() {
    long_test_calls=10000000
    long_test_own=(--calls --seconds --seed --rounds)
    long_test_least[--seconds]=0
    run_long_test fuzz "$@"
}
