#!/usr/bin/env python3
"""Renders the bench's results as a Markdown page.

    performance.py [--requirements bench/requirements.json] [--version TEXT] DIRECTORY-OF-RESULTS > docs/performance.md

A result file is what bench.py writes with --out, one for each suite, and the others what
the programs of their names in bench/ write. Figures are medians over the runs taken while
the machine was calm (all runs where none was), as the bench itself counts them.
"""
import argparse
import json
import os
import platform
import re
import statistics
import sys

CALM = 0.3      # cores used by other programs, above which the bench puts a run aside
REFERENCES = ("direct", "nginx")
SUITES = {
    "http": "Downstream over Streamable HTTP",
    "catalog": "Downstream with 1,003 tools",
    "stdio": "Downstream as a child process",
}


def runs(results, gateway, scenario):
    good = [r for r in results.get(gateway, {}).get("runs", {}).get(scenario, []) if "failed" not in r]
    return [r for r in good if r["others_cores"] < CALM] or good


def median(results, gateway, scenario, metric):
    values = [r[metric] for r in runs(results, gateway, scenario) if r.get(metric) is not None]
    return statistics.median(values) if values else None


def shown(value, digits=2):
    return "" if value is None else f"{value:,.{digits}f}"


def ratio(results, gateway, scenario, metric, reference):
    own, other = median(results, gateway, scenario, metric), median(results, reference, scenario, metric)
    return own / other if own is not None and other else None


def machine():
    """This machine in a line: processor, cores, memory, kernel. Results keep it, since a page may be made elsewhere."""
    model, memory = platform.processor() or platform.machine(), 0.0
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            model = re.search(r"model name\s*:\s*(.*)", file.read()).group(1)
    except (OSError, AttributeError):
        pass
    try:
        with open("/proc/meminfo", encoding="utf-8") as file:
            memory = int(re.search(r"MemTotal:\s*(\d+)", file.read()).group(1)) / 2**20
    except (OSError, AttributeError):
        pass
    kernel = ".".join(platform.release().split(".")[:2])
    return f"{model}, {os.cpu_count() or 1} cores, {memory:.0f} GiB, Linux {kernel}"


def calls(results, scenario):
    """The rows of a scenario that counts calls, the fastest first."""
    lines = ["| gateway | per s | of direct | of nginx | p50 ms | p99 ms | CPU s/1000 | errors |", "|---|" + "---:|" * 7]
    rows = [(median(results, g, scenario, "per_s"), g) for g in results]
    for rate, gateway in sorted(((r, g) for r, g in rows if r is not None), reverse=True):
        cells = [shown(rate, 0)] + [shown(ratio(results, gateway, scenario, "per_s", r)) for r in REFERENCES]
        cells += [shown(median(results, gateway, scenario, m), d) for m, d in (("p50_ms", 2), ("p99_ms", 2), ("cpu_s_per_1000", 3))]
        lines.append(f"| {gateway} | " + " | ".join(cells) + f" | {sum(r['errors'] for r in runs(results, gateway, scenario))} |")
    return lines


def sessions(results, scenario):
    """The rows of a scenario that holds idle sessions, the leanest first."""
    lines = ["| gateway | sessions | streams | KiB a session | PSS MiB, none held | PSS MiB, held |", "|---|" + "---:|" * 5]
    rows = [(median(results, g, scenario, "kib_per_session"), g) for g in results]
    for size, gateway in sorted((r, g) for r, g in rows if r is not None):
        cells = [shown(median(results, gateway, scenario, m), d) for m, d in (("held", 0), ("streams", 0))] + [shown(size, 1)]
        cells += [shown(median(results, gateway, scenario, m), 1) for m in ("pss_before_mib", "pss_held_mib")]
        lines.append(f"| {gateway} | " + " | ".join(cells) + " |")
    return lines


def starting(results):
    lines = ["| gateway | start to first right answer s | PSS MiB, idle | PSS MiB, after load |", "|---|---:|---:|---:|"]
    for gateway, row in results.items():
        if row["kind"] != "direct" and row["startup_s"]:
            cells = [shown(statistics.median(row[k]), d) if row.get(k) else "" for k, d in (("startup_s", 2), ("pss_idle_mib", 1), ("pss_after_mib", 1))]
            lines.append(f"| {gateway} | " + " | ".join(cells) + " |")
    return lines


def reach(wanted, suites, memory):
    if wanted["suite"] == "memory":
        return memory.get(wanted["metric"])
    results = suites.get(wanted["suite"], {}).get("results", {})
    if "scenario" not in wanted:
        values = results.get(wanted["gateway"], {}).get(wanted["metric"])
        return statistics.median(values) if values else None
    key = (wanted["gateway"], wanted["scenario"], wanted["metric"])
    return ratio(results, *key, wanted["of"]) if "of" in wanted else median(results, *key)


