#!/usr/bin/env bash
# Starts a gateway with the demonstration server behind it, makes one real call through it, prints how to connect,
# and stays until Ctrl-C. Keeps its data, so that a second start has the same token.
#
#   scripts/demo.sh PETA        PETA: path of the built binary
#
# PETA_DEMO_DIR: data directory; PETA_DEMO_LISTEN: address and port (default 127.0.0.1:3002, or a free port if taken).
set -euo pipefail

die() {
    echo "demo: $1" >&2
    exit 1
}

[ $# = 1 ] || die "usage: scripts/demo.sh PETA"
[ -x "$1" ] || die "$1 is not there; run 'make build' first"
peta=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")

data=${PETA_DEMO_DIR:-${XDG_DATA_HOME:-$HOME/.local/share}/peta-demo}
listen=${PETA_DEMO_LISTEN:-127.0.0.1:3002}
if [ -z "${PETA_DEMO_LISTEN:-}" ] && (exec 3<>"/dev/tcp/${listen%:*}/${listen##*:}") 2>/dev/null; then
    echo "demo: ${listen##*:} is taken, using a free port" >&2
    listen=${listen%:*}:0
fi
mkdir -p "$data"
chmod 0700 "$data"

work=$(mktemp -d)
# The path of a socket may not be longer than 107 bytes; that of a data directory may.
socket=$data/admin.sock
[ ${#socket} -lt 100 ] || socket=$work/admin.sock
export PETA_DATA_DIR=$data PETA_SOCKET=$socket
log=$data/gateway.log
gateway=

stop() {
    trap - EXIT INT TERM
    local status=${1:-0} ended=0
    if [ -n "$gateway" ]; then
        kill -TERM "$gateway" 2>/dev/null || true
        wait "$gateway" || ended=$?
        # Where something else failed first, that has been said.
        if [ "$ended" != 0 ] && [ "$status" = 0 ]; then
            echo "demo: the gateway ended with status $ended; the end of $log:" >&2
            tail -n 5 "$log" >&2
            status=1
        fi
    fi
    rm -rf "$work"
    exit "$status"
}
trap 'stop $?' EXIT
trap 'echo; echo "demo: stopping"; stop 0' INT TERM

"$peta" serve --data-dir "$data" --admin-socket "$PETA_SOCKET" --listen "$listen" >>"$log" 2>&1 &
gateway=$!

# Ready is when it answers on its socket and on its port.
address=
for _ in $(seq 150); do
    kill -0 "$gateway" 2>/dev/null || break
    if [ -z "$address" ]; then
        address=$("$peta" status --json 2>/dev/null | tr -d '\n' | sed -nE 's/.*"listen" *: *\[ *"([a-z]+:\/\/)?([^"\/]+).*/\2/p') || true
    fi
    if [ -n "$address" ] && curl -fsS -o "$work/health" "http://$address/health" 2>/dev/null; then
        break
    fi
    sleep 0.1
done
[ -s "$work/health" ] || {
    echo "demo: the gateway did not become ready; the end of $log:" >&2
    tail -n 20 "$log" >&2
    exit 1
}
url=http://$address/mcp

# A downstream server with a credential: the value lives in the vault, the server's configuration only names it.
if ! "$peta" secret show demo-key >/dev/null 2>&1; then
    od -An -N16 -tx1 /dev/urandom | tr -d ' \n' | "$peta" secret set demo-key --stdin
fi
if ! "$peta" server show demo >/dev/null 2>&1; then
    # shellcheck disable=SC2016  # the gateway expands this, not the shell
    "$peta" server add demo --env 'DEMO_KEY=${secret:demo-key}' -- "$peta" demo-server
fi

# A token is shown only when it is made, so the demonstration keeps its own: a client set up once goes on working.
authorization() { printf 'Authorization: Bearer %s\n' "$token" >"$work/authorization"; }
post() {
    curl -sS --max-time 30 -D "$work/head" -o "$work/body" -w '%{http_code}' "$url" -H "@$work/authorization" -H "@$work/session" \
        -H 'Content-Type: application/json' -H 'Accept: application/json, text/event-stream' --data-binary "$1"
}
# The last JSON message of an answer, whether it came as JSON or as an event stream.
answer() {
    if grep -qi '^content-type: *text/event-stream' "$work/head"; then
        sed -n 's/^data: *//p' "$work/body" | grep -v '^$' | tail -n 1
    else
        cat "$work/body"
    fi
}
initialize='{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"demo","version":"1"}}}'
umask 077
: >"$work/session"
token=$(cat "$data/demo.token" 2>/dev/null || true)
authorization
status=$([ -n "$token" ] && post "$initialize" || echo none)
if [ "$status" != 200 ]; then
    token=$("$peta" token create owner --name demo --json | tr -d '\n' | sed -nE 's/.*"token" *: *"([^"]+)".*/\1/p')
    [ -n "$token" ] || die "no token was created"
    printf '%s\n' "$token" >"$data/demo.token"
    authorization
    status=$(post "$initialize")
fi
[ "$status" = 200 ] || die "initialize was answered with status $status: $(cat "$work/body")"

tr -d '\r' <"$work/head" | grep -i '^mcp-session-id:' >"$work/session" || true
echo 'MCP-Protocol-Version: 2025-11-25' >>"$work/session"
status=$(post '{"jsonrpc":"2.0","method":"notifications/initialized"}')
[ "$status" = 202 ] || die "notifications/initialized was answered with status $status: $(cat "$work/body")"
status=$(post '{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{"name":"demo__echo","arguments":{"text":"Hello through Peta"}}}')
result=$(answer)
case "$status $result" in
    200\ *'"Hello through Peta"'*) ;;
    *) die "the call of demo__echo was answered with status $status: $result" ;;
esac

cat <<TEXT

A call of demo__echo through the gateway gave
  $result

MCP endpoint  $url
Token         $token

For a client that reads mcpServers (Claude Code, Cursor and others):
{
  "mcpServers": {
    "peta": {
      "type": "http",
      "url": "$url",
      "headers": { "Authorization": "Bearer $token" }
    }
  }
}

To administer it from another terminal:
  export PETA_SOCKET=$PETA_SOCKET
  $peta status
  $peta server tools demo
  $peta audit tail -f

Data and log are in $data. Ctrl-C stops the gateway.
TEXT

ended=0
wait "$gateway" || ended=$?
gateway=
echo "demo: the gateway ended by itself with status $ended; the end of $log:" >&2
tail -n 20 "$log" >&2
exit 1
