"""The shared library, and what every call of it needs."""
from __future__ import annotations

import enum
import os
from typing import Any

from cffi import FFI

from . import _interface

ffi = FFI()
ffi.cdef(_interface.CDEF)
lib = ffi.dlopen(os.environ.get("EMAILAUTH_LIBRARY", "libemailauth.so.1"))
if lib.emailauth_abi_version() >> 16 != _interface.ABI_VERSION >> 16 or lib.emailauth_abi_version() < _interface.ABI_VERSION:
    raise ImportError(f"libemailauth has the interface {lib.emailauth_abi_version():#x}; {_interface.ABI_VERSION:#x} or a later one is needed")

# Callbacks live as long as the process, because the library may call them until then.
kept: list[Any] = []


class Status(enum.IntEnum):
    """Why a call failed; emailauth.h explains each."""

    ARGUMENT = _interface.E_ARGUMENT
    HANDLE = _interface.E_HANDLE
    STATE = _interface.E_STATE
    BUSY = _interface.E_BUSY
    ABORTED = _interface.E_ABORTED
    CONFIGURATION = _interface.E_CONFIGURATION
    MEMORY = _interface.E_MEMORY
    INTERNAL = _interface.E_INTERNAL
    FORKED = _interface.E_FORKED
    UNAVAILABLE = _interface.E_UNAVAILABLE


class Error(Exception):
    """A call that failed. Nothing that a sender or a DNS server does is an error, except line ends that :meth:`Session.header_lf` refuses."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = Status(status)


def call(name: str, *arguments: Any) -> None:
    """Calls a function of the library, and raises what it reports."""
    status = getattr(lib, "emailauth_" + name)(*arguments)
    if status != _interface.OK:
        raise Error(status, last_error())


def last_error() -> str:
    buffer = ffi.new("char[]", 4096)
    lib.emailauth_last_error(buffer, len(buffer))
    return ffi.string(buffer).decode("utf-8", "replace")


def data(value: str | bytes | None) -> tuple[Any, int]:
    """The pointer and the length of a text; null with the length 0 for None."""
    if value is None:
        return ffi.NULL, 0
    octets = value.encode("utf-8") if isinstance(value, str) else bytes(value)
    return ffi.new("char[]", octets), len(octets)


def text(pointer: Any, length: int) -> str | None:
    return None if pointer == ffi.NULL else ffi.unpack(pointer, length).decode("utf-8")


def get_text(name: str, *arguments: Any) -> str | None:
    """A text that belongs to a handle, copied."""
    pointer, length = ffi.new("const char **"), ffi.new("size_t *")
    call(name, *arguments, pointer, length)
    return text(pointer[0], length[0])


def get_number(kind: str, name: str, *arguments: Any) -> int:
    number = ffi.new(kind + " *")
    call(name, *arguments, number)
    return number[0]


def fill(name: str, *arguments: Any) -> tuple[int, str]:
    """The status and the text of a function that writes into a buffer of the caller."""
    length = ffi.new("size_t *")
    capacity = 4096
    while True:
        buffer = ffi.new("char[]", capacity)
        status = getattr(lib, "emailauth_" + name)(*arguments, buffer, capacity, length)
        if length[0] < capacity:
            return status, ffi.string(buffer).decode("utf-8")
        capacity = length[0] + 1


class Handle:
    """Something that the library made. Close it, or use it in a ``with`` statement."""

    _kind = ""

    def __init__(self, handle: Any) -> None:
        self._handle = handle

    @classmethod
    def _made(cls, name: str, *arguments: Any) -> Any:
        made = ffi.new(f"emailauth_{cls._kind} **")
        call(name, *arguments, made)
        return made[0]

    def close(self) -> None:
        """Frees it; a second call does nothing."""
        handle, self._handle = self._handle, ffi.NULL
        try:
            call(self._kind + "_free", handle)
        except Error as error:
            if error.status == Status.BUSY:
                self._handle = handle
            raise

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __del__(self) -> None:
        if getattr(self, "_handle", ffi.NULL) != ffi.NULL:
            getattr(lib, f"emailauth_{self._kind}_free")(self._handle)
