# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# The build and the unit tests, on the host.

host_packages=(maven openjdk-17-jdk-headless gcc libc6-dev make)

# maven PHASE [OPTION]...: sets $status; shows modules, tests and errors only.
maven() {
    local home=${machine_jdk:-$(default_jdk)}
    status=0
    (cd "$checkout" && JAVA_HOME=$home mvn -B -ntp "$@" </dev/null 2>&1) |
        tee "$maven_log" |
        { grep --line-buffered -E '^\[INFO\] (Building [^j]|Tests run:)|^\[ERROR\]' || true; } >&2 || status=$?
}

# Prints tests, failed, skipped of all reports that are newer than the mark.
count_unit_tests() {
    find "$checkout" -path '*/target/surefire-reports/TEST-*.xml' -newer "$1" -exec \
        grep -hm1 '<testsuite ' {} + | awk '
        function number(name) {
            return match($0, " " name "=\"[0-9]+\"") ? substr($0, RSTART + length(name) + 3) + 0 : 0
        }
        { tests += number("tests"); skipped += number("skipped"); failed += number("errors") + number("failures") }
        END { printf "%d %d %d\n", tests, failed, skipped }'
}

# Tests that provoke failures keep to themselves what is logged of them.
count_stack_traces() {
    grep -cE '^[[:space:]]+at [^ ]+\(.*\)$' "$maven_log" || true
}

run_unit_tests() {
    local began=$SECONDS mark tests failed skipped
    new_scratch
    mark=$scratch/mark
    maven_log=$scratch/maven.log
    touch "$mark"
    say "building and testing on this machine with Maven"
    maven verify
    read -r tests failed skipped < <(count_unit_tests "$mark")
    if ((status != 0 && failed == 0)); then
        grep -E '^\[ERROR\]' "$maven_log" | head -n 20 >&2 || tail -n 20 "$maven_log" >&2
        tests=$((tests + 1)) failed=1
    elif ((status == 0 && $(count_stack_traces) != 0)); then
        say "the build succeeds, and prints stack traces:"
        grep -E -B3 -m1 '^[[:space:]]+at ' "$maven_log" >&2
        tests=$((tests + 1)) failed=1
    fi
    add_row 'unit tests' host "$tests" "$failed" "$skipped" $((SECONDS - began))
}

# The demo needs what is built, not that it is tested again.
build_with_maven() {
    new_scratch
    maven_log=$scratch/maven.log
    say "building with Maven"
    maven package -DskipTests -q
    ((status == 0)) || fail "Maven could not build the project: see the messages above"
}
