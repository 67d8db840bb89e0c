# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# ./umcg bench kernel: what things cost in the kernel. docs/60-performance.md explains every row.

bench_sources=$checkout/umcg-tests/bench/kernel
bench_columns=(name value unit mode cpus)
bench_groups=(syscall switch handoff block idle scale)
bench_chosen=()
bench_seconds=600

# Name, mode, numerator, denominator; then the bound and the aim, if there are any.
bench_ratios='
syscall.nonblocking.worker_vs_plain icount syscall.worker       syscall.plain        1.01
switch.w2w_vs_futex                 icount switch.w2w           switch.futex         0.38  0.28
switch.yield_vs_futex               icount switch.yield         switch.futex         0.78  0.60
handoff.futex_workers_vs_plain      icount handoff.futex_workers handoff.futex_plain 0.80  0.65
handoff.fan_8_vs_plain              icount handoff.fan_8        handoff.futex_plain  1.08
block.pipe_vs_plain                 icount block.worker         block.plain          1.08
block.pipe_both_vs_plain            icount block.both_workers   block.plain          1.12
idle.getppid                        icount idle.getppid.with    idle.getppid.without
idle.futex                          icount idle.futex.with      idle.futex.without
idle.pipe                           icount idle.pipe.with       idle.pipe.without
idle.y_vs_n                         icount worst                idle                 1.005
switch.w2w_vs_futex.smp             smp    switch.w2w           switch.futex         0.28  0.20
scale.switch_10k_vs_10              icount scale.switch.10000   scale.switch.10      1.15
scale.register_10k_vs_10            icount scale.register.10000 scale.register.10    1.15'

help_bench_kernel() {
    cat <<'END'
Usage: ./umcg bench kernel [--json FILE] [GROUP]...
Measures what the kernel side costs, in virtual machines: in instructions, on
one processor that counts them, and as ratios of times on two. Prints a table,
and whether each bound is kept; the exit code is 1 if one is not.
  GROUP         syscall, switch, handoff, block, idle, scale (default: all)
  --json FILE   write the table there too
idle also builds and boots a kernel without UMCG; UMCG_PLAIN_KERNEL_IMAGE may
name one to boot instead.
END
}

is_chosen() {
    [[ " ${bench_chosen[*]} " == *" $1 "* ]]
}

compile_benchmarks() {
    local program
    for program in "${bench_groups[@]}"; do
        gcc "${compiler_flags[@]}" -Werror -pthread -I "$checkout/kernel-patches/linux/include/uapi" \
            -o "$1/$program" "$bench_sources/$program.c" >&2 ||
            fail "${bench_sources#"$checkout"/}/$program.c does not compile"
    done
}

# add_bench_rows MODE FILE: what the programs printed; with icount a ns is an instruction.
add_bench_rows() {
    local name value unit
    while IFS=$'\t' read -r name value unit; do
        [[ $1 != icount || $unit != ns ]] || unit=instructions
        add_row "$name" "$value" "$unit" "$1" "$machine_cpus"
    done <"$2"
}

