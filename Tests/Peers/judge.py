#!/usr/bin/env python3
"""A strict reader of messages: checks each against the SDK's wire models of its revision, and what the models cannot say.

    judge.py [--direction server|client] [--known] < LOG

Reads JSON objects, one a line, as record_http.py and record_stdio.py write them:

    {"direction": "server"|"client", "revision": "2025-11-25"|…, "method": <of the request that a result answers, or null>,
     "message": {…}, "status": <of the HTTP response, or absent>, "stream": <came as an event, or absent>}

Prints one line for each violation, `LINE: what`, and one with the count of what was read on standard error. Exit status
1 if there was any violation. --direction judges one side only. --known also reports members that the revision's models
do not have (the protocol lets them be, so this is for what one makes oneself).

The SDK has one set of models for all legacy revisions; what differs between them is checked here as far as it is listed.
"""
import argparse
import collections
import functools
import json
import sys
from typing import get_args

import mcp_types._v2025_11_25 as v2025
import mcp_types._v2026_07_28 as v2026
from mcp_types import methods
from mcp_types.version import KNOWN_PROTOCOL_VERSIONS, MODERN_PROTOCOL_VERSIONS
from pydantic import TypeAdapter, ValidationError

INPUT_METHODS = {"tools/call", "prompts/get", "resources/read"}
LISTENED = {
    "notifications/tools/list_changed", "notifications/prompts/list_changed", "notifications/resources/list_changed",
    "notifications/resources/updated", "notifications/subscriptions/acknowledged", "notifications/tasks",
}
SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId"
TASKS = {
    "2025-11-25": {"tasks/get", "tasks/result", "tasks/list", "tasks/cancel", "notifications/tasks/status"},
    "2026-07-28": {"tasks/get", "tasks/update", "tasks/cancel", "notifications/tasks"},
}
ERROR_MODELS = {-32020: v2026.HeaderMismatchError, -32021: v2026.MissingRequiredClientCapabilityError, -32022: v2026.UnsupportedProtocolVersionError}
MODERN_STATUS = {-32601: 404, -32020: 400, -32021: 400, -32022: 400}
SINCE = {"audio": "2025-03-26", "resource_link": "2025-06-18"}  # kinds of content


adapter = functools.cache(TypeAdapter)


