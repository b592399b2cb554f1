#!/usr/bin/env python3
"""Measures what rights and policy cost a call, how soon a change of them holds, and how long what waits for people takes to list.

    governance.py PETA BIN --out governance.json      BIN has the bench's `downstream`

Three gateways stand side by side, each with the same 2,000 tools: one with nothing but its owner, one with 10,000 users and 500 rules of which
none looks at the arguments of the tool that is called, and one with the same and a rule that does. A raw client sends the same call again and again to
each in turn; what counts is the processor time of the gateway for each call (all threads, /proc/PID/task/*/schedstat). Changes are timed from the
request on the admin socket to its answer, after which the next call is judged by them; that it is, is checked.
"""
import argparse
import atexit
import datetime
import glob
import http.client
import json
import os
import socket
import statistics
import subprocess
import tempfile
import time

from eras import Client
from memory import Site, free_port

USERS, RULES, TOOLS, PENDING = 10_000, 500, 2_000, 100_000
TEXT = "as long as a short result"


class Admin(http.client.HTTPConnection):
    """The admin socket, kept open."""

    def __init__(self, path):
        super().__init__("peta")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)

    def ask(self, method, path, body=None, kind="application/json"):
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        self.request(method, path, data, {"Content-Type": kind} if data else {})
        answer = self.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise SystemExit(f"governance: {method} {path}: {answer.status} {text[:300]!r}")
        return json.loads(text) if text else None


