#!/usr/bin/env python3
"""A downstream server of the official SDK (2.x) for the test matrix: the offer of offer.py on any transport, in the
legacy era (initialize), the modern one (2026-07-28) or both.

    square_server.py [--transport stdio|http|sse] [--era legacy|modern|both] [--port 0] [--page N] [--bad-header-tool]

http and sse print the address as the first line. The SDK has no switch that holds a server to one era; here:

  stdio   both    the SDK's own choice by the first request
          legacy  the SDK's loop for the handshake: server/discover and the like are refused with -32601
          modern  the SDK's loop for the modern era: initialize is refused with -32022 and the versions that are spoken
  http    both    the SDK's own choice by the header MCP-Protocol-Version
          legacy  server/discover gets 200 with -32601, any other request with a modern header 400 with -32600
          modern  every request goes to the modern path: initialize gets 400, GET and DELETE 405
  sse     legacy and both only: the revision 2026-07-28 does not have this transport

--page N cuts lists into pages of N. --bad-header-tool adds a tool whose x-mcp-header breaks the rules.
"""
import argparse
import json
import sys
import warnings

import anyio
import mcp_types as types
from mcp.server import Server
from mcp.server._streamable_http_modern import handle_modern_request
from mcp.server.lowlevel import NotificationOptions
from mcp.server.request_state import RequestStateBoundary, RequestStateSecurity
from mcp.server.runner import _serve_modern_stream, serve_loop
from mcp.server.sse import SseServerTransport
from mcp.server.stdio import stdio_server
from mcp.server.subscriptions import (
    InMemorySubscriptionBus, ListenHandler, PromptsListChanged, ResourcesListChanged, ResourceUpdated, ToolsListChanged,
)
from mcp.shared.exceptions import MCPDeprecationWarning, MCPError
from mcp.shared.message import ServerMessageMetadata
from mcp_types import CLIENT_CAPABILITIES_META_KEY
from mcp_types.methods import CACHEABLE_METHODS
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, MODERN_PROTOCOL_VERSIONS
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route

from listening import serve
from offer import INSTRUCTIONS, LEVELS, Link, NeedInput, Offer, Refusal

warnings.filterwarnings("ignore", category=MCPDeprecationWarning)  # both eras are tested

CHANGED = {"tools": ToolsListChanged, "prompts": PromptsListChanged, "resources": ResourcesListChanged}
ASKED = {
    "elicitation/create": (types.ElicitRequest, types.ElicitResult),
    "sampling/createMessage": (types.CreateMessageRequest, types.CreateMessageResult),
    "roots/list": (types.ListRootsRequest, types.ListRootsResult),
}


def finished(method, result):
    """A result with the members of the modern era; in the legacy one the SDK drops them."""
    hints = {"ttlMs": 0, "cacheScope": "private"} if method in CACHEABLE_METHODS else {}
    return {"resultType": "complete", **hints, **result}


def plain(model):
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


class Square(Server):
    """The SDK's server over an Offer. Handlers work on the raw JSON, so that the offer decides every member."""

    def __init__(self, offer):
        self.bus, self.offer, self.connections = InMemorySubscriptionBus(), offer, set()
        super().__init__("square", version="1.0.0", instructions=INSTRUCTIONS, on_subscriptions_listen=ListenHandler(self.bus))
        self.middleware += [RequestStateBoundary(RequestStateSecurity.ephemeral(), default_audience=self.name), self.remember]
        for method, params, handler in [
            ("tools/list", types.PaginatedRequestParams, self.list("tools", offer.tools)),
            ("prompts/list", types.PaginatedRequestParams, self.list("prompts", offer.prompts)),
            ("resources/list", types.PaginatedRequestParams, self.list("resources", offer.resources)),
            ("resources/templates/list", types.PaginatedRequestParams, self.list("resourceTemplates", offer.templates)),
            ("tools/call", types.CallToolRequestParams, self.asking(lambda link, p: offer.call(link, p["name"], p.get("arguments") or {}))),
            ("prompts/get", types.GetPromptRequestParams, self.asking(lambda link, p: offer.prompt(link, p["name"], p.get("arguments") or {}))),
            ("resources/read", types.ReadResourceRequestParams, self.asking(lambda link, p: offer.read(link, p["uri"]))),
            ("resources/subscribe", types.SubscribeRequestParams, self.subscribe),
            ("resources/unsubscribe", types.UnsubscribeRequestParams, self.unsubscribe),
            ("logging/setLevel", types.SetLevelRequestParams, self.set_level),
            ("completion/complete", types.CompleteRequestParams, self.complete),
        ]:
            self.add_request_handler(method, params, handler)

    def create_initialization_options(self, *_):
        return super().create_initialization_options(NotificationOptions(True, True, True))

    async def remember(self, ctx, call_next):
        """Keeps what a legacy client declared, and whom to tell of changes."""
        result = await call_next(ctx)
        if ctx.method == "initialize":
            connection = ctx.session._connection
            connection.state.update(capabilities=ctx.params["capabilities"], uris=set(), level="debug")
            self.connections.add(connection)
            connection.exit_stack.callback(self.connections.discard, connection)
        return result

    def list(self, member, entries):
        async def handler(ctx, params):
            try:
                return finished(ctx.method, self.offer.listed(member, entries(), params.cursor))
            except Refusal as refusal:
                raise MCPError(code=refusal.code, message=refusal.message) from None
        return handler

    def asking(self, perform):
        async def handler(ctx, params):
            try:
                return finished(ctx.method, await perform(SquareLink(self, ctx), ctx.params))
            except Refusal as refusal:
                raise MCPError(code=refusal.code, message=refusal.message, data=refusal.data) from None
            except NeedInput as need:
                state = {"requestState": need.state} if need.state else {}
                return {"resultType": "input_required", "inputRequests": need.requests, **state}
        return handler

    async def subscribe(self, ctx, params):
        ctx.session._connection.state["uris"].add(params.uri)

    async def unsubscribe(self, ctx, params):
        ctx.session._connection.state["uris"].discard(params.uri)

    async def set_level(self, ctx, params):
        ctx.session._connection.state["level"] = params.level

    async def complete(self, ctx, params):
        try:
            return finished(ctx.method, self.offer.complete(ctx.params["ref"], ctx.params["argument"]))
        except Refusal as refusal:
            raise MCPError(code=refusal.code, message=refusal.message) from None


