#!/usr/bin/env python3
"""The official MCP client against the offer of offer.py, in either era: takes the arguments of client.py and prints as
it does, one JSON object a line for each scenario; one that fails prints {"scenario":…, "failed":…}.

    square_client.py TARGET SCENARIO[,SCENARIO...] [--mode legacy|auto|modern] [--unix PATH] [--server ID] [--bytes N]

Without --server the names are the server's own. A scenario follows the era that came out (`protocolVersion`), so `auto`
serves for every server. Only the scenarios elicit_*, need_url, ask_prompt, ask_resource, sampling, roots and twenty give
the SDK the callbacks by which it declares a capability; the others declare nothing.
"""
import json
import time

import anyio
import mcp_types as types
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from client import UNICODE, attempt, list_, main, pages, plain

QUIET = 0.3  # seconds in which what should not come would come
KINDS = {
    types.ToolListChangedNotification: "tools", types.PromptListChangedNotification: "prompts",
    types.ResourceListChangedNotification: "resources",
}
EVENTS = {"ToolsListChanged": "tools", "PromptsListChanged": "prompts", "ResourcesListChanged": "resources"}


# ---- what the client answers when it is asked -----------------------------------------------------------------

asked = []  # the params of what this process was asked, in order


async def accept(context, params):
    asked.append(plain(params))
    if params.mode == "url":
        return types.ElicitResult(action="accept")
    names = params.requested_schema.get("properties", {})
    content = {"name": params.message if params.message.startswith("Question") else "Ada", "sure": True, "colour": "green", "answer": f"answer to {params.message}"}
    return types.ElicitResult(action="accept", content={name: content[name] for name in names})


async def decline(context, params):
    asked.append(plain(params))
    return types.ElicitResult(action="decline")


async def dismiss(context, params):
    asked.append(plain(params))
    return types.ElicitResult(action="cancel")


async def sample(context, params):
    asked.append(plain(params))
    text = f"a model's answer to {params.messages[-1].content.text}"
    return types.CreateMessageResult(role="assistant", model="peer-model", stop_reason="endTurn", content=types.TextContent(type="text", text=text))


async def list_roots(context):
    asked.append("roots/list")
    return types.ListRootsResult(roots=[types.Root(uri="file:///work/one", name="one"), types.Root(uri="file:///work/two%20words")])


OPTIONS = {
    **dict.fromkeys(["elicit_form", "elicit_url", "need_url", "elicit_twice", "ask_prompt", "ask_resource", "twenty"], {"elicitation_callback": accept}),
    "elicit_decline": {"elicitation_callback": decline}, "elicit_cancel": {"elicitation_callback": dismiss},
    "sampling": {"sampling_callback": sample}, "roots": {"list_roots_callback": list_roots},
    "log": {"log_level": "warning"},
}


def options(scenario):
    asked.clear()
    return OPTIONS.get(scenario, {})


def is_modern(run):
    return run.client.protocol_version in MODERN_PROTOCOL_VERSIONS


async def outcome(run, tool, arguments=None):
    return {"asked": asked, "result": json.loads(await run.text(tool, arguments))}


# ---- scenarios: what every server does ------------------------------------------------------------------------

async def call(run):
    return {"echo": plain(await run.call("echo", {"text": UNICODE})), "same": await run.text("echo", {"text": UNICODE}) == UNICODE,
            "add": plain(await run.call("add", {"a": 2, "b": 40.5}))}


async def errors(run):
    return {
        "isError": await attempt(run.call("boom", {"code": 0})), "code": await attempt(run.call("boom", {"code": 4711})),
        "badArguments": await attempt(run.call("echo", {"text": 7})), "unknownTool": await attempt(run.call("no-such-tool")),
        "unknownResource": await attempt(run.client.read_resource(run.uri("square://missing"))),
        "unknownPrompt": await attempt(run.client.get_prompt(run.name("missing"))), "badCursor": await attempt(run.client.list_tools(cursor="no-such-cursor")),
        "after": await run.text("echo", {"text": "still there"}),
    }


async def progress(run):
    steps = []

    async def step(done, total, message):
        steps.append({"progress": done, "total": total, "message": message})

    text = await run.text("progress", {"steps": 5, "ms": 10}, progress_callback=step)
    return {"steps": steps, "text": text, "without": await run.text("progress", {"steps": 2, "ms": 1})}


async def cancel(run):
    """Cancels a call once it runs; the server must learn of it, and go on with others."""
    before = int(await run.text("cancelled_count"))
    with anyio.CancelScope() as scope:
        async def started(done, total, message):
            scope.cancel()

        await run.call("slow", {"ms": 30_000}, progress_callback=started)
    since = time.monotonic()
    while (count := int(await run.text("cancelled_count")) - before) == 0 and time.monotonic() - since < 5:
        await anyio.sleep(0.01)
    seconds = time.monotonic() - since
    return {"cancelled": scope.cancelled_caught, "count": count, "seconds": seconds, "after": await run.text("echo", {"text": "after"})}


