#!/usr/bin/env python3
"""An HTTP+SSE server (2024-11-05) that misbehaves on request. Prints its address as the first line, then one line for each message:
RPC-METHOD TOOL. Uses nothing but the standard library.

    bad_sse.py [--endpoint TEXT] [--first EVENT] [--quiet] [--require-header NAME=VALUE]

--endpoint TEXT  what the endpoint event says, in place of a path; {port} stands for the port
--first EVENT    an event of this name, with the text as data, comes before the endpoint
--quiet          never says where to post
The tool that is called says what happens; `echo` behaves.
"""
import argparse
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

TOOLS = ["echo", "wide", "split", "garbage", "hang_up", "refuse", "never", "foreign", "twice", "progress", "second", "ask", "lines"]
given = None
lock = threading.Lock()
stream = None


class Stream:
    """The event stream of one client."""

    def __init__(self, file):
        self.file, self.lock, self.over = file, threading.Lock(), threading.Event()

    def raw(self, data):
        with self.lock:
            self.file.write(b"%x\r\n%s\r\n" % (len(data), data))
            self.file.flush()

    def event(self, data, name="message", end="\n"):
        text = (f"event: {name}{end}" if name else "") + "".join(f"data: {line}{end}" for line in data.split("\n")) + end
        self.raw(text.encode())

    def put(self, message, **more):
        self.event(json.dumps({"jsonrpc": "2.0", **message}, ensure_ascii=False), **more)


def body(identity, value):
    return {"id": identity, "result": {"content": [{"type": "text", "text": value}]}}


def perform(out, identity, tool, arguments, meta):
    if tool == "echo":
        out.put(body(identity, arguments.get("text", "")))
    elif tool == "wide":
        out.put(body(identity, "w" * arguments["bytes"]))
    elif tool == "lines":
        # The same size in many lines of data, which JSON allows between its tokens.
        padding = "\n".join([" " * 1000] * (arguments["bytes"] // 1000))
        out.event(json.dumps({"jsonrpc": "2.0", **body(identity, "many")})[:-1] + padding + "}")
    elif tool == "split":
        text = json.dumps({"jsonrpc": "2.0", **body(identity, "é😀ü" * 5)}, ensure_ascii=False)
        for byte in f"event: message\r\ndata: {text}\r\n\r\n".encode():
            out.raw(bytes([byte]))
    elif tool == "garbage":
        for data in ["hello", "{", "[1,2]", "null", '{"jsonrpc":"2.0"}', "\u00e9" * 500]:
            out.event(data)
        out.raw(b"data: \xff\xfe\x80\n\n: a comment\n\nid: 7\nretry: 1\n\nfoo: bar\n\n")
        out.event("{}", name="strange")
        out.put(body(identity, "made a mess"), name=None)
    elif tool == "hang_up":
        out.over.set()
    elif tool == "foreign":
        out.put(body(999_999_999, "not yours"))
        out.put(body("x", "not yours"))
        out.put(body(identity, "yours"))
    elif tool == "twice":
        out.put(body(identity, "first"))
        out.put(body(identity, "second"))
    elif tool == "progress":
        for step in range(3):
            out.put({"method": "notifications/progress", "params": {"progressToken": meta.get("progressToken"), "progress": step + 1}})
        out.put(body(identity, "done"))
    elif tool == "second":
        out.event("/elsewhere", name="endpoint")
        out.put(body(identity, "said"))
    elif tool == "ask":
        out.put({"id": "a1", "method": "roots/list"})
        out.put({"id": "a2", "method": "ping"})
        time.sleep(0.3)
        out.put(body(identity, "asked"))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def say(self, status, text=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self):
        global stream
        if given.require_header:
            name, value = given.require_header.split("=", 1)
            if self.headers.get(name) != value:
                return self.say(401)
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        out = stream = Stream(self.wfile)
        out.raw(b": hello\n\n")
        if given.first:
            out.event("/first", name=given.first)
        if not given.quiet:
            endpoint = "messages?session=1" if given.endpoint is None else given.endpoint
            out.event(endpoint.replace("{port}", str(self.server.server_port)), name="endpoint", end="\r\n")
        out.over.wait()
        self.close_connection = True

    def do_POST(self):
        message = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        method, identity, params = message.get("method"), message.get("id"), message.get("params") or {}
        with lock:
            print(method or "response " + json.dumps(message), params.get("name", ""), flush=True)
        if not self.path.startswith("/a/messages"):
            return self.say(405)
        if method == "tools/call" and params["name"] == "refuse":
            return self.say(params["arguments"]["code"], b"no")
        self.say(202, b"Accepted")
        out = stream
        if method == "initialize":
            out.put({"id": identity, "result": {
                "protocolVersion": "2024-11-05", "capabilities": {"tools": {}}, "serverInfo": {"name": "old", "version": "1"}}})
        elif method == "tools/list":
            out.put({"id": identity, "result": {"tools": [{"name": name, "inputSchema": {"type": "object"}} for name in TOOLS]}})
        elif method == "tools/call":
            perform(out, identity, params["name"], params.get("arguments") or {}, params.get("_meta") or {})
        elif method == "ping":
            out.put({"id": identity, "result": {}})


def main():
    global given
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--endpoint")
    parser.add_argument("--first")
    parser.add_argument("--quiet", action="store_true")
    parser.add_argument("--require-header")
    given = parser.parse_args()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    print(f"http://127.0.0.1:{server.server_port}/a/sse?key=1", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
