# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# ./umcg jcstress: what servers and workers may see of each other's memory, by jcstress.

jcstress_tests=$checkout/umcg-tests/concurrency-tests
jcstress_columns=(test verdict samples outcomes)
jcstress_memory=3G

help_jcstress() {
    cat <<'END'
Usage: ./umcg jcstress [short|quick|full|weakened] [-t REGEX] [--list]
                       [--json FILE] [OPTION]...
Runs the tests of umcg-tests/concurrency-tests in a virtual machine: actors that
are UMCG workers or servers race, and jcstress counts what they have seen. Fails
if that was forbidden, or is not described.
  short        the four that umcg-tests/concurrency-tests/short.list names, about
               two minutes
  quick        those that quick.list names there, about a quarter of an hour on
               two processors (default)
  full         all of them, each for longer, compiled by C2
  weakened     the same tests with one access weakened, or one step left out, on
               purpose: fails unless each of them is seen to fail
  -t REGEX     only tests with a name in which Java's regular expression is found
  --list       print the names of the tests that would run
  --json FILE  write the table there too
END
    # shellcheck disable=SC2059
    printf "$machine_options_help\n" "$jcstress_memory"
    cat <<'END'
Processors must run at the same time, so one of them, and --icount, are refused.
The last line tells how many tests passed and failed; the exit code is 0 only if
none failed.
END
}

take_jcstress_option() {
    taken=1
    case $1 in
    short | quick | full | weakened) jcstress_mode=$1 ;;
    --list) jcstress_list=yes ;;
    -t)
        needs_value "$1" $#
        jcstress_regex=$2 taken=2
        ;;
    --json)
        take_json_option "$@"
        taken=2
        ;;
    *) take_machine_option "$@" ;;
    esac
    ((taken)) || usage_error "$1: unknown option"
}

check_jcstress_machine() {
    [[ -z $machine_icount ]] ||
        usage_error "--icount: one processor that counts instructions has nothing happen at the same time; leave it out"
    settle_machine_options
    ((machine_cpus >= 2)) ||
        usage_error "--cpus $machine_cpus: nothing happens at the same time on one processor; give 2 or more"
}

# Writes the names of the tests that are to run to a file.
select_jcstress_tests() {
    local home=${machine_jdk:-$(default_jdk)}
    "$home/bin/java" -cp "$(<"$jcstress_tests/target/classpath")" org.umcg.concurrency.Selection \
        "$jcstress_mode" "$jcstress_tests" "$jcstress_regex" >"$1" ||
        fail "the tests could not be chosen: see the message above"
    [[ -s $1 ]] || usage_error "no test: -t $jcstress_regex is in no name of the tests of $jcstress_mode"
}

# Forks, iterations, milliseconds, options of the JVM. C2 comes closest to the processor, so it is what long runs have;
# the emulator may get its code wrong, seldom: see "What the emulator gets wrong" in docs/40-testing-in-qemu.md.
jcstress_effort() {
    case $jcstress_mode in
    short | quick) echo 1 2 700 -XX:+UseSerialGC -XX:TieredStopAtLevel=1 ;;
    full) echo 1 5 1500 -XX:+UseSerialGC -XX:-TieredCompilation ;;
    weakened) echo 1 5 1500 -XX:+UseSerialGC -XX:-TieredCompilation ;;
    esac
}

# In a run of weakened tests, those that fail as they must have passed.
add_jcstress_rows() {
    local name verdict samples outcomes
    jcstress_failed=0
    while IFS=$'\t' read -r _ name verdict samples outcomes; do
        if [[ $jcstress_mode == weakened ]]; then
            case $verdict in
            forbidden) verdict='fails, as it must' ;;
            passed) verdict='NOT SEEN TO FAIL' ;;
            esac
        fi
        [[ $verdict == passed || $verdict == 'fails, as it must' ]] || jcstress_failed=$((jcstress_failed + 1))
        add_row "$name" "$verdict" "$samples" "$outcomes"
    done < <(grep $'^result\t' "$1")
}

# The verdicts are jcstress's; its exit code must say the same.
judge_jcstress() {
    if ((status != 0 && jcstress_failed == 0)) || [[ -n $machine_crashed ]] || ((${#result_rows[@]} == 0)); then
        say "jcstress did not end well (code $status)"
        jcstress_failed=$((jcstress_failed + 1))
        add_row jcstress "code $status" 0 -
    fi
}

# Races the tests that $1 names in a machine, and judges what they have seen: rows of results, and $jcstress_failed.
race_jcstress_tests() {
    local names=$1 effort options=() output
    new_scratch
    output=$scratch/output
    [[ $jcstress_mode != weakened ]] || options=(--weakened)
    read -ra effort < <(jcstress_effort)
    prepare_machine
    say "running $(wc -l <"$names") tests by jcstress"
    cd "$checkout" || exit
    : >"$output"
    record "$output" umcg-tests/concurrency-tests/run-in-vm "${options[@]}" "$names" "${effort[@]}"
    add_jcstress_rows "$output"
    judge_jcstress
    print_table "${jcstress_columns[@]}"
}

umcg_jcstress() {
    local names
    jcstress_mode=quick jcstress_regex='' jcstress_list=''
    machine_memory=$jcstress_memory
    while (($#)); do
        take_jcstress_option "$@"
        shift "$taken"
    done
    check_jcstress_machine
    ensure_packages "${host_packages[@]}"
    build_with_maven
    new_scratch
    names=$scratch/names
    select_jcstress_tests "$names"
    if [[ -n $jcstress_list ]]; then
        cat "$names"
        return
    fi
    race_jcstress_tests "$names"
    write_json "$json_file" "${jcstress_columns[@]}"
    printf '\n%d passed, %d failed\n' $((${#result_rows[@]} - jcstress_failed)) "$jcstress_failed"
    ((jcstress_failed == 0)) || exit 1
}
