# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts

# record FILE COMMAND...: runs it in a machine; its output is seen and kept.
record() {
    local file=$1 copy tee keep_failures=yes
    shift
    exec {copy}> >(exec tee "$file")
    tee=$!
    run_machine pipes "$@" </dev/null >&"$copy"
    exec {copy}>&-
    wait "$tee" || true
    [[ -z $caught_signal ]] || exit $((128 + caught_signal))
    [[ -n $log_folder ]] || return 0
    cp "$file" "$log_folder/output.log"
    say "the logs are in $log_folder"
}