class Caller(Client):
    """One that sends an object of so many bytes."""

    def __init__(self, site, size, token=None):
        self.size = size
        site.token = token or site.token
        super().__init__(site, False, "down__echo")
        arguments = {"text": TEXT}
        if size:
            arguments |= {"amount": 12, "to": "ops@example.com", "items": [{"n": n, "name": f"item number {n}"} for n in range(size // 37)]}
        self.request = self.encode({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "down__echo", "arguments": arguments}})


def processor(pid):
    """Nanoseconds on a processor, of all threads."""
    total = 0
    for path in glob.glob(f"/proc/{pid}/task/*/schedstat"):
        try:
            with open(path, encoding="ascii") as file:
                total += int(file.read().split()[0])
        except FileNotFoundError:
            pass
    return total


def fill(site, content):
    """Users with rights and labels, and rules that look at everything but the arguments of the tool that is called."""
    admin = Admin(site.env["PETA_SOCKET"])
    for number in range(USERS - 1):
        user = f"user{number}"
        admin.ask("POST", "/v1/users", {"id": user, "labels": {"team": f"team{number % 40}"}})
        if number % 2:
            admin.ask("PUT", f"/v1/users/{user}/grants/down")
    for part in range(10):
        rules = []
        for number in range(RULES // 10):
            match = [f"server: \"other{number}*\"", f"tool: \"tool_{part}{number}_*\"", f"server: down, labels: {{team: team{number}x}}",
                     f"server: down, user: nobody{number}", f"server: down, role: admin, client: \"c{number}*\""][number % 5]
            rules.append(f"  - {{id: r{number}, match: {{{match}}}, effect: {{decision: deny, reason: bench}}}}")
        admin.ask("POST", f"/v1/policies?name=bench{part}", ("rules:\n" + "\n".join(rules)).encode(), "application/yaml")
    if content:
        text = """rules:
  - id: large
    match: { server: down, tool: echo }
    extract: { amount: { path: "args.amount", type: number } }
    when:
      - { left: "$amount", op: gt, right: 1000 }
      - { left: "$args.to", op: matches, right: "@(evil|bad)[.]example$" }
    effect: { decision: deny, reason: too much }
"""
        admin.ask("POST", "/v1/policies?name=content", text.encode(), "application/yaml")
    return admin


def spread(values):
    ordered = sorted(values)
    return {"p50_ms": statistics.median(ordered), "p99_ms": ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], "max_ms": ordered[-1]}


def timed(work):
    begin = time.monotonic()
    work()
    return (time.monotonic() - begin) * 1000


def changes(site, admin, samples):
    """How long each kind of change takes until it holds."""
    token = json.loads(site.said("token", "create", "user1", "--json"))["token"]
    own, site.token = site.token, token
    caller = Caller(site, 0, token)
    site.token = own

    def denied():
        return b"Unknown tool" in caller.exchange(caller.request)[1] or b"Denied by policy" in caller.exchange(caller.request)[1]

    rule = b"rules: [{id: now, match: {server: down, tool: echo}, effect: {decision: deny, reason: bench}}]"
    found = {name: [] for name in ("grant", "policy")}
    for _ in range(samples):
        found["grant"].append(timed(lambda: admin.ask("DELETE", "/v1/users/user1/grants/down")))
        if not denied():
            raise SystemExit("governance: a right that was taken away still holds")
        found["grant"].append(timed(lambda: admin.ask("PUT", "/v1/users/user1/grants/down")))
        if denied():
            raise SystemExit("governance: a right that was given does not hold")
        found["policy"].append(timed(lambda: admin.ask("POST", "/v1/policies?name=now", rule, "application/yaml")))
        if not denied():
            raise SystemExit("governance: a policy does not hold")
        found["policy"].append(timed(lambda: admin.ask("POST", "/v1/policies/now/archive")))
        if denied():
            raise SystemExit("governance: a policy that was archived still holds")
    return {name: spread(values) for name, values in found.items()}


def refusals(site, count=4000):
    """Whether the time of a refusal tells what is denied from what is missing: user0 has no right to the server."""
    token = json.loads(site.said("token", "create", "user0", "--json"))["token"]
    own, site.token = site.token, token
    caller = Caller(site, 0, token)
    site.token = own
    times = {"denied": [], "missing": []}
    names = {"denied": "down__echo", "missing": "down__ecko"}
    requests = {what: caller.encode({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": name, "arguments": {}}})
                for what, name in names.items()}
    answers = {what: caller.exchange(request) for what, request in requests.items()}
    bodies = {what: (head.split(b"Date:")[0], body) for what, (head, body) in answers.items()}
    if bodies["denied"] != bodies["missing"]:
        raise SystemExit(f"governance: denied and missing differ: {bodies}")
    for number in range(2 * count):
        what = ("denied", "missing")[number % 2]
        begin = time.perf_counter_ns()
        caller.exchange(requests[what])
        times[what].append((time.perf_counter_ns() - begin) / 1000)
    return {f"{what}_p50_us": statistics.median(values) for what, values in times.items()} | {
        "difference_us": statistics.median(times["denied"]) - statistics.median(times["missing"]),
        "spread_us": statistics.quantiles(times["missing"], n=4)[2] - statistics.quantiles(times["missing"], n=4)[0]}


def listing(peta):
    """What waits for people, at its most."""
    with tempfile.TemporaryDirectory(prefix="peta-approvals-") as tmp:
        port = free_port()
        env = dict(os.environ, PETA_DATA_DIR=f"{tmp}/data", PETA_SOCKET=f"{tmp}/admin.sock")
        with open(f"{tmp}/peta.yaml", "w", encoding="utf-8") as file:
            file.write("approvals: {holdSeconds: 0, pendingPerUser: 10000, perUserAndHour: 10000, expirySeconds: 86400}\n")
        gateway = subprocess.Popen(
            [peta, "serve", "--config", f"{tmp}/peta.yaml", "--listen", f"127.0.0.1:{port}"], env=env, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        atexit.register(gateway.kill)
        while subprocess.run([peta, "status"], env=env, capture_output=True).returncode:
            if gateway.poll() is not None:
                raise SystemExit("governance: the gateway does not start")
            time.sleep(0.02)
        run = lambda *words: subprocess.run([peta, *words], env=env, check=True, stdout=subprocess.PIPE, text=True).stdout
        run("server", "add", "down", "--", peta, "demo-server")
        admin = Admin(f"{tmp}/admin.sock")
        rule = b"rules: [{id: ask, match: {tool: echo}, effect: {decision: require_approval, reason: bench}}]"
        admin.ask("POST", "/v1/policies?name=ask", rule, "application/yaml")
        begin = time.monotonic()
        for number in range(PENDING // 10_000):
            admin.ask("POST", "/v1/users", {"id": f"user{number}"})
            admin.ask("PUT", f"/v1/users/user{number}/grants/down")
            site = type("Place", (), {"port": port, "token": json.loads(run("token", "create", f"user{number}", "--json"))["token"]})
            client = Caller(site, 0)
            for call in range(10_000):
                request = {"jsonrpc": "2.0", "id": call, "method": "tools/call",
                           "params": {"name": "down__echo", "arguments": {"text": f"call {call} of user {number}, which waits for somebody"}}}
                client.send(request)
        made = time.monotonic() - begin
        print(f"governance: {PENDING} requests wait after {made:.0f} s", flush=True)
        total = admin.ask("GET", "/v1/approvals?limit=1")["total"]
        if total != PENDING:
            raise SystemExit(f"governance: {total} wait instead of {PENDING}")
        times = {limit: spread([timed(lambda: admin.ask("GET", f"/v1/approvals?limit={limit}")) for _ in range(20)]) for limit in (200, 1000)}
        gateway.terminate()
        gateway.wait(60)
        return {"pending": PENDING, "calls_per_s": PENDING / made, "page_200": times[200], "page_1000": times[1000]}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("peta")
    parser.add_argument("programs")
    parser.add_argument("--out", required=True)
    parser.add_argument("--calls", type=int, default=5000)
    parser.add_argument("--rounds", type=int, default=9)
    given = parser.parse_args()
    os.environ["PETA_LOOPS"] = "1"
    sites = {name: Site(given.peta, given.programs, TOOLS) for name in ("bare", "loaded", "content")}
    for site in sites.values():
        for child in site.children:
            atexit.register(child.kill)
    admins = {name: fill(sites[name], name == "content") for name in ("loaded", "content")}
    cells = [("bare", 0), ("loaded", 0), ("bare", 2048), ("loaded", 2048), ("content", 2048)]
    callers = {cell: Caller(sites[cell[0]], cell[1]) for cell in cells}
    spent = {cell: [] for cell in cells}
    for cell in cells:
        callers[cell].calls(1000)
    print("governance: the gateways are filled", flush=True)
    for _ in range(given.rounds):
        for cell in cells:
            pid = sites[cell[0]].gateway.pid
            begin = processor(pid)
            callers[cell].calls(given.calls)
            spent[cell].append((processor(pid) - begin) / given.calls / 1000)

    def added(cell, base):
        return statistics.median(a - b for a, b in zip(spent[cell], spent[base]))

    found = {
        "when": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), "calls": given.calls, "rounds": given.rounds,
        "users": USERS, "rules": RULES, "tools": TOOLS,
        "call_us": {f"{name}_{size}": statistics.median(spent[name, size]) for name, size in cells},
        "added_us": added(("loaded", 0), ("bare", 0)), "added_2k_us": added(("loaded", 2048), ("bare", 2048)),
        "content_added_us": added(("content", 2048), ("bare", 2048)),
        "changes": changes(sites["loaded"], admins["loaded"], 30), "refusals": refusals(sites["loaded"]),
    }
    print(json.dumps(found, indent=1), flush=True)
    for site in sites.values():
        site.close()
    found["approvals"] = listing(given.peta)
    print(json.dumps(found["approvals"], indent=1))
    with open(given.out, "w", encoding="utf-8") as file:
        json.dump(found, file, indent=1)


if __name__ == "__main__":
    main()
