#!/usr/bin/env python3
"""Measures what the bench's suites do not: how the gateway's memory behaves over a long run, and whether a call costs more when many
tools are listed.

    memory.py PETA BIN --out memory.json      BIN has the bench's `load` and `downstream`

Resident memory is VmRSS of the gateway's process. The rates are of 16 sessions, taken alternately.
"""
import argparse
import datetime
import json
import os
import signal
import socket
import statistics
import subprocess
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class Site:
    """A gateway with one downstream server of so many tools."""

    def __init__(self, peta, programs, tools):
        self.programs, self.folder = programs, tempfile.TemporaryDirectory(prefix="peta-memory-")
        down, self.port, tmp = free_port(), free_port(), self.folder.name
        self.children = [subprocess.Popen(
            [f"{programs}/downstream", "--port", str(down), "--stateful", "--tools", str(tools - 3)], stdout=subprocess.DEVNULL)]
        env = self.env = dict(os.environ, PETA_DATA_DIR=f"{tmp}/data", PETA_SOCKET=f"{tmp}/admin.sock")
        begin, self.program = time.monotonic(), peta
        self.gateway = subprocess.Popen(
            [peta, "serve", "--listen", f"127.0.0.1:{self.port}", "--data-dir", f"{tmp}/data", "--admin-socket", f"{tmp}/admin.sock"],
            env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.children.append(self.gateway)
        while subprocess.run([peta, "status"], env=env, capture_output=True).returncode:
            if time.monotonic() - begin > 10:
                raise SystemExit("memory: the gateway does not start")
            time.sleep(0.02)
        subprocess.run(
            [f"{HERE}/peta_setup.sh", peta, f"{tmp}/vars.json", "--url", f"http://127.0.0.1:{down}/mcp"], env=env, check=True,
            stdout=subprocess.DEVNULL)
        with open(f"{tmp}/vars.json", encoding="utf-8") as file:
            self.token = json.load(file)["PETA_TOKEN"]

    def peta(self, *words):
        subprocess.run([self.program, *words], env=self.env, check=True, stdout=subprocess.DEVNULL)

    def said(self, *words):
        return subprocess.run([self.program, *words], env=self.env, check=True, stdout=subprocess.PIPE, text=True).stdout

    def load(self, *options):
        done = subprocess.run(
            [f"{self.programs}/load", "--url", f"http://127.0.0.1:{self.port}/mcp", "--header", f"Authorization: Bearer {self.token}",
             "--tool", "down__echo", *map(str, options)], capture_output=True, text=True)
        result = json.loads(done.stdout[done.stdout.index("{"):])
        if result["errors"]:
            raise SystemExit(f"memory: {result['errors']} errors: {result['error_samples']}")
        return result

    def resident(self):
        """MiB."""
        with open(f"/proc/{self.gateway.pid}/status", encoding="utf-8") as file:
            return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmRSS"))

    def close(self):
        for child in reversed(self.children):
            child.send_signal(signal.SIGTERM)
            child.wait(30)
        self.folder.cleanup()


def over_time(peta, programs):
    site = Site(peta, programs, 13)
    found = {"fresh_mib": site.resident()}
    calls = sessions = 0
    while calls < 100_000:
        calls += site.load("--conns", 64, "--seconds", 2)["ok_all"]
    while sessions < 10_000:
        sessions += site.load("--mode", "churn", "--conns", 32, "--seconds", 2, "--expect-tools", 13)["inits"]
    time.sleep(2)
    found |= {"calls": calls, "sessions": sessions, "after_mib": site.resident()}
    found["after_of_fresh"] = found["after_mib"] / found["fresh_mib"]
    site.close()
    return found


def idle(peta, programs, count=1000):
    site = Site(peta, programs, 13)
    site.load("--conns", 64, "--seconds", 1)
    before = site.resident()
    child = subprocess.Popen(
        [f"{programs}/load", "--url", f"http://127.0.0.1:{site.port}/mcp", "--header", f"Authorization: Bearer {site.token}", "--mode", "idle",
         "--conns", str(count), "--seconds", "3", "--tool", "down__echo"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    while "READY" not in child.stdout.readline():
        pass
    time.sleep(1)
    held = site.resident()
    child.communicate()
    site.close()
    return {"idle_sessions": count, "idle_kib_per_session": (held - before) * 1024 / count}


def many_tools(peta, programs):
    sites = {tools: Site(peta, programs, tools) for tools in (13, 10_000)}
    rates = {tools: [] for tools in sites}
    for _ in range(5):
        for tools, site in sites.items():
            rates[tools].append(site.load("--conns", 16, "--seconds", 2, "--warmup", 0.5)["per_s"])
    for site in sites.values():
        site.close()
    few, many = (statistics.median(rates[tools]) for tools in (13, 10_000))
    return {"per_s_13_tools": few, "per_s_10000_tools": many, "many_of_few": many / few}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peta")
    parser.add_argument("programs")
    parser.add_argument("--out", required=True)
    given = parser.parse_args()
    found = {"when": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")}
    for part in (over_time, idle, many_tools):
        found |= part(given.peta, given.programs)
        print(f"memory: {found}")
    with open(given.out, "w", encoding="utf-8") as file:
        json.dump(found, file, indent=1)


if __name__ == "__main__":
    main()
