"""What the servers of the test matrix offer, the same in every cell: square_server.py puts it on the wire with SDK 2.x,
old_server.py with SDK 1.x. Nothing here depends on an SDK: messages are plain JSON objects, and what an era or an SDK
does its own way goes through a Link.
"""
import base64
import itertools
import json

import anyio
import jsonschema

INSTRUCTIONS = "A peer for tests, the same in every cell of the square."
LEVELS = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"]
NAMES = ["alpha", "beta", "bravo"]
PIXEL = base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
CHANGES = ("tools", "prompts", "resources")


class Refusal(Exception):
    """A JSON-RPC error."""

    def __init__(self, code, message, data=None):
        super().__init__(message)
        self.code, self.message, self.data = code, message, data


class Failure(Exception):
    """A tool result with isError."""


class NeedInput(Exception):
    """The modern era's way to ask: an input_required result."""

    def __init__(self, requests, state=None):
        super().__init__("input required")
        self.requests, self.state = requests, state


class Link:
    """One request's way to its client."""

    modern = False
    capabilities = {}  # the client's, as it declared them
    headers = {}  # of the HTTP request
    responses = {}  # modern: the answers that came with a retry
    state = None  # modern: the requestState that came with a retry
    level = "debug"  # the least log level that the client asked for

    async def progress(self, done, total, message): ...

    async def log(self, level, data): ...

    async def request(self, method, params):
        """Legacy: sends a request to the client, gives the bare result."""

    async def elicited(self, elicitation_id):
        """Legacy: notifications/elicitation/complete."""

    async def changed(self, kind):
        """list_changed of tools, prompts or resources, to every client."""

    async def updated(self, uri):
        """resources/updated, to every client that subscribed."""

    def need(self, capability, mode=None):
        """Refuses a call that the client cannot answer."""
        declared = self.capabilities.get(capability)
        if declared is not None and (mode is None or mode in declared or (mode == "form" and not declared)):
            return
        if self.modern:
            raise Refusal(-32021, f"{capability} needed", {"requiredCapabilities": {capability: {mode: {}} if mode else {}}})
        raise Failure(f"the client does not offer {capability}{f' ({mode})' if mode else ''}")

    async def ask(self, key, method, params=None, state=None):
        """Asks the client, in the manner of its era."""
        if not self.modern:
            return await self.request(method, params)
        if key in self.responses:
            return self.responses[key]
        raise NeedInput({key: {"method": method, "params": params} if params is not None else {"method": method}}, state)


def form(message, properties, required=()):
    return {"mode": "form", "message": message, "requestedSchema": {"type": "object", "properties": properties, "required": list(required)}}


FORM = {
    "name": {"type": "string", "title": "Name", "minLength": 1},
    "sure": {"type": "boolean", "default": False},
    "colour": {"type": "string", "enum": ["red", "green", "blue"]},
}
TEXT = {"type": "string"}
INTEGER = {"type": "integer"}


