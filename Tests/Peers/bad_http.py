#!/usr/bin/env python3
"""A Streamable HTTP server that misbehaves on request. Prints its address as the first line, then one line for each
request: METHOD PATH RPC-METHOD TOOL. Uses nothing but the standard library.

    bad_http.py [--port 0]

The tool that is called says what happens; `echo` behaves.
"""
import argparse
import asyncio
import json
import uuid

TOOLS = [
    "echo", "status", "html", "truncated", "short", "endless_head", "redirect", "forget", "foreign", "twice", "silent_stream", "hang",
    "drop", "not_http", "huge", "events", "headers",
]
sessions = set()


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
    elif tool == "headers":
        await send(writer, 200, body(identity, json.dumps(fields)))
    return True


async def serve(reader, writer):
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
            elif message.get("method") == "initialize":
                made = uuid.uuid4().hex
                sessions.add(made)
                await send(writer, 200, {"jsonrpc": "2.0", "id": identity, "result": {
                    "protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}},
                    "serverInfo": {"name": "bad", "version": "1"}}}, more=[f"Mcp-Session-Id: {made}"])
            elif session not in sessions:
                await send(writer, 404)
            elif method == "GET":
                await send(writer, 405)
            elif method == "DELETE":
                sessions.discard(session)
                await send(writer, 200)
            elif identity is None:
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
    given = parser.parse_args()
    server = await asyncio.start_server(serve, "127.0.0.1", given.port, reuse_address=True)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/mcp", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
