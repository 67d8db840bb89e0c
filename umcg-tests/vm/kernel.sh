# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts

kernel_packages=(gcc libc6-dev make flex bison bc libelf-dev xz-utils patch linux-source-6.12)

# An image of the caller's stands in for every flavour but plain, which has its own.
given_image() {
    local name=UMCG_KERNEL_IMAGE
    [[ $1 != plain ]] || name=UMCG_PLAIN_KERNEL_IMAGE
    kernel_image=${!name:-}
    [[ -n $kernel_image ]] || return 1
    [[ -e $kernel_image ]] || fail "$name=$kernel_image: no such file"
    [[ -f $kernel_image && -r $kernel_image ]] || fail "$name=$kernel_image: not a file that you can read"
}

# find_kernel FLAVOUR: sets $kernel_folder, and $kernel_image to the bzImage in it.
find_kernel() {
    local option=()
    kernel_folder=
    ! given_image "$1" || return 0
    ensure_packages "${kernel_packages[@]}"
    [[ $1 == normal ]] || option=("--$1")
    kernel_folder=$("$checkout/kernel-patches/build" "${option[@]}") ||
        fail "the kernel could not be built: see the messages above"
    kernel_image=$kernel_folder/bzImage
}
