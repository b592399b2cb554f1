#!/usr/bin/env bash
# Makes sure that what a build needs is there; installs what is missing where it can, says what to do where it cannot.
#
#   scripts/bootstrap.sh build|test|lint
set -euo pipefail

purpose=${1:-build}
missing=()

# need PACKAGE COMMAND...: PACKAGE (Debian's name) is missing when COMMAND fails.
need() {
    local package=$1
    shift
    "$@" >/dev/null 2>&1 || missing+=("$package")
}
has() { command -v "$1"; }

need git has git
need ca-certificates test -e /etc/ssl/certs/ca-certificates.crt
need python3 has python3
if [ "$purpose" != lint ]; then
    need pkg-config has pkg-config
    need libssl-dev pkg-config --exists 'libcrypto >= 3.0'
    need libsqlite3-dev pkg-config --exists 'sqlite3 >= 3.35'
    need libre2-dev test -e /usr/include/re2/re2.h
    need g++ has g++
    need libreadline-dev test -e /usr/include/readline/readline.h
    need curl has curl
fi
if [ "$purpose" = test ]; then
    need python3-venv python3 -c 'import ensurepip, venv'
    need procps has ps
    need mmdebstrap has mmdebstrap
    need lintian has lintian
    need dpkg-dev has dpkg-shlibdeps
    # The manual is checked by these, and the completion scripts run in these.
    need mandoc has mandoc
    need groff-base has groff
    need zsh has zsh
    need fish has fish
fi

if [ ${#missing[@]} -gt 0 ]; then
    echo "bootstrap: missing: ${missing[*]}" >&2
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    if ! command -v apt-get >/dev/null; then
        echo "bootstrap: this system has no apt-get. Install what these Debian packages hold, then run this again." >&2
        exit 1
    fi
    if [ ${#as_root[@]} -gt 0 ] && ! command -v sudo >/dev/null; then
        echo "bootstrap: run this as root, then try again:  apt-get update && apt-get install -y ${missing[*]}" >&2
        exit 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    ${as_root[@]+"${as_root[@]}"} apt-get update -q
    ${as_root[@]+"${as_root[@]}"} apt-get install -q -y --no-install-recommends "${missing[@]}"
fi

wanted=6.2
if ! command -v swift >/dev/null; then
    echo "bootstrap: no Swift toolchain on the PATH. Peta needs Swift $wanted or newer: https://www.swift.org/install/linux/" >&2
    exit 1
fi
# `swift --version` prints more than one line; a pipe closed early would end it by SIGPIPE.
banner=$(swift --version 2>/dev/null || true)
found=$(sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' <<<"$banner" | sed -n 1p)
if [ -z "$found" ]; then
    echo "bootstrap: cannot tell the version of $(command -v swift); it printed: $banner" >&2
    exit 1
fi
if [ "$(printf '%s\n%s\n' "$wanted" "$found" | sort -V | sed -n 1p)" != "$wanted" ]; then
    echo "bootstrap: Swift $found at $(command -v swift) is too old. Peta needs Swift $wanted or newer: https://www.swift.org/install/linux/" >&2
    exit 1
fi
