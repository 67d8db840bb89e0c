# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# How a virtual machine ended, as an exit code and a message.

splat_code=99

# Set by the test suites: any failure leaves its logs.
keep_failures=

# First lines of a kernel's complaints. A user program's fault is none of them.
splat_pattern='^(<[0-9]+>)?(\[ *[0-9]+\.[0-9]+\](\[ *[TC][0-9]+\])? )?(BUG: |kernel BUG at |WARNING: |Oops|'
splat_pattern+='general protection fault, |Kernel panic|-+\[ cut here \]-+|INFO: task .* blocked for|'
splat_pattern+='INFO: rcu.*(stall|starved)|rcu: INFO: .*(stall|starved)|watchdog: BUG|INFO: trying to register|'
splat_pattern+='(UBSAN|KASAN|KCSAN|KFENCE): |refcount_t: |=+\[ BUG|DEBUG_LOCKS_WARN_ON|stack segment: |double fault)'

first_splat() {
    grep -naEm1 "$splat_pattern" "$scratch/console.log" 2>/dev/null | cut -d: -f1
}

keep_reports() {
    [[ -n $log_folder ]] || new_log_folder
    cp -r "$scratch"/reports/. "$scratch/console.log" "$scratch/qemu.log" "$log_folder/" 2>/dev/null || true
}

judge_splat() {
    local line=$1
    keep_reports
    sed -n "$line,$((line + 199))p" "$scratch/console.log" | tr -d '\r' >&2
    say "the kernel failed: $(sed -n "${line}p" "$scratch/console.log" | tr -d '\r'); its log is $log_folder/console.log"
    status=$splat_code
}

judge_no_verdict() {
    keep_reports
    tail -n 20 "$scratch/qemu.log" "$scratch/console.log" 2>/dev/null | tr -d '\r' >&2
    say "$1; its log is $log_folder/console.log"
    status=125
}

judge_time_limit() {
    keep_reports
    say "the time limit of $machine_seconds s is over; what every task was doing is in $log_folder/console.log"
    status=124
}

judge_ending() {
    local kind=$1 detail=$2
    case $kind in
    exit) status=${detail%% *} ;;
    signal) status=$((128 + ${detail%% *})) ;;
    time-limit) judge_time_limit ;;
    interrupted) status=$((128 + ${caught_signal:-$detail})) ;;
    fault) judge_no_verdict "the command could not be started: $detail" ;;
    no-boot) judge_no_verdict "the virtual machine did not start the command in time" ;;
    stuck)
        keep_reports
        say "the kernel failed: $detail survives SIGKILL; its log is $log_folder/console.log"
        status=$splat_code
        ;;
    *) judge_no_verdict "the virtual machine ended before the command did" ;;
    esac
}

note_memory() {
    ! grep -qa 'Out of memory: Killed process' "$scratch/console.log" 2>/dev/null ||
        say "the virtual machine ran out of memory: give it more than --memory $machine_memory"
}

note_crashes() {
    machine_crashed=
    compgen -G "$scratch/reports/*" >/dev/null || return 0
    machine_crashed=yes
    keep_reports
    say "a Java virtual machine crashed: its reports are in $log_folder"
}

judge_machine() {
    local kind=ended detail='' line
    log_folder=
    [[ ! -r $scratch/verdict ]] || read -r kind detail <"$scratch/verdict" || true
    line=$(first_splat) || true
    if [[ -n $line && $kind != interrupted ]]; then
        judge_splat "$line"
    else
        judge_ending "$kind" "$detail"
        note_memory
    fi
    note_crashes
    [[ -z $keep_failures || $status == 0 ]] || keep_reports
    [[ -z $machine_log ]] || cp "$scratch/console.log" "$machine_log" ||
        say "the kernel log could not be written to $machine_log"
    rm -rf "$scratch"
}