class Offer:
    """The offer and what has become of it. One for each process: sessions share it."""

    def __init__(self, bad_header_tool=False, page=0):
        self.page, self.cancelled, self.extras, self.numbers, self.opened = page, 0, 0, [1, 2, 3], set()
        self.ids = itertools.count(1)
        self.definitions, self.functions = {}, {}
        self.define_tools()
        if bad_header_tool:
            self.define("bad_header", "Declares a header that no client may send.", {"ratio": {"type": "number", "x-mcp-header": "Ratio"}}, self.bad_header)

    # ---- lists ----

    def define(self, name, description, properties, function, required=None, read_only=True, output=None):
        self.definitions[name] = {
            "name": name, "description": description,
            "inputSchema": {"type": "object", "properties": properties, "required": list(properties) if required is None else required},
            "annotations": {"readOnlyHint": read_only, "openWorldHint": False},
        }
        if output:
            self.definitions[name]["outputSchema"] = output
        self.functions[name] = function

    def define_tools(self):
        define = self.define
        define("echo", "Returns the text.", {"text": TEXT}, self.echo)
        define("add", "Adds two numbers.", {"a": {"type": "number"}, "b": {"type": "number"}}, self.add,
               output={"type": "object", "properties": {"result": {"type": "number"}}, "required": ["result"]})
        define("progress", "Reports each step.", {"steps": INTEGER, "ms": INTEGER}, self.progress)
        define("slow", "Answers after some milliseconds. Reports once that it started.", {"ms": INTEGER}, self.slow)
        define("cancelled_count", "How many calls of slow were cancelled.", {}, self.cancelled_count)
        define("boom", "Fails: with a JSON-RPC error of this code, or with an error result for 0.", {"code": INTEGER}, self.boom)
        define("big", "Returns a text of this many bytes.", {"bytes": INTEGER}, self.big)
        define("log", "Sends a log message on the request.", {"level": TEXT, "message": TEXT}, self.log)
        define("grow", "Adds a tool, a prompt and a resource, and a number to square://numbers.", {}, self.grow, read_only=False)
        define("shrink", "Takes away what grow added last.", {}, self.shrink, read_only=False)
        define("touch", "Says that a resource changed.", {"uri": TEXT}, self.touch, read_only=False)
        define("link", "Returns a link to a resource and the resource itself.", {"uri": TEXT}, self.link)
        define("headers", "Returns a header of the request that carried this call.", {"header": TEXT}, self.headers)
        define("ask_form", "Asks the user to fill in a form; with `anyway` even if the client declared no elicitation.",
               {"message": TEXT, "anyway": {"type": "boolean"}}, self.ask_form, required=["message"])
        define("ask_url", "Asks the user to open an address.", {"url": TEXT}, self.ask_url)
        define("need_url", "Wants an address opened first: error -32042 in the legacy era, input_required in the modern one.", {"url": TEXT}, self.need_url)
        define("ask_twice", "Asks the user two questions, one after the other.", {}, self.ask_twice)
        define("sample", "Has the client's model answer a prompt.", {"prompt": TEXT}, self.sample)
        define("roots", "Returns the URIs of the client's roots.", {}, self.roots)
        define("region", "Returns its arguments and the header that mirrors one.",
               {"region": {"type": "string", "x-mcp-header": "Region"}, "q": TEXT}, self.region, required=["region"])
        define("caps", "Returns the capabilities that the client declared.", {}, self.caps)

    def numbered(self):
        return range(1, self.extras + 1)

    def tools(self):
        extra = [{"name": f"extra_{n}", "description": "A tool that grew.", "inputSchema": {"type": "object"}} for n in self.numbered()]
        return [*self.definitions.values(), *extra]

    def prompts(self):
        name = {"name": "name", "description": "Who.", "required": True}
        extra = [{"name": f"extra_prompt_{n}", "description": "A prompt that grew."} for n in self.numbered()]
        return [{"name": "greet", "description": "Greets a person.", "arguments": [name]},
                {"name": "ask_prompt", "description": "Asks the user for the name."}, *extra]

    def resources(self):
        extra = [{"uri": f"square://extra/{n}", "name": f"extra {n}", "mimeType": "text/plain"} for n in self.numbered()]
        return [{"uri": "square://readme", "name": "readme", "description": "What this is.", "mimeType": "text/plain"},
                {"uri": "square://numbers", "name": "numbers", "description": "A list that grow changes.", "mimeType": "application/json"},
                {"uri": "square://pixel", "name": "pixel", "mimeType": "image/png", "size": len(PIXEL)},
                {"uri": "square://asked", "name": "asked", "description": "Asks the user what it holds.", "mimeType": "text/plain"}, *extra]

    def templates(self):
        return [{"uriTemplate": "square://item/{name}", "name": "item", "description": "An item by its name.", "mimeType": "text/plain"}]

    def listed(self, member, entries, cursor):
        """A page of a list, as a result."""
        try:
            start = int(cursor) if cursor else 0
        except ValueError:
            start = -1
        if start < 0 or start > len(entries):
            raise Refusal(-32602, "bad cursor")
        if not self.page:
            return {member: entries[start:]}
        more = {"nextCursor": str(start + self.page)} if start + self.page < len(entries) else {}
        return {member: entries[start:start + self.page], **more}

    # ---- requests ----

    async def call(self, link, name, arguments):
        try:
            if name in self.functions:
                self.check(self.definitions[name]["inputSchema"], arguments)
                result = await self.functions[name](link, **arguments)
            elif name in [f"extra_{n}" for n in self.numbered()]:
                result = name
            else:
                raise Refusal(-32602, f"unknown tool: {name}")
        except Failure as failure:
            return {"content": [{"type": "text", "text": str(failure)}], "isError": True}
        return result if isinstance(result, dict) else {"content": [{"type": "text", "text": result}]}

    @staticmethod
    def check(schema, arguments):
        try:
            jsonschema.validate(arguments, {**schema, "additionalProperties": False})
        except jsonschema.ValidationError as error:
            raise Failure(f"bad arguments: {error.message}") from None

    async def read(self, link, uri):
        kind = "text/plain"
        if uri == "square://readme":
            text = "the square"
        elif uri == "square://numbers":
            text, kind = json.dumps(self.numbers), "application/json"
        elif uri == "square://pixel":
            return {"contents": [{"uri": uri, "mimeType": "image/png", "blob": base64.b64encode(PIXEL).decode()}]}
        elif uri == "square://asked":
            text = json.dumps(await self.asked_name(link))
        elif uri.startswith("square://item/"):
            text = f"item {uri.removeprefix('square://item/')}"
        elif uri in [f"square://extra/{n}" for n in self.numbered()]:
            text = uri
        else:
            raise Refusal(-32602 if link.modern else -32002, "resource not found", {"uri": uri})
        return {"contents": [{"uri": uri, "mimeType": kind, "text": text}]}

    async def prompt(self, link, name, arguments):
        if name == "greet":
            if "name" not in arguments:
                raise Refusal(-32602, "name is missing")
            text = f"Please greet {arguments['name']} warmly."
        elif name == "ask_prompt":
            text = f"Please greet {(await self.asked_name(link)).get('name', 'nobody')} warmly."
        elif name in [f"extra_prompt_{n}" for n in self.numbered()]:
            text = name
        else:
            raise Refusal(-32602, f"unknown prompt: {name}")
        return {"description": name, "messages": [{"role": "user", "content": {"type": "text", "text": text}}]}

    async def asked_name(self, link):
        try:
            link.need("elicitation", "form")
        except Failure as failure:
            raise Refusal(-32602, str(failure)) from None
        return (await link.ask("name", "elicitation/create", form("Who?", {"name": TEXT}, ["name"]))).get("content") or {}

    def complete(self, ref, argument):
        known = ref.get("name") == "greet" or ref.get("uri") == "square://item/{name}"
        if not known or argument["name"] != "name":
            raise Refusal(-32602, "nothing to complete")
        values = [name for name in NAMES if name.startswith(argument["value"])]
        return {"completion": {"values": values, "total": len(values), "hasMore": False}}

    # ---- tools ----

    async def echo(self, link, text):
        return text

    async def add(self, link, a, b):
        return {"content": [{"type": "text", "text": json.dumps(a + b)}], "structuredContent": {"result": a + b}}

    async def progress(self, link, steps, ms):
        for step in range(1, steps + 1):
            await anyio.sleep(ms / 1000)
            await link.progress(step, steps, f"step {step} of {steps}")
        return f"{steps} steps done"

    async def slow(self, link, ms):
        try:
            await link.progress(0.5, 1, "started")
            await anyio.sleep(ms / 1000)
        except anyio.get_cancelled_exc_class():
            self.cancelled += 1
            raise
        return f"slept {ms} ms"

    async def cancelled_count(self, link):
        return str(self.cancelled)

    async def boom(self, link, code):
        if code:
            raise Refusal(code, "boom", {"why": "asked for"})
        raise Failure("boom")

    async def big(self, link, bytes):
        return ("0123456789abcdef" * (bytes // 16 + 1))[:bytes]

    async def log(self, link, level, message):
        if level not in LEVELS:
            raise Failure(f"no such level: {level}")
        if LEVELS.index(level) >= LEVELS.index(link.level):
            await link.log(level, {"text": message})
        return "logged"

    async def grow(self, link):
        self.extras += 1
        self.numbers.append(len(self.numbers) + 1)
        await self.tell(link)
        return f"extra_{self.extras}"

    async def shrink(self, link):
        if not self.extras:
            raise Failure("nothing to take away")
        gone, self.extras = f"extra_{self.extras}", self.extras - 1
        self.numbers.pop()
        await self.tell(link)
        return gone

    async def tell(self, link):
        for kind in CHANGES:
            await link.changed(kind)
        await link.updated("square://numbers")

    async def touch(self, link, uri):
        await link.updated(uri)
        return "touched"

    async def link(self, link, uri):
        return {"content": [
            {"type": "resource_link", "uri": uri, "name": "linked", "mimeType": "text/plain"},
            {"type": "resource", "resource": {"uri": uri, "mimeType": "text/plain", "text": f"The resource at {uri}."}},
        ]}

    async def headers(self, link, header):
        return link.headers.get(header.lower(), "(absent)")

    async def ask_form(self, link, message, anyway=False):
        if not anyway:
            link.need("elicitation", "form")
        return self.action(await link.ask("form", "elicitation/create", form(message, FORM, ["name"])))

    @staticmethod
    def action(answer):
        return json.dumps({"action": answer.get("action"), "content": answer.get("content")})

    async def ask_url(self, link, url):
        link.need("elicitation", "url")
        params, identity = {"mode": "url", "message": "Please open it.", "url": url}, f"e-{next(self.ids)}"
        if link.modern:
            return self.action(await link.ask("url", "elicitation/create", params))
        answer = await link.ask("url", "elicitation/create", {**params, "elicitationId": identity})
        if answer.get("action") == "accept":
            await link.elicited(identity)
        return self.action(answer)

    async def need_url(self, link, url):
        link.need("elicitation", "url")
        params = {"mode": "url", "message": "Please open it first.", "url": url}
        if link.modern:
            return self.action(await link.ask("url", "elicitation/create", params))
        if url not in self.opened:
            self.opened.add(url)
            raise Refusal(-32042, "an address must be opened first", {"elicitations": [{**params, "elicitationId": f"e-{next(self.ids)}"}]})
        self.opened.remove(url)
        return json.dumps({"action": "accept", "content": None})

    async def ask_twice(self, link):
        """In the modern era the first answer travels in requestState: the server itself remembers nothing."""
        link.need("elicitation", "form")
        kept = json.loads(link.state) if link.state else {}
        if "first" in kept:
            first = kept["first"]
        else:
            first = await link.ask("first", "elicitation/create", form("First?", {"answer": TEXT}, ["answer"]), state=json.dumps({"asked": "first"}))
        second = await link.ask("second", "elicitation/create", form("Second?", {"answer": TEXT}, ["answer"]), state=json.dumps({"first": first}))
        return json.dumps([(answer.get("content") or {}).get("answer") for answer in (first, second)])

    async def sample(self, link, prompt):
        link.need("sampling")
        message = {"role": "user", "content": {"type": "text", "text": prompt}}
        answer = await link.ask("sample", "sampling/createMessage", {"messages": [message], "maxTokens": 100})
        content = answer["content"]
        return (content[0] if isinstance(content, list) else content)["text"]

    async def roots(self, link):
        link.need("roots")
        return json.dumps([root["uri"] for root in (await link.ask("roots", "roots/list"))["roots"]])

    async def region(self, link, region, q=None):
        return json.dumps({"region": region, "q": q, "header": link.headers.get("mcp-param-region")})

    async def caps(self, link):
        return json.dumps(link.capabilities)

    async def bad_header(self, link, ratio):
        return str(ratio)
