# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# Rows of results, as a table and as JSON.

# One row per line, its fields separated by tabs.
result_rows=()

add_row() {
    local IFS=$'\t'
    result_rows+=("$*")
}

# print_table COLUMN...: text to the left, numbers to the right.
print_table() {
    local IFS=$'\t'
    printf '\n'
    printf '%s\n' "$*" "${result_rows[@]}" | awk -F'\t' '
        { for (i = 1; i <= NF; i++) { cell[NR, i] = $i; if (length($i) > width[i]) width[i] = length($i) } }
        function pad(text, n, right) {
            while (length(text) < n) text = right ? " " text : text " "
            return text
        }
        END {
            for (row = 1; row <= NR; row++) {
                line = ""
                for (i = 1; i <= NF; i++)
                    line = line pad(cell[row, i], width[i], cell[2, i] ~ /^[0-9.]+$/) "  "
                sub(/ +$/, "", line)
                print line
            }
        }'
}

json_value() {
    if [[ $1 =~ ^[0-9]+(\.[0-9]+)?$ ]]; then
        printf '%s' "$1"
    else
        local text=${1//\\/\\\\}
        printf '"%s"' "${text//\"/\\\"}"
    fi
}

# Lines of name and value, separated by a tab, that go before the rows.
json_about=()

write_about() {
    local line between=
    ((${#json_about[@]})) || return 0
    printf '"about": {'
    for line in "${json_about[@]}"; do
        printf '%s\n  "%s": %s' "$between" "${line%%$'\t'*}" "$(json_value "${line#*$'\t'}")"
        between=,
    done
    printf '\n},\n'
}

# write_json FILE COLUMN...: the names of the columns are the keys.
write_json() {
    local file=$1 row values i between=
    shift
    [[ -n $file ]] || return 0
    {
        printf '{'
        write_about
        printf '"rows": ['
        for row in "${result_rows[@]}"; do
            IFS=$'\t' read -ra values <<<"$row"
            printf '%s\n  {' "$between"
            for ((i = 1; i <= $#; i++)); do
                ((i == 1)) || printf ', '
                printf '"%s": ' "${!i}"
                json_value "${values[i - 1]}"
            done
            printf '}'
            between=,
        done
        printf '\n]}\n'
    } >"$file" || fail "$file could not be written"
}

json_file=

take_json_option() {
    needs_value "$1" $#
    check_file_target "$1" "$2"
    json_file=$(realpath -- "$2")
}
