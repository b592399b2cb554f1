#!/usr/bin/env python3
"""A stdio server that misbehaves on request. Uses nothing but the standard library, so that it starts fast.

    bad_stdio.py [--state DIR] [--die TEXT] [--mute] [--daemon] [--stubborn]

--state DIR   each start adds a line with its pid to DIR/starts, each call its tool to DIR/calls before it is performed
              DIR/output is the schema of what echo gives
--die TEXT    prints TEXT on standard error and exits with status 7 before it reads anything
--mute        never answers `initialize`
--probe WAY   how it takes the question for its era: silent, die, foreign, garbage (and it is legacy); modern; late: modern, but answers after
              four seconds; refuse: -32022 with legacy revisions alone
--daemon      starts a child that leaves it as a daemon does, by two forks and a session of its own (its pid is in DIR/daemon)
--stubborn    ignores SIGTERM and the end of its input, and starts a child that does so too (its pid is in DIR/grandchild)
"""
import argparse
import itertools
import json
import os
import signal
import sys
import threading
import time

TOOLS = [
    "echo", "sleep", "peak", "crash", "garbage", "flood", "wide", "never", "hang_up", "foreign", "twice", "progress", "descriptors",
    "environment", "pid", "nested", "tell", "failing", "say", "line", "ask", "ask_late", "ask_and_die", "ask_and_hang",
]
VERSION = "io.modelcontextprotocol/protocolVersion"
SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId"
listens = []  # ids of open listens, oldest first
lock, count_lock = threading.Lock(), threading.Lock()
running = peak = 0
waiting = {}  # id of a question: what is called with the answer
questions = itertools.count(1)


def put(message):
    raw(json.dumps(message, ensure_ascii=False))


def raw(line):
    with lock:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


def note(given, name, text):
    if given.state:
        with open(os.path.join(given.state, name), "a") as file:
            file.write(f"{text}\n")


def text(identity, value, **more):
    return {"jsonrpc": "2.0", "id": identity, "result": {"content": [{"type": "text", "text": value}], **more}}


def ask(arguments, take):
    """Asks the client; `take` gets its answer, result or error."""
    identity = f"q-{next(questions)}"
    waiting[identity] = take
    params = arguments.get("params")
    if arguments.get("bytes"):
        params = {**(params or {}), "message": "m" * arguments["bytes"]}
    put({"jsonrpc": "2.0", "id": identity, "method": arguments.get("method", "roots/list"), **({"params": params} if params is not None else {})})


def ask_all(identity, arguments):
    """Asks `count` times, `together` at once or one after the other, and answers with what came of each."""
    got, everything = [], threading.Condition()

    def take(message):
        with everything:
            got.append(message.get("error", {}).get("code", "ok"))
            everything.notify()

    for number in range(arguments["count"]):
        ask(arguments, take)
        if not arguments.get("together"):
            with everything:
                everything.wait_for(lambda: len(got) > number)
    with everything:
        everything.wait_for(lambda: len(got) == arguments["count"])
    put(text(identity, json.dumps(got)))


def is_open(number):
    try:
        os.fstat(number)
        return True
    except OSError:
        return False


