# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# The options that describe a machine, shared by every command that boots one.

kernel_options_help='  --debug-kernel         a kernel with lockdep, KASAN and full preemption
  --kcsan-kernel         one that looks for data races in UMCG
  --plain-kernel         one without UMCG, to compare with'

machine_options_help='  --cpus N               processors of the machine, 1 to 16 (default 2)
  --memory SIZE          its memory, such as 512M or 4G (default %s)
  --icount               one processor that counts instructions as nanoseconds
  --jdk DIR              put this JDK first: JAVA_HOME and PATH
  --time-limit SECONDS   end the command after that long (exit code 124)
  --writable DIR         let the command write to this folder of the host; repeatable
  --keep-log FILE        keep the kernel log there
'"$kernel_options_help"

options_without_value='--help --icount --smp --debug-kernel --kcsan-kernel --plain-kernel --full --host --stress --list'
options_without_value+=' --write-docs --library --check --conformance'

needs_value() {
    [[ $2 -ge 2 ]] || usage_error "$1 needs a value"
}

check_number() {
    if ! [[ $2 =~ ^[0-9]{1,6}$ ]] || ((10#$2 < $3 || 10#$2 > $4)); then
        usage_error "$1${2:+ $2}: give a number from $3 to $4"
    fi
}

check_memory() {
    local unit=1
    [[ $1 =~ ^([0-9]{1,6})([MG])$ ]] || usage_error "--memory $1: give a size such as 512M or 4G"
    [[ ${BASH_REMATCH[2]} == M ]] || unit=1024
    ((10#${BASH_REMATCH[1]} * unit >= 256)) || usage_error "--memory $1: the least is 256M"
}

check_file_target() {
    local folder
    [[ -n $2 ]] || usage_error "$1: name a file"
    [[ ! -d $2 ]] || usage_error "$1 $2: is a folder, name a file"
    folder=$(dirname -- "$2")
    [[ -d $folder ]] || usage_error "$1 $2: there is no folder $folder"
    if [[ -e $2 ]]; then
        [[ -w $2 ]] || usage_error "$1 $2: this file cannot be written to"
    else
        [[ -w $folder ]] || usage_error "$1 $2: no file can be written there"
    fi
}

add_writable() {
    [[ -d $1 ]] || usage_error "--writable $1: there is no such folder"
    [[ -w $1 ]] || usage_error "--writable $1: not a folder that you can write to"
    [[ $1 != *$'\n'* ]] || usage_error "--writable: a folder with a line break in its name"
    machine_writable+=("$(realpath -- "$1")")
}

# take_kernel_option OPTION: false if it is none.
take_kernel_option() {
    case $1 in
    --debug-kernel | --kcsan-kernel | --plain-kernel) ;;
    *) return 1 ;;
    esac
    [[ $machine_flavour == normal ]] || usage_error "$1: one kernel at a time"
    machine_flavour=${1#--}
    machine_flavour=${machine_flavour%-kernel}
}

# take_machine_option OPTION...: sets $taken to how many words it used, 0 if none.
take_machine_option() {
    taken=1
    ! take_kernel_option "$1" || return 0
    taken=2
    case $1 in
    --icount) machine_icount=yes taken=1 ;;
    --cpus | --memory | --jdk | --time-limit | --writable | --keep-log) needs_value "$1" $# ;;
    *) taken=0 ;;
    esac
    case $1 in
    --cpus) check_number "$1" "$2" 1 16 && machine_cpus=$((10#$2)) ;;
    --memory) check_memory "$2" && machine_memory=$2 ;;
    --jdk) check_jdk "$2" && machine_jdk=$(realpath -- "$2") ;;
    --time-limit) check_number "$1" "$2" 1 999999 && machine_seconds=$((10#$2)) ;;
    --writable) add_writable "$2" ;;
    --keep-log) check_file_target "$1" "$2" && machine_log=$(realpath -- "$2") ;;
    esac
}

settle_machine_options() {
    if [[ -z $machine_icount ]]; then
        machine_cpus=${machine_cpus:-2}
    elif [[ ${machine_cpus:-1} != 1 ]]; then
        usage_error "--icount counts on one processor: leave --cpus $machine_cpus out"
    else
        machine_cpus=1
    fi
}