# run_benchmarks FLAVOUR MODE COMMAND...: one boot.
run_benchmarks() {
    local output
    machine_flavour=$1 machine_icount='' machine_cpus=''
    [[ $2 != icount ]] || machine_icount=yes
    settle_machine_options
    prepare_machine
    new_scratch
    output=$scratch/output
    say "measuring ${*:3} on the $1 kernel ($2)"
    machine_seconds=$(($# * bench_seconds))
    record "$output" "$bench_sources/run-benchmarks" "$bench_folder" "$bench_seconds" "${@:3}" >&2
    ((status == 0)) || fail "the benchmarks did not end well (code $status)"
    add_bench_rows "$2" "$output"
}

# What is not asked for is not booted.
run_chosen_benchmarks() {
    local group commands=()
    for group in syscall switch handoff block; do
        ! is_chosen "$group" || commands+=("$group")
    done
    ! is_chosen idle || commands+=('idle with')
    ! is_chosen scale || commands+=('scale 10 10000')
    run_benchmarks normal icount "${commands[@]}"
    ! is_chosen switch || run_benchmarks normal smp switch
    ! is_chosen idle || run_benchmarks plain icount 'idle without'
}

# Reads rows, prints name, value, mode, cpus, verdict, bound and aim of each ratio.
compute_ratios() {
    awk -F'\t' -v OFS='\t' -v chosen=" ${bench_chosen[*]} " '
        function worst(mode, most, i, part) {
            split("getppid futex pipe", part, " ")
            for (i in part)
                if (value[mode, "idle." part[i]] > most)
                    most = value[mode, "idle." part[i]]
            return most
        }
        function ratio(mode, above, below) {
            if (above == "worst")
                return worst(mode)
            if (!((mode, above) in value) || !(value[mode, below] > 0)) {
                print "umcg: no row for " above " / " below >"/dev/stderr"
                exit 1
            }
            return value[mode, above] / value[mode, below]
        }
        FILENAME == ARGV[1] { value[$4, $1] = $2; cpus[$4] = $5; next }
        {
            n = split($0, field, " +")
            group = substr(field[1], 1, index(field[1], ".") - 1)
            if (n == 0 || !index(chosen, " " group " "))
                next
            r = value[field[2], field[1]] = ratio(field[2], field[3], field[4])
            verdict = n < 5 ? "-" : r <= field[5] ? "PASS" : "FAIL"
            print field[1], sprintf("%.4f", r), field[2], cpus[field[2]], verdict, \
                n < 5 ? "-" : field[5], n < 6 ? "-" : field[6]
        }' <(printf '%s\n' "${result_rows[@]}") <(printf '%s\n' "$bench_ratios")
}

# Adds the ratios to the rows, and sets $bench_verdicts to a line for each bound.
judge_ratios() {
    local ratios name value mode cpus verdict bound aim
    ratios=$(compute_ratios) || fail "a measurement is missing"
    bench_verdicts=
    while IFS=$'\t' read -r name value mode cpus verdict bound aim; do
        add_row "$name" "$value" ratio "$mode" "$cpus"
        [[ $verdict != - ]] || continue
        bench_verdicts+="$verdict $name $value: at most $bound"
        [[ $aim == - ]] || bench_verdicts+=", aim $aim"
        bench_verdicts+=$'\n'
    done <<<"$ratios"
}

take_bench_group() {
    [[ " ${bench_groups[*]} " == *" $1 "* ]] || usage_error "$1: no such group (${bench_groups[*]})"
    bench_chosen+=("$1")
}

take_kernel_bench_options() {
    while (($#)); do
        case $1 in
        --json) take_json_option "$@" && shift 2 ;;
        -*) usage_error "$1: unknown option" ;;
        *) take_bench_group "$1" && shift ;;
        esac
    done
}

# Adds all rows, and sets $bench_verdicts.
measure_kernel() {
    ((${#bench_chosen[@]})) || bench_chosen=("${bench_groups[@]}")
    machine_memory=3G # 10,000 threads
    ensure_packages gcc libc6-dev
    new_scratch
    bench_folder=$scratch
    compile_benchmarks "$bench_folder"
    run_chosen_benchmarks
    judge_ratios
}

# describe_bench: name and value of what the rows are worth, a line each.
describe_bench() {
    local commit
    commit=$(git -C "$checkout" rev-parse HEAD 2>/dev/null) || commit='not known'
    [[ $commit == 'not known' || -z $(git -C "$checkout" status --porcelain 2>/dev/null) ]] || commit+=', changed'
    printf 'commit\t%s\n' "$commit"
    printf 'date\t%s\n' "$(date -u +%F)"
    printf 'host\t%s, %s processors\n' "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)"
    printf 'virtual machine\t%s, %s\n' "$(qemu-system-x86_64 --version | sed -n 's/ *(.*//; 1p')" \
        "$(accelerator | sed -n '2p')"
}

# write_kernel_json FILE: where it was measured, then the rows.
write_kernel_json() {
    local json_about=()
    mapfile -t json_about < <(describe_bench)
    write_json "$1" "${bench_columns[@]}"
}

bench_kernel() {
    take_kernel_bench_options "$@"
    measure_kernel
    print_table "${bench_columns[@]}"
    write_kernel_json "$json_file"
    printf '\n%s' "$bench_verdicts"
    [[ $bench_verdicts != *FAIL* ]] || exit 1
}

help_bench() {
    help_bench_kernel
    printf '\n'
    help_bench_java
    printf '\n'
    help_bench_report
}

umcg_bench() {
    case ${1:-} in
    kernel | java | report) "bench_$1" "${@:2}" ;;
    *) usage_error "say what to measure: ./umcg bench kernel, java or report" ;;
    esac
}