class Judge:
    def __init__(self, known):
        self.known, self.found, self.tokens = known, [], set()

    def say(self, text):
        self.found.append(text)

    def judge(self, record):
        """The violations of one record."""
        self.found = []
        message, revision, direction = record["message"], record["revision"], record["direction"]
        if not isinstance(message, dict):
            self.say("not an object")
        elif message.get("jsonrpc") != "2.0":
            self.say("jsonrpc is not 2.0")
        elif "method" in message:
            self.members(message, {"jsonrpc", "id", "method", "params"})
            if revision not in KNOWN_PROTOCOL_VERSIONS:
                # What a client asks for in initialize may be anything; the answer counts.
                if message["method"] != "initialize":
                    self.say(f"belongs to no known revision: {revision}")
            elif "id" in message:
                self.request(message, revision, direction)
            else:
                self.notification(message, revision, direction)
        elif "error" in message:
            self.members(message, {"jsonrpc", "id", "error"})
            self.error(message, record)
        elif "result" in message:
            self.members(message, {"jsonrpc", "id", "result"})
            self.result(message, revision, direction, record["method"])
        else:
            self.say("neither request nor notification nor answer")
        return self.found

    # ---- the four kinds ----

    def request(self, message, revision, direction):
        method = message["method"]
        self.identity(message["id"])
        surface = methods.CLIENT_REQUESTS if direction == "client" else methods.SERVER_REQUESTS
        meta = (message.get("params") or {}).get("_meta") or {}
        if direction == "client" and "progressToken" in meta:
            self.tokens.add(json.dumps(meta["progressToken"]))
        if direction == "server" and revision in MODERN_PROTOCOL_VERSIONS:
            self.say(f"{method}: a server sends no requests in {revision}")
        elif method not in TASKS.get(revision, ()):
            self.check(surface.get((method, revision)), revision, message, method)

    def notification(self, message, revision, direction):
        method, params = message["method"], message.get("params") or {}
        surface = methods.CLIENT_NOTIFICATIONS if direction == "client" else methods.SERVER_NOTIFICATIONS
        if method in TASKS.get(revision, ()):
            return
        self.check(surface.get((method, revision)), revision, message, method)
        if direction == "server" and method == "notifications/progress":
            if json.dumps(params.get("progressToken")) not in self.tokens:
                self.say("notifications/progress: nobody gave this progressToken")
            if "message" in params and revision < "2025-03-26":
                self.say(f"notifications/progress: message is not in {revision}")
        if revision in MODERN_PROTOCOL_VERSIONS and direction == "server" and method in LISTENED:
            self.subscription(method, params)

    def result(self, message, revision, direction, method):
        self.identity(message["id"]) if "id" in message else self.say("a result without id")
        result = message["result"]
        if not isinstance(result, dict):
            return self.say("a result that is no object")
        if method is None:
            return self.say("a result that answers no known request")
        if revision not in KNOWN_PROTOCOL_VERSIONS:
            return self.say(f"belongs to no known revision: {revision}")
        modern = revision in MODERN_PROTOCOL_VERSIONS
        if modern and direction == "client":
            return self.say(f"{method}: a client sends no answers in {revision}")
        if modern:
            self.modern_result(method, result)
        task = result.get("resultType") == "task" if modern else "task" in result
        if method in TASKS.get(revision, ()) or (method == "tools/call" and task):
            return self.task(method, result, modern)
        surface = methods.SERVER_RESULTS if direction == "server" else methods.CLIENT_RESULTS
        model = surface.get((method, revision))
        if modern and method in INPUT_METHODS:  # a union; the kind says which, so that the other does not excuse it
            model = get_args(model)[result.get("resultType") == "input_required"]
        self.check(model, revision, result, f"result of {method}")
        self.contents(result.get("content"), method, revision)
        if "structuredContent" in result and (revision < "2025-06-18" or not (modern or isinstance(result["structuredContent"], dict))):
            self.say(f"result of {method}: structuredContent {json.dumps(result['structuredContent'])[:40]} is not in {revision}")

    def error(self, message, record):
        error, revision, method = message["error"], record["revision"], record["method"]
        if message.get("id") is not None:
            self.identity(message["id"])
        if not isinstance(error, dict) or type(error.get("code")) is not int or not isinstance(error.get("message"), str):
            return self.say("an error without an integer code and a text")
        self.members(error, {"code", "message", "data"}, "error: ")
        code, data, modern = error["code"], error.get("data"), revision in MODERN_PROTOCOL_VERSIONS
        if modern:
            if code in ERROR_MODELS:
                # The models want an id; an error may lack it when the request's could not be read.
                self.validate(ERROR_MODELS[code], {**message, "id": message.get("id", 0) or 0}, f"error {code}")
            elif -32099 <= code <= -32000:
                self.say(f"error {code} is not one of {revision}")
            if code == -32022 and data and data.get("requested") in data.get("supported", ()):
                self.say("error -32022: the version that was asked for is among the supported ones")
            status = record.get("status")
            if status is not None and not record.get("stream") and status != MODERN_STATUS.get(code, status):
                self.say(f"error {code} came with status {status}, not {MODERN_STATUS[code]}")
        elif code in ERROR_MODELS and record["direction"] == "server" and revision is not None:
            self.say(f"error {code} is not one of {revision}")
        elif code == -32042:
            self.say(f"error {code} is not one of {revision}") if revision != "2025-11-25" else self.validate(v2025.URLElicitationRequiredError, message, f"error {code}")
        elif code == -32002 and not (isinstance(data, dict) and isinstance(data.get("uri"), str)):
            self.say("error -32002: data has no uri")
        if modern and method == "resources/read" and code == -32602 and data is not None and "uri" not in data:
            self.say("resources/read: error -32602 has data without uri")

    # ---- what they share ----

    def modern_result(self, method, result):
        kind = result.get("resultType")
        if not isinstance(kind, str):
            self.say(f"result of {method}: no resultType")
        if kind == "input_required":
            if method not in INPUT_METHODS:
                self.say(f"result of {method}: may not be input_required")
            if "ttlMs" in result or "cacheScope" in result:
                self.say(f"result of {method}: input_required with cache hints")
            for key, asked in (result.get("inputRequests") or {}).items():
                if set(asked) - {"method", "params"}:
                    self.say(f"result of {method}: inputRequests.{key} has members of a message")
                if "elicitationId" in (asked.get("params") or {}):
                    self.say(f"result of {method}: inputRequests.{key} has an elicitationId")
        elif kind == "complete" and method in methods.CACHEABLE_METHODS:
            if type(result.get("ttlMs")) is not int or result["ttlMs"] < 0:
                self.say(f"result of {method}: ttlMs {result.get('ttlMs')}")
            if result.get("cacheScope") not in ("public", "private"):
                self.say(f"result of {method}: cacheScope {result.get('cacheScope')}")
        elif kind not in ("complete", "task"):
            self.say(f"result of {method}: resultType {kind}")
        if method == "subscriptions/listen":
            self.subscription(f"result of {method}", result)

    def task(self, method, result, modern):
        """Tasks have no models in the SDK's maps."""
        task = result.get("task", result) if method == "tools/call" else result
        if method in ("tasks/result", "tasks/list", "tasks/update") or (modern and method == "tasks/cancel"):
            return
        for member in ["taskId", "status", "createdAt", "lastUpdatedAt", "ttlMs" if modern else "ttl"]:
            if member not in task:
                self.say(f"result of {method}: a task without {member}")
        if task.get("status") not in ("working", "input_required", "completed", "failed", "cancelled"):
            self.say(f"result of {method}: a task with status {task.get('status')}")

    def subscription(self, what, holder):
        if type((holder.get("_meta") or {}).get(SUBSCRIPTION)) not in (str, int):
            self.say(f"{what}: no {SUBSCRIPTION}")

    def contents(self, content, method, revision):
        for block in content if isinstance(content, list) else [content]:
            kind = block.get("type") if isinstance(block, dict) else None
            if revision < SINCE.get(kind, ""):
                self.say(f"result of {method}: {kind} is not in {revision}")

    def identity(self, value):
        if type(value) not in (str, int):
            self.say(f"id {json.dumps(value)[:40]} is neither a string nor an integer")

    def members(self, message, allowed, where=""):
        for name in sorted(set(message) - allowed):
            self.say(f"{where}member {name}")

    def check(self, model, revision, value, what):
        if model is None:
            self.say(f"{what}: not in {revision}")
        else:
            self.validate(model, value, what)

    def validate(self, model, value, what):
        try:
            parsed = adapter(model).validate_json(json.dumps(value), strict=True, by_name=False)
        except ValidationError as error:
            for each in error.errors(include_url=False, include_context=False)[:8]:
                self.say(f"{what}: {'.'.join(map(str, each['loc']))}: {each['msg']} ({json.dumps(each['input'], default=str)[:60]})")
            return
        if self.known:
            self.unknown(value, adapter(model).dump_python(parsed, by_alias=True, mode="json", exclude_unset=True), what)

    def unknown(self, value, kept, path):
        if isinstance(value, dict) and isinstance(kept, dict):
            for name, inner in value.items():
                if name in kept:
                    self.unknown(inner, kept[name], f"{path}.{name}")
                else:
                    self.say(f"{path}: unknown member {name}")
        elif isinstance(value, list) and isinstance(kept, list):
            for number, (inner, outer) in enumerate(zip(value, kept, strict=False)):
                self.unknown(inner, outer, f"{path}.{number}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--direction", choices=["server", "client"])
    parser.add_argument("--known", action="store_true")
    given = parser.parse_args()
    judge, count, bad = Judge(given.known), collections.Counter(), 0
    for number, line in enumerate(sys.stdin, 1):
        record = json.loads(line)
        violations = judge.judge(record)
        if given.direction in (None, record["direction"]):
            count[record["direction"]] += 1
            bad += len(violations)
            for violation in violations:
                print(f"{number}: {record['direction']} {record['revision']}: {violation}")
    print(f"judge: {count['client']} messages of clients and {count['server']} of servers, {bad} violations", file=sys.stderr)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
