#!/usr/bin/env python3
"""Measures what a call costs the gateway in each corner of the square: clients of the legacy and of the modern era, in front of servers of
both.

    eras.py PETA BIN --out eras.json      BIN has the bench's `downstream`

A raw client on one connection sends the same echo again and again, so that the client is not what is measured: what counts is the
processor time of the gateway's process for each call (user and system, /proc/PID/stat). Cells are taken in turn, several times over.
Also: blocks of memory that are held after many modern calls (VmRSS before and after).
"""
import argparse
import datetime
import json
import os
import socket
import statistics
import time

from memory import Site

ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": {"name": "bench", "version": "1"},
    "io.modelcontextprotocol/clientCapabilities": {},
}
TICK = os.sysconf("SC_CLK_TCK")


class Client:
    """One keep-alive connection that sends one request at a time."""

    def __init__(self, site, modern, tool):
        self.socket = socket.create_connection(("127.0.0.1", site.port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.fields = (
            f"POST /mcp HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\nAuthorization: Bearer {site.token}\r\n"
            "Content-Type: application/json\r\nAccept: application/json, text/event-stream\r\n")
        params = {"name": tool, "arguments": {"text": "as long as a short result"}}
        if modern:
            params["_meta"] = ENVELOPE
            self.fields += f"MCP-Protocol-Version: 2026-07-28\r\nMcp-Method: tools/call\r\nMcp-Name: {tool}\r\n"
        else:
            head, _ = self.send({
                "jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {
                    "protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "bench", "version": "1"}}})
            session = next(line.split(b": ")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"mcp-session-id"))
            self.fields += f"Mcp-Session-Id: {session.decode()}\r\nMCP-Protocol-Version: 2025-11-25\r\n"
            self.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
        self.request = self.encode({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params})

    def encode(self, message):
        body = json.dumps(message, separators=(",", ":")).encode()
        return (self.fields + f"Content-Length: {len(body)}\r\n\r\n").encode() + body

    def send(self, message):
        return self.exchange(self.encode(message))

    def exchange(self, request):
        self.socket.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self.more()
        head, _, body = data.partition(b"\r\n\r\n")
        length = next((int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")), 0)
        while len(body) < length:
            body += self.more()
        return head, body

    def more(self):
        data = self.socket.recv(65536)
        if not data:
            raise SystemExit("eras: the gateway closed the connection")
        return data

    def calls(self, count):
        for _ in range(count):
            head, body = self.exchange(self.request)
            if b" 200 " not in head[:14] or b"as long as a short result" not in body:
                raise SystemExit(f"eras: {head!r} {body!r}")


def processor(pid):
    """Seconds."""
    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peta")
    parser.add_argument("programs")
    parser.add_argument("--out", required=True)
    parser.add_argument("--calls", type=int, default=6000)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    # One event loop, so that no hop between loops, which depends on where a connection happens to land, is counted.
    os.environ["PETA_LOOPS"] = "1"
    site = Site(given.peta, given.programs, 13)
    for name, flags in [("stdio-legacy", []), ("stdio-modern", ["--modern"])]:
        site.peta("server", "add", name, "--", given.peta, "demo-server", *flags)
    cells = [(client, server) for server in ("down", "stdio-legacy", "stdio-modern") for client in ("legacy", "modern")]
    clients = {cell: Client(site, cell[0] == "modern", f"{cell[1]}__echo") for cell in cells}
    spent = {cell: [] for cell in cells}
    for cell in cells:
        clients[cell].calls(2000)
    before = site.resident()
    for _ in range(given.rounds):
        for cell in cells:
            begin = processor(site.gateway.pid)
            clients[cell].calls(given.calls)
            spent[cell].append((processor(site.gateway.pid) - begin) / given.calls * 1e6)
    found = {"when": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "calls": given.calls, "rounds": given.rounds,
             "rss_before_mib": before, "rss_after_mib": site.resident(), "cells": []}
    for server in ("down", "stdio-legacy", "stdio-modern"):
        legacy, modern = (statistics.median(spent[client, server]) for client in ("legacy", "modern"))
        found["cells"].append({"server": server, "legacy_us": legacy, "modern_us": modern, "modern_of_legacy": modern / legacy})
        print(f"eras: {found['cells'][-1]}")
    print(f"eras: {found['rss_before_mib']:.1f} MiB before, {found['rss_after_mib']:.1f} after")
    for client in clients.values():
        client.socket.close()
    site.close()
    with open(given.out, "w", encoding="utf-8") as file:
        json.dump(found, file, indent=1)


if __name__ == "__main__":
    main()