def requirement(wanted, suites, memory):
    """One row of the table of requirements."""
    reached = reach(wanted, suites, memory)
    unit = f" of {wanted['of']}" if "of" in wanted else ""
    low, high = wanted.get("at_least"), wanted.get("at_most")
    bound = f"at least {low:g}{unit}" if low is not None else f"at most {high:g}{unit}"
    if reached is None:
        verdict = "not measured"
    else:
        verdict = "yes" if (low is None or reached >= low) and (high is None or reached <= high) else "**no**"
    return f"| {wanted['what']} | {wanted['metric']} | {bound} | {shown(reached)} | {verdict} |"


def failures(results):
    for gateway, row in results.items():
        for text in row["failures"]:
            yield f"- {gateway}: {text}"
        for scenario, taken in row["runs"].items():
            for run in taken:
                if "failed" in run:
                    yield f"- {gateway}, {scenario}: {run['failed']}"


def remembered(memory):
    """The section of memory.py's figures."""
    return [
        "", "## Memory over time, and many tools", "",
        f"Resident memory of the gateway: {shown(memory['fresh_mib'], 1)} MiB after the first call; {shown(memory['after_mib'], 1)} MiB after",
        f"{memory['calls']:,} calls and {memory['sessions']:,} opened and closed sessions. Each of {memory['idle_sessions']:,} idle sessions with an open",
        f"event stream costs {shown(memory['idle_kib_per_session'], 1)} KiB. At 16 sessions {shown(memory['per_s_13_tools'], 0)} calls a second with 13 tools,",
        f"{shown(memory['per_s_10000_tools'], 0)} with 10,000.",
    ]


def both(eras):
    """The section of eras.py's figures."""
    lines = [
        "", "## Both eras", "",
        f"Processor time of the gateway for a small call, from one client at a time ({eras['rounds']} rounds of {eras['calls']:,} calls, medians). Resident",
        f"memory was {shown(eras['rss_before_mib'], 1)} MiB before them and {shown(eras['rss_after_mib'], 1)} MiB after.", "",
        "| server | legacy client µs | modern client µs | modern of legacy |", "|---|---:|---:|---:|",
    ]
    for cell in eras["cells"]:
        lines.append(
            f"| {cell['server']} | {shown(cell['legacy_us'], 1)} | {shown(cell['modern_us'], 1)} | {shown(cell['modern_of_legacy'])} |")
    return lines


def changed(changes):
    """The section of changes.py's figures."""
    lines = [
        "", "## Changes", "",
        "From the moment before a change to the arrival of `list_changed` at a client, for a user who has a legacy session with its stream and",
        f"a modern listen open at once ({changes['samples']} changes of each kind; each client was told once of each). The call that changes a server, or the",
        "start of the command's process, is in the time. Changes follow each other after 20 to 400 ms; a server's lists are read at most every 200 ms.", "",
        "| client | what changed | p50 ms | p99 ms | max ms |", "|---|---|---:|---:|---:|",
    ]
    for cell in changes["cells"]:
        lines.append(f"| {cell['client']} | {cell['change']} | " + " | ".join(shown(cell[m], 1) for m in ("p50_ms", "p99_ms", "max_ms")) + " |")
    return lines


def governed(governance):
    """The section of governance.py's figures."""
    call, changes, approvals = governance["call_us"], governance["changes"], governance["approvals"]
    size = f"{governance['users']:,} users, {governance['rules']} rules and {governance['tools']:,} tools"
    lines = [
        "", "## Rights, policy and approvals", "",
        f"Processor time of the gateway for one small call, {governance['rounds']} rounds of {governance['calls']:,} calls in turn, medians: with nothing but an",
        f"owner beside {size}. Added is the median of the differences, round by round.", "",
        "| call | bare, us | governed, us | added, us | wanted |", "|---|---:|---:|---:|---:|",
        f"| small, no content rule for its tool | {shown(call['bare_0'], 1)} | {shown(call['loaded_0'], 1)} | {shown(governance['added_us'], 1)} | 3 |",
        f"| 2 KB of arguments, no content rule | {shown(call['bare_2048'], 1)} | {shown(call['loaded_2048'], 1)} | {shown(governance['added_2k_us'], 1)} | 3 |",
        f"| 2 KB of arguments, a content rule | {shown(call['bare_2048'], 1)} | {shown(call['content_2048'], 1)} | {shown(governance['content_added_us'], 1)} | 30 |",
        "", f"What takes how long at that size, and with {approvals['pending']:,} calls that wait for a person:", "",
        "| what | p50 ms | p99 ms | max ms | wanted |", "|---|---:|---:|---:|---:|",
    ]
    rows = [("a grant that is given or taken holds", changes["grant"]), ("a policy that is applied or archived holds", changes["policy"]),
            ("the first 200 that wait are listed", approvals["page_200"]), ("the first 1,000 that wait are listed", approvals["page_1000"])]
    for name, cell in rows:
        lines.append(f"| {name} | " + " | ".join(shown(cell[m], 1) for m in ("p50_ms", "p99_ms", "max_ms")) + " | 50 |")
    refused = governance["refusals"]
    lines += [
        "", f"A refusal of what is denied takes {shown(refused['denied_p50_us'], 1)} us at the client, of what is missing {shown(refused['missing_p50_us'], 1)}"
        f" (difference {shown(refused['difference_us'], 2)}, half of all within {shown(refused['spread_us'], 1)}); the bytes are the same."]
    lines += ["", f"Requests for approval were made at {shown(approvals['calls_per_s'], 0)} a second by one client."]
    return lines


