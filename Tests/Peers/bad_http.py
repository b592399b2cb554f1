#!/usr/bin/env python3
"""A Streamable HTTP server that misbehaves on request. Prints its address as the first line, then one line for each
request: METHOD PATH RPC-METHOD TOOL. Uses nothing but the standard library.

    bad_http.py [--port 0] [--probe WAY | --modern]

The tool that is called says what happens; `echo` behaves. --probe says how it takes the question for its era, and then it is legacy: draft (400,
-32004 and revisions), unknown (404, -32601), text (400 without a message), hang, 500, html (200). With --modern it is of the modern era
alone, refuses what lacks the envelope or its fields, and prints `closed TOOL` when the gateway closes a call that hangs; behind `turn` it is
legacy, and refuses what has no session with 400 and a message.
"""
import argparse
import asyncio
import itertools
import json
import uuid

TOOLS = [
    "echo", "status", "html", "truncated", "short", "endless_head", "redirect", "forget", "foreign", "twice", "silent_stream", "hang",
    "drop", "not_http", "huge", "events", "headers", "ask",
]
VERSION = "io.modelcontextprotocol/protocolVersion"
SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId"
REGION = {"type": "string", "x-mcp-header": "Region"}
MODERN = {
    "echo": {}, "fields": {"region": REGION}, "null_id": {}, "unknown": {}, "hang": {}, "changed": {}, "end_listen": {}, "asks": {},
    "turn": {}, "confused": {},
    "twice_region": {"a": REGION, "b": REGION}, "bad_type": {"a": {"type": "number", "x-mcp-header": "A"}}, "unsaid": {},
    "moody": {"region": REGION},
}
sessions = set()
numbers, replies = itertools.count(1), {}  # of what `ask` asks
listens = []  # (writer, id)


def body(identity, value):
    return {"jsonrpc": "2.0", "id": identity, "result": {"content": [{"type": "text", "text": value}]}}


async def send(writer, status, payload=b"", kind="application/json", more=()):
    if isinstance(payload, dict):
        payload = json.dumps(payload).encode()
    head = [f"HTTP/1.1 {status} X", f"Content-Length: {len(payload)}"]
    if payload:
        head.append(f"Content-Type: {kind}")
    writer.write("\r\n".join([*head, *more, "", ""]).encode() + payload)
    await writer.drain()


def events(*messages):
    return "".join(f"event: message\ndata: {json.dumps(message)}\n\n" for message in messages).encode()


