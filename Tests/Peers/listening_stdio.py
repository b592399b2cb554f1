#!/usr/bin/env python3
"""A stdio server of the modern era that tells changes on its listens, or does not. Standard library only.

    listening_stdio.py --state DIR [--ttl MS] [--untold] [--slow MS]

--state DIR   what comes is written down there, a line each: DIR/starts (pids), DIR/listens (the resources of each listen, by blanks),
              DIR/ended (how many listens are open once one was ended by the gateway), DIR/lists (each tools/list)
--ttl MS      `ttlMs` of its lists
--untold      acknowledges no changes of lists
--slow MS     acknowledges after this time

A resource with `quiet` in its URI is left out of the acknowledgement; a listen for one with `bad` is refused.
"""
import argparse
import json
import os
import sys
import threading

SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId"
tools = ["touch", "end", "grow", "echo"]
lock, listens = threading.Lock(), {}


def put(message):
    with lock:
        sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
        sys.stdout.flush()


def note(given, name, text):
    with open(os.path.join(given.state, name), "a") as file:
        file.write(f"{text}\n")


def listen(given, identity, wanted):
    uris = wanted.get("resourceSubscriptions", [])
    note(given, "listens", " ".join(uris))
    if any("bad" in uri for uri in uris):
        return put({"id": identity, "error": {"code": -32602, "message": "no such resource"}})
    honoured = {name: value for name, value in wanted.items() if name != "resourceSubscriptions" and not given.untold}
    kept = [uri for uri in uris if "quiet" not in uri]
    if kept:
        honoured["resourceSubscriptions"] = kept

    def acknowledge():
        listens[identity] = kept
        put({"method": "notifications/subscriptions/acknowledged", "params": {"notifications": honoured, "_meta": {SUBSCRIPTION: identity}}})
    if given.slow:
        threading.Timer(given.slow / 1000, acknowledge).start()
    else:
        acknowledge()


def perform(given, identity, tool, arguments):
    if tool == "touch":
        for number, uris in list(listens.items()):
            if arguments["uri"] in uris:
                put({"method": "notifications/resources/updated", "params": {"uri": arguments["uri"], "_meta": {SUBSCRIPTION: number}}})
    elif tool == "end":
        for number in list(listens):
            del listens[number]
            put({"id": number, "result": {"resultType": "complete", "_meta": {SUBSCRIPTION: number}}})
    elif tool == "grow":
        tools.append(f"more_{len(tools)}")
    put({"id": identity, "result": {"resultType": "complete", "content": [{"type": "text", "text": arguments.get("text", "")}]}})


def take(given, message):
    method, identity, params = message.get("method"), message.get("id"), message.get("params") or {}
    hints = {"resultType": "complete", "ttlMs": given.ttl, "cacheScope": "private"}
    if method == "notifications/cancelled":
        if listens.pop(params["requestId"], None) is not None:
            note(given, "ended", len(listens))
    elif method == "server/discover":
        put({"id": identity, "result": {
            **hints, "supportedVersions": ["2026-07-28"],
            "capabilities": {"tools": {"listChanged": True}, "resources": {"subscribe": True, "listChanged": True}}}})
    elif method == "subscriptions/listen":
        listen(given, identity, params["notifications"])
    elif method == "tools/list":
        note(given, "lists", len(tools))
        put({"id": identity, "result": {**hints, "tools": [{"name": name, "inputSchema": {"type": "object"}} for name in tools]}})
    elif method in ("resources/list", "resources/templates/list"):
        put({"id": identity, "result": {**hints, "resources": [], "resourceTemplates": []}})
    elif method == "tools/call":
        perform(given, identity, params["name"], params.get("arguments") or {})
    elif identity is not None:
        put({"id": identity, "error": {"code": -32601, "message": "unknown method"}})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", required=True)
    parser.add_argument("--ttl", type=int, default=0)
    parser.add_argument("--slow", type=int, default=0)
    parser.add_argument("--untold", action="store_true")
    given = parser.parse_args()
    note(given, "starts", os.getpid())
    for line in sys.stdin.buffer:
        take(given, json.loads(line))


if __name__ == "__main__":
    main()
