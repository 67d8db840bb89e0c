# SPDX-License-Identifier: Apache-2.0
# What the demo's rounds say: the table and the verdicts on standard output, all numbers as JSON in the file `json`,
# and each promise that was broken as a line in the file `failures`.
#
#   awk -f summary.awk -v json=FILE -v failures=FILE -v jdk=.. -v servers=.. -v workers=.. -v note=.. -v icount=yes|
#       -v emulated=yes| EXECUTORS ROUNDS, with fields separated by tabs:
#   EXECUTORS  kind, title, errors, block events, runs, rescues, most RUNNING at once, waits for the lock
#   ROUNDS     round, kind, requests, microseconds, p50 and p99 in microseconds, instructions or -
#
# When a verdict is given. If two executors were equal and their rounds differed by chance only, all n rounds of the
# one would be above all n of the other once in C(2n, n) / 2 times: with 5 rounds 1 in 126, and that two runs do so and
# contradict each other 1 in 2 * 126 * 126. The rounds take turns, so that a change on the host meets all executors
# alike and makes ranges wider, not apart. What a whole run has in common, such as how code was compiled and laid out,
# rounds cannot show: therefore the ranges must lie apart by a margin as well.

BEGIN {
    FS = "\t"
    rounds_for_verdict = 5
    measured = icount ? "instructions" : "rps"
    margin["rps"] = 1.25
    margin["instructions"] = 1.05
    what["rps"] = "requests a second"
    what["instructions"] = "instructions a request"
    gsub(/["\\]/, "\\\\&", note)
}

FILENAME == ARGV[1] {
    order[++executors] = $1
    title[$1] = $2; errors[$1] = $3; blocks[$1] = $4; runs[$1] = $5; rescues[$1] = $6
    running[$1] = $7; lock_waits[$1] = $8
    next
}

$4 > 0 {
    n = ++rounds[$2]
    round[$2, n] = $1; requests[$2, n] = $3; us[$2, n] = $4; p50[$2, n] = $5; p99[$2, n] = $6
    value["rps", $2, n] = $3 * 1000000 / $4
    value["instructions", $2, n] = $7 == "-" || $3 == 0 ? "-" : $7 / $3
    instructions[$2, n] = $7 == "-" || $3 == 0 ? 0 : $7 / $3
    sum["requests", $2] += $3; sum["us", $2] += $4
}

function lowest(measure, kind,    i, v) {
    v = value[measure, kind, 1]
    for (i = 2; i <= rounds[kind]; i++) if (value[measure, kind, i] < v) v = value[measure, kind, i]
    return v
}

function highest(measure, kind,    i, v) {
    v = value[measure, kind, 1]
    for (i = 2; i <= rounds[kind]; i++) if (value[measure, kind, i] > v) v = value[measure, kind, i]
    return v
}

# The middle one of the rounds, the greater of two.
function median(of, kind,    i, j, v, sorted) {
    for (i = 1; i <= rounds[kind]; i++) {
        v = of[kind, i]
        for (j = i; j > 1 && sorted[j - 1] > v; j--) sorted[j] = sorted[j - 1]
        sorted[j] = v
    }
    return sorted[int(rounds[kind] / 2) + 1]
}

function rps(kind) { return sum["us", kind] ? sum["requests", kind] * 1000000 / sum["us", kind] : 0 }

# The first rounds compile: their share of a mean would be the length of the warm-up.
function per_request(kind) { return median(instructions, kind) }

function format_of(measure) { return measure == "rps" ? "%.1f" : "%.0f" }

function spread(measure, kind,    f) {
    f = format_of(measure)
    return sprintf(f ".." f, lowest(measure, kind), highest(measure, kind))
}

# ---- Verdicts ----

# The kind whose rounds are all above the other's by the margin, or "".
function above(measure, a, b) {
    if (rounds[a] < rounds_for_verdict || rounds[b] < rounds_for_verdict) return ""
    if (lowest(measure, a) > highest(measure, b) * margin[measure]) return a
    if (lowest(measure, b) > highest(measure, a) * margin[measure]) return b
    return ""
}

function why_none(measure, a, b) {
    if (rounds[a] < rounds_for_verdict || rounds[b] < rounds_for_verdict)
        return "fewer than " rounds_for_verdict " rounds"
    if (lowest(measure, a) > highest(measure, b) || lowest(measure, b) > highest(measure, a))
        return "less than " int((margin[measure] - 1) * 100 + 0.5) " % apart"
    return "rounds disagree"
}

function describe(measure, a, b,    winner, ranges) {
    winner = above(measure, a, b)
    ranges = spread(measure, a) " and " spread(measure, b)
    if (winner == "")
        return "no verdict: " why_none(measure, a, b) " (" ranges ")"
    return (winner == a ? "more" : "fewer") " in every round (" ranges ")"
}

function print_verdicts(measure,    i) {
    for (i = 2; i <= executors; i++)
        if (rounds[order[1]] && rounds[order[i]])
            printf "%s, %s against %s: %s\n", what[measure], title[order[1]], title[order[i]],
                describe(measure, order[1], order[i])
}

# ---- Table ----

function cell(text, width) { return " " sprintf("%" width "s", text == "null" ? "-" : text) }

function rate_cells(kind) {
    return cell(sprintf("%.1f", sum["us", kind] / 1000000), 7) cell(sprintf("%.1f", rps(kind)), 7) \
        cell(spread("rps", kind), 15) cell(sprintf("%.1f", median(p50, kind) / 1000), 7) \
        cell(sprintf("%.1f", median(p99, kind) / 1000), 7)
}

function no_rate_cells() { return cell("-", 7) cell("-", 7) cell("-", 15) cell("-", 7) cell("-", 7) }

function instruction_cells(kind) {
    return cell(sprintf("%.0f", per_request(kind)), 12) cell(spread("instructions", kind), 17)
}

function print_row(kind,    middle) {
    if (icount) middle = rounds[kind] ? instruction_cells(kind) : cell("-", 12) cell("-", 17)
    else middle = rounds[kind] ? rate_cells(kind) : no_rate_cells()
    print sprintf("%-30s", title[kind]) cell(sum["requests", kind] + 0, 8) middle cell(errors[kind], 6) \
        cell(blocks[kind], 12) cell(runs[kind], 8) cell(rescues[kind], 7) cell(running[kind], 11)
}

function print_table(    i, middle) {
    if (icount) middle = cell("instructions", 12) cell("min..max", 17)
    else middle = cell("seconds", 7) cell("rps", 7) cell("min..max", 15) cell("p50 ms", 7) cell("p99 ms", 7)
    print "\n" sprintf("%-30s", "executor") cell("requests", 8) middle cell("errors", 6) cell("block events", 12) \
        cell("runs", 8) cell("rescues", 7) cell("max running", 11)
    for (i = 1; i <= executors; i++) print_row(order[i])
    if (note != "") print note
}

function print_notes() {
    print ""
    if (icount) {
        print "Instructions that the whole machine took for a request: server, kernel, and client, which is the same for"
        print "all, in the median round. One processor that counts them was emulated; what else the host does changes none."
    } else {
        print "The processors " (emulated ? "are emulated and " : "") \
            "get what the host leaves them: rates differ from run to run."
        print "./umcg demo --icount counts instructions instead, which the host's load does not change."
        print "p50 and p99 are the median round's."
    }
    print "Executors took turns, in rotating order; min..max are the rounds'.\n"
}

# ---- JSON ----

function json_pair(name, text) { return "\"" name "\":" text }

function json_round(kind, i,    text) {
    text = json_pair("round", round[kind, i]) "," json_pair("requests", requests[kind, i])
    text = text "," json_pair("seconds", sprintf("%.3f", us[kind, i] / 1000000))
    text = text "," json_pair("rps", sprintf("%.1f", value["rps", kind, i]))
    text = text "," json_pair("p50_ms", sprintf("%.1f", p50[kind, i] / 1000))
    text = text "," json_pair("p99_ms", sprintf("%.1f", p99[kind, i] / 1000))
    return "{" text "," json_pair("instructions", json_number(value["instructions", kind, i])) "}"
}

function json_number(v) { return v == "-" ? "null" : sprintf("%.0f", v) }

function json_row(kind,    i, text, list, seen) {
    seen = rounds[kind] > 0
    text = json_pair("executor", "\"" kind "\"") "," json_pair("requests", sum["requests", kind] + 0)
    text = text "," json_pair("seconds", sprintf("%.3f", sum["us", kind] / 1000000))
    text = text "," json_pair("rps", sprintf("%.1f", rps(kind)))
    text = text "," json_pair("rps_min", seen ? sprintf("%.1f", lowest("rps", kind)) : "null")
    text = text "," json_pair("rps_max", seen ? sprintf("%.1f", highest("rps", kind)) : "null")
    text = text "," json_pair("p50_ms", seen ? sprintf("%.1f", median(p50, kind) / 1000) : "null")
    text = text "," json_pair("p99_ms", seen ? sprintf("%.1f", median(p99, kind) / 1000) : "null")
    text = text "," json_pair("instructions", icount && seen ? sprintf("%.0f", per_request(kind)) : "null")
    text = text "," json_pair("instructions_min", icount && seen ? json_number(lowest("instructions", kind)) : "null")
    text = text "," json_pair("instructions_max", icount && seen ? json_number(highest("instructions", kind)) : "null")
    text = text "," json_pair("errors", errors[kind]) "," json_pair("block_events", blocks[kind])
    text = text "," json_pair("runs", runs[kind]) "," json_pair("rescues", rescues[kind])
    text = text "," json_pair("max_running", running[kind]) "," json_pair("lock_waits", lock_waits[kind])
    for (i = 1; i <= rounds[kind]; i++) list = list (i > 1 ? "," : "") json_round(kind, i)
    return "{" text "," json_pair("rounds", "[" list "]") "}"
}

function json_verdict(measure, a, b,    winner) {
    winner = above(measure, a, b)
    return "{" json_pair("measure", "\"" measure "\"") "," json_pair("executor", "\"" a "\"") "," \
        json_pair("against", "\"" b "\"") "," json_pair("more", winner == "" ? "null" : "\"" winner "\"") "," \
        json_pair("text", "\"" describe(measure, a, b) "\"") "}"
}

function json_verdicts(measure,    i, list) {
    for (i = 2; i <= executors; i++)
        if (rounds[order[1]] && rounds[order[i]])
            list = list (list == "" ? "" : ",") json_verdict(measure, order[1], order[i])
    return list
}

function write_json(    i, rows, verdicts) {
    for (i = 1; i <= executors; i++) rows = rows (i > 1 ? "," : "") json_row(order[i])
    verdicts = json_verdicts(measured)
    printf "{\"jdk\":\"%s\",\"servers\":%d,\"workers\":%d,\"icount\":%s,\"emulated\":%s,\"note\":\"%s\"," \
        "\"rows\":[%s],\"verdicts\":[%s]}\n", jdk, servers, workers, icount ? "true" : "false",
        emulated ? "true" : "false", note, rows, verdicts >json
}

# ---- Promises ----

function broken(text) { print text >failures }

function check_umcg() {
    if (running["umcg"] == "null" || running["umcg"] > servers)
        broken("UMCG had " running["umcg"] " workers RUNNING at once, more than its " servers " servers")
    if (blocks["umcg"] == "null" || blocks["umcg"] < sum["requests", "umcg"])
        broken("UMCG saw " blocks["umcg"] " block events for " sum["requests", "umcg"] " requests that each block")
    if (rounds["umcg"] && rounds["fixed"] && above("rps", "umcg", "fixed") == "fixed")
        broken("UMCG answered fewer requests a second than the fixed pool in every round: " \
            spread("rps", "umcg") " and " spread("rps", "fixed"))
}

END {
    printf "" >json
    printf "" >failures
    print_table()
    print_notes()
    print_verdicts(measured)
    print ""
    write_json()
    if ("umcg" in title) check_umcg()
}
