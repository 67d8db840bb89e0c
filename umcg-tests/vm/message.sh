# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# How every part speaks to the caller: one line, on stderr.

# A failure before the command starts; run and shell make it 125.
failure_code=1

say() {
    printf 'umcg: %s\n' "$*" >&2
}

fail() {
    say "$*"
    exit "$failure_code"
}

usage_error() {
    say "$* (see ./umcg ${subcommand:+$subcommand }--help)"
    exit 2
}
