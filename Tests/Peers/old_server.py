#!/usr/bin/env python3
"""A downstream server of the official SDK's last 1.x, which knows only the handshake: the offer of offer.py. Runs in the
environment of requirements-old.txt.

    old_server.py [--transport stdio|http|sse] [--port 0] [--page N]

http and sse print the address as the first line. A probe with server/discover gets what 1.x gives: -32602 on stdio,
400 on HTTP.
"""
import argparse
import contextlib
import logging
import sys
import weakref

import anyio
from mcp import types
from mcp.server.lowlevel import NotificationOptions, Server
from mcp.server.sse import SseServerTransport
from mcp.server.stdio import stdio_server
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from mcp.shared.exceptions import McpError
from mcp.shared.message import ServerMessageMetadata
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount, Route

from listening import serve
from offer import INSTRUCTIONS, Link, Offer, Refusal

ASKED = {
    "elicitation/create": (types.ElicitRequest, types.ElicitResult),
    "sampling/createMessage": (types.CreateMessageRequest, types.CreateMessageResult),
    "roots/list": (types.ListRootsRequest, types.ListRootsResult),
}


def plain(model):
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


class OldSquare(Server):
    """The SDK's server over an Offer. The handlers stand below the SDK's decorators, which know no JSON-RPC errors."""

    def __init__(self, offer):
        super().__init__("old-square", version="1.0.0", instructions=INSTRUCTIONS)
        self.offer, self.sessions, self.uris, self.levels = offer, weakref.WeakSet(), weakref.WeakKeyDictionary(), weakref.WeakKeyDictionary()
        for request, result, perform in [
            (types.ListToolsRequest, types.ListToolsResult, self.list("tools", offer.tools)),
            (types.ListPromptsRequest, types.ListPromptsResult, self.list("prompts", offer.prompts)),
            (types.ListResourcesRequest, types.ListResourcesResult, self.list("resources", offer.resources)),
            (types.ListResourceTemplatesRequest, types.ListResourceTemplatesResult, self.list("resourceTemplates", offer.templates)),
            (types.CallToolRequest, types.CallToolResult, lambda link, p: offer.call(link, p["name"], p.get("arguments") or {})),
            (types.GetPromptRequest, types.GetPromptResult, lambda link, p: offer.prompt(link, p["name"], p.get("arguments") or {})),
            (types.ReadResourceRequest, types.ReadResourceResult, lambda link, p: offer.read(link, p["uri"])),
            (types.CompleteRequest, types.CompleteResult, self.complete),
            (types.SubscribeRequest, types.EmptyResult, self.subscribe),
            (types.UnsubscribeRequest, types.EmptyResult, self.unsubscribe),
            (types.SetLevelRequest, types.EmptyResult, self.set_level),
        ]:
            self.request_handlers[request] = self.handler(result, perform)

    def create_initialization_options(self, *_):
        options = super().create_initialization_options(NotificationOptions(True, True, True))
        options.capabilities.resources.subscribe = True  # the SDK itself never says so
        return options

    async def _handle_message(self, message, session, *rest):
        self.sessions.add(session)
        await super()._handle_message(message, session, *rest)

    def handler(self, result, perform):
        async def handle(request):
            try:
                answer = await perform(OldLink(self, self.request_context), plain(request.params) if request.params else {})
            except Refusal as refusal:
                raise McpError(types.ErrorData(code=refusal.code, message=refusal.message, data=refusal.data)) from None
            return types.ServerResult(result.model_validate(answer))
        return handle

    def list(self, member, entries):
        async def perform(link, params):
            return self.offer.listed(member, entries(), params.get("cursor"))
        return perform

    async def complete(self, link, params):
        return self.offer.complete(params["ref"], params["argument"])

    async def subscribe(self, link, params):
        self.uris.setdefault(link.session, set()).add(params["uri"])
        return {}

    async def unsubscribe(self, link, params):
        self.uris.get(link.session, set()).discard(params["uri"])
        return {}

    async def set_level(self, link, params):
        self.levels[link.session] = params["level"]
        return {}

    async def tell(self, session, notification):
        try:
            await session.send_notification(types.ServerNotification(notification))
        except (anyio.ClosedResourceError, anyio.BrokenResourceError):
            self.sessions.discard(session)


class OldLink(Link):
    def __init__(self, server, ctx):
        self.server, self.ctx, self.session = server, ctx, ctx.session
        self.capabilities = plain(ctx.session.client_params.capabilities)
        self.level = server.levels.get(ctx.session, "debug")
        self.headers = getattr(ctx.request, "headers", None) or {}
        self.related = str(ctx.request_id)

    async def progress(self, done, total, message):
        token = self.ctx.meta.progressToken if self.ctx.meta else None
        if token is not None:
            await self.session.send_progress_notification(token, done, total, message, related_request_id=self.related)

    async def log(self, level, data):
        await self.session.send_log_message(level, data, logger="square", related_request_id=self.related)

    async def request(self, method, params):
        kind, answer = ASKED[method]
        request = kind.model_validate({"method": method, "params": params} if params is not None else {"method": method})
        related = ServerMessageMetadata(related_request_id=self.related)
        return plain(await self.session.send_request(types.ServerRequest(request), answer, metadata=related))

    async def elicited(self, elicitation_id):
        await self.session.send_elicit_complete(elicitation_id, related_request_id=self.related)

    async def changed(self, kind):
        notification = {"tools": types.ToolListChangedNotification, "prompts": types.PromptListChangedNotification,
                        "resources": types.ResourceListChangedNotification}[kind]
        for session in [*self.server.sessions]:
            await self.server.tell(session, notification())

    async def updated(self, uri):
        for session in [*self.server.sessions]:
            if uri in self.server.uris.get(session, ()):
                await self.server.tell(session, types.ResourceUpdatedNotification(params=types.ResourceUpdatedNotificationParams(uri=uri)))


async def run_stdio(server):
    async with stdio_server() as (read, write):
        await server.run(read, write, server.create_initialization_options())


def http_app(server):
    manager = StreamableHTTPSessionManager(app=server)

    @contextlib.asynccontextmanager
    async def lifespan(app):
        async with manager.run():
            yield

    class Endpoint:
        """A class, since Starlette takes a function for one that wants a Request."""

        async def __call__(self, scope, receive, send):
            await manager.handle_request(scope, receive, send)

    return Starlette(routes=[Route("/mcp", Endpoint())], lifespan=lifespan)


def sse_app(server):
    transport = SseServerTransport("/messages/")

    async def events(request):
        async with transport.connect_sse(request.scope, request.receive, request._send) as (read, write):
            await server.run(read, write, server.create_initialization_options())
        return Response()

    return Starlette(routes=[Route("/sse", events), Mount("/messages/", transport.handle_post_message)])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--transport", default="stdio", choices=["stdio", "http", "sse"])
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--page", type=int, default=0)
    given = parser.parse_args()
    logging.basicConfig(level=logging.ERROR)
    server = OldSquare(Offer(page=given.page))
    try:
        if given.transport == "stdio":
            anyio.run(run_stdio, server)
        elif given.transport == "http":
            anyio.run(serve, http_app(server), "/mcp", given.port)
        else:
            anyio.run(serve, sse_app(server), "/sse", given.port)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
