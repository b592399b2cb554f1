#!/usr/bin/env python3
"""Measures Peta as a thing to own: the stripped binary, its start, its memory, and how long the commands take that people wait for.

    appliance.py PETA --out appliance.json

Times are of whole processes, from fork to exit, medians over the runs and the slowest of them. A bare process that does nothing
(/bin/true) is measured in the same run, so that the machine's own share can be seen.
"""
import argparse
import datetime
import json
import os
import pty
import select
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def figures(seconds):
    ordered = sorted(seconds)
    return {"median_ms": 1000 * statistics.median(ordered), "p95_ms": 1000 * ordered[int(len(ordered) * 0.95)], "worst_ms": 1000 * ordered[-1]}


def timed(command, env, runs):
    taken = []
    for _ in range(runs + 3):
        begin = time.perf_counter()
        done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
        taken.append(time.perf_counter() - begin)
        if done.returncode:
            raise SystemExit(f"appliance: {' '.join(command)} ended with {done.returncode}: {done.stderr.decode()}")
    # The first ones warm the page cache.
    return figures(taken[3:])


def shell_start(peta, env, runs):
    """From fork to the prompt in a pseudo-terminal."""
    taken = []
    for _ in range(runs + 3):
        begin = time.perf_counter()
        pid, terminal = pty.fork()
        if pid == 0:
            os.execve(peta, [peta, "shell"], dict(env, TERM="xterm"))
        seen = b""
        while b"> " not in seen:
            ready, _, _ = select.select([terminal], [], [], 10)
            if not ready:
                raise SystemExit(f"appliance: the shell shows no prompt: {seen!r}")
            seen += os.read(terminal, 4096)
        taken.append(time.perf_counter() - begin)
        os.write(terminal, b"\x04")
        while True:
            try:
                if not os.read(terminal, 4096):
                    break
            except OSError:
                break
        os.waitpid(pid, 0)
        os.close(terminal)
    return figures(taken[3:])


def resident(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as file:
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith("VmRSS"))


def serve(peta, env, folder):
    """Starts a gateway; the seconds until it says that it is ready."""
    read, write = os.pipe()
    begin = time.perf_counter()
    child = subprocess.Popen(
        [peta, "serve", "--listen", f"127.0.0.1:{free_port()}", "--data-dir", f"{folder}/data", "--admin-socket", f"{folder}/admin.sock"],
        env=env, stdin=subprocess.DEVNULL, stdout=write, stderr=write)
    os.close(write)
    seen = b""
    while b"serves MCP at" not in seen:
        part = os.read(read, 4096)
        if not part:
            raise SystemExit(f"appliance: the gateway does not start: {seen.decode()}")
        seen += part
    taken = time.perf_counter() - begin
    return child, read, taken


def main():
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("peta")
    asked.add_argument("--out", required=True)
    asked.add_argument("--runs", type=int, default=100)
    options = asked.parse_args()

    with tempfile.TemporaryDirectory(prefix="peta-appliance-") as folder:
        peta = f"{folder}/peta"
        subprocess.run(["strip", options.peta, "-o", peta], check=True)
        env = {"PATH": os.environ["PATH"], "HOME": folder, "PETA_DATA_DIR": f"{folder}/data", "PETA_SOCKET": f"{folder}/admin.sock",
               "XDG_STATE_HOME": f"{folder}/state", "LANG": "C.UTF-8"}
        result = {
            "time": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"),
            "machine": json.loads(subprocess.run(
                ["scripts/performance.py", "--machine"], check=True, capture_output=True, text=True).stdout),
            "binary_bytes": os.path.getsize(peta),
            "libraries": sorted(
                line.split()[0] for line in subprocess.run(["ldd", peta], check=True, capture_output=True, text=True).stdout.splitlines()
                if "=>" in line),
            "runs": options.runs,
        }
        packages = shutil.which("dpkg-deb") and subprocess.run(
            ["scripts/deb.sh", options.peta, folder], check=True, capture_output=True, text=True).stdout.split()
        if packages:
            result["package_bytes"] = os.path.getsize(packages[-1])
        starts = []
        for _ in range(5):
            shutil.rmtree(f"{folder}/data", ignore_errors=True)
            child, pipe, taken = serve(peta, env, folder)
            starts.append(taken)
            child.send_signal(signal.SIGTERM)
            child.wait()
            os.close(pipe)
        result["first_start"] = figures(starts)
        again = []
        for _ in range(5):
            child, pipe, taken = serve(peta, env, folder)
            again.append(taken)
            child.send_signal(signal.SIGTERM)
            child.wait()
            os.close(pipe)
        result["start"] = figures(again)
        child, pipe, _ = serve(peta, env, folder)
        try:
            time.sleep(2)
            result["resident_fresh_bytes"] = resident(child.pid)
            for name in ("alpha", "beta"):
                subprocess.run([peta, "server", "add", name, "--", peta, "demo-server"], env=env, check=True, capture_output=True)
            for number in range(20):
                subprocess.run([peta, "user", "add", f"user{number}"], env=env, check=True, capture_output=True)
            result["resident_two_servers_bytes"] = resident(child.pid)
            commands = {
                "true": ["/bin/true"], "version": [peta, "version"], "status": [peta, "status"], "server_list": [peta, "server", "list"],
                "complete_servers": [peta, "complete-words", "zsh", "--", "peta", "server", "show", ""],
                "complete_users": [peta, "complete-words", "bash", "--", "peta user show user1"],
                "complete_flags": [peta, "complete-words", "fish", "--", "peta", "server", "add", "--"],
            }
            for name, words in commands.items():
                if name.startswith("complete") and len(subprocess.run(words, env=env, check=True, capture_output=True).stdout.split()) < 2:
                    raise SystemExit(f"appliance: {' '.join(words)} offers nothing")
            result["commands"] = {name: timed(command, env, options.runs) for name, command in commands.items()}
            result["commands"]["shell"] = shell_start(peta, env, options.runs)
            with open(f"/proc/{child.pid}/status", encoding="ascii") as file:
                result["threads"] = next(int(line.split()[1]) for line in file if line.startswith("Threads"))
        finally:
            child.send_signal(signal.SIGTERM)
            child.wait()
            os.close(pipe)
    with open(options.out, "w", encoding="utf-8") as file:
        json.dump(result, file, indent=1)
        file.write("\n")
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
