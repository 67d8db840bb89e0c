# SPDX-License-Identifier: Apache-2.0
# Makes a trace of spin -t -p -g readable: a line is a step, the thread, the function of the
# model and what was found or changed. Run it where the model's files are.

function thread(line) {
    sub(/^.*proc +[0-9]+ +\(/, "", line)
    sub(/:[0-9]+\).*/, "", line)
    return line
}

# Which inline, macro or thread each line of a file belongs to.
function learn(file, line, words, number) {
    while ((getline line < file) > 0) {
        number++
        if (line ~ /^(inline|proctype|#define) [A-Za-z_]+\(/) {
            split(line, words, /[ (]/)
            inside[file] = words[2]
        }
        owner[file, number] = inside[file]
    }
    close(file)
}

function function_at(where, parts) {
    split(where, parts, ":")
    if (!(parts[1] in inside))
        learn(parts[1])
    return owner[parts[1], parts[2]]
}

# proc 2 (server:1) kernel.pml:381 (state 93) [kicked[s] = 0]
/^ *[0-9]+:.*proc +[0-9]+ \(.*\[.*\]$/ {
    who = thread($0)
    match($0, /proc +[0-9]+/)
    which = substr($0, RSTART + 4, RLENGTH - 4) + 0
    what = $0
    sub(/^[^[]*\(state [0-9]+\)[ \t]*\[/, "", what)
    sub(/\]$/, "", what)
    if (what ~ /^(else|\.?\(goto\)|\(1\)|IF|DO|break|sub-sequence|node = .*|ok = .*|goto .*|assert.*)$/ || who == ":init:")
        next
    printf "%4d  %-10s %-20s %s\n", $1, who which, function_at($5), what
    next
}

/^spin: (trail ends|text of failed assertion)/ { print "# " $0 }

# The state at the end: one line per array.
/^#processes/ { at_end = 1 }
at_end && /^[ \t]+[a-z_]+(\[[0-9]+\])? = / {
    name = $1
    sub(/\[.*/, "", name)
    if (name != before)
        line = line "\n# " name ":"
    line = line " " $3
    before = name
}
END { print "# at the end:" line }
