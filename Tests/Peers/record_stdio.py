#!/usr/bin/env python3
"""Stands between a client and a stdio server, passes every line on unchanged and writes the messages down for judge.py.

    record_stdio.py LOG COMMAND [ARGUMENT...]

Lines that are not JSON are passed on and not written down. Ends as the server does.
"""
import json
import subprocess
import sys
import threading

from recording import Recorder


def copy(direction, source, target, recorder, lock):
    try:
        for line in source:
            try:
                message = json.loads(line)
            except ValueError:
                message = None
            if message is not None:
                with lock:
                    recorder.note(direction, message, "stdio")
            target.write(line)
            target.flush()
    except (BrokenPipeError, ValueError):
        pass
    if direction == "client":
        target.close()


def main():
    recorder, lock = Recorder(sys.argv[1]), threading.Lock()
    server = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    threading.Thread(target=copy, args=("client", sys.stdin.buffer, server.stdin, recorder, lock), daemon=True).start()
    copy("server", server.stdout, sys.stdout.buffer, recorder, lock)
    sys.exit(server.wait())


if __name__ == "__main__":
    main()