class SquareLink(Link):
    def __init__(self, server, ctx):
        self.server, self.ctx, params = server, ctx, ctx.params or {}
        self.modern = ctx.protocol_version in MODERN_PROTOCOL_VERSIONS
        kept = ctx.session._connection.state
        self.capabilities = params["_meta"][CLIENT_CAPABILITIES_META_KEY] if self.modern else kept["capabilities"]
        self.level = "debug" if self.modern else kept["level"]  # in the modern era the SDK looks at the request
        self.headers = getattr(ctx.request, "headers", None) or {}
        self.responses, self.state = params.get("inputResponses") or {}, params.get("requestState")

    async def progress(self, done, total, message):
        await self.ctx.session.report_progress(done, total, message)

    async def log(self, level, data):
        await self.ctx.session.send_log_message(level, data, logger="square", related_request_id=self.ctx.request_id)

    async def request(self, method, params):
        kind, answer = ASKED[method]
        request = kind.model_validate({"method": method, "params": params} if params is not None else {"method": method})
        related = ServerMessageMetadata(related_request_id=self.ctx.request_id)
        return plain(await self.ctx.session.send_request(request, answer, metadata=related))

    async def elicited(self, elicitation_id):
        if self.ctx.protocol_version == "2025-11-25":
            await self.ctx.session.send_elicit_complete(elicitation_id, related_request_id=self.ctx.request_id)

    async def changed(self, kind):
        for connection in [*self.server.connections]:
            await connection.notify(f"notifications/{kind}/list_changed", None)
        await self.server.bus.publish(CHANGED[kind]())

    async def updated(self, uri):
        for connection in [*self.server.connections]:
            if uri in connection.state["uris"]:
                await connection.notify("notifications/resources/updated", {"uri": uri})
        await self.server.bus.publish(ResourceUpdated(uri=uri))


async def run_stdio(server, era):
    async with stdio_server() as (read, write), server.lifespan(server) as state:
        if era == "legacy":
            await serve_loop(server, read, write, lifespan_state=state)
        elif era == "modern":
            await _serve_modern_stream(server, read, write, lifespan_state=state, raise_exceptions=False)
        else:
            await server.run(read, write, server.create_initialization_options())


def http_app(server, era):
    app = server.streamable_http_app()
    manager = server.session_manager
    as_it_is = manager.asgi_app

    async def legacy_only(scope, receive, send):
        request = Request(scope, receive)
        if request.headers.get("mcp-protocol-version", HANDSHAKE_PROTOCOL_VERSIONS[-1]) in HANDSHAKE_PROTOCOL_VERSIONS:
            return await as_it_is(scope, receive, send)
        message = json.loads(await request.body() or b"{}")
        probe = message.get("method") == "server/discover"
        error = {"code": -32601, "message": "Method not found"} if probe else {"code": -32600, "message": "Unsupported protocol version"}
        body = {"jsonrpc": "2.0", "id": message.get("id") if probe else "server-error", "error": error}
        await JSONResponse(body, 200 if probe else 400)(scope, receive, send)

    async def modern_only(scope, receive, send):
        await handle_modern_request(server, manager.security_settings, False, manager._lifespan_state, scope, receive, send)

    manager.asgi_app = {"legacy": legacy_only, "modern": modern_only, "both": as_it_is}[era]
    return app


def sse_app(server, era):
    transport = SseServerTransport("/messages/")

    async def events(request):
        async with transport.connect_sse(request.scope, request.receive, request._send) as (read, write):
            if era == "legacy":
                async with server.lifespan(server) as state:
                    await serve_loop(server, read, write, lifespan_state=state)
            else:
                await server.run(read, write, server.create_initialization_options())
        return Response()

    return Starlette(routes=[Route("/sse", events), Mount("/messages/", transport.handle_post_message)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--transport", default="stdio", choices=["stdio", "http", "sse"])
    parser.add_argument("--era", default="both", choices=["legacy", "modern", "both"])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--page", type=int, default=0)
    parser.add_argument("--bad-header-tool", action="store_true")
    given = parser.parse_args()
    if given.transport == "sse" and given.era == "modern":
        parser.error("HTTP+SSE has no modern era")
    server = Square(Offer(given.bad_header_tool, given.page))
    try:
        if given.transport == "stdio":
            anyio.run(run_stdio, server, given.era)
        elif given.transport == "http":
            anyio.run(serve, http_app(server, given.era), "/mcp", given.port)
        else:
            anyio.run(serve, sse_app(server, given.era), "/sse", given.port)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
