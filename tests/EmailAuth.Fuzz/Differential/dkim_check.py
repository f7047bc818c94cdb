"""Checks messages with dkimpy: one JSON object a line in, one a line out, in the same order.

In: {"message": base64, "zone": {name: text}, "now": seconds}. Out: a result and a text for each signature; the result is "pass", "fail", or
"error" with what was wrong. Null for a message that dkimpy does not read.
"""
import base64
import json
import sys
import time

import dkim

ZONE = {}


def text(name, timeout=5):
    return ZONE.get(name.decode("latin-1").rstrip(".").lower(), "").encode("latin-1", "replace")


def verify(message, index):
    try:
        return ["pass" if dkim.DKIM(message).verify(idx=index, dnsfunc=text) else "fail", ""]
    except Exception as error:  # a crash is a difference like any other
        return ["error", f"{type(error).__name__}: {error}"]


def check(message):
    try:
        count = sum(name.lower() == b"dkim-signature" for name, _ in dkim.DKIM(message).headers)
    except Exception:
        return None
    return [verify(message, index) for index in range(min(count, 10))]


for line in sys.stdin:
    case = json.loads(line)
    ZONE = case["zone"]
    time.time = lambda: case["now"]
    print(json.dumps(check(base64.b64decode(case["message"]))))
