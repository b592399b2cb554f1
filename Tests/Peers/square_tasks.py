"""The tasks extension of 2026-07-28 for square_server.py --tasks: the SDK has no support of its own for it."""
import asyncio
import datetime
import uuid

from mcp.shared.exceptions import MCPError
from mcp_types import CLIENT_CAPABILITIES_META_KEY, RequestParams

from offer import INTEGER, TEXT, form

EXTENSION = "io.modelcontextprotocol/tasks"
TTL = 60_000


class TaskParams(RequestParams):
    task_id: str


class Tasks:
    """The tool `work`: waits, asks for a name if it is to, and answers. As a task for clients that declare the extension."""

    def __init__(self, server):
        self.tasks, self.running, self.responses = {}, {}, {}
        server.extensions[EXTENSION] = {}
        server.offer.define("work", "Works for some milliseconds, as a task if it may.", {"ms": INTEGER, "ask": {"type": "boolean"}}, self.work, required=["ms"])
        for method, handler in [("tasks/get", self.get), ("tasks/update", self.update), ("tasks/cancel", self.cancel)]:
            server.add_request_handler(method, TaskParams, self.own(handler))

    async def work(self, link, ms, ask=False):
        if not link.modern or EXTENSION not in link.capabilities.get("extensions", {}):
            await asyncio.sleep(ms / 1000)
            return "worked"
        identity = uuid.uuid4().hex
        self.tasks[identity] = {"taskId": identity, "createdAt": now(), "ttlMs": TTL, "pollIntervalMs": 50}
        self.responses[identity] = asyncio.Queue()
        self.put(identity, "working")
        self.running[identity] = asyncio.create_task(self.run(identity, ms, ask))
        return {"resultType": "task", **self.tasks[identity]}

    async def run(self, identity, ms, ask):
        await asyncio.sleep(ms / 1000)
        text = "worked"
        if ask:
            self.put(identity, "input_required", inputRequests={"name": {"method": "elicitation/create", "params": form("For whom?", {"name": TEXT}, ["name"])}})
            while "name" not in (given := await self.responses[identity].get()):
                pass
            self.put(identity, "working")
            text = f"worked for {(given['name'].get('content') or {}).get('name', 'nobody')}"
        self.put(identity, "completed", result={"resultType": "complete", "content": [{"type": "text", "text": text}], "isError": False})

    def put(self, identity, status, **more):
        kept = {name: self.tasks[identity][name] for name in ["taskId", "createdAt", "ttlMs", "pollIntervalMs"]}
        self.tasks[identity] = {**kept, "status": status, "lastUpdatedAt": now(), **more}

    def own(self, handler):
        async def checked(ctx, params):
            declared = ctx.params["_meta"].get(CLIENT_CAPABILITIES_META_KEY, {}) if "_meta" in ctx.params else {}
            if EXTENSION not in declared.get("extensions", {}):
                raise MCPError(code=-32021, message="tasks needed", data={"requiredCapabilities": {"extensions": {EXTENSION: {}}}})
            if params.task_id not in self.tasks:
                raise MCPError(code=-32602, message="unknown task")
            return {"resultType": "complete", **(handler(params.task_id, ctx.params) or {})}
        return checked

    def get(self, identity, params):
        return self.tasks[identity]

    def update(self, identity, params):
        self.responses[identity].put_nowait(params.get("inputResponses") or {})

    def cancel(self, identity, params):
        self.running[identity].cancel()
        if self.tasks[identity]["status"] in ("working", "input_required"):
            self.put(identity, "cancelled")


def now():
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
