#!/usr/bin/env python3
"""A downstream server of the official SDK over Streamable HTTP. Prints its address as the first line, then serves
until it is ended.

    http_server.py [--port 0] [--json] [--stateless] [--require-header NAME=VALUE]...

Answers come as event streams, or as JSON with --json. Requests without one of the required headers get 401 (for
`Authorization`) or 403, so that a test sees whether credentials were injected.
"""
import argparse
import asyncio

import anyio
from mcp.server.mcpserver import Context, MCPServer
from mcp.shared.exceptions import MCPError
from mcp_types import Completion, EmbeddedResource, ResourceLink, TextContent, TextResourceContents, ToolAnnotations

from listening import serve

READ_ONLY = ToolAnnotations(read_only_hint=True, idempotent_hint=True, open_world_hint=False)


def build():
    server = MCPServer("http-peer", version="1.0.0", log_level="WARNING", instructions="A peer for tests.")

    @server.tool(annotations=READ_ONLY, structured_output=False)
    def echo(text: str) -> str:
        """Returns the text."""
        return text

    @server.tool(annotations=READ_ONLY)
    def add(a: float, b: float) -> float:
        """Adds two numbers."""
        return a + b

    @server.tool(annotations=READ_ONLY, structured_output=False)
    def whoami(ctx: Context, header: str = "authorization") -> str:
        """Returns a header of the request that carried this call, as the server saw it."""
        return (ctx.headers or {}).get(header.lower(), "(absent)")

    @server.tool(annotations=READ_ONLY, structured_output=False)
    async def progress(steps: int, ms: int, ctx: Context) -> str:
        """Reports each step."""
        for step in range(1, steps + 1):
            await anyio.sleep(ms / 1000)
            await ctx.report_progress(step, steps, f"step {step} of {steps}")
        return f"{steps} steps done"

    @server.tool(annotations=READ_ONLY, structured_output=False)
    async def slow(ms: int) -> str:
        """Answers after some milliseconds."""
        await anyio.sleep(ms / 1000)
        return f"slept {ms} ms"

    @server.tool(structured_output=False)
    def boom(code: int = 0) -> str:
        """Fails: with a JSON-RPC error of this code, or with an error result for 0."""
        if code:
            raise MCPError(code=code, message="boom", data={"why": "asked for"})
        raise ValueError("boom")

    @server.tool(annotations=READ_ONLY, structured_output=False)
    def big(bytes: int) -> str:
        """Returns a text of this many bytes."""
        return ("0123456789abcdef" * (bytes // 16 + 1))[:bytes]

    @server.tool(annotations=READ_ONLY, structured_output=False)
    def link(uri: str) -> list[TextContent | ResourceLink | EmbeddedResource]:
        """Returns a link to a resource and the resource itself."""
        return [
            ResourceLink(type="resource_link", uri=uri, name="linked", mime_type="text/plain"),
            EmbeddedResource(type="resource", resource=TextResourceContents(uri=uri, mime_type="text/plain", text=f"The resource at {uri}.")),
        ]

    @server.tool(structured_output=False)
    async def grow(ctx: Context) -> str:
        """Adds a tool and tells who listens."""
        server.add_tool(lambda: "grown", name="grown", description="Was not there before.")
        await ctx.notify_tools_changed()
        return "grew"

    @server.resource("peer://about", mime_type="text/plain")
    def about() -> str:
        """What this is."""
        return "a peer for tests"

    @server.resource("peer://item/{name}", mime_type="text/plain")
    def item(name: str) -> str:
        """An item by its name."""
        return f"item {name}"

    @server.prompt()
    def greet(name: str) -> str:
        """Greets a person."""
        return f"Please greet {name} warmly."

    @server.completion()
    async def complete(ref, argument, context):
        known = ["alpha", "beta", "bravo"]
        return Completion(values=[v for v in known if v.startswith(argument.value)], has_more=False)

    return server


def guarded(app, required):
    """Refuses requests that lack a required header; everything else goes on to the application."""
    wanted = [(name.lower().encode(), value.encode()) for name, value in required]

    async def guard(scope, receive, send):
        if scope["type"] == "http":
            for pair in wanted:
                if pair not in scope["headers"]:
                    status = 401 if pair[0] == b"authorization" else 403
                    await send({"type": "http.response.start", "status": status, "headers": [(b"content-length", b"0")]})
                    await send({"type": "http.response.body"})
                    return
        await app(scope, receive, send)

    return guard


async def main(given):
    app = build().streamable_http_app(json_response=given.json, stateless_http=given.stateless)
    app = guarded(app, [pair.split("=", 1) for pair in given.require_header])
    await serve(app, "/mcp", given.port)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--stateless", action="store_true")
    parser.add_argument("--require-header", action="append", default=[], metavar="NAME=VALUE")
    try:
        asyncio.run(main(parser.parse_args()))
    except KeyboardInterrupt:
        pass