def owned(appliance):
    """The section of appliance.py's figures."""
    commands = appliance["commands"]
    lines = [
        "", "## As a thing to own", "",
        f"On {appliance['machine']}, {appliance['time'][:10]}.",
        f"Whole processes, from fork to exit, {appliance['runs']} runs each; the shell until its prompt. Stripped, the binary has "
        f"{appliance['binary_bytes'] / 2**20:,.1f} MiB"
        + (f" (its package {appliance['package_bytes'] / 2**20:,.1f} MiB)" if "package_bytes" in appliance else "")
        + f" and needs {len(appliance['libraries'])} libraries of the system: {', '.join(appliance['libraries'])}.",
        f"Resident after the start {appliance['resident_fresh_bytes'] / 2**20:,.1f} MiB, with two servers and 20 users "
        f"{appliance['resident_two_servers_bytes'] / 2**20:,.1f} MiB, {appliance['threads']} threads.", "",
        "| what | median ms | p95 ms | worst ms | wanted | met |", "|---|---:|---:|---:|---:|---|",
    ]
    rows = [
        ("`/bin/true`, for comparison", commands["true"], None), ("`peta version`", commands["version"], None),
        ("`peta status`", commands["status"], 30), ("`peta server list`", commands["server_list"], None),
        ("completion of servers", commands["complete_servers"], 30), ("completion of users", commands["complete_users"], 30),
        ("completion of flags", commands["complete_flags"], 30),
        ("`peta shell` to its prompt", commands["shell"], 50), ("first start of the gateway", appliance["first_start"], None),
        ("start of the gateway", appliance["start"], None),
    ]
    for name, cell, wanted in rows:
        met = "" if wanted is None else "yes" if cell["p95_ms"] < wanted else "no"
        figures = " | ".join(shown(cell[m], 1) for m in ("median_ms", "p95_ms", "worst_ms"))
        lines.append(f"| {name} | {figures} | {wanted or ''} | {met} |")
    return lines


def audited(audit):
    """The section of audit.py's figures."""
    lines = [
        "", "## People and a long audit log", "",
        f"On {audit['machine']}, {audit['when'][:10]}. {audit['records']:,} records, a database of {audit['database_mib']:,} MiB; each command "
        f"{audit['rounds']} times, from start to exit. Memory: the most that the command was resident, and the most that the gateway grew meanwhile. "
        f"Wanted of a report: 5 s, 200 MiB together. The page has {audit['report_kib']:,} KiB.", "",
        "| what | median s | worst s | command MiB | gateway MiB more |", "|---|---:|---:|---:|---:|",
    ]
    names = {
        "report": "`audit report`, all", "report_verified": "`audit report --verify`, all", "stats_day": "`audit stats`, a day",
        "stats_all": "`audit stats`, all", "export_ndjson": "`audit export`", "export_csv": "`audit export --format csv`",
        "verify": "`audit verify`",
    }
    for name, title in names.items():
        cell = audit["commands"][name]
        figures = " | ".join([shown(cell["median_s"]), shown(cell["max_s"]), shown(cell["command_mib"], 1), shown(cell["added_mib"], 1)])
        lines.append(f"| {title} | {figures} |")
    return lines


