#!/usr/bin/env python3
"""A stdio server of the handshake's time that asks its client, and whose resources can be watched. Standard library only.

    asking_stdio.py --state DIR [--roots] [--text TEXT]

--state DIR   what comes is written down there, a line each: DIR/starts (pids), DIR/announced (capabilities of the client), DIR/replies
              (responses to what it asked), DIR/notes (notifications), DIR/called (tools), DIR/subscribed (+URI and -URI)
--roots       asks for the client's roots right after the handshake
--text TEXT   printed on standard error at the start
"""
import argparse
import itertools
import json
import os
import sys
import threading

TOOLS = ["ask", "touch", "die", "say", "deaf", "echo", "never"]
lock, ids, waiting, deaf = threading.Lock(), itertools.count(1), {}, False


def put(message):
    with lock:
        if not deaf:
            sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
            sys.stdout.flush()


def note(given, name, text):
    with open(os.path.join(given.state, name), "a") as file:
        file.write(f"{text}\n")


def ask(method, params):
    """Asks the client and gives the whole response."""
    identity, place = f"s{next(ids)}", {"done": threading.Event()}
    waiting[identity] = place
    put({"id": identity, "method": method, "params": params})
    place["done"].wait(30)
    return place.get("response")


def perform(given, identity, tool, arguments):
    global deaf
    said = ""
    if tool == "ask":
        said = json.dumps(ask(arguments["method"], arguments.get("params") or {}))
    elif tool == "touch":
        put({"method": "notifications/resources/updated", "params": {"uri": arguments["uri"]}})
    elif tool == "die":
        sys.stderr.write("asked to die\n")
        sys.stderr.flush()
        os._exit(3)
    elif tool == "say":
        put({"method": "notifications/message", "params": {"level": "info", "data": arguments["text"]}})
        put({"method": "notifications/tools/list_changed"})
    elif tool == "deaf":
        deaf = True
    elif tool == "never":
        return
    elif tool == "echo":
        said = arguments.get("text", "")
    put({"id": identity, "result": {"content": [{"type": "text", "text": said}]}})


def take(given, message):
    method, identity, params = message.get("method"), message.get("id"), message.get("params") or {}
    if method is None:
        note(given, "replies", json.dumps(message))
        place = waiting.pop(identity, None)
        if place:
            place["response"] = message
            place["done"].set()
    elif identity is None:
        note(given, "notes", method)
        if method == "notifications/initialized" and given.roots:
            put({"id": "first", "method": "roots/list"})
    elif method == "initialize":
        note(given, "announced", json.dumps(params["capabilities"], sort_keys=True))
        put({"id": identity, "result": {
            "protocolVersion": params["protocolVersion"], "serverInfo": {"name": "asking", "version": "1"},
            "capabilities": {"tools": {"listChanged": True}, "resources": {"subscribe": True}, "logging": {}}}})
    elif method == "tools/list":
        note(given, "lists", method)
        put({"id": identity, "result": {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in TOOLS]}})
    elif method == "resources/list":
        put({"id": identity, "result": {"resources": [{"uri": "asking:a", "name": "a"}]}})
    elif method in ("resources/subscribe", "resources/unsubscribe"):
        note(given, "subscribed", ("+" if method == "resources/subscribe" else "-") + params["uri"])
        if "forbidden" in params["uri"]:
            put({"id": identity, "error": {"code": -32602, "message": "not this one"}})
        else:
            put({"id": identity, "result": {}})
    elif method == "tools/call":
        note(given, "called", params["name"])
        threading.Thread(
            target=perform, args=(given, identity, params["name"], params.get("arguments") or {}), daemon=True).start()
    elif method in ("ping", "logging/setLevel"):
        note(given, "asked", method)
        put({"id": identity, "result": {}})
    else:
        put({"id": identity, "error": {"code": -32601, "message": "unknown method"}})


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state", required=True)
    parser.add_argument("--roots", action="store_true")
    parser.add_argument("--text")
    given = parser.parse_args()
    note(given, "starts", os.getpid())
    if given.text:
        sys.stderr.write(given.text + "\n")
        sys.stderr.flush()
    for line in sys.stdin.buffer:
        take(given, json.loads(line))


if __name__ == "__main__":
    main()
