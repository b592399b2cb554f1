"""Writes messages down for judge.py, one JSON object a line."""
import json

VERSION_KEY = "io.modelcontextprotocol/protocolVersion"


class Recorder:
    """Knows for each message which revision it belongs to, and for each result which request it answers."""

    def __init__(self, path):
        # Without a buffer a line is one write, so that several recorders can share a file.
        self.file, self.methods, self.revisions = open(path, "ab", buffering=0), {}, {}

    def note(self, direction, body, scope, header=None, **more):
        """Writes down a message, or the members of a batch. `scope` tells apart those who may use the same ids: a
        session, or else one HTTP exchange. `header` is the revision that HTTP named."""
        for message in body if isinstance(body, list) else [body]:
            record = {"direction": direction, "revision": None, "method": None, "message": message, **more}
            if isinstance(message, dict):
                self.learn(record, direction, message, scope, header)
            self.file.write(json.dumps(record).encode() + b"\n")

    def learn(self, record, direction, message, scope, header):
        params, result = message.get("params"), message.get("result")
        params, result = params if isinstance(params, dict) else {}, result if isinstance(result, dict) else {}
        meta = params.get("_meta")
        identity = (type(message.get("id")).__name__, str(message.get("id")))
        if "method" in message:
            if "id" in message:
                self.methods[(scope, direction, *identity)] = message["method"]
        else:
            asker = "client" if direction == "server" else "server"
            record["method"] = self.methods.get((scope, asker, *identity))
        own = meta.get(VERSION_KEY) if isinstance(meta, dict) else None
        if message.get("method") == "initialize":
            own = own or params.get("protocolVersion")
            self.revisions[scope] = own
        elif record["method"] == "initialize" and "protocolVersion" in result:
            own = self.revisions[scope] = result["protocolVersion"]
        elif own:
            self.revisions[scope] = own
        record["revision"] = own or header or self.revisions.get(scope)
