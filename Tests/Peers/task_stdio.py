#!/usr/bin/env python3
"""A stdio server of 2025-11-25 with one task, `7`, put together by hand for what the SDK does not do: it tells the status of tasks (of
`8`, which is nobody's, and of `7`) when it is asked for one, asks while the result is awaited, and answers with the `_meta` of what it got.
"""
import json
import sys

RELATED = "io.modelcontextprotocol/related-task"
TASK = {"taskId": "7", "status": "working", "createdAt": "2026-11-22T09:00:00Z", "lastUpdatedAt": "2026-11-22T09:00:00Z", "ttl": 60000}


def send(**message):
    print(json.dumps({"jsonrpc": "2.0", **message}), flush=True)


def status(identity):
    send(method="notifications/tasks/status", params={**TASK, "taskId": identity, "_meta": {RELATED: {"taskId": identity}}})


def main():
    waiting = None
    for line in sys.stdin:
        message = json.loads(line)
        method, params, identity = message.get("method"), message.get("params", {}), message.get("id")
        if method == "initialize":
            capabilities = {"tools": {}, "tasks": {"cancel": {}, "list": {}, "requests": {"tools": {"call": {}}}}}
            send(id=identity, result={"protocolVersion": "2025-11-25", "capabilities": capabilities, "serverInfo": {"name": "task", "version": "1"}})
        elif method == "tools/list":
            tool = {"name": "work", "description": "Works.", "inputSchema": {"type": "object"}, "execution": {"taskSupport": "required"}}
            send(id=identity, result={"tools": [tool]})
        elif method == "tools/call":
            send(id=identity, result={"task": TASK, "_meta": {"given": params.get("task")}})
        elif method == "tasks/get" and params["taskId"] == "7":
            status("8")
            status("7")
            send(id=identity, result=TASK)
        elif method == "tasks/result":
            waiting = identity
            asked = {"message": "Who?", "requestedSchema": {"type": "object", "properties": {}}, "_meta": {RELATED: {"taskId": "7"}}, "task": {"ttl": 1}}
            send(id="ask", method="elicitation/create", params=asked)
        elif method is None and identity == "ask":
            content = [{"type": "text", "text": json.dumps(message["result"])}, {"type": "resource_link", "uri": "a://b", "name": "b"}]
            send(id=waiting, result={"content": content, "_meta": {RELATED: {"taskId": "7"}}})
        elif identity is not None:
            send(id=identity, error={"code": -32602, "message": f"task {params.get('taskId')} has ended"})


main()
