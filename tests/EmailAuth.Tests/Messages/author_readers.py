"""Reads From values, base64, a line each; writes what Python's email shows, a line of JSON each: {"reader": ["address", ...]}."""
import base64
import email
import email.policy
import email.utils
import json
import sys


def text(value):
    """What was kept of octets beyond ASCII."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def field(message):
    """The field as it is; as an object it would lose the octets beyond ASCII."""
    return dict(email.message_from_bytes(message).raw_items())["From"]


def old(message):
    return [email.utils.parseaddr(field(message))[1]]


def old_list(message):
    return [address for _, address in email.utils.getaddresses([field(message)])]


def new(message):
    return [address.addr_spec for address in email.message_from_bytes(message, policy=email.policy.default)["From"].addresses]


def shown(reader, message):
    try:
        return [text(address) for address in reader(message)]
    except Exception:  # what its parser throws differs from version to version; nothing is shown then
        return []


for line in sys.stdin:
    written = b"From: " + base64.b64decode(line) + b"\r\nSubject: x\r\n\r\nx\r\n"
    print(json.dumps({"parseaddr": shown(old, written), "getaddresses": shown(old_list, written), "policy.default": shown(new, written)}))
