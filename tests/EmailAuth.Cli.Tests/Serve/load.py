#!/usr/bin/env python3
"""Sends many messages through `emailauth serve`, compares every verdict, and prints times and memory.

load.py COUNT IDLE COMMAND [ARGUMENT...]   COMMAND is emailauth, or what runs it. IDLE: seconds to wait before memory is read for the last time.
The exit code is 1 when a verdict is wrong or the service does not end well.
"""
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "src" / "Samples" / "Serve"))
from check import Checker  # noqa: E402

CALLERS = 4
ENVELOPE = ("mail.football.example.com", "joe@football.example.com")
GENUINE = (ROOT / "testdata" / "messages" / "rfc8463-a3.eml").read_bytes()


def message_of(number):
    """A message with the client and the action that is right for it: each tenth has 1 MB, each hundredth 10 MB."""
    size = 10_000_000 if number % 100 == 99 else 1_000_000 if number % 10 == 9 else 0
    if size:
        return GENUINE + (b"x" * 70 + b"\r\n") * (size // 72), "198.51.100.9", "reject"
    return GENUINE, "192.0.2.1", "accept"


def memory(pid, name):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) // 1024
    return 0


def call(path, numbers, times, faults):
    checker = Checker(path)
    for number in numbers:
        message, client, action = message_of(number)
        started = time.perf_counter()
        outcome = checker.check(message, client, *ENVELOPE, queue_id=str(number))
        if len(message) == len(GENUINE):
            times.append(time.perf_counter() - started)
        if outcome["disposition"]["action"] != action:
            faults.append(f"message {number}: {outcome['disposition']}")


def main(count, idle, command):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "serve.sock")
        arguments = ["serve", "--listen", "unix:" + path, "--zone", str(ROOT / "testdata" / "zones" / "rfc8463.json"), "--authserv-id", "mx.example.org"]
        with subprocess.Popen([*command, *arguments], stderr=subprocess.PIPE, text=True) as service:
            first = service.stderr.readline()
            if "serving at" not in first:
                sys.exit(f"the service did not start: {first}{service.stderr.read()}")
            lines = []
            reader = threading.Thread(target=lambda: lines.extend(line for line in service.stderr if "football.example.com" not in line))
            reader.start()
            rest = memory(service.pid, "VmRSS")
            times, faults = [], []
            started = time.perf_counter()
            callers = [threading.Thread(target=call, args=(path, range(n, count, CALLERS), times, faults)) for n in range(CALLERS)]
            for caller in callers:
                caller.start()
            for caller in callers:
                caller.join()
            seconds = time.perf_counter() - started
            peak = memory(service.pid, "VmHWM")
            time.sleep(idle)
            after = memory(service.pid, "VmRSS")
            service.send_signal(signal.SIGTERM)
            code = service.wait()
            reader.join()
    times.sort()
    print(f"{count} messages in {seconds:.1f} s, {CALLERS} at a time; {len(times)} of them small")
    print(f"small messages: median {times[len(times) // 2] * 1000:.1f} ms, p99 {times[len(times) * 99 // 100] * 1000:.1f} ms, longest {times[-1] * 1000:.1f} ms")
    print(f"memory: {rest} MB at rest, {peak} MB at most, {after} MB {idle} s after the last message")
    print(f"exit code {code}; {len(faults)} wrong verdicts")
    if faults or code or len(times) < count * 8 // 10:
        sys.exit("\n".join(faults[:10]) + "".join(lines))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
