#!/usr/bin/env python3
"""A stdio server whose tools are what a file says. Standard library only.

    changing_stdio.py FILE [--prompts FILE] [--instructions TEXT] [--state DIR]

FILE holds the array of tools as JSON, without an inputSchema where any will do; it is read at each tools/list. `now` says that the list has changed, `echo` gives its text back; every
other tool answers with its own name. --prompts FILE: its prompts; --instructions TEXT: what it says of itself. --state DIR: each start adds a line with its pid to DIR/starts.
"""
import argparse
import json
import os
import sys


def put(message):
    sys.stdout.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    sys.stdout.flush()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--state")
    parser.add_argument("--prompts")
    parser.add_argument("--instructions")
    given = parser.parse_args()
    if given.state:
        with open(os.path.join(given.state, "starts"), "a") as file:
            file.write(f"{os.getpid()}\n")
    for line in sys.stdin:
        message = json.loads(line)
        method, identity, params = message.get("method"), message.get("id"), message.get("params") or {}
        if identity is None:
            continue
        if method == "initialize":
            result = {
                "protocolVersion": params["protocolVersion"], "capabilities": {"tools": {"listChanged": True}},
                "serverInfo": {"name": "changing", "version": "1"}}
            if given.prompts:
                result["capabilities"]["prompts"] = {}
            if given.instructions:
                result["instructions"] = given.instructions
        elif method == "prompts/list" and given.prompts:
            with open(given.prompts) as file:
                result = {"prompts": json.load(file)}
        elif method == "tools/list":
            with open(given.file) as file:
                result = {"tools": [{"inputSchema": {"type": "object"}, **tool} for tool in json.load(file)]}
        elif method == "tools/call":
            if params["name"] == "now":
                put({"method": "notifications/tools/list_changed"})
            result = {"content": [{"type": "text", "text": (params.get("arguments") or {}).get("text", params["name"])}]}
        elif method == "ping":
            result = {}
        else:
            put({"id": identity, "error": {"code": -32601, "message": "unknown method"}})
            continue
        put({"id": identity, "result": result})


if __name__ == "__main__":
    main()
