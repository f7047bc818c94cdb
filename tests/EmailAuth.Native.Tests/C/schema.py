"""Checks the JSON of a result by the schema of the library: /usr/bin/python3 schema.py LIBRARY MESSAGE CONFIGURATION"""
import ctypes
import json
import sys
from ctypes import byref, c_char_p, c_size_t, c_void_p

import jsonschema

library = ctypes.CDLL(sys.argv[1])
message, configuration = (open(path, "rb").read() for path in sys.argv[2:4])


def call(name, *arguments):
    assert getattr(library, "emailauth_" + name)(*arguments) == 0, name


def text(name, *arguments):
    value, length = c_char_p(), c_size_t()
    call(name, *arguments, byref(value), byref(length))
    assert len(value.value) == length.value
    return value.value


pipeline, session, result = c_void_p(), c_void_p(), c_void_p()
call("pipeline_new", c_char_p(configuration), c_size_t(len(configuration)), byref(pipeline))
call("session_new", pipeline, b"192.0.2.1", c_size_t(9), b"mail.football.example.com", c_size_t(25), byref(session))
call("session_mail_from", session, b"joe@football.example.com", c_size_t(24))
head, body = message.split(b"\r\n\r\n", 1)
fields = []
for line in head.split(b"\r\n"):
    if line[:1] in b" \t" and fields:
        fields[-1] += b"\r\n" + line
    else:
        fields.append(line)
for field in fields:
    name, value = field.split(b":", 1)
    call("session_header", session, name, c_size_t(len(name)), value, c_size_t(len(value)))
call("session_end_of_headers", session)
call("session_body", session, body, c_size_t(len(body)))
call("session_complete", session, byref(result))
schema = json.loads(text("json_schema"))
outcome = json.loads(text("result_json", result))
assert outcome["dmarc"]["result"] == "pass"
jsonschema.validate(outcome, schema)
try:
    jsonschema.validate({**outcome, "dmarc": 5}, schema)
except jsonschema.ValidationError:
    print("valid")
