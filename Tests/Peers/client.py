#!/usr/bin/env python3
"""The official MCP client, as a witness: runs scenarios against a server and prints one JSON object a line for each.

    client.py TARGET SCENARIO[,SCENARIO...] [--mode legacy|auto|modern] [--unix PATH] [--server ID] [--count N] [--bytes N]

TARGET is the address of a Streamable HTTP endpoint (of an HTTP+SSE one if its path ends in /sse), or else a command
line to run over stdio. PETA_TOKEN is sent as bearer token. With --unix, the address is reached through that Unix
socket. The scenarios use the tools of the demonstration server: under the id given with --server as a gateway
lists them (ID__tool, ID::uri), or under their own names with --server ''.

Each scenario has a session of its own. Mode `legacy` starts with initialize; `auto`, the SDK's default, asks server/discover first and falls back; `modern`
takes 2026-07-28 for granted and asks for nothing (so it knows no capabilities either).
Exit status 0 when the scenario ran; what came out is for the caller to judge.
"""
import argparse
import asyncio
import json
import os
import shlex
import sys
import time
import warnings

import anyio
import httpx2
import mcp_types as types
from mcp import Client, StdioServerParameters
from mcp.client.sse import sse_client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPDeprecationWarning, MCPError
from mcp_types.version import LATEST_MODERN_VERSION

warnings.filterwarnings("ignore", category=MCPDeprecationWarning)  # the legacy era is what is tested

LIMIT = 60  # seconds that one scenario may take
UNICODE = "héllo wörld 你好 🚀 \u202eabc\u202c \\ \" \t\n line e\u0301 \u0000 end"


class Run:
    """One connected client, and the names under which it sees things."""

    def __init__(self, client, given, seen):
        self.client, self.given, self.seen = client, given, seen

    def name(self, tool):
        return f"{self.given.server}__{tool}" if self.given.server else tool

    def uri(self, uri):
        return f"{self.given.server}::{uri}" if self.given.server else uri

    async def call(self, tool, arguments=None, **more):
        return await self.client.call_tool(self.name(tool), arguments or {}, **more)

    async def text(self, tool, arguments=None, **more):
        return (await self.call(tool, arguments, **more)).content[0].text

    async def notification(self, kind):
        """The next notification of a kind."""
        while True:
            for index, message in enumerate(self.seen.messages):
                if isinstance(message, kind):
                    return self.seen.messages.pop(index)
            self.seen.arrived.clear()
            await self.seen.arrived.wait()


class Seen:
    """What the server sent by itself."""

    def __init__(self):
        self.messages, self.logs, self.arrived = [], [], asyncio.Event()

    async def message(self, message):
        if isinstance(message, Exception):
            raise message
        self.messages.append(message)
        self.arrived.set()

    async def log(self, params):
        self.logs.append({"level": params.level, "logger": params.logger, "data": params.data})
        self.arrived.set()


def plain(model):
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


async def attempt(action):
    """The outcome of something that may be refused."""
    try:
        return {"result": plain(await action)}
    except MCPError as error:
        return {"error": {"code": error.code, "message": error.message, "data": error.data}}


async def pages(method, member):
    """Every entry of a list, and in how many pages it came."""
    entries, cursor, count = [], None, 0
    while True:
        page = await method(cursor=cursor, cache_mode="bypass")
        count += 1
        entries += [plain(entry) for entry in getattr(page, member)]
        cursor = page.next_cursor
        if cursor is None:
            return {"entries": entries, "pages": count}


# ---- scenarios: each takes a Run and gives what goes into the printed object -----------------------------------

async def list_(run):
    client = run.client
    return {
        "tools": await pages(client.list_tools, "tools"),
        "resources": await pages(client.list_resources, "resources"),
        "templates": await pages(client.list_resource_templates, "resource_templates"),
        "prompts": await pages(client.list_prompts, "prompts"),
    }


async def call(run):
    return {
        "echo": plain(await run.call("echo", {"text": "hello"})),
        "add": plain(await run.call("add", {"a": 2, "b": 40.5})),
    }


async def errors(run):
    client = run.client
    return {
        "fail": await attempt(run.call("fail", {"message": "it failed"})),
        "error": await attempt(run.call("error", {"code": 4711, "message": "refused"})),
        "badArguments": await attempt(run.call("echo", {"text": 7})),
        "unknownTool": await attempt(run.call("no-such-tool")),
        "unknownServer": await attempt(client.call_tool("nobody__echo", {"text": "x"})),
        "unknownResource": await attempt(client.read_resource(run.uri("demo://missing"))),
        "unknownPrompt": await attempt(client.get_prompt(run.name("missing"))),
        "badCursor": await attempt(client.list_tools(cursor="no-such-cursor")),
        "after": await run.text("echo", {"text": "still there"}),
    }