async def log(run):
    """Wants `warning` and above: by logging/setLevel in the legacy era, by logLevel in each request in the modern one."""
    if not is_modern(run):
        await run.client.set_logging_level("warning")
    texts = [await run.text("log", {"level": level, "message": level}) for level in ["debug", "warning", "error"]]
    await anyio.sleep(QUIET)
    return {"texts": texts, "logs": run.seen.logs, "badLevel": await attempt(run.call("log", {"level": "loud", "message": "x"}))}


async def resources(run):
    read = {name: plain(await run.client.read_resource(run.uri(f"square://{name}"))) for name in ["readme", "numbers", "pixel"]}
    linked = await run.call("link", {"uri": "square://readme"})
    link = next(content.uri for content in linked.content if content.type == "resource_link")
    return {"read": read, "link": plain(linked), "throughLink": plain(await run.client.read_resource(str(link)))}


async def template(run):
    templates = (await pages(run.client.list_resource_templates, "resource_templates"))["entries"]
    uri = run.uri("square://item/{name}").replace("{name}", "hello%20w%C3%B6rld")
    return {"templates": templates, "uri": uri, "read": plain(await run.client.read_resource(uri))}


async def prompts(run):
    return {"greet": plain(await run.client.get_prompt(run.name("greet"), {"name": "Ada"})),
            "missing": await attempt(run.client.get_prompt(run.name("greet"), {}))}


async def completion(run):
    prompt, template = (types.PromptReference(type="ref/prompt", name=run.name("greet")),
                        types.ResourceTemplateReference(type="ref/resource", uri=run.uri("square://item/{name}")))
    unknown = types.PromptReference(type="ref/prompt", name=run.name("missing"))
    return {"prompt": plain(await run.client.complete(prompt, {"name": "name", "value": "b"})),
            "template": plain(await run.client.complete(template, {"name": "name", "value": "al"})),
            "unknown": await attempt(run.client.complete(unknown, {"name": "x", "value": ""}))}


