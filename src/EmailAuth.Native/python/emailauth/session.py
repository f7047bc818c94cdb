"""One client's connection."""
from __future__ import annotations

import asyncio
import select

from ._library import Error, Handle, Status, call, data, ffi, lib
from .result import Action, Result


class Session(Handle):
    """One client's connection, fed in SMTP order. For one caller at a time. :meth:`Pipeline.session` makes it."""

    _kind = "session"

    def helo(self, name: str | bytes) -> None:
        call("session_helo", self._handle, *data(name))

    def mail_from(self, reverse_path: str | bytes) -> None:
        """The reverse-path; empty for the null one. After a message it begins the next one."""
        call("session_mail_from", self._handle, *data(reverse_path))

    def recipient(self, mailbox: str | bytes) -> None:
        call("session_recipient", self._handle, *data(mailbox))

    def authenticated(self, is_authenticated: bool = True) -> None:
        call("session_authenticated", self._handle, int(is_authenticated))

    def header(self, name: str | bytes, value: str | bytes) -> None:
        """A header field: the value as it arrived, with the leading space, folded with CRLF."""
        call("session_header", self._handle, *data(name), *data(value))

    def header_lf(self, name: str | bytes, value: str | bytes) -> None:
        """A header field whose value may be folded with LF, as milters get it. Other line ends raise an Error (ARGUMENT): refuse the message."""
        call("session_header_lf", self._handle, *data(name), *data(value))

    def end_of_headers(self) -> None:
        call("session_end_of_headers", self._handle)

    def body(self, chunk: bytes) -> None:
        call("session_body", self._handle, ffi.from_buffer(chunk), len(chunk))

    def message(self, message: bytes) -> None:
        """A whole message, header and body. If its first line ends in LF, every LF is read as CRLF."""
        end = message.find(b"\n")
        if end >= 0 and message[max(end - 1, 0):end] != b"\r":
            message = message.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        if message.startswith(b"\r\n"):  # the header is empty
            head, body = b"", message[2:]
        else:
            head, _, body = message.partition(b"\r\n\r\n")
        for field in _fields(head):
            name, colon, value = field.partition(b":")
            # A line without a colon is not a field: the library notes what has no name as malformed. White space that starts it belongs to the name, so
            # that a first line which would continue our field is found.
            self.header(*(name, value) if colon else (field[:1], field[1:]) if field[:1] <= b" " else (b"", field))
        self.end_of_headers()
        self.body(body)

    def complete(self) -> Result:
        """Ends the message, and waits for the result. Other threads of the program run meanwhile."""
        return Result(Result._made("session_complete", self._handle))

    async def complete_async(self) -> Result:
        """Ends the message; the event loop goes on meanwhile, without a thread. A cancelled wait aborts the message."""
        loop = asyncio.get_running_loop()
        descriptor = ffi.new("int *")
        call("session_complete_descriptor", self._handle, descriptor)
        ended = loop.create_future()
        loop.add_reader(descriptor[0], lambda: ended.done() or ended.set_result(None))
        try:
            await ended
        except asyncio.CancelledError:
            self._abandon(descriptor[0])
            raise
        finally:
            loop.remove_reader(descriptor[0])
        return Result(Result._made("session_take_result", self._handle))

    def applied(self, action: Action, reply: str | None = None) -> None:
        """What the program did with the completed message."""
        call("session_applied", self._handle, int(action), *data(reply))

    def abort(self) -> None:
        """Abandons the message; a running completion raises an Error (ABORTED)."""
        call("session_abort", self._handle)

    def reset(self) -> None:
        """Prepares for the connection's next message."""
        call("session_reset", self._handle)

    # An aborted completion ends soon, so that the session is free again when the cancellation is raised.
    def _abandon(self, descriptor: int) -> None:
        lib.emailauth_session_abort(self._handle)
        wait = select.poll()
        wait.register(descriptor, select.POLLIN)
        wait.poll()
        try:
            Result(Result._made("session_take_result", self._handle)).close()
        except Error as error:
            if error.status != Status.ABORTED:
                raise


def _fields(head: bytes) -> list[bytes]:
    """The fields of a header without the empty line after it; each keeps its folding (RFC 5322 section 2.2.3)."""
    fields: list[bytes] = []
    lines = head.split(b"\r\n")
    if not lines[-1]:  # what follows the last line end
        lines.pop()
    for line in lines:
        if line[:1] in (b" ", b"\t") and fields:
            fields[-1] += b"\r\n" + line
        else:
            fields.append(line)
    return fields
