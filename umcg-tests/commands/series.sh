# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# ./umcg series: kernel-patches/series, with the packages that it needs.

series_packages=(git patch xz-utils linux-source-6.12)

help_series() {
    "$checkout/kernel-patches/series" --help
}

umcg_series() {
    local word
    for word in "$@"; do
        [[ $word != --check ]] || series_packages+=("${kernel_packages[@]}" perl)
    done
    ensure_packages "${series_packages[@]}"
    "$checkout/kernel-patches/series" "$@"
}
