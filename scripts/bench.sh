#!/usr/bin/env bash
# Measures the gateway beside nginx and whichever other gateways are installed, and writes docs/performance.md.
#
#   scripts/bench.sh PETA
#
# PETA_BENCH_DIR: the bench (bench.py and its peers.json), default ../shared/bench. PETA_BENCH_PEERS: prefix of the
# peers' environments. PETA_BENCH_AUDIT: a data directory with a long audit log (bench/audit.py says how one is made). SUITES, ROUNDS, SECONDS_EACH, ONLY narrow a run; ONLY=NAME,… leaves the document alone.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

peta=$(realpath "${1:?usage: scripts/bench.sh PETA}")
bench=${PETA_BENCH_DIR:-$root/../shared/bench}
peers=${PETA_BENCH_PEERS:-/tmp/mcp-bench/venv}
suites=${SUITES:-http catalog stdio}
out=$root/.build/bench

[ -x "$peta" ] || { echo "bench: $peta is not there; run 'make build' first" >&2; exit 1; }
[ -f "$bench/bench.py" ] || { echo "bench: no bench.py in $bench; set PETA_BENCH_DIR" >&2; exit 1; }
bench=$(realpath "$bench")
command -v nginx >/dev/null || [ -x /usr/sbin/nginx ] || { echo "bench: nginx is the reference: apt-get install nginx-light" >&2; exit 1; }
export PATH=$PATH:/usr/sbin

# Gateways whose program is there. The table names it as the first word of "start".
installed=$(python3 - "$bench/peers.json" "$peers" <<'PY'
import json, shutil, sys
table, peers = json.load(open(sys.argv[1])), sys.argv[2]
values = dict(table.get("vars", {}), VENVS=peers)
for g in table["gateways"]:
    program = g.get("start", [""])[0]
    for key, value in values.items():
        program = program.replace("{" + key + "}", value)
    if not program or shutil.which(program):
        print(g["name"])
PY
)
only=${ONLY:-$(printf '%s\npeta\npeta-commit\npeta-stdio\n' "$installed" | paste -sd,)}
echo "bench: $only"

mkdir -p "$out"
for suite in $suites; do
    python3 "$bench/bench.py" --config "$bench/peers.json" --config "$root/bench/peta.json" --suite "$suite" --only "$only" \
        --rounds "${ROUNDS:-3}" --seconds "${SECONDS_EACH:-5}" --var "PETA=$peta" --var "VENVS=$peers" \
        --tmp "${TMPDIR:-/tmp}/peta-bench" --out "$out/$suite.json"
done
if [ -n "${ONLY:-}" ]; then
    echo "bench: results are in $out; docs/performance.md is as it was"
    exit 0
fi
bench/memory.py "$peta" "${TMPDIR:-/tmp}/peta-bench/bin" --out "$out/memory.json"
bench/eras.py "$peta" "${TMPDIR:-/tmp}/peta-bench/bin" --out "$out/eras.json"
bench/changes.py "$peta" "${TMPDIR:-/tmp}/peta-bench/bin" --out "$out/changes.json"
bench/governance.py "$peta" "${TMPDIR:-/tmp}/peta-bench/bin" --out "$out/governance.json"
bench/appliance.py "$peta" --out "$out/appliance.json"
mkdir -p bench/results
if [ -n "${PETA_BENCH_AUDIT:-}" ]; then
    bench/audit.py "$peta" "$PETA_BENCH_AUDIT" --out bench/results/audit.json
fi
if [ -n "${PETA_BENCH_BEFORE:-}" ]; then
    bench/before.py "$peta" "$PETA_BENCH_BEFORE" "${PETA_BENCH_BEFORE_NAME:-an earlier build}" "$bench" \
        --tmp "${TMPDIR:-/tmp}/peta-bench" --out bench/results/before.json
fi
scripts/performance.py --machine >bench/results/machine.json
cp "$out/eras.json" bench/results/eras.json
cp "$out/changes.json" bench/results/changes.json
cp "$out/governance.json" bench/results/governance.json
cp "$out/appliance.json" bench/results/appliance.json
cp "$out/memory.json" bench/results/memory.json
for suite in $suites; do
    cp "$out/$suite.json" "bench/results/$suite.json"
done
scripts/performance.py --version "$("$peta" --version)" bench/results >docs/performance.md
echo "bench: wrote docs/performance.md"
