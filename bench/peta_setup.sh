#!/usr/bin/env bash
# Puts the bench's downstream server behind a running gateway and writes a token for the load generator.
# Run by the bench, once in each round, with PETA_SOCKET set; the data of an earlier round may be there.
#
#   peta_setup.sh PETA VARS.json ARGUMENTS-OF-SERVER-ADD...
set -euo pipefail

peta=$1
vars=$2
shift 2

"$peta" server show down >/dev/null 2>&1 || "$peta" server add down "$@"
"$peta" server start down
# The first call wakes the server and fills the list of its tools.
"$peta" server call down echo '{"text":"ready"}' >/dev/null
token=$("$peta" token create owner --name bench --json | tr -d '\n' | sed -nE 's/.*"token" *: *"([^"]+)".*/\1/p')
[ -n "$token" ]
umask 077
printf '{"PETA_TOKEN":"%s"}\n' "$token" >"$vars"
