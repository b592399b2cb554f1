#!/usr/bin/env python3
"""Stands between a client and an HTTP server (Streamable HTTP or HTTP+SSE), passes everything on as it is and writes the
messages of both down for judge.py: JSON bodies and events alike. Uses nothing but the standard library.

    record_http.py URL LOG [--port 0] [--unix PATH]

Prints the address to use in URL's place as the first line. Bytes go on as they come, so streams stream; when one side
closes, so does the other. The one thing that is altered is `Host`, which names the server. With --unix the server is
reached through that Unix socket.

Beyond what judge.py needs, a line has "path", "stream" (whether it came as an event) and for the server's "status".
"""
import argparse
import asyncio
import itertools
import json
import urllib.parse

from recording import Recorder

LIMIT = 1 << 26  # of a head, and of one chunk's line


class Events:
    """Splits an event stream; gives the data of complete events with their name."""

    def __init__(self):
        self.rest, self.name, self.data = b"", "message", []

    def feed(self, data):
        self.rest += data
        # A CR at the end may be half of a CRLF: it waits for what follows.
        text = self.rest[:-1] if self.rest.endswith(b"\r") else self.rest
        kept = self.rest[len(text):]
        lines = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self.rest = lines.pop() + kept
        for line in lines:
            if line:
                field, _, value = line.partition(b":")
                value = value.removeprefix(b" ").decode("utf-8", "replace")
                if field == b"data":
                    self.data.append(value)
                elif field == b"event":
                    self.name = value
            else:
                if self.data:
                    yield self.name, "\n".join(self.data)
                self.name, self.data = "message", []


class Exchange:
    """One request and its answer."""

    numbers = itertools.count()

    def __init__(self, head):
        self.method, self.target, _ = head[0].split(" ", 2)
        self.fields = fields(head)
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(self.target).query)
        self.session = self.fields.get("mcp-session-id") or query.get("session_id", [None])[0]
        self.scope = self.session or f"exchange {next(self.numbers)}"
        self.header = self.fields.get("mcp-protocol-version")


def fields(head):
    return {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}


class Proxy:
    def __init__(self, given):
        self.given, self.recorder, self.url = given, Recorder(given.log), urllib.parse.urlsplit(given.url)

    async def serve(self, reader, writer):
        try:
            if self.given.unix:
                far_reader, far_writer = await asyncio.open_unix_connection(self.given.unix, limit=LIMIT)
            else:
                far_reader, far_writer = await asyncio.open_connection(self.url.hostname, self.url.port or 80, limit=LIMIT)
        except OSError:
            writer.close()
            return
        exchanges = asyncio.Queue()
        ways = [asyncio.create_task(self.requests(reader, far_writer, exchanges)), asyncio.create_task(self.answers(far_reader, writer, exchanges))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            writer.close()
            far_writer.close()

    async def requests(self, reader, writer, exchanges):
        while True:
            raw = await reader.readuntil(b"\r\n\r\n")
            head = raw.decode("latin-1").split("\r\n")
            exchange = Exchange(head)
            for number, line in enumerate(head[1:], 1):
                if line.lower().startswith("host:"):
                    head[number] = f"Host: {self.url.netloc}"
            body = bytearray()
            await exchanges.put(exchange)
            writer.write("\r\n".join(head).encode("latin-1"))
            length = int(exchange.fields.get("content-length", 0))
            await self.body(exchange.fields, length, reader, writer, body.extend, self.noted(exchange, body))
            await writer.drain()

    def noted(self, exchange, body):
        """Notes a request's message before its last bytes are on the way, so that no answer is noted ahead of it."""
        def note():
            message = parsed(body)
            if message is not None:
                self.recorder.note("client", message, exchange.scope, exchange.header, path=exchange.target, stream=False)
        return note

    async def answers(self, reader, writer, exchanges):
        while True:
            raw = await reader.readuntil(b"\r\n\r\n")
            head = raw.decode("latin-1").split("\r\n")
            status, given = int(head[0].split(" ")[1]), fields(head)
            if status // 100 == 1:
                writer.write(raw)
                continue
            exchange = await exchanges.get()
            session = given.get("mcp-session-id")
            writer.write(raw)
            more = {"path": exchange.target, "status": status}
            whole, events = bytearray(), Events()
            streams = given.get("content-type", "").startswith("text/event-stream")

            def take(data):
                if not streams:
                    whole.extend(data)
                    return
                for name, text in events.feed(data):
                    if name == "endpoint":  # HTTP+SSE: the session's name is in the address
                        query = urllib.parse.parse_qs(urllib.parse.urlsplit(text).query)
                        exchange.scope = query.get("session_id", query.get("sessionId", [exchange.scope]))[0]
                    elif name == "message":
                        self.note(exchange, parsed(text), session, stream=True, **more)

            empty = exchange.method == "HEAD" or status in (204, 304)
            length = 0 if empty else int(given["content-length"]) if "content-length" in given else None
            await self.body(given, length, reader, writer, take, lambda: self.note(exchange, parsed(whole), session, stream=False, **more))
            await writer.drain()

    def note(self, exchange, message, session, **more):
        if message is None:
            return
        self.recorder.note("server", message, exchange.scope, exchange.header, **more)
        if session and session != exchange.scope:  # initialize: from here on the session is the scope
            self.recorder.revisions[session] = self.recorder.revisions.get(exchange.scope)
            exchange.scope = session

    @staticmethod
    async def body(given, length, reader, writer, take, end):
        """Passes a body on as it comes. `length` None means until the end of the connection; `end` is called before the
        last bytes are written."""
        if given.get("transfer-encoding", "").lower() == "chunked":
            while True:
                line = await reader.readuntil(b"\r\n")
                size = int(line.split(b";")[0], 16)
                if size == 0:
                    end()
                    while line != b"\r\n":  # trailers
                        writer.write(line)
                        line = await reader.readuntil(b"\r\n")
                    writer.write(line)
                    return
                writer.write(line)
                while size:
                    data = await reader.read(min(size, 1 << 16))
                    if not data:
                        raise ConnectionError
                    size -= len(data)
                    take(data)
                    writer.write(data)
                    await writer.drain()
                writer.write(await reader.readexactly(2))
                await writer.drain()
        while length is None or length > 0:
            data = await reader.read(1 << 16 if length is None else min(length, 1 << 16))
            if not data:
                end()
                raise ConnectionError
            take(data)
            if length is not None:
                length -= len(data)
                if length == 0:
                    end()
            writer.write(data)
            await writer.drain()


def parsed(data):
    try:
        return json.loads(data)
    except ValueError:
        return None


async def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("log")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--unix", metavar="PATH")
    given = parser.parse_args()
    proxy = Proxy(given)
    server = await asyncio.start_server(proxy.serve, "127.0.0.1", given.port, limit=LIMIT)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}{proxy.url.path}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except KeyboardInterrupt:
        pass
