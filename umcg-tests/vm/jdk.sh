# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts

java_version_of() {
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" 2>/dev/null
}

# Prints the folder of the newest JDK from version $1 on, or nothing.
newest_jdk() {
    local least=$1 folder version best=0 found=
    for folder in /usr/lib/jvm/*; do
        [[ -x $folder/bin/javac && ! -L $folder ]] || continue
        version=$(java_version_of "$folder")
        if ((${version:-0} >= least && version > best)); then
            best=$version found=$folder
        fi
    done
    printf '%s' "$found"
}

# Prints the folder of the JDK that the caller's PATH or JAVA_HOME selects.
default_jdk() {
    local java
    if [[ -n ${JAVA_HOME:-} && -x $JAVA_HOME/bin/java ]]; then
        printf '%s' "$JAVA_HOME"
    elif java=$(command -v javac || command -v java); then
        java=$(readlink -f "$java")
        printf '%s' "${java%/bin/*}"
    fi
}

check_jdk() {
    [[ -x $1/bin/java ]] || usage_error "--jdk $1: there is no bin/java in it"
}