async def progress(run):
    steps = []

    async def step(done, total, message):
        steps.append({"progress": done, "total": total, "message": message})

    text = await run.text("progress", {"steps": 5, "ms": 10}, progress_callback=step)
    return {"steps": steps, "text": text, "without": await run.text("progress", {"steps": 2, "ms": 1})}


async def cancel(run):
    """Cancels a call at its first sign of life; the server must fall silent about it and go on with others."""
    steps, before = [], None
    with anyio.CancelScope() as scope:
        async def step(done, total, message):
            steps.append(done)
            scope.cancel()

        await run.call("progress", {"steps": 10_000, "ms": 20}, progress_callback=step)
    before = len(steps)
    after = [await run.text("sleep", {"ms": 200}), await run.text("echo", {"text": "after"})]
    return {"cancelled": scope.cancelled_caught, "stepsBefore": before, "stepsAfter": len(steps) - before, "after": after}


async def resources(run):
    client = run.client
    readme = await client.read_resource(run.uri("demo://readme"))
    out = {"readme": plain(readme), "numbers": plain(await client.read_resource(run.uri("demo://numbers")))}
    linked = await run.call("link", {"uri": "demo://readme"})
    out["link"] = plain(linked)
    link = next((c.uri for c in linked.content if c.type == "resource_link"), None)
    out["throughLink"] = plain(await client.read_resource(str(link))) if link else None
    try:
        await client.subscribe_resource(run.uri("demo://numbers"))
    except Exception as error:  # a server that does not advertise subscriptions may refuse them, with this error alone
        if "Method not found" not in str(error):
            raise
        return out
    await run.call("grow")
    updated = await run.notification(types.ResourceUpdatedNotification)
    out["updated"] = str(updated.params.uri)
    out["numbersAfter"] = plain(await client.read_resource(str(updated.params.uri)))
    await client.unsubscribe_resource(run.uri("demo://numbers"))
    await run.call("shrink")
    return out


async def template(run):
    templates = (await pages(run.client.list_resource_templates, "resource_templates"))["entries"]
    shown = next(t["uriTemplate"] for t in templates if t["uriTemplate"] == run.uri("demo://echo/{text}"))
    uri = shown.replace("{text}", "hello%20w%C3%B6rld")
    return {"templates": templates, "uri": uri, "read": plain(await run.client.read_resource(uri))}


async def prompts(run):
    client = run.client
    return {
        "greet": plain(await client.get_prompt(run.name("greet"), {"name": "Ada"})),
        "summarize": plain(await client.get_prompt(run.name("summarize"), {"text": "a long story", "style": "formal"})),
        "missing": await attempt(client.get_prompt(run.name("greet"), {})),
    }


async def completion(run):
    client = run.client
    template_uri = run.uri("demo://echo/{text}")
    return {
        "prompt": plain(await client.complete(types.PromptReference(type="ref/prompt", name=run.name("summarize")), {"name": "style", "value": "f"})),
        "template": plain(await client.complete(types.ResourceTemplateReference(type="ref/resource", uri=template_uri), {"name": "text", "value": "hel"})),
        "unknown": await attempt(client.complete(types.PromptReference(type="ref/prompt", name=run.name("missing")), {"name": "x", "value": ""})),
    }


async def logging(run):
    await run.client.set_logging_level("warning")
    texts = [
        await run.text("log", {"level": "debug", "message": "too quiet"}),
        await run.text("log", {"level": "error", "message": "loud enough"}),
    ]
    while not run.seen.logs:
        run.seen.arrived.clear()
        await run.seen.arrived.wait()
    return {"texts": texts, "logs": run.seen.logs, "badLevel": await attempt(run.call("log", {"level": "loud", "message": "x"}))}


async def ping(run):
    started = time.monotonic()
    for _ in range(run.given.count):
        await run.client.send_ping()
    return {"pings": run.given.count, "seconds": time.monotonic() - started}


async def list_changed(run):
    async def names():
        return [tool["name"] for tool in (await pages(run.client.list_tools, "tools"))["entries"]]

    before = await names()
    grown = await run.text("grow")
    await run.notification(types.ToolListChangedNotification)
    after = await names()
    new = [name for name in after if name not in before]
    called = (await run.client.call_tool(new[0], {})).content[0].text if new else None
    await run.call("shrink")
    await run.notification(types.ToolListChangedNotification)
    end = await names()
    return {"grown": grown, "new": new, "called": called, "restored": sorted(end) == sorted(before)}


