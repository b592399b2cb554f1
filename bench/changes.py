#!/usr/bin/env python3
"""Measures how long a change takes to reach the clients that it touches.

    changes.py PETA BIN --out changes.json      BIN has the bench's `downstream`

One user has a legacy session with an open stream and a listen of the modern era, both open all the time. What changes is the tools of a
server (its own list_changed, by a call of the demonstration server's `grow` or `shrink`, of either era) or the user's rights (`peta user
revoke` and `grant`). A time runs from before the call or the command is begun to the arrival of the notification, so that the call itself, or
the start of the command's process, is in it. Pauses between changes vary from 20 to 400 ms: a server's lists are read again at most every
200 ms, so that a change soon after another waits for that. Each client must be told exactly once of each change; otherwise there is no result.
"""
import argparse
import datetime
import http.client
import json
import os
import random
import socket
import statistics
import threading
import time

from eras import ENVELOPE, Client
from memory import Site

TOLD = b'"notifications/tools/list_changed"'
ACCEPT = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}


class Ear(threading.Thread):
    """Reads a stream of events and keeps the times at which it was told of tools."""

    def __init__(self, site, method, fields, body=None):
        super().__init__(daemon=True)
        self.times, self.news = [], threading.Condition()
        self.connection = http.client.HTTPConnection("127.0.0.1", site.port)
        self.connection.request(method, "/mcp", body, fields)
        self.response = self.connection.getresponse()
        if self.response.status != 200:
            raise SystemExit(f"changes: {method} was answered with {self.response.status}: {self.response.read(500)!r}")

    def run(self):
        try:
            for line in self.response:
                if TOLD in line:
                    with self.news:
                        self.times.append(time.monotonic())
                        self.news.notify()
        except (OSError, ValueError, http.client.HTTPException):
            pass  # the gateway ends

    def wait(self, count):
        with self.news:
            if not self.news.wait_for(lambda: len(self.times) >= count, 10):
                raise SystemExit(f"changes: a client was told {len(self.times)} times of {count} changes")


def legacy(site, token):
    connection = http.client.HTTPConnection("127.0.0.1", site.port)
    fields = ACCEPT | {"Authorization": f"Bearer {token}"}

    def send(message):
        connection.request("POST", "/mcp", json.dumps(message), fields)
        response = connection.getresponse()
        response.read()
        return response
    session = send({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
        "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}}).headers["mcp-session-id"]
    fields |= {"Mcp-Session-Id": session, "MCP-Protocol-Version": "2025-11-25"}
    send({"jsonrpc": "2.0", "method": "notifications/initialized"})
    connection.close()
    return Ear(site, "GET", fields | {"Accept": "text/event-stream"})


def modern(site, token):
    fields = ACCEPT | {"Authorization": f"Bearer {token}", "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "subscriptions/listen"}
    body = {"jsonrpc": "2.0", "id": 7, "method": "subscriptions/listen",
            "params": {"notifications": {"toolsListChanged": True}, "_meta": ENVELOPE}}
    return Ear(site, "POST", fields, json.dumps(body))


def resize(site, tool):
    client = Client(site, True, tool)
    head, _ = client.exchange(client.request)
    client.socket.close()
    if b" 200 " not in head[:14]:
        raise SystemExit(f"changes: {tool} was answered with {head!r}")


def sample(ears, change, count):
    """Milliseconds for each ear, `count` times."""
    taken = {name: [] for name in ears}
    pauses = random.Random(count)
    for number in range(count):
        before = {name: len(ear.times) for name, ear in ears.items()}
        begin = time.monotonic()
        change(number)
        for name, ear in ears.items():
            ear.wait(before[name] + 1)
            taken[name].append((ear.times[before[name]] - begin) * 1000)
        # What would be told twice comes now, or is found after the next one.
        time.sleep(pauses.uniform(0.02, 0.4))
        for name, ear in ears.items():
            if len(ear.times) != before[name] + 1:
                raise SystemExit(f"changes: the {name} client was told {len(ear.times) - before[name]} times of one change")
    return taken


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peta")
    parser.add_argument("programs")
    parser.add_argument("--out", required=True)
    parser.add_argument("--samples", type=int, default=100)
    given = parser.parse_args()
    site = Site(given.peta, given.programs, 13)
    for name, flags in [("demo-legacy", []), ("demo-modern", ["--modern"])]:
        site.peta("server", "add", name, "--", given.peta, "demo-server", *flags)
    site.peta("user", "add", "ada")
    site.peta("user", "grant", "ada", "down", "demo-legacy", "demo-modern")
    token = site.said("token", "create", "ada").strip()
    ears = {"legacy": legacy(site, token), "modern": modern(site, token)}
    for ear in ears.values():
        ear.start()
    kinds = {"rights (command)": lambda number: site.peta("user", ["revoke", "grant"][number % 2], "ada", "down")}
    for era in ("legacy", "modern"):
        kinds[f"tools of a {era} server"] = lambda number, era=era: resize(site, f"demo-{era}__{['grow', 'shrink'][number % 2]}")
    found = {"when": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "samples": given.samples, "cpus": os.cpu_count(),
             "cells": []}
    for kind, change in kinds.items():
        sample(ears, change, 4)
        for client, times in sample(ears, change, given.samples).items():
            cuts = statistics.quantiles(times, n=100, method="inclusive")
            found["cells"].append({"client": client, "change": kind, "p50_ms": cuts[49], "p99_ms": cuts[98], "max_ms": max(times)})
            print(f"changes: {found['cells'][-1]}")
    for ear in ears.values():
        ear.connection.sock.shutdown(socket.SHUT_RDWR)
        ear.join()
    site.close()
    with open(given.out, "w", encoding="utf-8") as file:
        json.dump(found, file, indent=1)


if __name__ == "__main__":
    main()
