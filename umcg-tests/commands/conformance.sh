# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# ./umcg test: what the JDK's contracts promise, kept by workers. Each configuration has a machine of its own.

conformance_tests=umcg-tests/conformance-tests/target
conformance_seconds=1200
conformance_configurations=(fifo lifo one-server zgc)

# Sets $options, for the JVM.
settle_conformance_options() {
    case $1 in
    fifo) options=() ;;
    lifo) options=(-Dumcg.conformance.policy=lifo -Dumcg.conformance.quantumMicros=1000) ;;
    one-server) options=(-Dumcg.conformance.servers=1) ;;
    zgc) options=(-XX:+UseZGC) ;;
    *) fail "$1: no such configuration" ;;
    esac
}

# Each test is told of when it begins and ends, so that the log names one with which the whole JVM hangs.
add_conformance_row() {
    local name=$1 began=$SECONDS output options
    settle_conformance_options "$name"
    new_scratch
    output=$scratch/output
    : >"$output"
    machine_seconds=$conformance_seconds
    cd "$checkout" || exit
    if [[ -r $conformance_tests/classpath ]]; then
        record "$output" java -XX:TieredStopAtLevel=1 -Xmx512m "${options[@]}" \
            -cp "$(<"$conformance_tests/classpath")" \
            org.junit.platform.console.ConsoleLauncher execute --fail-if-no-tests \
            --scan-classpath "$conformance_tests/test-classes" --include-classname '.*Test' \
            --disable-banner --disable-ansi-colors --details=testfeed
    else
        say "the conformance tests are not built: $conformance_tests/classpath is missing"
        status=1 machine_crashed=
    fi
    machine_seconds=0
    add_launched_row "conformance, $name" "$machine_flavour" "$output" "$began"
}

# test_conformance CONFIGURATION...
test_conformance() {
    local configuration
    for configuration in "$@"; do
        say "the conformance tests on workers: $configuration"
        add_conformance_row "$configuration"
    done
}

test_conformance_alone() {
    build_with_maven
    machine_flavour=normal
    prepare_machine
    test_conformance "${conformance_configurations[@]}"
}