async def many(run):
    """Concurrent calls whose answers come back in another order than the calls went out."""
    count, wrong = run.given.count, []

    async def one(number):
        text = f"call {number}"
        if await run.text("echo", {"text": text}) != text:
            wrong.append(number)

    started = time.monotonic()
    async with anyio.create_task_group() as group:
        for number in range(count):
            group.start_soon(one, number)
    slept = []

    async def doze(milliseconds):
        await run.call("sleep", {"ms": milliseconds})
        slept.append(milliseconds)

    async with anyio.create_task_group() as group:
        for milliseconds in (400, 200, 1):
            group.start_soon(doze, milliseconds)
    return {"count": count, "wrong": wrong, "seconds": time.monotonic() - started, "sleepOrder": slept}


async def unicode(run):
    return {"same": await run.text("echo", {"text": UNICODE}) == UNICODE, "text": await run.text("echo", {"text": UNICODE})}


async def big(run):
    size = run.given.bytes
    sent = "0123456789abcdef" * (size // 16)
    return {
        "received": len(await run.text("blob", {"bytes": size})),
        "echoed": await run.text("echo", {"text": sent}) == sent,
    }


async def outlive(run):
    """Calls while the gateway is killed and started again: the session goes on, and the call ends with an error."""
    steps = []

    async def step(done, total, message):
        if not steps:
            print(json.dumps({"scenario": "outlive", "running": True}), flush=True)
        steps.append(done)

    call = await attempt(run.call("progress", {"steps": 10_000, "ms": 20}, progress_callback=step))
    await run.call("grow")
    await run.notification(types.ToolListChangedNotification)
    return {"steps": steps, "call": call, "after": await run.text("echo", {"text": "after"})}


SCENARIOS = {
    "list": list_, "call": call, "errors": errors, "progress": progress, "cancel": cancel, "resources": resources,
    "template": template, "prompts": prompts, "completion": completion, "logging": logging, "ping": ping,
    "list_changed": list_changed, "many": many, "unicode": unicode, "big": big,
    "outlive": outlive,
}


def transport_to(given):
    """What the SDK connects through, and the HTTP client to close afterwards."""
    if not given.target.startswith(("http://", "https://")):
        # A token of the environment is the client's only, not one for the server that it starts.
        command = shlex.split(given.target)
        return StdioServerParameters(command=command[0], args=command[1:]), None
    token = os.environ.get("PETA_TOKEN")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    timeout = httpx2.Timeout(LIMIT, read=LIMIT)
    if given.target.endswith("/sse"):
        return sse_client(given.target, headers=headers), None
    through = httpx2.AsyncHTTPTransport(uds=given.unix, limits=httpx2.Limits(max_connections=None))
    http = httpx2.AsyncClient(headers=headers, timeout=timeout, transport=through)
    return streamable_http_client(given.target, http_client=http), http


async def perform(given, scenario, function, options):
    """Runs one scenario on a client of its own; `options` are the client's, such as callbacks."""
    seen, (target, http) = Seen(), transport_to(given)
    mode = LATEST_MODERN_VERSION if given.mode == "modern" else given.mode
    try:
        with anyio.fail_after(LIMIT):
            async with Client(target, mode=mode, message_handler=seen.message, logging_callback=seen.log, **options) as client:
                out = {
                    "scenario": scenario, "protocolVersion": client.protocol_version,
                    "server": plain(client.server_info) if client.server_info else None,
                    "capabilities": plain(client.server_capabilities), "instructions": client.instructions,
                }
                out.update(await function(Run(client, given, seen)))
    finally:
        if http is not None:
            await http.aclose()
    print(json.dumps(out), flush=True)


def root_cause(error):
    """The exception inside of the groups that task groups wrap around it."""
    while isinstance(error, BaseExceptionGroup) and error.exceptions:
        error = error.exceptions[0]
    return error


def main(doc, scenarios, options, server, size):
    """The command line. `options` gives the client's for a scenario, `server` and `size` are the defaults of --server and --bytes."""
    parser = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target")
    parser.add_argument("scenarios", help=", ".join(scenarios))
    parser.add_argument("--mode", default="legacy", choices=["legacy", "auto", "modern"])
    parser.add_argument("--unix", metavar="PATH")
    parser.add_argument("--server", default=server)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--bytes", type=int, default=size)
    given = parser.parse_args()
    names = given.scenarios.split(",")
    if unknown := [name for name in names if name not in scenarios]:
        parser.error(f"no such scenario: {', '.join(unknown)}")
    failed = False
    for name in names:
        try:
            asyncio.run(perform(given, name, scenarios[name], options(name)))
        except Exception as error:
            cause = root_cause(error)
            print(json.dumps({"scenario": name, "failed": f"{type(cause).__name__}: {cause}"}), flush=True)
            failed = True
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(__doc__, SCENARIOS, lambda name: {}, server="demo", size=1 << 20)
