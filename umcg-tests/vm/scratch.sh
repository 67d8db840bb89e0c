# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# Folders and processes that must not outlive the script.

scratch_folders=()
relay_pid=
caught_signal=

new_scratch() {
    scratch=$(mktemp -d "${TMPDIR:-/tmp}/umcg.XXXXXX" 2>/dev/null) ||
        fail "no folder can be made in ${TMPDIR:-/tmp}: set TMPDIR to one that you can write to"
    scratch_folders+=("$scratch")
}

remove_scratch() {
    ((${#scratch_folders[@]} == 0)) || rm -rf "${scratch_folders[@]}"
}

# The relay tells the command, and ends the virtual machine; without one, the
# foreground child got the same Ctrl-C and the script ends after it.
take_signal() {
    caught_signal=$1
    [[ -z $relay_pid ]] || kill -"$1" "$relay_pid" 2>/dev/null || true
    [[ -n $relay_pid ]] || exit $((128 + caught_signal))
}

trap remove_scratch EXIT
trap 'take_signal 1' HUP
trap 'take_signal 2' INT
trap 'take_signal 15' TERM
trap : QUIT # The relay passes it on.

# Kept after a failure, beside what Maven leaves.
new_log_folder() {
    local parent=$checkout/target/umcg-logs
    mkdir -p "$parent" 2>/dev/null && [[ -w $parent ]] || parent=${TMPDIR:-/tmp}
    log_folder=$(mktemp -d "$parent/$(date +%Y%m%d-%H%M%S).XXXX")
    chmod 755 "$log_folder"
}
