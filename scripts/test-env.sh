#!/usr/bin/env bash
# Makes the Python environments of the peers that integration tests talk to: the official MCP SDK (client and
# server) and published MCP servers in .build-peers, SDK 1.x and what needs it in .build-peers-old. Does nothing
# while their requirements are the same. PETA_PEERS_DIR and PETA_PEERS_OLD_DIR put them elsewhere.
# And .build-root.tar, a clean Debian for the tests of the package (PETA_ROOT_TAR puts it elsewhere).
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)

make_environment() {
    local environment=$1 requirements=$2 stamp
    stamp="$(python3 --version) $(sha256sum <"$requirements")"
    if [ -x "$environment/bin/python" ] && [ "$(cat "$environment/stamp" 2>/dev/null)" = "$stamp" ]; then
        return
    fi
    echo "test-env: making $environment" >&2
    rm -rf "${environment:?}"
    python3 -m venv "$environment"
    "$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-input -r "$requirements"
    printf '%s\n' "$stamp" >"$environment/stamp"
}

make_environment "${PETA_PEERS_DIR:-$root/.build-peers}" "$root/Tests/Peers/requirements.txt"
make_environment "${PETA_PEERS_OLD_DIR:-$root/.build-peers-old}" "$root/Tests/Peers/requirements-old.txt"

# What a Debian machine has on which somebody installs the package; also what the package depends on, so that the test needs no network.
base=${PETA_ROOT_TAR:-$root/.build-root.tar}
if [ ! -f "$base" ]; then
    echo "test-env: making $base" >&2
    release=$(. /etc/os-release && echo "$VERSION_CODENAME")
    rm -rf "$base" "$base.new"
    # The format is told: it would be guessed from the name, which is not the last one yet.
    mmdebstrap --quiet --variant=minbase --format=tar \
        --include=systemd,init-system-helpers,libssl3,libsqlite3-0,zlib1g,libstdc++6,libreadline8,ca-certificates,man-db "$release" "$base.new"
    mv "$base.new" "$base"
fi
