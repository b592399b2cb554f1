#!/usr/bin/env python3
"""Measures what people ask of a long audit log: report, stats, export, verify.

    audit.py PETA DIRECTORY --out audit.json

DIRECTORY is a data directory with many records. This makes one with a million:

    PETA_FILL=DIRECTORY PETA_FILL_RECORDS=1000000 swift test --filter FillTests

Each command is run so often and its time is the whole of it, from start to exit, the daemon's work and the drawing included. Memory is the greatest
resident size of the daemon while they run (sampled each 10 ms), less what it had before the first; and that of the command itself.
"""
import argparse
import datetime
import json
import os
import statistics
import subprocess
import tempfile
import threading
import time

from memory import free_port


def resident(pid):
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGESIZE")


class Sampler(threading.Thread):
    """The greatest resident size of a process while it runs."""

    def __init__(self, pid):
        super().__init__(daemon=True)
        self.pid, self.most, self.over = pid, 0, threading.Event()

    def run(self):
        while not self.over.wait(0.01):
            self.most = max(self.most, resident(self.pid))

    def stop(self):
        self.over.set()
        self.join()
        return self.most


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peta")
    parser.add_argument("directory")
    parser.add_argument("--out", required=True)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        socket, html = place + "/s", place + "/report.html"
        environment = {"PATH": os.environ["PATH"], "HOME": place, "PETA_SOCKET": socket, "LANG": "C.UTF-8"}
        daemon = subprocess.Popen(
            [options.peta, "serve", "--listen", f"127.0.0.1:{free_port()}", "--data-dir", options.directory, "--admin-socket", socket],
            env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(600):
                if os.path.exists(socket) and subprocess.run([options.peta, "status"], env=environment, capture_output=True).returncode == 0:
                    break
                time.sleep(0.1)
            else:
                raise SystemExit("audit: the gateway does not start")
            verdict = json.loads(subprocess.run([options.peta, "audit", "verify", "--json"], env=environment, capture_output=True, text=True).stdout)
            if not verdict["ok"]:
                raise SystemExit(f"audit: the log is not whole: {verdict}")
            subprocess.run([options.peta, "audit", "tail", "-n", "1"], env=environment, stdout=subprocess.DEVNULL, check=True)
            commands = {
                "report": ["audit", "report", "--since", "60d", "-o", html],
                "report_verified": ["audit", "report", "--since", "60d", "--verify", "-o", html],
                "stats_day": ["audit", "stats"],
                "stats_all": ["audit", "stats", "--since", "60d"],
                "export_ndjson": ["audit", "export", "-o", place + "/all.ndjson"],
                "export_csv": ["audit", "export", "-o", place + "/all.csv"],
                "verify": ["audit", "verify"],
            }
            before = resident(daemon.pid)
            machine = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scripts", "performance.py")
            result = {
                "machine": json.loads(subprocess.run([machine, "--machine"], check=True, capture_output=True, text=True).stdout),
                "when": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "records": verdict["records"],
                "database_mib": os.path.getsize(options.directory + "/peta.db") >> 20, "rounds": options.rounds, "commands": {},
            }
            for name, words in commands.items():
                sampler = Sampler(daemon.pid)
                sampler.start()
                times, most = [], 0
                for _ in range(options.rounds):
                    begin = time.monotonic()
                    command = subprocess.Popen([options.peta, *words], env=environment, stdout=subprocess.DEVNULL)
                    _, status, used = os.wait4(command.pid, 0)
                    times.append(time.monotonic() - begin)
                    if status:
                        raise SystemExit(f"audit: {' '.join(words)} ended with {os.waitstatus_to_exitcode(status)}")
                    most = max(most, used.ru_maxrss)
                result["commands"][name] = {
                    "median_s": round(statistics.median(times), 3), "max_s": round(max(times), 3),
                    "command_mib": round(most / 1024, 1), "added_mib": round((sampler.stop() - before) / (1 << 20), 1),
                }
                print(name, result["commands"][name], flush=True)
            result["report_kib"] = os.path.getsize(html) >> 10
        finally:
            daemon.terminate()
            daemon.wait()
    with open(options.out, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
