#!/usr/bin/env python3
"""Measures this build and an earlier one beside nginx, in turn in one run, with the scenarios of small calls and long lists.

    before.py PETA EARLIER NAME BENCH --out before.json      BENCH: the folder of bench.py and peers.json
"""
import argparse
import json
import os
import subprocess
import sys

SCENARIOS = {"http": "call-c1,call-c16,call-c64", "catalog": "call-c16-of-1000,list-1000-c4"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("peta", "earlier", "name", "bench"):
        parser.add_argument(name)
    parser.add_argument("--tmp", default="/tmp/peta-bench")
    parser.add_argument("--rounds", default="4")
    parser.add_argument("--seconds", default="3")
    parser.add_argument("--out", required=True)
    given = parser.parse_args()
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, "peta.json"), encoding="utf-8") as file:
        own = next(g for g in json.load(file)["gateways"] if g["name"] == "peta")
    own["setup"][0] = os.path.join(here, "peta_setup.sh")
    before = json.loads(json.dumps(own).replace("{PETA}", os.path.abspath(given.earlier)))
    before["name"] = "before"
    table = os.path.join(given.tmp, "before-table.json")
    os.makedirs(given.tmp, exist_ok=True)
    with open(table, "w", encoding="utf-8") as file:
        json.dump({"gateways": [own, before]}, file)
    suites = {}
    for suite, scenarios in SCENARIOS.items():
        out = os.path.join(given.tmp, f"before-{suite}.json")
        subprocess.run(
            [sys.executable, os.path.join(given.bench, "bench.py"), "--config", os.path.join(given.bench, "peers.json"), "--config", table,
             "--suite", suite, "--scenarios", scenarios, "--only", "nginx,peta,before", "--rounds", given.rounds,
             "--seconds", given.seconds, "--var", "PETA=" + os.path.abspath(given.peta), "--var", "VENVS=" + given.tmp, "--tmp", given.tmp,
             "--out", out], check=True)
        with open(out, encoding="utf-8") as file:
            suites[suite] = json.load(file)
    with open(given.out, "w", encoding="utf-8") as file:
        json.dump({"of": given.name, "suites": suites}, file, indent=1)


if __name__ == "__main__":
    main()
