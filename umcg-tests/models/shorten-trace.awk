# SPDX-License-Identifier: Apache-2.0
# Makes a trace of spin -t -p -g readable: one line per step, thread first, what changed last.

function thread(line) {
    match(line, /\([a-z_]+:[0-9]+\)/)
    return substr(line, RSTART + 1, index(substr(line, RSTART), ":") - 2)
}

# proc 2 (server:1) kernel.pml:381 (state 93) [kicked[s] = 0]
/^ *[0-9]+:.*proc +[0-9]+ \(.*\[.*\]$/ {
    number = $1
    who = thread($0)
    match($0, /proc +[0-9]+/)
    which = substr($0, RSTART + 4, RLENGTH - 4) + 0
    where = $5
    what = $0
    sub(/^[^[]*\(state [0-9]+\)[ \t]*\[/, "", what)
    sub(/\]$/, "", what)
    if (what ~ /^(else|\.?\(goto\)|\(1\)|IF|DO|break|sub-sequence|node = .*|ok = .*|goto .*)$/ || who == ":init:" || who == "")
        next
    sub(/:$/, "", number)
    printf "%4d  %-10s %-18s %s\n", number, who which, where, what
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
