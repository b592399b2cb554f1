"""The scenario `tasks` of square_client.py, in either era: the extension of 2026-07-28 and the experiment of 2025-11-25.
The SDK's client has no methods for tasks, so the messages are put together here.
"""
import time
from typing import Literal

import anyio
import mcp_types as types
from mcp.client.extension import ClientExtension, ResultClaim
from mcp.shared.exceptions import MCPError
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from client import plain

ENDED = ("completed", "failed", "cancelled")


class TaskResult(types.Result):
    """What stands for a task in a result of tools/call."""

    model_config = {**types.Result.model_config, "extra": "allow"}
    result_type: Literal["task"] = "task"


async def finished(claimed, context):
    raise RuntimeError("tasks are asked for one by one here")


class Tasks(ClientExtension):
    identifier = "io.modelcontextprotocol/tasks"

    def claims(self):
        return [ResultClaim(result_type="task", model=TaskResult, resolve=finished)]


async def request(run, method, params):
    """Sends a request as it is, with what the era adds to it; gives the bare result."""
    session, data, options = run.client.session, {"method": method, "params": params}, {}
    session._stamp(data, options)
    if "taskId" in params and run.client.protocol_version in MODERN_PROTOCOL_VERSIONS:
        options["headers"]["Mcp-Name"] = params["taskId"]  # the SDK knows no tasks
    return await session._dispatcher.send_raw_request(method, data["params"], options)


async def outcome(run, method, params):
    try:
        return {"result": await request(run, method, params)}
    except MCPError as error:
        return {"error": {"code": error.code, "message": error.message, "data": error.data}}


async def wait(run, identity, until):
    """Polls a task; gives the states in which it was seen, and the last of them whole."""
    states, since = [], time.monotonic()
    while True:
        task = await request(run, "tasks/get", {"taskId": identity})
        if not states or states[-1] != task["status"]:
            states.append(task["status"])
        if task["status"] in until or time.monotonic() - since > 10:
            return states, task
        await anyio.sleep(0.05)


async def tasks(run):
    return await (modern if run.client.protocol_version in MODERN_PROTOCOL_VERSIONS else legacy)(run)


async def modern(run):
    async def start(arguments):
        return await request(run, "tools/call", {"name": run.name("work"), "arguments": arguments})

    created = await start({"ms": 200})
    states, task = await wait(run, created["taskId"], ENDED)
    asking = await start({"ms": 10, "ask": True})
    asked_states, asked = await wait(run, asking["taskId"], ("input_required", *ENDED))
    answers = {key: {"action": "accept", "content": {"name": "Ada"}} for key in asked.get("inputRequests", {})}
    updated = await request(run, "tasks/update", {"taskId": asking["taskId"], "inputResponses": answers})
    _, answered = await wait(run, asking["taskId"], ENDED)
    long = await start({"ms": 60_000})
    cancelled = await request(run, "tasks/cancel", {"taskId": long["taskId"]})
    _, ended = await wait(run, long["taskId"], ENDED)
    return {
        "created": created, "states": states, "task": task, "askedStates": asked_states, "asked": asked, "updated": updated, "answered": answered,
        "cancelled": cancelled, "ended": ended, "unknown": await outcome(run, "tasks/get", {"taskId": "no-such-task"}),
    }


async def legacy(run):
    async def start(arguments):
        return (await request(run, "tools/call", {"name": run.name("work"), "arguments": arguments, "task": {"ttl": 60_000}}))["task"]

    created = await start({"ms": 200})
    states, task = await wait(run, created["taskId"], ENDED)
    result = await request(run, "tasks/result", {"taskId": created["taskId"]})
    asking = await start({"ms": 10, "ask": True})
    answered = await request(run, "tasks/result", {"taskId": asking["taskId"]})  # the question comes on its stream
    long = await start({"ms": 60_000})
    cancelled = await request(run, "tasks/cancel", {"taskId": long["taskId"]})
    listed = await outcome(run, "tasks/list", {})  # a gateway has none: it would show the tasks of others
    plainly = plain(await run.call("work", {"ms": 1}))
    return {
        "created": created, "states": states, "task": task, "result": result, "answered": answered, "cancelled": cancelled,
        "listed": [each["taskId"] for each in listed["result"]["tasks"]] if "result" in listed else listed["error"], "plain": plainly,
        "unknown": await outcome(run, "tasks/get", {"taskId": "no-such-task"}),
    }
