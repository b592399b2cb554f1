#!/usr/bin/env bash
# Makes the Python environment of the peers that integration tests talk to: the official MCP SDK (client and
# server) and published MCP servers. Does nothing while Tests/Peers/requirements.txt is the same.
# PETA_PEERS_DIR puts it elsewhere than .build-peers.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
environment=${PETA_PEERS_DIR:-$root/.build-peers}
requirements=$root/Tests/Peers/requirements.txt

stamp="$(python3 --version) $(sha256sum <"$requirements")"
if [ -x "$environment/bin/python" ] && [ "$(cat "$environment/stamp" 2>/dev/null)" = "$stamp" ]; then
    exit 0
fi
echo "test-env: making $environment" >&2
rm -rf "${environment:?}"
python3 -m venv "$environment"
"$environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-input -r "$requirements"
printf '%s\n' "$stamp" >"$environment/stamp"
