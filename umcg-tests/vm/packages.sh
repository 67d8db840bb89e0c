# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared with the other parts
# Finds what is missing on this machine; installs it when root on Debian, else
# names the command that does.

has_header() {
    printf '#include <%s>\n' "$1" | gcc -E -x c - >/dev/null 2>&1
}

# A program or file tells more than the package database: it works everywhere.
has_package() {
    case $1 in
    libelf-dev) has_header gelf.h ;;
    libc6-dev) has_header stdio.h && [[ $(gcc -print-file-name=libc.a) == /* ]] ;;
    linux-source-6.12) [[ -n ${UMCG_LINUX_SOURCE:-} || -r /usr/src/linux-source-6.12.tar.xz ]] ;;
    qemu-system-x86) [[ $(qemu_version) -ge 10 ]] ;;
    xz-utils) command -v xz >/dev/null ;;
    libc6-dbg) [[ -r $(debug_file "$(gcc -print-file-name=libc.so.6)") ]] ;;
    maven) command -v mvn >/dev/null ;;
    spin) [[ $(spin -V 2>/dev/null) == 'Spin Version'* ]] ;; # others have the name, too
    openjdk-17-jdk-headless) [[ -n $(newest_jdk 17) ]] || command -v javac >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

qemu_version() {
    local version
    version=$(qemu-system-x86_64 --version 2>/dev/null | sed -n '1s/^QEMU emulator version \([0-9]*\).*/\1/p') || true
    printf '%d' "${version:-0}"
}

is_debian() {
    command -v apt-get >/dev/null && grep -qsE '^(ID|ID_LIKE)=.*(debian|ubuntu)' /etc/os-release
}

debian_codename() {
    sed -n 's/^VERSION_CODENAME=//p' /etc/os-release
}

apt() {
    DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=600 \
        -o Dpkg::Use-Pty=0 "$@" </dev/null >&2
}

# Prints "URI FILE" of Debian's own archive, as this machine is set up.
debian_archive() {
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(REPO_URI) $(SOURCESENTRY)' \
        'Identifier: Packages' 'Origin: Debian' 'Component: main' "Codename: $1" |
        sed -n '1s/:[0-9]*$//p'
}

backports_of() {
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(SITE)' 'Identifier: Packages' "Codename: $1-backports"
}

# signed_by FILE URI CODENAME: the field of that entry, if it has one.
signed_by() {
    if [[ $1 == *.sources ]]; then
        awk -v RS= -v uri="$2" -v suite="$3" '
            index($0, uri) && $0 ~ "(^|\n)Suites:[^\n]*[ \t]" suite "([ \t\n]|$)" { print; exit }' "$1" |
            awk '/^[^ \t]/ { inside = /^Signed-By:/ } inside'
    else
        grep -F "$2" "$1" | grep -w "$3" | sed -n 's/.*[[ ]signed-by=\([^] ]*\).*/Signed-By: \1/p' | head -n 1
    fi
}

# QEMU of Debian 12 is too old; its backports come from the same mirror.
enable_backports() {
    local codename=$1 archive uri entry
    local file=/etc/apt/sources.list.d/umcg-backports.sources
    [[ -z $(backports_of "$codename") ]] || return 0
    archive=$(debian_archive "$codename")
    [[ -n $archive ]] || apt update || true
    archive=${archive:-$(debian_archive "$codename")}
    [[ -n $archive ]] || fail "no source of Debian $codename is set up: add one, and $codename-backports, to /etc/apt"
    read -r uri entry <<<"$archive"
    uri=${uri%/}
    {
        printf '%s\n' 'Types: deb' "URIs: $uri" "Suites: $codename-backports" 'Components: main'
        signed_by "$entry" "$uri" "$codename"
    } >"$file"
    say "added $codename-backports of the same mirror as $file"
    apt update || true
}

apt_install() {
    say "installing $*"
    compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null || apt update || true
    apt install -y --no-install-recommends "$@" || {
        apt update || true
        install_one_by_one "$@"
    } || fail "apt-get could not install $*: see the messages above"
}

# Where a library is from backports already, its headers must be so too.
install_one_by_one() {
    local name codename
    codename=$(debian_codename)
    for name in "$@"; do
        apt install -y --no-install-recommends "$name" ||
            apt install -y --no-install-recommends -t "$codename-backports" "$name" || return 1
    done
}

install_packages() {
    if ! is_debian; then
        fail "missing: $*; install what your distribution calls these Debian packages"
    elif ((EUID != 0)); then
        fail "missing: $*; install with: sudo apt-get install --no-install-recommends $*"
    fi
    apt_install "$@"
}

# ensure_packages NAME...
ensure_packages() {
    local name missing=()
    for name in "$@"; do
        has_package "$name" || missing+=("$name")
    done
    ((${#missing[@]} == 0)) || install_packages "${missing[@]}"
}

old_qemu='QEMU 10 or newer is needed: under 7.2 Java crashes with several processors and hangs with --icount'

# All that must be new is named, so that no library comes from backports too:
# it would keep the header packages of Debian 12 out.
qemu_packages() {
    local suffix=
    [[ $1 != bookworm ]] || suffix=/bookworm-backports
    printf '%s\n' qemu-system-x86$suffix
    [[ -z $suffix ]] || printf '%s\n' {qemu-system-common,qemu-system-data,seabios}$suffix
}

ensure_qemu() {
    local codename packages
    ! has_package qemu-system-x86 || return 0
    is_debian || fail "$old_qemu; install it (Debian calls it qemu-system-x86)"
    codename=$(debian_codename)
    mapfile -t packages < <(qemu_packages "$codename")
    if ((EUID != 0)); then
        [[ $codename != bookworm ]] || old_qemu+='; enable bookworm-backports'
        fail "$old_qemu; install with: sudo apt-get install --no-install-recommends ${packages[*]}"
    fi
    [[ $codename != bookworm ]] || enable_backports "$codename"
    apt_install "${packages[@]}"
    has_package qemu-system-x86 || fail "$old_qemu; this machine's packages have an older one"
}
