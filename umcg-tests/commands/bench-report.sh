# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# ./umcg bench report: what was measured, as a page.

report_page=
report_inputs=()

help_bench_report() {
    cat <<'END_OF_HELP'
Usage: ./umcg bench report FILE.html [--jdk DIR] [--from FILE.json]...
Measures what ./umcg bench kernel and ./umcg bench java do, the latter with
--icount and with --smp, and writes a page with tables and plots, and all rows
beside it, as FILE.json. Takes hours on emulated processors.
  --jdk DIR          use this JDK, as ./umcg bench java does
  --from FILE.json   measure nothing, and take the rows that ./umcg bench has
                     written there; repeatable, of rows that are in several
                     files the last one counts
END_OF_HELP
}

take_report_options() {
    while (($#)); do
        case $1 in
        --jdk) take_machine_option "$@" && shift 2 ;;
        --from)
            needs_value "$1" $#
            [[ -r $2 ]] || usage_error "--from $2: no file that can be read; ./umcg bench java --json writes one"
            report_inputs+=("$(realpath -- "$2")") && shift 2
            ;;
        -*) usage_error "$1: unknown option" ;;
        *)
            [[ -z $report_page ]] || usage_error "$1: one FILE.html at a time"
            [[ $1 == ?*.html ]] || usage_error "$1: name a file that ends in .html; its rows go to .json beside it"
            check_file_target report "$1"
            check_file_target report "${1%.html}.json"
            report_page=$(realpath -- "$1") && shift
            ;;
        esac
    done
    [[ -n $report_page ]] || usage_error "name the page: ./umcg bench report FILE.html"
}

# Each part keeps its own table, so that a page can be made of them again.
measure_for_report() {
    local mode failed=0
    measure_kernel
    write_kernel_json "$1/kernel.json"
    for mode in icount smp; do
        result_rows=()
        measure_java "$mode"
        ((status == 0)) || failed=$status
        write_java_json "$1/$mode.json"
    done
    report_inputs=("$1"/{kernel,icount,smp}.json)
    return "$failed"
}

bench_report() {
    local failed=0 folder
    take_report_options "$@"
    ensure_packages "${host_packages[@]}"
    choose_java_bench_jdk
    build_with_maven
    new_scratch
    folder=$scratch
    ((${#report_inputs[@]})) || measure_for_report "$folder" || failed=$?
    "$(default_jdk)/bin/java" -cp "$checkout/$java_bench_jar" org.umcg.benchmarks.ReportMain \
        "$report_page" "${report_page%.html}.json" "${report_inputs[@]}" || fail "the page could not be made"
    say "the page is $report_page"
    exit "$failed"
}
