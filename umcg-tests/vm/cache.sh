# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# Small programs of the launcher, compiled once and kept under a hash of
# their sources.

# As kernel-patches/build chooses it; absolute, as some commands change the folder.
cache_folder() {
    local folder=${UMCG_CACHE:-${XDG_CACHE_HOME:-${HOME:-/dev/null}/.cache}/umcg}
    realpath -m -- "$folder"
}

vm_sources=$checkout/umcg-tests/vm
cache=$(cache_folder) && export UMCG_CACHE=$cache
compiler_flags=(-std=gnu11 -D_GNU_SOURCE -O2 -Wall -Wextra)

# cpio_entry NAME MODE SIZE: header and name of the "newc" format, padded.
cpio_entry() {
    local name=$1 padding
    printf '070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X' \
        0 "$2" 0 0 1 0 "$3" 0 0 0 0 $((${#name} + 1)) 0
    padding=$(((4 - (110 + ${#name} + 1) % 4) % 4 + 1))
    printf '%s' "$name"
    head -c "$padding" /dev/zero
}

write_initramfs() {
    local init=$1 size
    size=$(stat -c %s "$init")
    cpio_entry init $((0100755)) "$size"
    cat "$init"
    head -c $(((4 - size % 4) % 4)) /dev/zero
    cpio_entry 'TRAILER!!!' 0 0
}

compile_launcher() {
    local target=$1
    (cd "$vm_sources" &&
        gcc "${compiler_flags[@]}" -static -o "$target/init" init.c files.c mounts.c reports.c &&
        gcc "${compiler_flags[@]}" -o "$target/tsc-khz" tsc-khz.c &&
        gcc "${compiler_flags[@]}" -o "$target/relay" relay.c) >&2 ||
        fail "the launcher could not be compiled: see the messages above"
    write_initramfs "$target/init" >"$target/initramfs"
}

# Sets $launcher to the folder that holds `relay` and `initramfs`. Where the cache cannot be
# written to and lacks them, they serve this call only.
find_launcher() {
    local hash partial
    hash=$(cd "$vm_sources" && cat -- *.c *.h cache.sh | sha256sum | cut -c1-16)
    launcher=$cache/launcher/$hash
    [[ ! -r $launcher/initramfs ]] || return 0
    if ! { mkdir -p "$cache/launcher" && partial=$(mktemp -d "$cache/launcher/partial.XXXXXX"); } 2>/dev/null; then
        new_scratch
        launcher=$scratch
        compile_launcher "$launcher"
        return
    fi
    scratch_folders+=("$partial")
    compile_launcher "$partial"
    chmod 755 "$partial"
    mv -T "$partial" "$launcher" 2>/dev/null || [[ -d $launcher ]] || launcher=$partial
}