async def big(run):
    size = run.given.bytes
    sent = "0123456789abcdef" * (size // 16)
    return {"received": len(await run.text("big", {"bytes": size})), "echoed": await run.text("echo", {"text": sent}) == sent}


async def headers(run):
    """The tool `region` mirrors an argument as Mcp-Param-Region: plain, encoded, absent."""
    await run.client.list_tools()
    arguments = {"plain": {"region": "eu-1", "q": "x"}, "encoded": {"region": "Köln"}, "sentinel": {"region": "=?base64?eA==?="}}
    out = {name: json.loads(await run.text("region", given)) for name, given in arguments.items()}
    return {**out, "header": await run.text("headers", {"header": "mcp-method"})}


async def bad_header(run):
    """The tool `bad_header` of --bad-header-tool: is it listed, and what does a call give."""
    names = [tool["name"] for tool in (await pages(run.client.list_tools, "tools"))["entries"]]
    return {"listed": run.name("bad_header") in names, "call": await attempt(run.call("bad_header", {"ratio": 0.5}))}


async def caps(run):
    return {"caps": json.loads(await run.text("caps"))}


# ---- scenarios: what servers say by themselves ----------------------------------------------------------------

async def names(run):
    return [tool["name"] for tool in (await pages(run.client.list_tools, "tools"))["entries"]]


async def list_changed(run):
    """One grow, one shrink: which list_changed came within the quiet time, how often, and the first of them when."""
    before, counts, first = await names(run), [], []

    async def both(counted):
        since = time.monotonic()
        for tool in ["grow", "shrink"]:
            if tool == "shrink":
                new.extend(name for name in await names(run) if name not in before)
                called.append((await run.client.call_tool(new[0], {})).content[0].text if new else None)
            at, since = counted(), time.monotonic()
            await run.call(tool)
            while counted() == at and time.monotonic() - since < 5:
                await anyio.sleep(0.005)
            first.append(time.monotonic() - since)
            await anyio.sleep(QUIET)
            counts.append(summary())

    heard, new, called = [], [], []

    def summary():
        kinds = [*heard, *(KINDS[type(message)] for message in run.seen.messages if type(message) in KINDS)] if not is_modern(run) else [*heard]
        heard.clear()
        run.seen.messages.clear()
        return {kind: kinds.count(kind) for kind in ["tools", "prompts", "resources"]}

    if is_modern(run):
        async def listen(subscription):
            async for event in subscription:
                heard.append(EVENTS[type(event).__name__])

        async with run.client.listen(tools_list_changed=True, prompts_list_changed=True, resources_list_changed=True) as subscription:
            honored = plain(subscription.honored)
            async with anyio.create_task_group() as group:
                group.start_soon(listen, subscription)
                await both(lambda: len(heard))
                group.cancel_scope.cancel()
    else:
        honored = None
        await both(lambda: sum(type(message) in KINDS for message in run.seen.messages))
    return {"honored": honored, "afterGrow": counts[0], "afterShrink": counts[1], "seconds": first, "new": new, "called": called,
            "restored": sorted(await names(run)) == sorted(before)}


async def subscribe(run):
    """Subscribes to one resource; touches it, another one, and after the end of the subscription it again."""
    uri, other = run.uri("square://numbers"), "square://readme"

    async def touched(heard):
        since = time.monotonic()
        await run.call("touch", {"uri": "square://numbers"})
        while not heard() and time.monotonic() - since < 5:
            await anyio.sleep(0.005)
        seconds = time.monotonic() - since
        await run.call("touch", {"uri": other})
        await anyio.sleep(QUIET)
        read = plain(await run.client.read_resource(uri, cache_mode="bypass"))
        return {"updated": heard(), "seconds": seconds, "read": read}

    if is_modern(run):
        events = []

        async def listen(subscription):
            async for event in subscription:
                events.append(event.uri)

        async with run.client.listen(resource_subscriptions=[uri]) as subscription:
            async with anyio.create_task_group() as group:
                group.start_soon(listen, subscription)
                out = {"honored": plain(subscription.honored), **await touched(lambda: [*events])}
                group.cancel_scope.cancel()
        await anyio.sleep(QUIET)  # the end of the stream is told after the block, and not waited for
        events.clear()
        run.seen.messages.clear()
        await run.call("touch", {"uri": "square://numbers"})
        await anyio.sleep(QUIET)
        return {**out, "afterEnd": [*events, *updates(run)]}
    await run.client.subscribe_resource(uri)
    out = await touched(lambda: updates(run))
    await run.client.unsubscribe_resource(uri)
    run.seen.messages.clear()
    await run.call("touch", {"uri": "square://numbers"})
    await anyio.sleep(QUIET)
    return {**out, "afterEnd": updates(run)}


def updates(run):
    return [str(message.params.uri) for message in run.seen.messages if isinstance(message, types.ResourceUpdatedNotification)]


# ---- scenarios: what servers ask back -------------------------------------------------------------------------

async def elicit_form(run):
    return await outcome(run, "ask_form", {"message": "Fill it in."})


async def elicit_url(run):
    out = await outcome(run, "ask_url", {"url": "https://example.com/sign-in"})
    await anyio.sleep(QUIET)
    completed = [message.params.elicitation_id for message in run.seen.messages if isinstance(message, types.ElicitCompleteNotification)]
    return {**out, "completed": completed}


async def need_url(run):
    """`first` is the error -32042 in the legacy era, and the result in the modern one."""
    arguments = {"url": "https://example.com/need"}
    first = await attempt(run.call("need_url", arguments))
    return {"first": first, "asked": asked, "again": await attempt(run.call("need_url", arguments))}


async def elicit_twice(run):
    return await outcome(run, "ask_twice")


async def twenty(run):
    """Twenty calls at once that each ask: every answer must reach its own call."""
    wrong = []

    async def one(number):
        mine = f"Question {number}"
        result = json.loads(await run.text("ask_form", {"message": mine}))
        if result["action"] != "accept" or result["content"]["name"] != mine:
            wrong.append(number)

    async with anyio.create_task_group() as group:
        for number in range(20):
            group.start_soon(one, number)
    return {"wrong": wrong, "messages": sorted(params["message"] for params in asked)}


async def ask_prompt(run):
    return {"prompt": plain(await run.client.get_prompt(run.name("ask_prompt"))), "asked": asked}


async def ask_resource(run):
    return {"read": plain(await run.client.read_resource(run.uri("square://asked"))), "asked": asked}


async def sampling(run):
    return {"text": await run.text("sample", {"prompt": "a riddle"}), "asked": asked}


async def roots(run):
    return await outcome(run, "roots")


async def undeclared(run):
    """A client that declares nothing; with `anyway` the server asks all the same."""
    return {
        "caps": json.loads(await run.text("caps")), "form": await attempt(run.call("ask_form", {"message": "x"})),
        "anyway": await attempt(run.call("ask_form", {"message": "x", "anyway": True})), "url": await attempt(run.call("ask_url", {"url": "https://example.com/"})),
        "sample": await attempt(run.call("sample", {"prompt": "x"})), "roots": await attempt(run.call("roots")),
        "after": await run.text("echo", {"text": "still there"}),
    }


SCENARIOS = {
    "list": list_, "call": call, "errors": errors, "progress": progress, "cancel": cancel, "log": log, "resources": resources,
    "template": template, "prompts": prompts, "completion": completion, "big": big, "headers": headers, "bad_header": bad_header,
    "caps": caps, "list_changed": list_changed, "subscribe": subscribe, "elicit_form": elicit_form, "elicit_url": elicit_url,
    "need_url": need_url, "elicit_twice": elicit_twice, "elicit_decline": elicit_form, "elicit_cancel": elicit_form, "twenty": twenty,
    "ask_prompt": ask_prompt, "ask_resource": ask_resource, "sampling": sampling, "roots": roots, "undeclared": undeclared,
}

if __name__ == "__main__":
    main(__doc__, SCENARIOS, options, server="", size=1_000_000)  # the SDK's client takes no event over 1 MiB
