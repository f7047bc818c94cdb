"""Who really sent a message: SPF, DKIM, DMARC, ARC, BIMI and reverse DNS, by libemailauth.

    import emailauth

    with emailauth.Pipeline({"AuthservId": "mx.example.org"}) as pipeline:
        with pipeline.session("192.0.2.1", "mail.example.com") as session:
            session.mail_from("alice@example.com")
            session.message(open("message.eml", "rb").read())
            with session.complete() as result:
                print(result.header)

In an event loop ``await session.complete_async()`` waits without a thread. The environment variable EMAILAUTH_LIBRARY names another file than
libemailauth.so.1. emailauth.h says in full what each call does.
"""
from __future__ import annotations

from ._library import Error, Handle, Status
from .pipeline import Pipeline, Query, Record, check_file, counter, counters, counters_start, version
from .result import Action, Field, Method, Result, schema
from .session import Session
from .signing import Key, NotSigned, Sealer, Signer

__all__ = [
    "Action", "Error", "Field", "Handle", "Key", "Method", "NotSigned", "Pipeline", "Query", "Record", "Result", "Sealer", "Session", "Signer", "Status",
    "check_file", "counter", "counters", "counters_start", "schema", "version",
]
