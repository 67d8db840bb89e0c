# SPDX-License-Identifier: Apache-2.0
# Prints each name() in comments of C and Java, and in documents, that no code has, neither here nor, as far as
# FOREIGN-NAMES tells, elsewhere. Usage: awk -f names.awk FOREIGN-NAMES FILE..., of .c, .h, .java, .patch and .md

function read_code(text, words, n, i) {
    n = split(text, words, /[^A-Za-z0-9_]+/)
    for (i = 1; i <= n; i++)
        known[words[i]] = 1
}

function read_comment(text, name) {
    while (match(text, /[A-Za-z_][A-Za-z0-9_.]*\(\)/)) {
        name = substr(text, RSTART, RLENGTH - 2)
        text = substr(text, RSTART + RLENGTH)
        sub(/.*\./, "", name)
        cited[name] = cited[name] sprintf("%s:%d: %s()\n", FILENAME, FNR, name)
    }
}

FNR == 1 { inside = 0 }

FILENAME == ARGV[1] {
    if (!/^#/)
        known[$1] = 1
    next
}

FILENAME ~ /\.patch$/ {
    read_code($0)
    next
}

FILENAME ~ /\.md$/ {
    read_comment($0)
    next
}

{
    line = $0
    while (line != "") {
        if (inside) {
            end = index(line, "*/")
            read_comment(end ? substr(line, 1, end - 1) : line)
            line = end ? substr(line, end + 2) : ""
            inside = !end
        } else if (match(line, /\/[\/*]/)) {
            read_code(substr(line, 1, RSTART - 1))
            inside = substr(line, RSTART + 1, 1) == "*"
            line = substr(line, RSTART + 2)
            if (!inside) {
                read_comment(line)
                line = ""
            }
        } else {
            read_code(line)
            line = ""
        }
    }
}

END {
    for (name in cited)
        if (!(name in known))
            printf "%s", cited[name]
}
