#!/usr/bin/env python3
"""emailauth_filter.py CONFIGURATION CLIENT_IP HELO MAIL_FROM < MESSAGE > MESSAGE

Writes the message with our Authentication-Results at its top and without fields that only we may write; with X-EmailAuth-Quarantine if it belongs
into a folder for suspicious mail. Exit codes as of sysexits.h: 75 try again later, 77 refused, with the reason on the standard error. By ctypes:
nothing but Python and libemailauth.so.1 is needed.
"""
import contextlib
import ctypes
import os
import re
import sys
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_uint32, c_void_p

ACCEPT, QUARANTINE, REJECT, TEMPFAIL = range(4)
MAX_BYTES = 50 * 1024 * 1024
TEXT, OUT_TEXT = (c_char_p, c_size_t), (POINTER(c_char_p), POINTER(c_size_t))


class Field(ctypes.Structure):
    _fields_ = [("index", c_uint32), ("occurrence", c_uint32), ("name", c_char_p), ("name_length", c_size_t),
                ("reason", c_char_p), ("reason_length", c_size_t)]


class EmailAuthError(Exception):
    """A call failed, which is never the sender's fault."""


class Library:
    """The functions that are used, each with its types: without them ctypes cuts handles to 32 bits."""

    FUNCTIONS = {
        "pipeline_from_file": (*TEXT, POINTER(c_void_p)),
        "session_new": (c_void_p, *TEXT, *TEXT, POINTER(c_void_p)),
        "session_header": (c_void_p, *TEXT, *TEXT),
        "session_complete": (c_void_p, POINTER(c_void_p)),
        "result_action": (c_void_p, POINTER(c_int)),
        "result_field_count": (c_void_p, POINTER(c_size_t)),
        "result_field": (c_void_p, c_size_t, POINTER(Field)),
        **dict.fromkeys(["session_mail_from", "session_body"], (c_void_p, *TEXT)),
        **dict.fromkeys(["session_end_of_headers", "session_free", "result_free"], (c_void_p,)),
        **dict.fromkeys(["result_header", "result_extended_header", "result_smtp_reply", "result_reason_code"], (c_void_p, *OUT_TEXT)),
    }

    def __init__(self, path):
        self.library = ctypes.CDLL(path)
        self.library.emailauth_last_error.argtypes = TEXT
        self.library.emailauth_last_error.restype = c_size_t
        for name, arguments in self.FUNCTIONS.items():
            getattr(self.library, "emailauth_" + name).argtypes = arguments

    def call(self, name, *arguments, out=None):
        """Calls a function; each bytes argument goes with its length, and what the function writes into out is returned."""
        flat = [part for value in arguments for part in ((value, len(value)) if isinstance(value, bytes) else (value,))]
        if getattr(self.library, "emailauth_" + name)(*flat, *([byref(out)] if out is not None else [])) != 0:
            error = ctypes.create_string_buffer(512)
            self.library.emailauth_last_error(error, len(error))
            raise EmailAuthError(f"{name}: {error.value.decode(errors='replace')}")
        return out

    def text(self, name, result):
        pointer, length = c_char_p(), c_size_t()
        self.call(name, result, byref(pointer), byref(length))
        return pointer.value


def authenticate(library, pipeline, client, helo, mail_from, message):
    """The action, the SMTP reply of a refusal, and the message as it is handed on; both messages with CRLF. The pipeline serves any number of messages."""
    header, _, body = message.partition(b"\r\n\r\n")
    fields = re.split(rb"\r\n(?![ \t])", header.removesuffix(b"\r\n"))
    # With LF a line that begins with CR would look like an empty one.
    if not all(b":" in field and not field.startswith(b"\r") for field in fields):
        return REJECT, "550 5.6.0 A line of the header is not a field", message
    with contextlib.ExitStack() as handles:
        # Mail that no client brought: Postfix says so with an empty text or with this word.
        session = library.call("session_new", pipeline, *([None, 0] if client in (b"", b"unknown") else [client]), helo, out=c_void_p())
        handles.callback(library.call, "session_free", session)
        library.call("session_mail_from", session, mail_from)
        for field in fields:
            library.call("session_header", session, *field.split(b":", 1))
        library.call("session_end_of_headers", session)
        library.call("session_body", session, body)
        result = library.call("session_complete", session, out=c_void_p())
        handles.callback(library.call, "result_free", result)
        action = library.call("result_action", result, out=c_int()).value
        removable = range(library.call("result_field_count", result, out=c_size_t()).value)
        removed = {library.call("result_field", result, number, out=Field()).index for number in removable}
        aside = b"X-EmailAuth-Quarantine: reason=" + library.text("result_reason_code", result) if action == QUARANTINE else None
        added = filter(None, [library.text("result_header", result), library.text("result_extended_header", result), aside])
        handed_on = [*added, *(field for index, field in enumerate(fields) if index not in removed), b"", body]
        return action, (library.text("result_smtp_reply", result) or b"").decode(), b"\r\n".join(handed_on)


def main(configuration, client, helo, mail_from):
    arrived = sys.stdin.buffer.read(MAX_BYTES + 1)
    if len(arrived) > MAX_BYTES:
        print("5.3.4 The message is too big", file=sys.stderr)
        return os.EX_DATAERR
    library = Library(os.environ.get("EMAILAUTH_LIBRARY", "libemailauth.so.1"))
    pipeline = library.call("pipeline_from_file", os.fsencode(configuration), out=c_void_p())
    # With CRLF, as mail travels: signatures are made over that.
    action, reply, message = authenticate(library, pipeline, *map(os.fsencode, (client, helo, mail_from)), re.sub(rb"\r?\n", b"\r\n", arrived))
    if action in (REJECT, TEMPFAIL):
        print(reply.split(" ", 1)[1], file=sys.stderr)
        return os.EX_NOPERM if action == REJECT else os.EX_TEMPFAIL
    # A file with a buffer, which writes all or fails: sys.stdout may have none (PYTHONUNBUFFERED), and then writes a part.
    with open(sys.stdout.fileno(), "wb", closefd=False) as output:
        output.write(message.replace(b"\r\n", b"\n"))
    return os.EX_OK


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    try:
        sys.exit(main(*sys.argv[1:]))
    except (EmailAuthError, OSError) as error:
        # What goes wrong here is not the sender's fault: the message is tried again later.
        print(f"4.3.0 {error}", file=sys.stderr)
        sys.exit(os.EX_TEMPFAIL)