def backed(backup):
    """The section of backup.py's figures."""
    slower = 1 - backup["during_of_without"]
    pairs = ", ".join(f"{(1 - ratio) * 100:.1f} %" for ratio in backup["ratios"])
    return [
        "", "## Backups while calls go on", "",
        f"On {backup['machine']}, {backup['when'][:10]}. A database of {backup['database_bytes'] / 2**20:,.0f} MiB, 16 sessions that call without a "
        f"pause; windows of {backup['seconds']} s with and without backups take turns, {backup['rounds']} of each.", "",
        "| what | figure | wanted | met |", "|---|---:|---:|---|",
        f"| calls a second without a backup | {shown(backup['per_s_without'], 0)} | | |",
        f"| calls a second during backups | {shown(backup['per_s_during'], 0)} | | |",
        f"| pairs of windows, slower by | {pairs} | | |",
        f"| calls are slower by, the median of them | {slower * 100:.1f} % | 10 % | {'yes' if slower < 0.1 else 'no'} |",
        f"| a backup while nothing goes on, s | {shown(backup['idle_create_s'], 1)} | | |",
        f"| a backup while calls go on, s | {shown(backup['busy_create_s'], 1)} | | |",
        f"| the write-ahead log at its longest, MiB | {backup['log_bytes'] / 2**20:,.0f} | | |",
        f"| `peta backup verify`, s | {shown(backup['verify_s'], 1)} | | |",
        f"| `peta backup restore`, s | {shown(backup['restore_s'], 1)} | | |",
    ]


def earlier(before):
    """The section of a run beside an earlier build (bench.sh with PETA_BENCH_BEFORE)."""
    lines = [
        "", "## Beside an earlier build", "",
        f"This build and that of {before['of']}, in turn in one run. Throughput and processor time as ratios to nginx in the same run.", "",
        "| scenario | per s, before | now | CPU, before | now | p99 ms, before | now |", "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for suite in before["suites"].values():
        results = suite["results"]
        for scenario in results["nginx"]["runs"]:
            cells = []
            for metric in ("per_s", "cpu_s_per_1000"):
                cells += [shown(ratio(results, build, scenario, metric, "nginx")) for build in ("before", "peta")]
            cells += [shown(median(results, build, scenario, "p99_ms")) for build in ("before", "peta")]
            lines.append(f"| {scenario} | " + " | ".join(cells) + " |")
    return lines


# What the programs of these names in bench/ found out, in the order of the page.
SECTIONS = {
    "memory": remembered, "appliance": owned, "audit": audited, "backup": backed, "eras": both, "changes": changed,
    "governance": governed, "before": earlier,
}


def render(suites, requirements, version, parts):
    when = max(s["when"] for s in suites.values())
    out = [
        "# Performance", "",
        "Written by `make bench`; do not edit. Load generator, gateway and downstream server share one machine, so read the",
        "ratios to the references of the same run, not the absolute figures: `direct` is the downstream without a gateway,",
        "`nginx` a reverse proxy that compares one bearer header.", "",
        f"- date: {when}", f"- machine: {parts.pop('machine', machine())}; what was measured on another one says so",
    ]
    out += [f"- version: {version}"] if version else []
    out += ["- rounds: " + ", ".join(f"{name} {s['rounds']} of {s['seconds']:g} s" for name, s in suites.items())]
    if requirements:
        out += ["", "## What was asked, and what was reached", "", "| what | figure | wanted | reached | met |", "|---|---|---|---:|---|"]
        out += [requirement(r, suites, parts.get("memory")) for r in requirements]
    for name, section in SECTIONS.items():
        out += section(parts[name]) if name in parts else []
    for name, title in SUITES.items():
        if name not in suites:
            continue
        results = suites[name]["results"]
        out += ["", f"## {title}"]
        for scenario in dict.fromkeys(s for row in results.values() for s in row["runs"]):
            idle = any("kib_per_session" in r for g in results for r in runs(results, g, scenario))
            out += ["", f"### {scenario}", ""] + (sessions if idle else calls)(results, scenario)
        out += ["", "### start-up and memory", ""] + starting(results)
        failed = list(failures(results))
        if failed:
            out += ["", "### what failed", ""] + failed
        notes = [f"- {g}: {row['note']}" for g, row in results.items() if row.get("note")]
        out += [""] + notes if notes else []
    return "\n".join(out) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    here = os.path.dirname(os.path.abspath(__file__))
    parser.add_argument("--requirements", default=os.path.join(here, "..", "bench", "requirements.json"))
    parser.add_argument("--version", default="")
    parser.add_argument("directory", nargs="?")
    parser.add_argument("--machine", action="store_true", help="print this machine as JSON, for machine.json, and nothing else")
    given = parser.parse_args()
    if given.machine:
        print(json.dumps(machine()))
        return
    suites = {}
    for name in SUITES:
        path = os.path.join(given.directory, name + ".json")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                suites[name] = json.load(file)
    if not suites:
        sys.exit(f"performance: no results in {given.directory}")
    with open(given.requirements, encoding="utf-8") as file:
        requirements = json.load(file)
    more = {}
    for name in ("machine", *SECTIONS):
        path = os.path.join(given.directory, name + ".json")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                more[name] = json.load(file)
    sys.stdout.write(render(suites, requirements, given.version, more))


if __name__ == "__main__":
    main()
