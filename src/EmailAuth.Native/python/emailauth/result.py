"""What was found for a message."""
from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from typing import Any

from . import _interface
from ._library import Handle, call, ffi, get_number, get_text, text


class Action(enum.IntEnum):
    """What to do with a message."""

    ACCEPT = _interface.ACCEPT
    QUARANTINE = _interface.QUARANTINE
    REJECT = _interface.REJECT
    TEMPFAIL = _interface.TEMPFAIL


@dataclass(frozen=True)
class Field:
    """A header field that must be removed. Remove the last one first."""

    index: int
    occurrence: int
    name: str
    reason: str


@dataclass(frozen=True)
class Method:
    """A result of a method: one for each, but one for each signature of DKIM."""

    name: str
    method: str
    result: str
    reason: str | None
    reason_code: str | None
    properties: tuple[tuple[str, str], ...]

    def __getitem__(self, name: str) -> str | None:
        """The value of the first property of a name, such as ``header.d``; None if no property has it."""
        return next((value for key, value in self.properties if key == name.lower()), None)


class Result(Handle):
    """The findings for one message. Several threads may read it."""

    _kind = "result"

    @property
    def header(self) -> str:
        """The whole Authentication-Results field, folded with CRLF, for the very top of the message."""
        return get_text("result_header", self._handle) or ""

    @property
    def header_value(self) -> str:
        return get_text("result_header_value", self._handle) or ""

    @property
    def header_value_lf(self) -> str:
        """The value alone, folded with LF, as milters insert it."""
        return get_text("result_header_value_lf", self._handle) or ""

    @property
    def extended_header(self) -> str | None:
        """A second field for directly below the first, or None."""
        return get_text("result_extended_header", self._handle)

    @property
    def extended_header_value_lf(self) -> str | None:
        return get_text("result_extended_header_value_lf", self._handle)

    @property
    def action(self) -> Action:
        return Action(get_number("int", "result_action", self._handle))

    @property
    def reason(self) -> str:
        """The reason for the action."""
        return get_text("result_reason", self._handle) or ""

    @property
    def reason_code(self) -> str:
        """The kind of the reason for the action, in a word that never changes."""
        return get_text("result_reason_code", self._handle) or ""

    @property
    def reply(self) -> tuple[int, str, str] | None:
        """The SMTP reply of a refusal: code, enhanced code, text. None if the message is not refused."""
        code = get_number("int", "result_reply_code", self._handle)
        if code == 0:
            return None
        return code, get_text("result_reply_enhanced_code", self._handle) or "", get_text("result_reply_text", self._handle) or ""

    @property
    def methods(self) -> list[Method]:
        """All results, in the order of the header field."""
        return [self._method(number) for number in range(get_number("size_t", "result_method_count", self._handle))]

    @property
    def dmarc_policy(self) -> str | None:
        return get_text("result_dmarc_policy", self._handle)

    @property
    def dmarc_disposition(self) -> str | None:
        return get_text("result_dmarc_disposition", self._handle)

    @property
    def fields_to_remove(self) -> list[Field]:
        """Header fields that must be removed, from the top down."""
        return [self._field(number) for number in range(get_number("size_t", "result_field_count", self._handle))]

    @property
    def json(self) -> dict[str, Any]:
        """The whole outcome with its evidence; :func:`schema` describes it."""
        return json.loads(get_text("result_json", self._handle) or "{}")

    def _field(self, number: int) -> Field:
        field = ffi.new("emailauth_field *")
        call("result_field", self._handle, number, field)
        return Field(field.index, field.occurrence, text(field.name, field.name_length) or "", text(field.reason, field.reason_length) or "")

    def _method(self, number: int) -> Method:
        method = ffi.new("emailauth_method *")
        call("result_method", self._handle, number, method)
        return Method(
            text(method.name, method.name_length) or "", text(method.method, method.method_length) or "",
            text(method.result, method.result_length) or "", text(method.reason, method.reason_length),
            text(method.reason_code, method.reason_code_length),
            tuple(self._property(number, place) for place in range(method.property_count)))

    def _property(self, number: int, place: int) -> tuple[str, str]:
        found = ffi.new("emailauth_property *")
        call("result_property", self._handle, number, place, found)
        return text(found.name, found.name_length) or "", text(found.value, found.value_length) or ""


def schema() -> dict[str, Any]:
    """The JSON Schema of :attr:`Result.json`."""
    return json.loads(get_text("json_schema") or "{}")
