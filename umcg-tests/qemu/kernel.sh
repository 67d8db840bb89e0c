# SPDX-License-Identifier: Apache-2.0

kernel_packages=(gcc libc6-dev make flex bison bc libelf-dev xz-utils patch linux-source-6.12)

# find_kernel DEBUG: sets $kernel_folder, and $kernel_image to the bzImage in it.
find_kernel() {
    kernel_folder=
    if [[ -n ${UMCG_KERNEL_IMAGE:-} ]]; then
        kernel_image=$UMCG_KERNEL_IMAGE
        [[ -r $kernel_image ]] || fail "UMCG_KERNEL_IMAGE=$kernel_image: no such file"
        return
    fi
    ensure_packages "${kernel_packages[@]}"
    kernel_folder=$("$checkout/kernel-patches/build" ${1:+--debug}) ||
        fail "the kernel could not be built: see the messages above"
    kernel_image=$kernel_folder/bzImage
}
