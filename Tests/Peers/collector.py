#!/usr/bin/env python3
"""Takes what the gateway tells other systems (OTLP/HTTP spans, the log webhook) and prints one JSON object a line for each request.

    collector.py [--fail N] [--status 503]

Prints its URL first. Of every request the line has path, headers (lower case), and the body, parsed strictly. The first N requests are
answered with --status instead of 200. For spans the body is checked against the JSON encoding of OTLP 1 by its field names: what is
wrong stands in "problems".
"""
import argparse
import http.server
import json
import re
import sys

HEX = re.compile(r"^[0-9a-f]+$")
SPAN = {"traceId", "spanId", "parentSpanId", "traceState", "flags", "name", "kind", "startTimeUnixNano", "endTimeUnixNano", "attributes", "status"}
VALUES = {"stringValue": str, "intValue": str, "boolValue": bool, "doubleValue": float}


def no_constants(text):
    raise ValueError(f"{text} is no JSON")


def no_twice(pairs):
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("a member twice")
    return dict(pairs)


def check_attributes(attributes, problems):
    for attribute in attributes:
        value = attribute.get("value", {})
        if set(attribute) != {"key", "value"} or len(value) != 1:
            problems.append(f"attribute {attribute}")
        for kind, inner in value.items():
            if kind not in VALUES or not isinstance(inner, VALUES[kind]):
                problems.append(f"value {value}")
            if kind == "intValue" and not re.match(r"^-?\d+$", inner):
                problems.append(f"integer {inner}")


def check_spans(body):
    problems = []
    if set(body) != {"resourceSpans"}:
        problems.append(f"members {sorted(body)}")
    for resource in body.get("resourceSpans", []):
        if set(resource) - {"resource", "scopeSpans", "schemaUrl"}:
            problems.append(f"resource members {sorted(resource)}")
        check_attributes(resource.get("resource", {}).get("attributes", []), problems)
        for scope in resource.get("scopeSpans", []):
            if set(scope) - {"scope", "spans", "schemaUrl"}:
                problems.append(f"scope members {sorted(scope)}")
            for span in scope.get("spans", []):
                if set(span) - SPAN:
                    problems.append(f"span members {sorted(set(span) - SPAN)}")
                for field, length in (("traceId", 32), ("spanId", 16), ("parentSpanId", 16)):
                    value = span.get(field)
                    if value is None and field == "parentSpanId":
                        continue
                    if not isinstance(value, str) or len(value) != length or not HEX.match(value) or set(value) == {"0"}:
                        problems.append(f"{field} {value}")
                for field in ("startTimeUnixNano", "endTimeUnixNano"):
                    if not isinstance(span.get(field), str) or not span[field].isdigit():
                        problems.append(f"{field} {span.get(field)}")
                if not problems and int(span["startTimeUnixNano"]) > int(span["endTimeUnixNano"]):
                    problems.append("it ends before it begins")
                if span.get("kind") not in (1, 2, 3, 4, 5) or not span.get("name"):
                    problems.append(f"kind {span.get('kind')} or name {span.get('name')}")
                if span.get("status", {}).get("code", 0) not in (0, 1, 2):
                    problems.append(f"status {span['status']}")
                check_attributes(span.get("attributes", []), problems)
    return problems


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        raw = self.rfile.read(int(self.headers["Content-Length"]))
        line = {"path": self.path, "headers": {name.lower(): value for name, value in self.headers.items()}, "problems": []}
        try:
            line["body"] = json.loads(raw, parse_constant=no_constants, object_pairs_hook=no_twice)
            if "resourceSpans" in line["body"]:
                line["problems"] = check_spans(line["body"])
        except ValueError as error:
            line["problems"] = [str(error)]
        fails = self.server.fail > 0
        self.server.fail -= 1
        line["status"] = self.server.status if fails else 200
        answer = b"{}"
        self.send_response(line["status"])
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)
        print(json.dumps(line), flush=True)

    def log_message(self, *_):
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--fail", type=int, default=0)
    parser.add_argument("--status", type=int, default=503)
    options = parser.parse_args()
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.fail, server.status = options.fail, options.status
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass


if __name__ == "__main__":
    sys.exit(main())
