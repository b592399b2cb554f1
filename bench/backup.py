#!/usr/bin/env python3
"""Measures what a backup of a database of 1 GB costs the calls that go on meanwhile, and how long it takes to make, verify and restore one.

    backup.py PETA BIN --out backup.json [--rounds 5] [--seconds 10] [--bytes 1000000000]      BIN has the bench's `load` and `downstream`

One gateway serves 16 sessions that call a tool without a pause. Windows without a backup and windows in which one backup after the other is made
take turns in one run, so that whatever else the machine does is in both. All processes share the machine's cores, the client of the calls too.
"""
import argparse
import datetime
import json
import os
import sqlite3
import statistics
import subprocess
import threading
import time

from memory import Site

PASSPHRASE = "a passphrase of the bench"


def grow(path, size):
    """Rows beside the audit until the file is that large: pages are what costs, not what stands in them."""
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE bench_bulk(data BLOB)")
    while os.path.getsize(path) < size:
        with db:
            db.executemany("INSERT INTO bench_bulk VALUES(randomblob(3500))", [()] * 20_000)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return os.path.getsize(path)


class Backups(threading.Thread):
    """One backup after the other until it is told to stop."""

    def __init__(self, site, file):
        super().__init__(daemon=True)
        self.site, self.file, self.going, self.seconds = site, file, True, []
        self.start()

    def run(self):
        while self.going:
            self.seconds.append(make(self.site, self.file))

    def stop(self):
        self.going = False
        self.join()


def timed(site, *words):
    begin = time.monotonic()
    subprocess.run([site.program, "backup", *words, "--stdin"], env=site.env, input=PASSPHRASE, text=True, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - begin


def make(site, file):
    return timed(site, "create", file, "--force")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peta")
    parser.add_argument("programs")
    parser.add_argument("--out", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--bytes", type=int, default=1_000_000_000)
    given = parser.parse_args()
    site = Site(given.peta, given.programs, 13)
    data, file = site.env["PETA_DATA_DIR"], site.folder.name + "/bench.backup"
    machine = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "scripts", "performance.py")
    found = {"machine": json.loads(subprocess.run([machine, "--machine"], check=True, capture_output=True, text=True).stdout),
             "when": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "cores": os.cpu_count(),
             "database_bytes": grow(data + "/peta.db", given.bytes), "rounds": given.rounds, "seconds": given.seconds}
    found["idle_create_s"] = make(site, file)
    site.load("--conns", 16, "--seconds", 3)
    options = ("--conns", 16, "--seconds", given.seconds, "--warmup", 0.5)
    without, during, spent, grown = [], [], [], 0
    for _ in range(given.rounds):
        without.append(site.load(*options))
        backups = Backups(site, file)
        during.append(site.load(*options))
        grown = max(grown, os.path.getsize(data + "/peta.db-wal"))
        backups.stop()
        spent += backups.seconds
        print(f"backup: {without[-1]['per_s']:.0f} calls/s without, {during[-1]['per_s']:.0f} with, {backups.seconds}")
    median = lambda results, key: statistics.median(result[key] for result in results)
    found |= {
        "per_s_without": median(without, "per_s"), "per_s_during": median(during, "per_s"),
        "ratios": [round(b["per_s"] / a["per_s"], 3) for a, b in zip(without, during)],
        "during_of_without": statistics.median(b["per_s"] / a["per_s"] for a, b in zip(without, during)),
        "busy_create_s": statistics.median(spent), "backups": len(spent), "log_bytes": grown, "file_bytes": os.path.getsize(file),
        "rss_mib": site.resident(), "load_fields": {key: (median(without, key), median(during, key)) for key in without[0]
                                                  if key.endswith("_us") or key.endswith("_ms")},
    }
    found["verify_s"] = timed(site, "verify", file)
    restored = site.folder.name + "/restored"
    found["restore_s"] = timed(site, "restore", file, "--data-dir", restored)
    print(f"backup: {found}")
    site.close()
    with open(given.out, "w", encoding="utf-8") as out:
        json.dump(found, out, indent=1)


if __name__ == "__main__":
    main()