def perform(identity, tool, arguments, meta, line):
    global running, peak
    if tool == "echo":
        put(text(identity, arguments.get("text", "")))
    elif tool == "sleep":
        with count_lock:
            running += 1
            peak = max(peak, running)
        time.sleep(arguments["ms"] / 1000)
        with count_lock:
            running -= 1
        put(text(identity, "slept"))
    elif tool == "peak":
        put(text(identity, str(peak)))
    elif tool == "crash":
        sys.stderr.write("going down\n")
        sys.stderr.flush()
        os._exit(9)
    elif tool == "garbage":
        for line in ["hello, world", "{", "[1,2", "null", "42", '"text"', "\x00\x01\x02", "{}", '{"jsonrpc":"2.0"}', "\u00e9" * 500, " ", ""]:
            raw(line)
        with lock:
            sys.stdout.buffer.write(b"\xff\xfe\x80 no UTF-8\n")
            sys.stdout.flush()
        put(text(identity, "made a mess"))
    elif tool == "flood":
        line = b"x" * 1023 + b"\n"
        for _ in range(arguments["megabytes"] * 1024):
            os.write(2, line)
        put(text(identity, "flooded"))
    elif tool == "wide":
        put(text(identity, "w" * arguments["bytes"]))
    elif tool == "never":
        pass
    elif tool == "hang_up":
        os.close(1)
        time.sleep(60)
    elif tool == "foreign":
        put(text(999_999_999, "not yours"))
        put(text("999", "not yours"))
        put(text(None, "not yours"))
        put(text(identity, "yours"))
    elif tool == "twice":
        put(text(identity, "first"))
        put(text(identity, "second"))
    elif tool == "progress":
        for step in range(arguments["steps"]):
            time.sleep(arguments["ms"] / 1000)
            if "progressToken" in meta:
                put({"jsonrpc": "2.0", "method": "notifications/progress",
                     "params": {"progressToken": meta["progressToken"], "progress": step + 1}})
        put(text(identity, "done"))
    elif tool == "descriptors":
        put(text(identity, json.dumps([number for number in range(1024) if is_open(number)])))
    elif tool == "environment":
        put(text(identity, json.dumps(dict(os.environ))))
    elif tool == "say":
        # The result as it is given, the id before it or behind it.
        parts = ['"id":%d' % identity, '"result":%s' % arguments["raw"]]
        raw('{"jsonrpc":"2.0",%s}' % ",".join(reversed(parts) if arguments.get("last") else parts))
    elif tool == "line":
        put(text(identity, line.decode()))
    elif tool == "ask":
        ask_all(identity, arguments)
    elif tool == "ask_late":
        put(text(identity, "answered"))
        ask(arguments, lambda message: None)
    elif tool == "ask_and_hang":
        ask(arguments, lambda message: None)
    elif tool == "ask_and_die":
        ask(arguments, lambda message: None)
        time.sleep(arguments.get("ms", 0) / 1000)
        os._exit(9)
    elif tool == "pid":
        put(text(identity, str(os.getpid())))
    elif tool == "nested":
        raw('{"jsonrpc":"2.0","id":%d,"result":{"content":[],"x":%s1%s}}' % (identity, "[" * 5000, "]" * 5000))
    elif tool == "tell":
        sys.stderr.write(arguments["text"] + "\n")
        sys.stderr.flush()
        put(text(identity, "told"))
    elif tool == "failing":
        put({"jsonrpc": "2.0", "id": identity, "error": {"code": -32050, "message": arguments["text"], "data": {"text": arguments["text"]}}})
    else:
        put({"jsonrpc": "2.0", "id": identity, "error": {"code": -32602, "message": "unknown tool"}})


def discovered(identity):
    return {"jsonrpc": "2.0", "id": identity, "result": {
        "resultType": "complete", "supportedVersions": ["2026-07-28"], "ttlMs": 0, "cacheScope": "private",
        "capabilities": {"tools": {"listChanged": True}, "resources": {"subscribe": True}},
        "_meta": {"io.modelcontextprotocol/serverInfo": {"name": "bad", "version": "2"}}}}


def probed(given, identity):
    """Takes the question for its era; true if that is all."""
    if given.probe == "silent":
        return True
    if given.probe == "die":
        sys.stderr.write("what is server/discover?\n")
        sys.stderr.flush()
        os._exit(8)
    if given.probe == "foreign":
        put(discovered(999_999_999))
        put(discovered(str(identity) + "0"))
        return True
    if given.probe == "garbage":
        raw("Unknown method: server/discover")
        raw("{}")
        return True
    if given.probe == "refuse":
        put({"jsonrpc": "2.0", "id": identity, "error": {
            "code": -32022, "message": "no", "data": {"supported": ["2025-06-18"], "requested": "2026-07-28"}}})
        return True
    if given.probe in ("modern", "late"):
        if given.probe == "late":
            time.sleep(4)
        put(discovered(identity))
        return True
    return False