async def ask(writer, identity, arguments):
    """Answers with so many `foreign` responses, asks `count` questions, and gives what they came to, unless it does not wait for that."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
    for number in range(arguments.get("foreign", 0)):
        writer.write(events(body(10_000_000 + number, "not yours")))
    params = arguments.get("params") or {"message": "m" * arguments.get("size", 1), "requestedSchema": {"type": "object", "properties": {}}}
    asked = []
    for _ in range(arguments["count"]):
        name = f"q{next(numbers)}"
        asked.append(replies.setdefault(name, asyncio.get_running_loop().create_future()))
        writer.write(events({"jsonrpc": "2.0", "id": name, "method": "elicitation/create", "params": params}))
        await writer.drain()
    told = [await asyncio.wait_for(reply, 20) for reply in asked] if arguments.get("waits", True) else []
    writer.write(events(body(identity, json.dumps(told))))
    await writer.drain()


async def call(writer, identity, tool, arguments, fields, session):
    """Answers a call; true if the connection goes on."""
    if tool == "echo":
        await send(writer, 200, body(identity, arguments.get("text", "")))
    elif tool == "status":
        await send(writer, arguments["code"], b"went wrong", "text/plain")
    elif tool == "html":
        await send(writer, 200, b"<html>hello</html>", "text/html")
    elif tool == "truncated":
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{\"jsonrpc\":\"2.0\",")
        await writer.drain()
        return False
    elif tool == "short":
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"jsonrpc\":\"2.0\",")
        await writer.drain()
        return False
    elif tool == "endless_head":
        writer.write(b"HTTP/1.1 200 OK\r\n")
        try:
            for number in range(200_000):
                writer.write(b"X-Field-%d: %s\r\n" % (number, b"y" * 1000))
                await writer.drain()
        except ConnectionError:
            print("the gateway hung up", flush=True)
        return False
    elif tool == "redirect":
        await send(writer, 307, more=["Location: /elsewhere"])
    elif tool == "forget":
        sessions.clear()
        await send(writer, 200, body(identity, "forgotten"))
    elif tool == "foreign":
        await send(writer, 200, body(999_999_999, "not yours"))
    elif tool == "twice":
        await send(writer, 200, events(body(identity, "first"), body(identity, "second")), "text/event-stream")
    elif tool == "events":
        await send(writer, 200, events(body(identity, "by event")), "text/event-stream")
    elif tool == "silent_stream":
        await send(writer, 200, b": nothing to say\n\n", "text/event-stream")
    elif tool == "hang":
        await asyncio.sleep(60)
    elif tool == "drop":
        return False
    elif tool == "not_http":
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
        await writer.drain()
    elif tool == "huge":
        await send(writer, 200, body(identity, "h" * arguments["bytes"]))
    elif tool == "ask":
        await ask(writer, identity, arguments)
        return False
    elif tool == "headers":
        await send(writer, 200, body(identity, json.dumps(fields)))
    return True


async def probed(writer, identity, way):
    """Takes the question for its era as a legacy server."""
    def error(code, **more):
        return {"jsonrpc": "2.0", "id": identity, "error": {"code": code, "message": "no", **more}}
    if way == "draft":
        await send(writer, 400, error(-32004, data={"supported": ["2025-11-25"], "requested": "2026-07-28"}))
    elif way == "unknown":
        await send(writer, 404, error(-32601))
    elif way == "text":
        await send(writer, 400, b"Bad Request: no session", "text/plain")
    elif way == "hang":
        await asyncio.sleep(60)
    elif way == "500":
        await send(writer, 500, b"no", "text/plain")
    elif way == "html":
        await send(writer, 200, b"<html>hello</html>", "text/html")


async def modern(given, reader, writer, fields, message):
    """Answers a request of the modern era; true if the connection goes on."""
    method, identity, params = message.get("method"), message.get("id"), message.get("params") or {}
    meta = params.get("_meta") or {}

    def result(**more):
        return {"jsonrpc": "2.0", "id": identity, "result": {"resultType": "complete", **more}}

    def told(method, **more):
        return {"jsonrpc": "2.0", "method": method, "params": more}

    async def refuse(status, code, identity=identity):
        await send(writer, status, {"jsonrpc": "2.0", "id": identity, "error": {"code": code, "message": "no"}})
    named = method in ("tools/call", "prompts/get", "resources/read")
    if identity is None:
        await refuse(400, -32600)
    elif meta.get(VERSION) != "2026-07-28" or "io.modelcontextprotocol/clientCapabilities" not in meta:
        await refuse(400, -32602)
    elif fields.get("mcp-protocol-version") != "2026-07-28" or fields.get("mcp-method") != method or (
            fields.get("mcp-name") != (params.get("name") or params.get("uri") if named else None)) or "mcp-session-id" in fields:
        await refuse(400, -32020)
    elif method == "server/discover":
        await send(writer, 200, result(supportedVersions=["2026-07-28"], capabilities={"tools": {"listChanged": True}}, ttlMs=0, cacheScope="private"))
    elif method == "tools/list":
        await send(writer, 200, result(ttlMs=0, cacheScope="private", tools=[
            {"name": name, "inputSchema": {"type": "object", "properties": properties}} for name, properties in MODERN.items()]))
    elif method == "subscriptions/listen":
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
        writer.write(events(told("notifications/subscriptions/acknowledged", notifications=params["notifications"], _meta={SUBSCRIPTION: identity})))
        await writer.drain()
        listens.append((writer, identity))
        await reader.read()
        print("closed listen", flush=True)
        return False
    elif method != "tools/call":
        await refuse(404, -32601)
    elif params["name"] == "null_id":
        await refuse(400, -32602, None)
    elif params["name"] == "unknown":
        await refuse(404, -32601)
    elif params["name"] == "confused":
        await refuse(400, -32000)
    elif params["name"] == "fields":
        await send(writer, 200, result(content=[{"type": "text", "text": json.dumps(fields)}]))
    elif params["name"] == "unsaid":
        MODERN["moody"] = {"region": {"type": "string", "x-mcp-header": "Zone"}}
        await send(writer, 200, result(content=[{"type": "text", "text": "changed"}]))
    elif params["name"] == "moody":
        wanted = MODERN["moody"]["region"]["x-mcp-header"]
        if fields.get(f"mcp-param-{wanted.lower()}") != params["arguments"]["region"]:
            await refuse(400, -32020)
        else:
            await send(writer, 200, result(content=[{"type": "text", "text": params["arguments"]["region"]}]))
    elif params["name"] == "hang":
        await reader.read()
        print("closed hang", flush=True)
        return False
    elif params["name"] == "asks":
        await send(writer, 200, events({"jsonrpc": "2.0", "id": 1, "method": "roots/list"}, told("notifications/tools/list_changed"),
                                       result(content=[{"type": "text", "text": "asked"}])), "text/event-stream")
    else:
        listener, listen = listens[-1] if listens else (None, None)
        if params["name"] == "changed":
            MODERN[params["arguments"]["tool"]] = {}
            listener.write(events(told("notifications/tools/list_changed", _meta={SUBSCRIPTION: params["arguments"].get("id", listen)})))
            await listener.drain()
        elif params["name"] == "end_listen":
            listens.pop()[0].close()
        elif params["name"] == "turn":
            given.modern, given.turned = False, True
        await send(writer, 200, result(content=[{"type": "text", "text": (params.get("arguments") or {}).get("text", "")}]))
    return True


async def serve(given, reader, writer):
    try:
        while True:
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            first, *lines = head.split("\r\n")
            method, path, _ = first.split(" ")
            fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
            data = await reader.readexactly(int(fields.get("content-length", 0)))
            message = json.loads(data) if data else {}
            params = message.get("params") or {}
            print(method, path, message.get("method", "-"), params.get("name", "-"), flush=True)
            session, identity = fields.get("mcp-session-id"), message.get("id")
            if path != "/mcp":
                await send(writer, 200, body(identity, "the wrong place"))
            elif given.modern:
                if not await modern(given, reader, writer, fields, message):
                    return
            elif given.probe and message.get("method") == "server/discover":
                await probed(writer, identity, given.probe)
            elif message.get("method") == "initialize":
                made = uuid.uuid4().hex
                sessions.add(made)
                await send(writer, 200, {"jsonrpc": "2.0", "id": identity, "result": {
                    "protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}},
                    "serverInfo": {"name": "bad", "version": "1"}}}, more=[f"Mcp-Session-Id: {made}"])
            elif session is None and given.turned:
                await send(writer, 400, {"jsonrpc": "2.0", "id": "server-error", "error": {"code": -32600, "message": "Missing session ID"}})
            elif session not in sessions:
                await send(writer, 404)
            elif method == "GET":
                await send(writer, 405)
            elif method == "DELETE":
                sessions.discard(session)
                await send(writer, 200)
            elif identity is None:
                await send(writer, 202)
            elif "method" not in message:
                if reply := replies.pop(identity, None):
                    reply.set_result(message["error"]["code"] if "error" in message else "ok")
                await send(writer, 202)
            elif message["method"] == "tools/list":
                await send(writer, 200, {"jsonrpc": "2.0", "id": identity, "result": {
                    "tools": [{"name": name, "inputSchema": {"type": "object"}, "annotations": {"readOnlyHint": True}} for name in TOOLS]}})
            elif message["method"] == "tools/call":
                if not await call(writer, identity, params["name"], params.get("arguments") or {}, fields, session):
                    return
            else:
                await send(writer, 200, {"jsonrpc": "2.0", "id": identity, "result": {}})
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


async def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--probe")
    parser.add_argument("--modern", action="store_true")
    given = parser.parse_args()
    given.turned = False
    server = await asyncio.start_server(lambda reader, writer: serve(given, reader, writer), "127.0.0.1", given.port, reuse_address=True)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/mcp", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
