"""The C interface from Python, by ctypes: python3 every_call.py LIBRARY MESSAGE CONFIGURATION"""
import ctypes
import json
import re
import sys
import threading
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_uint32, c_void_p

library = ctypes.CDLL(sys.argv[1])
message = open(sys.argv[2], "rb").read()
configuration = open(sys.argv[3], "rb").read()

Callback = ctypes.CFUNCTYPE(None, c_void_p, c_int, c_void_p, c_void_p)


class Field(ctypes.Structure):
    _fields_ = [("index", c_uint32), ("occurrence", c_uint32), ("name", c_char_p), ("name_length", c_size_t),
                ("reason", c_char_p), ("reason_length", c_size_t)]


library.emailauth_version.restype = c_char_p
library.emailauth_status_text.restype = c_char_p
library.emailauth_abi_version.restype = c_uint32
library.emailauth_last_error.restype = c_size_t
library.emailauth_last_error.argtypes = [c_char_p, c_size_t]
for name, arguments in {
    "pipeline_new": [c_char_p, c_size_t, POINTER(c_void_p)],
    "pipeline_check": [c_void_p],
    "pipeline_free": [c_void_p],
    "session_new": [c_void_p, c_char_p, c_size_t, c_char_p, c_size_t, POINTER(c_void_p)],
    "session_helo": [c_void_p, c_char_p, c_size_t],
    "session_mail_from": [c_void_p, c_char_p, c_size_t],
    "session_authenticated": [c_void_p, c_int],
    "session_recipient": [c_void_p, c_char_p, c_size_t],
    "session_applied": [c_void_p, c_int, c_char_p, c_size_t],
    "session_header": [c_void_p, c_char_p, c_size_t, c_char_p, c_size_t],
    "session_end_of_headers": [c_void_p],
    "session_body": [c_void_p, c_char_p, c_size_t],
    "session_complete": [c_void_p, POINTER(c_void_p)],
    "session_complete_async": [c_void_p, Callback, c_void_p],
    "session_abort": [c_void_p],
    "session_reset": [c_void_p],
    "session_free": [c_void_p],
    "result_header": [c_void_p, POINTER(c_char_p), POINTER(c_size_t)],
    "result_header_value": [c_void_p, POINTER(c_char_p), POINTER(c_size_t)],
    "result_header_value_lf": [c_void_p, POINTER(c_char_p), POINTER(c_size_t)],
    "result_extended_header": [c_void_p, POINTER(c_char_p), POINTER(c_size_t)],
    "result_extended_header_value": [c_void_p, POINTER(c_char_p), POINTER(c_size_t)],
    "result_extended_header_value_lf": [c_void_p, POINTER(c_char_p), POINTER(c_size_t)],
    "result_reason": [c_void_p, POINTER(c_char_p), POINTER(c_size_t)],
    "result_reason_code": [c_void_p, POINTER(c_char_p), POINTER(c_size_t)],
    "result_smtp_reply": [c_void_p, POINTER(c_char_p), POINTER(c_size_t)],
    "result_reply_code": [c_void_p, POINTER(c_int)],
    "result_reply_enhanced_code": [c_void_p, POINTER(c_char_p), POINTER(c_size_t)],
    "result_reply_text": [c_void_p, POINTER(c_char_p), POINTER(c_size_t)],
    "result_json": [c_void_p, POINTER(c_char_p), POINTER(c_size_t)],
    "result_action": [c_void_p, POINTER(c_int)],
    "result_field_count": [c_void_p, POINTER(c_size_t)],
    "result_field": [c_void_p, c_size_t, POINTER(Field)],
    "result_free": [c_void_p],
}.items():
    getattr(library, "emailauth_" + name).argtypes = arguments


def last_error():
    buffer = ctypes.create_string_buffer(1024)
    library.emailauth_last_error(buffer, len(buffer))
    return buffer.value.decode()


def call(name, *arguments):
    status = getattr(library, "emailauth_" + name)(*arguments)
    assert status == 0, f"{name}: {library.emailauth_status_text(status).decode()}: {last_error()}"


def text(name, result):
    pointer, length = c_char_p(), c_size_t()
    call(name, result, byref(pointer), byref(length))
    assert pointer.value is None or len(pointer.value) == length.value
    return pointer.value


def feed(session, head, body):
    fields = []
    for line in head.split(b"\r\n"):
        if line[:1] in b" \t" and fields:
            fields[-1] += b"\r\n" + line
        else:
            fields.append(line)
    for field in fields:
        name, value = field.split(b":", 1)
        call("session_header", session, name, len(name), value, len(value))
    call("session_end_of_headers", session)
    for start in range(0, len(body), 7):
        chunk = body[start:start + 7]
        call("session_body", session, chunk, len(chunk))


assert library.emailauth_abi_version() >> 16 == 1
assert b"." in library.emailauth_version()
pipeline, session, result = c_void_p(), c_void_p(), c_void_p()
assert library.emailauth_pipeline_new(b"[]", 2, byref(pipeline)) == -6 and "object" in last_error(), last_error()
call("pipeline_new", configuration, len(configuration), byref(pipeline))
call("session_new", pipeline, b"192.0.2.1", 9, None, 0, byref(session))
call("session_helo", session, b"mail.football.example.com", 25)
head, body = message.split(b"\r\n\r\n", 1)

call("session_authenticated", session, 0)
call("session_mail_from", session, b"joe@football.example.com", 24)
call("session_recipient", session, b"bob@example.org", 15)
feed(session, head, body)
call("session_complete", session, byref(result))
call("session_applied", session, 0, None, 0)
value = text("result_header_value", result)
assert b"dkim=pass" in value and b"spf=pass" in value and b"dmarc=pass" in value, value
assert text("result_header", result) == b"Authentication-Results: " + value
assert text("result_header_value_lf", result) == value.replace(b"\r\n", b"\n")
extended = text("result_extended_header_value", result)
assert extended is None or text("result_extended_header", result) == b"Authentication-Results: " + extended
assert text("result_smtp_reply", result) is None
assert json.loads(text("result_json", result))["dmarc"]["result"] == "pass"
assert text("result_reply_enhanced_code", result) is None and text("result_reply_text", result) is None
action = c_int(-1)
call("result_reply_code", result, byref(action))
assert action.value == 0
call("result_action", result, byref(action))
assert action.value == 0 and b"dmarc=pass" in text("result_reason", result)
assert re.fullmatch(b"[a-z_]+", text("result_reason_code", result))
call("result_free", result)
assert library.emailauth_result_free(result) == -2 and "freed" in last_error()

done, seen = threading.Event(), []


@Callback
def on_completed(of_session, status, of_result, user_data):
    seen.append((of_session, status, of_result, user_data, threading.get_ident()))
    done.set()


call("session_reset", session)
call("session_mail_from", session, b"joe@football.example.com", 24)
feed(session, b"Authentication-Results: mx.example.org; dmarc=pass\r\n" + head, body + b"changed")
call("session_complete_async", session, on_completed, 42)
assert done.wait(60)
(of_session, status, of_result, user_data, thread), = seen
assert (of_session, status, user_data) == (session.value, 0, 42) and thread != threading.get_ident()
assert b"dkim=fail" in text("result_header", of_result)
count, field = c_size_t(), Field()
call("result_field_count", of_result, byref(count))
call("result_field", of_result, 0, byref(field))
assert (count.value, field.index, field.occurrence, field.name) == (1, 0, 1, b"Authentication-Results")
call("result_free", of_result)
call("session_abort", session)
call("session_free", session)
call("pipeline_free", pipeline)
print("every call answered as it should")