def modern(given, method, identity, params):
    """What a modern server does where it differs; true if that is all."""
    meta = params.get("_meta") or {}
    if meta.get(VERSION) != "2026-07-28" or method == "initialize":
        put({"jsonrpc": "2.0", "id": identity, "error": {"code": -32602, "message": "no envelope"}})
    elif method == "subscriptions/listen":
        listens.append(identity)
        note(given, "listens", json.dumps(params["notifications"], sort_keys=True))
        put({"jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged",
             "params": {"notifications": params["notifications"], "_meta": {SUBSCRIPTION: identity}}})
    elif method == "tools/call" and params["name"] in ("changed", "changed_foreign", "end_listen"):
        arguments = params.get("arguments") or {}
        identities = listens[-1:] if params["name"] != "changed_foreign" else [999_999, str(listens[-1]), None]
        if params["name"] == "end_listen":
            put({"jsonrpc": "2.0", "id": listens.pop(), "result": {"resultType": "complete"}})
        else:
            TOOLS.append(arguments["tool"])
            for listen in identities:
                put({"jsonrpc": "2.0", "method": "notifications/tools/list_changed", "params": {"_meta": {SUBSCRIPTION: listen}}})
        put(text(identity, "told"))
    elif method in ("resources/list", "resources/templates/list"):
        put({"jsonrpc": "2.0", "id": identity, "result": {
            "resultType": "complete", "ttlMs": 0, "cacheScope": "private", "resources": [], "resourceTemplates": []}})
    elif method == "tools/list":
        put({"jsonrpc": "2.0", "id": identity, "result": {
            "resultType": "complete", "ttlMs": 0, "cacheScope": "private", "tools": [
                {"name": name, "inputSchema": {"type": "object"}} for name in TOOLS + ["changed", "changed_foreign", "end_listen"]]}})
    else:
        return False
    return True


def output(given, name):
    """The schema in DIR/output, if there is one, as that of what echo gives."""
    if name != "echo" or not given.state or not os.path.exists(os.path.join(given.state, "output")):
        return {}
    with open(os.path.join(given.state, "output")) as file:
        return {"outputSchema": json.load(file)}


def answer(given, message, line):
    method, identity, params = message.get("method"), message.get("id"), message.get("params") or {}
    if method:
        note(given, "methods", method)
    elif identity in waiting:
        return threading.Thread(target=waiting.pop(identity), args=(message,), daemon=True).start()
    if identity is None or method is None:
        return
    if method == "server/discover" and probed(given, identity):
        return
    if given.probe in ("modern", "late") and modern(given, method, identity, params):
        return
    if method == "initialize":
        if not given.mute:
            put({"jsonrpc": "2.0", "id": identity, "result": {
                "protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}},
                "serverInfo": {"name": "bad", "version": "1"}}})
    elif method == "tools/list":
        put({"jsonrpc": "2.0", "id": identity, "result": {
            "tools": [{"name": name, "inputSchema": {"type": "object"}, **output(given, name)} for name in TOOLS]}})
    elif method == "tools/call":
        note(given, "calls", params["name"])
        threading.Thread(
            target=perform, args=(identity, params["name"], params.get("arguments") or {}, params.get("_meta") or {}, line),
            daemon=True).start()
    else:
        put({"jsonrpc": "2.0", "id": identity, "result": {}})


def daemon(given):
    """Leaves a process behind that has nothing to do with this one any more."""
    middle = os.fork()
    if middle:
        os.waitpid(middle, 0)
        return
    os.setsid()
    child = os.fork()
    if child:
        note(given, "daemon", child)
        os._exit(0)
    null = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(null, number)
    time.sleep(300)
    os._exit(0)


def stubborn(given):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = os.fork()
    if child == 0:
        while True:
            time.sleep(60)
    note(given, "grandchild", child)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--state")
    parser.add_argument("--die")
    parser.add_argument("--probe")
    parser.add_argument("--mute", action="store_true")
    parser.add_argument("--stubborn", action="store_true")
    parser.add_argument("--daemon", action="store_true")
    given = parser.parse_args()
    note(given, "starts", os.getpid())
    if given.die:
        sys.stderr.write(given.die + "\n")
        sys.exit(7)
    if given.stubborn:
        stubborn(given)
    if given.daemon:
        daemon(given)
    for line in sys.stdin.buffer:
        try:
            answer(given, json.loads(line), line)
        except ValueError:
            sys.stderr.write("not JSON\n")
    while given.stubborn:
        time.sleep(60)


if __name__ == "__main__":
    main()
