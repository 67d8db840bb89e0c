# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# One boot of the kernel for one command.

machine_cpus=
machine_memory=2G
machine_icount=
machine_flavour=normal
machine_jdk=
machine_seconds=0
machine_log=
machine_writable=()
machine_devices=()

# Detected by the processor: an openable /dev/kvm alone proves nothing.
has_kvm() {
    grep -qEm1 '^flags.*\<(vmx|svm)\>' /proc/cpuinfo && [[ -r /dev/kvm && -w /dev/kvm ]]
}

accelerator() {
    if [[ -n $machine_icount ]]; then
        printf '%s\n' -accel tcg,thread=single -icount shift=0,sleep=off -cpu max
    elif has_kvm; then
        printf '%s\n' -accel kvm -cpu host
    else
        printf '%s\n' -accel tcg,thread=multi -cpu max
    fi
}

# QEMU reads a comma as the end of a value.
quote_path() {
    printf '%s' "${1//,/,,}"
}

# share TAG FOLDER [OPTION]
share() {
    printf '%s\n' -fsdev "local,id=$1,path=$(quote_path "$2"),security_model=none,multidevs=remap${3:-}" \
        -device "virtio-9p-pci,fsdev=$1,mount_tag=$1"
}

shares() {
    local folder number=0
    share root / ,readonly=on
    share order "$scratch/order" ,readonly=on
    share reports "$scratch/reports"
    for folder in "${machine_writable[@]}"; do
        share "writable$number" "$folder"
        number=$((number + 1))
    done
}

# The flavours that look for faults are slow.
is_checking_flavour() {
    [[ $1 == debug || $1 == kcsan ]]
}

# Emulation on a busy host is slow: the stall detectors wait longer, and the speed of
# the time stamp counter is not left to a measurement at boot.
kernel_command_line() {
    local limit=() clock=()
    ! is_checking_flavour "$machine_flavour" || limit=(watchdog_thresh=60)
    [[ -n $machine_icount ]] || clock=("tsc_early_khz=$("$launcher/tsc-khz")")
    printf '%s ' console=ttyS0 earlyprintk=serial,ttyS0 loglevel=5 printk.devkmsg=on \
        oops=panic panic_on_warn=1 panic=-1 \
        tsc=reliable no_timer_check nokaslr rcupdate.rcu_cpu_stall_timeout=240 \
        "${limit[@]}" "${clock[@]}"
}

write_list() {
    local file=$1
    shift
    if (($#)); then
        printf '%s\0' "$@" >"$file"
    else
        : >"$file"
    fi
}

write_environment() {
    if [[ -n $machine_jdk ]]; then
        env -0 JAVA_HOME="$machine_jdk" PATH="$machine_jdk/bin:$PATH"
    else
        env -0
    fi
}

write_order() {
    local order=$scratch/order
    mkdir "$order" "$scratch/reports" &&
        write_list "$order/arguments" "$@" &&
        write_list "$order/folder" "$(pwd -P)" &&
        write_list "$order/writable" "${machine_writable[@]}" &&
        write_environment >"$order/environment" &&
        { [[ $streams != terminal ]] || stty size >"$order/window"; }
}

qemu_command() {
    mapfile -t qemu < <(accelerator && shares)
    qemu=(qemu-system-x86_64 -nodefaults -no-user-config -display none -no-reboot
        -machine q35 -smp "$machine_cpus" -m "$machine_memory" "${qemu[@]}"
        -kernel "$kernel_image" -initrd "$launcher/initramfs"
        -append "$(kernel_command_line)"
        -chardev "file,id=console,path=$(quote_path "$scratch/console.log")"
        -serial chardev:console -device virtio-rng-pci -device virtio-serial-pci
        "${machine_devices[@]}")
}

# run_machine pipes|terminal COMMAND...: sets $status and keeps what a failure leaves.
run_machine() {
    local streams=$1 qemu
    shift
    new_scratch
    write_order "$@" 2>/dev/null || fail "$scratch cannot be written to: is there space left? TMPDIR names another folder"
    qemu_command
    "$launcher/relay" "$scratch/verdict" "$machine_seconds" "$streams" "${qemu[@]}" \
        <&0 3>"$scratch/qemu.log" &
    relay_pid=$!
    while kill -0 "$relay_pid" 2>/dev/null; do
        wait "$relay_pid" || true
    done
    relay_pid=
    judge_machine
}

prepare_machine() {
    ensure_packages gcc libc6-dev
    ensure_qemu
    find_launcher
    find_kernel "$machine_flavour"
}
