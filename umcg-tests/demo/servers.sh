# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # run-in-vm sets and reads the rest
# Part of run-in-vm: a server for each executor, all up at once, and the load on one of them.

# Patience is for a host that has little left for an emulated machine. What hangs is noticed at the end.
start_seconds=180
stop_seconds=120
drain_seconds=60
answer_seconds=60 # wrk takes 8 MB of address space for each

declare -A pid_of=() port_of=() input_of=()          # of the server, by kind of executor
declare -A before_of=() confirmed_of=() errors_of=() # counters before the rounds; orders and errors seen by wrk

field() { # json name: the number, or null
    [[ $1 =~ \"$2\":([^,}]*) ]] && echo "${BASH_REMATCH[1]}" || echo 0
}

title() { # kind
    case $1 in
    umcg) echo "UMCG, $servers $( ((servers == 1)) && echo server || echo servers), $workers workers" ;;
    fixed) echo "fixed pool of $servers" ;;
    cached) echo "cached pool of $workers" ;;
    virtual) echo "virtual threads" ;;
    esac
}

# Holds no other server's input open: each ends when its own is closed.
serve() { # kind
    local input
    for input in "${input_of[@]}"; do
        exec {input}>&-
    done
    exec "$here/serve" "$java_home" --executor "$1" --servers "$servers" --workers "$workers"
}

start_server() { # kind
    local kind=$1 begin=$EPOCHREALTIME deadline=$((SECONDS + start_seconds)) input port
    mkfifo "$tmp/$kind.in"
    serve "$kind" <"$tmp/$kind.in" >"$tmp/$kind.out" 2>"$tmp/$kind.err" &
    pid_of[$kind]=$!
    exec {input}>"$tmp/$kind.in"
    input_of[$kind]=$input errors_of[$kind]=0 confirmed_of[$kind]=0

    until read -r _ _ port 2>/dev/null <"$tmp/$kind.out"; do
        if ! kill -0 "${pid_of[$kind]}" 2>/dev/null || ((SECONDS > deadline)); then
            give_up_server "$kind"
            return 1
        fi
        sleep 0.2
    done
    port_of[$kind]=$port
    say "$(title "$kind") listens after $(since "$begin") s"
}

give_up_server() { # kind
    local input=${input_of[$1]}
    kill -KILL "${pid_of[$1]}" 2>/dev/null
    exec {input}>&-
    fail "$(title "$1"): the server did not start: $(head -n 1 "$tmp/$1.err")"
}

counters() { # kind: prints what the server has counted as JSON, or nothing
    local line fd
    { exec {fd}<>"/dev/tcp/127.0.0.1/${port_of[$1]}"; } 2>/dev/null || return
    printf 'GET /counters HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&"$fd"
    while read -r -t $answer_seconds line <&"$fd"; do
        [[ $line != \{* ]] || echo "$line"
    done
    exec {fd}>&-
}

# What wrk no longer waited for must not disturb the next executor's turn.
drain() { # kind
    local deadline=$((SECONDS + drain_seconds))
    while (($(field "$(counters "$1")" in_flight) > 0 && SECONDS < deadline)); do
        sleep 0.1
    done
}

# Costs instructions itself: not where they are counted.
show_progress() { # pid what
    local begin=$EPOCHREALTIME next=$((SECONDS + 5))
    while sleep 0.4 && kill -0 "$1" 2>/dev/null; do
        if ((SECONDS >= next)); then
            say "$2, $(since "$begin") s"
            next=$((SECONDS + 5))
        fi
    done
}

# load KIND SECONDS WHAT [REQUESTS]: for so long, or until so many requests were answered; sets wrk_json.
load() {
    local kind=$1 wrk_pid
    wrk -t1 -c"$workers" -d"${2}s" --timeout "${answer_seconds}s" -s "$here/load.lua" \
        "http://127.0.0.1:${port_of[$kind]}" ${4:+-- "$4"} >"$tmp/wrk" 2>"$tmp/wrk.err" &
    wrk_pid=$!
    [[ -n $icount ]] || show_progress "$wrk_pid" "$(title "$kind"): $3"
    wait "$wrk_pid"
    if ! wrk_json=$(grep '^{' "$tmp/wrk"); then
        fail "$(title "$kind"): wrk gave no result: $(tail -n 1 "$tmp/wrk.err")"
        return 1
    fi
    [[ ! -s $tmp/wrk.err ]] || say "$(head -n 5 "$tmp/wrk.err")"
    confirmed_of[$kind]=$((confirmed_of[$kind] + $(field "$wrk_json" orders)))
    errors_of[$kind]=$((errors_of[$kind] + $(field "$wrk_json" errors)))
    [[ -n ${4-} ]] || drain "$kind"
}

stop_server() { # kind; sets $after to its last counters
    local kind=$1 deadline=$((SECONDS + stop_seconds)) rc pid=${pid_of[$1]} input=${input_of[$1]}
    exec {input}>&-
    while kill -0 "$pid" 2>/dev/null && ((SECONDS < deadline)); do
        sleep 0.2
    done
    if kill -0 "$pid" 2>/dev/null; then
        kill -QUIT "$pid"
        sleep 2
        kill -KILL "$pid"
        fail "$(title "$kind"): the server did not stop within $stop_seconds s"
    fi
    wait "$pid"
    rc=$?
    after=$(tail -n 1 "$tmp/$kind.out")
    [[ $after == \{* ]] || after='{}'
    check_server "$kind" "$rc"
}

check_server() { # kind exit-code
    local kind=$1 confirmed=${confirmed_of[$1]}
    errors_of[$kind]=$((errors_of[$kind] + $(field "$after" errors)))
    if (($2 != 0)); then
        errors_of[$kind]=$((errors_of[$kind] + 1))
        fail "$(title "$kind"): the server ended with code $2: $(head -n 1 "$tmp/$kind.err")"
        echo "--- what the server and its JVM printed"
        head -n 200 "$tmp/$kind.out" "$tmp/$kind.err"
    elif (($(field "$after" orders) < confirmed)); then
        errors_of[$kind]=$((errors_of[$kind] + 1))
        fail "$(title "$kind"): $confirmed orders were confirmed, the server has $(field "$after" orders)"
    fi
    ((errors_of[$kind] == 0)) || fail "$(title "$kind"): ${errors_of[$kind]} errors"
}
