"""The configuration, and what is kept between messages."""
from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any, Callable, Mapping, Sequence

from . import _interface
from ._library import Error, Handle, call, data, ffi, fill, get_number, kept, last_error, lib
from .session import Session

LOG_LEVELS = {"debug": _interface.LOG_DEBUG, "info": _interface.LOG_INFORMATION, "warning": _interface.LOG_WARNING, "error": _interface.LOG_ERROR}
_ANSWERS = {
    "no data": _interface.DNS_NO_DATA, "no such name": _interface.DNS_NAME_ERROR, "failure": _interface.DNS_FAILURE,
    "timeout": _interface.DNS_TIMEOUT, "refused": _interface.DNS_REFUSED,
}


@dataclass(frozen=True)
class Record:
    """A record of an answer: a text, an address, a host with its preference, or a name."""

    data: str | bytes
    preference: int = 0


class Query:
    """A question to the program's own resolver: ``name`` and ``type`` ("A", "AAAA", "MX", "TXT" or "PTR"). Answer it once, from any thread."""

    _TYPES = {1: "A", 12: "PTR", 15: "MX", 16: "TXT", 28: "AAAA"}

    def __init__(self, query: Any, name: str, number: int) -> None:
        self._query = query
        self.name = name
        self.type = self._TYPES[number]

    def answer(self, records: Sequence[Record], time_to_live: int | None = None, is_authenticated: bool = False) -> bool:
        """Gives the records. False if the query was answered before, or nothing waits for it any longer."""
        texts = [data(record.data) for record in records]
        made = ffi.new("emailauth_record[]", len(records))
        for place, (pointer, length) in enumerate(texts):
            made[place].data, made[place].length, made[place].preference = pointer, length, records[place].preference
        return self._answer(
            _interface.DNS_ANSWER, made, len(records), time_to_live, _interface.DNS_AUTHENTICATED if is_authenticated else 0)

    def no_answer(self, why: str, time_to_live: int | None = None) -> bool:
        """Says that there are no records: "no data", "no such name", "failure", "timeout" or "refused"."""
        return self._answer(_ANSWERS[why], ffi.NULL, 0, time_to_live, 0)

    def _answer(self, status: int, records: Any, count: int, time_to_live: int | None, flags: int) -> bool:
        try:
            call("query_answer", self._query, status, records, count, _interface.TTL_UNKNOWN if time_to_live is None else time_to_live, flags)
            return True
        except Error as error:
            if error.status != _interface.E_HANDLE:
                raise
            return False


class Pipeline(Handle):
    """Make one for the process. Thread-safe. The settings are those of SETTINGS.md, as a mapping or as JSON."""

    _kind = "pipeline"

    def __init__(self, configuration: Mapping[str, Any] | str | bytes) -> None:
        text = configuration if isinstance(configuration, (str, bytes)) else json.dumps(configuration)
        super().__init__(self._made("pipeline_new", *data(text)))

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Pipeline:
        """Makes one from a file of settings."""
        pipeline = cls.__new__(cls)
        Handle.__init__(pipeline, cls._made("pipeline_from_file", *data(os.fspath(path))))
        return pipeline

    def check(self) -> None:
        """Raises an Error (UNAVAILABLE) if OpenSSL cannot be loaded."""
        call("pipeline_check", self._handle)

    def log(self, callback: Callable[[int, str], None], level: str = "info") -> None:
        """Gives lines of the log to a function, from any thread. Can be called once; the function is kept until the process ends."""
        function = ffi.callback(
            "emailauth_log_callback", lambda number, message, length, _: callback(number, ffi.unpack(message, length).decode("utf-8")))
        call("pipeline_log", self._handle, LOG_LEVELS[level], function, ffi.NULL)
        kept.append(function)

    def resolver(self, callback: Callable[[Query], None]) -> None:
        """Has a function answer all DNS questions, before the first session. It may answer later; it is kept until the process ends."""
        function = ffi.callback(
            "emailauth_resolver_callback", lambda query, name, number, _: callback(Query(query, ffi.string(name).decode("ascii"), number)))
        call("pipeline_resolver", self._handle, function, ffi.NULL)
        kept.append(function)

    def session(self, client: str | None = None, helo: str | bytes | None = None) -> Session:
        """Begins a session for a client's address and its HELO name, where they are known."""
        return Session(Session._made("session_new", self._handle, *data(client), *data(helo)))


def check_file(path: str | os.PathLike[str]) -> list[str]:
    """The errors of a file of settings; empty if it has none."""
    status, errors = fill("configuration_check_file", *data(os.fspath(path)))
    if status not in (_interface.OK, _interface.E_CONFIGURATION):
        raise Error(status, last_error())
    return errors.splitlines()


def counters_start() -> None:
    """Begins to count what the library does in this process."""
    call("counters_start")


def counters() -> dict[str, int]:
    """All counts by their series, such as ``emailauth.results emailauth.method=spf emailauth.result=pass emailauth.identity=mailfrom``."""
    status, lines = fill("counters")
    if status != _interface.OK:
        raise Error(status, "nothing is counted: call counters_start first")
    return {name: int(count) for name, _, count in (line.rpartition(" ") for line in lines.splitlines())}


def counter(name: str) -> int:
    """One count, or the sum of all series of a counter."""
    return get_number("uint64_t", "counter", *data(name))


def version() -> str:
    """The version of the library."""
    return ffi.string(lib.emailauth_version()).decode("ascii")
