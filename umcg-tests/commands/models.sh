# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# ./umcg models: the protocol of servers, workers and sentinel, in all interleavings.

model_folder=$checkout/umcg-tests/models
model_doc=$checkout/docs/65-models.md
model_packages=(spin gcc libc6-dev)
model_columns=(model variant states depth seconds verdict)
models_at_once=2

help_models() {
    cat <<'END'
Usage: ./umcg models [--short] [--list] [NAME...]
Searches all states of the models of the protocol, see docs/65-models.md: no
invariant may be broken, and nobody may sleep for ever. Then the same with one fix
taken out at a time: now a counter-example must be found. Prints a table; the exit
code is 1 if anything else comes out of one. Traces are kept in target/umcg-models.
  NAME     a model, or a fix such as DRAIN_ORDER (default: all)
  --short  the smaller ones only, about a minute
  --list   print what would be checked
Two run at a time, with up to 3 GB each.
END
}

# Prints the lines of models.list, numbered.
all_model_checks() {
    grep -vE '^(#|$)' "$model_folder/models.list" | nl -ba -w 3 -n rz -s ' '
}

# keeps_check LINE: with $model_names, those only.
keeps_check() {
    local number size model outcome options name
    read -r number size model outcome options <<<"$1"
    [[ -z $model_short || $size == short ]] || return 1
    ((${#model_names[@]})) || return 0
    for name in "${model_names[@]}"; do
        [[ $name != "$model" && " $options " != *" WITHOUT_$name "* ]] || return 0
    done
    return 1
}

take_model_name() {
    all_model_checks | grep -qE " $1 | WITHOUT_$1 " ||
        usage_error "$1: no such model or fix; ./umcg models --list prints them"
    model_names+=("$1")
}

# Functions that the models and their page name as name() must be in the sources.
check_model_names() {
    local name missing=()
    while read -r name; do
        grep -rqE "\b$name\(" --include='*.[ch]' --include='*.java' "$checkout/kernel-patches/linux/kernel" \
            "$checkout"/umcg-*/src/main || missing+=("$name()")
    done < <({ grep -hE '^\s*(/\*| \*)' "$model_folder"/*.pml && cat "$model_doc"; } |
        grep -oE '\b[A-Za-z_]\w+\(\)' | tr -d '()' | sort -u)
    while read -r name; do
        grep -rqE "\b$name\(" --include='*.[ch]' "$checkout/kernel-patches/linux/kernel" || missing+=("$name")
    done < <(sed -nE 's/^(inline|#define) (umcg_\w+)\(.*/\2/p' "$model_folder"/*.pml | sort -u)
    ((${#missing[@]} == 0)) || fail "the models name what the sources have not: ${missing[*]}"
}

run_model_checks() {
    rm -rf "$model_results"
    mkdir -p "$model_results" 2>/dev/null || fail "cannot write to $model_results"
    printf '%s\n' "${model_checks[@]}" |
        sed -E 's/ +/ /g' | xargs -P "$models_at_once" -L 1 nice -n 5 "$model_folder/check-model" "$model_results"
}

print_models() {
    local line row bad=0
    for line in "${model_checks[@]}"; do
        row=$(cat "$model_results/${line%% *}.row" 2>/dev/null) || row="${line#* }"$'\t-\t-\t-\t-\tNOT CHECKED'
        result_rows+=("$row")
        [[ $row == *$'\t'holds || $row == *'fails, as it must'* ]] || bad=$((bad + 1))
    done
    print_table "${model_columns[@]}"
    printf '\n%d passed, %d failed; traces are in %s\n' $((${#model_checks[@]} - bad)) "$bad" "${model_results#"$PWD"/}"
    ((bad == 0)) || exit 1
}

umcg_models() {
    local list='' line
    model_short='' model_names=() model_checks=()
    model_results=$checkout/target/umcg-models
    while (($#)); do
        case $1 in
        --short) model_short=yes ;;
        --list) list=yes ;;
        -*) usage_error "$1: unknown option" ;;
        *) take_model_name "$1" ;;
        esac
        shift
    done
    while read -r line; do
        ! keeps_check "$line" || model_checks+=("$line")
    done < <(all_model_checks)
    ((${#model_checks[@]})) || usage_error "nothing of that is in the short form"
    if [[ -n $list ]]; then
        printf '%s\n' "${model_checks[@]#* }"
        return
    fi
    check_model_names
    ensure_packages "${model_packages[@]}"
    say "checking ${#model_checks[@]} variants of the models"
    run_model_checks
    print_models
}
