#!/usr/bin/env python3
"""An MCP server of 2025-06-18 whose tool `trace` answers what it was told of the trace: a JSON object with `traceparent` and `tracestate`
(header fields, lists of all lines) and `meta` (`params._meta`). Uses nothing but the standard library.

    tracing_server.py [--stdio]

Without --stdio it serves HTTP and prints its URL first. The tool `slow` waits for the argument `ms`, `broken` answers with isError.
"""
import http.server
import json
import sys
import time

TOOLS = [{"name": name, "inputSchema": {"type": "object"}} for name in ("trace", "slow", "broken")]


def answer(message, headers):
    method, params = message["method"], message.get("params") or {}
    if method == "initialize":
        return {"protocolVersion": "2025-06-18", "capabilities": {"tools": {}}, "serverInfo": {"name": "tracing", "version": "1"}}
    if method == "tools/list":
        return {"tools": TOOLS}
    if method == "tools/call":
        if params["name"] == "slow":
            time.sleep(params.get("arguments", {}).get("ms", 0) / 1000)
        told = {"traceparent": headers("traceparent"), "tracestate": headers("tracestate"), "meta": params.get("_meta")}
        return {"content": [{"type": "text", "text": json.dumps(told)}], "isError": params["name"] == "broken"}
    if method == "ping":
        return {}
    return None


def respond(message, headers):
    result = answer(message, headers)
    if result is None:
        return {"jsonrpc": "2.0", "id": message["id"], "error": {"code": -32601, "message": "Method not found"}}
    return {"jsonrpc": "2.0", "id": message["id"], "result": result}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def reply(self, status, payload=b""):
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "id" not in message or "method" not in message:
            return self.reply(202)
        self.reply(200, json.dumps(respond(message, lambda name: self.headers.get_all(name) or [])).encode())

    def do_GET(self):
        self.reply(405)

    do_DELETE = do_GET

    def log_message(self, *_):
        pass


def main():
    if "--stdio" in sys.argv:
        for line in sys.stdin:
            message = json.loads(line)
            if "id" in message and "method" in message:
                print(json.dumps(respond(message, lambda name: [])), flush=True)
        return
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_address[1]}/mcp", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
