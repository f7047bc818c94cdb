"""Checks messages with dkimpy: one JSON object a line in, one a line out, in the same order.

In: {"message": base64, "zone": {name: text}, "now": seconds}. Out: {"dkim": [[result, message], ...], "arc": [status, message]}; a result is
"pass", "fail", or "error" with what was wrong.
"""
import base64
import json
import sys
import time

import dkim

ZONE = {}


def text(name, timeout=5):
    return ZONE.get(name.decode("latin-1").rstrip(".").lower(), "").encode("latin-1", "replace")


def one(check):
    try:
        result = check()
        return ["pass" if result is True else "fail", ""] if not isinstance(result, tuple) else [result[0].decode(), result[2] or ""]
    except Exception as error:  # a crash is a difference like any other
        return ["error", f"{type(error).__name__}: {error}"]


def check(message):
    try:
        count = sum(name.lower() == b"dkim-signature" for name, _ in dkim.DKIM(message).headers)
    except Exception as error:
        return {"dkim": None, "arc": ["error", f"{type(error).__name__}: {error}"]}
    return {
        "dkim": [one(lambda: dkim.DKIM(message).verify(idx=index, dnsfunc=text)) for index in range(min(count, 10))],
        "arc": one(lambda: dkim.ARC(message).verify(dnsfunc=text)),
    }


for line in sys.stdin:
    case = json.loads(line)
    ZONE = case["zone"]
    time.time = lambda: case["now"]
    print(json.dumps(check(base64.b64decode(case["message"]))))
