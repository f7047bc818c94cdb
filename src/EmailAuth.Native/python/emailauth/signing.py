"""Signing by DKIM and sealing by ARC."""
from __future__ import annotations

from ._library import Handle, call, data, ffi, get_number, get_text
from .result import Result


class Key(Handle):
    """A private key in PEM: RSA or Ed25519, in the clear or encrypted with a passphrase."""

    _kind = "key"

    def __init__(self, pem: str | bytes, passphrase: str | None = None) -> None:
        super().__init__(self._made("key_new", *data(pem), *data(passphrase)))

    @property
    def bits(self) -> int:
        return get_number("int", "key_bits", self._handle)

    @property
    def record(self) -> str:
        """The text of the TXT record to publish."""
        return get_text("key_record", self._handle) or ""


class NotSigned(Exception):
    """Why a message is not signed or sealed; ``code`` is the same in a word that never changes."""

    def __init__(self, reason: str, code: str) -> None:
        super().__init__(reason)
        self.code = code


class _Signing(Handle):
    _kind = "signing"

    def fields(self, message: bytes) -> list[str]:
        call("signing_message", self._handle, ffi.from_buffer(message), len(message))
        call("signing_complete", self._handle)
        reason = get_text("signing_reason", self._handle)
        if reason is not None:
            raise NotSigned(reason, get_text("signing_reason_code", self._handle) or "")
        count = get_number("size_t", "signing_field_count", self._handle)
        return [get_text("signing_field", self._handle, number) or "" for number in range(count)]


class Signer(Handle):
    """Signs messages by DKIM. Thread-safe once it has keys."""

    _kind = "signer"

    def __init__(self, key: Key | None = None, domain: str = "", selector: str = "", **settings: str) -> None:
        super().__init__(self._made("signer_new"))
        if key is not None:
            self.add(key, domain, selector)
        for name, value in settings.items():
            self.set(name, value)

    def add(self, key: Key, domain: str, selector: str, user_identity: str | None = None) -> None:
        """Adds a signature; the first one is the topmost."""
        call("signer_add", self._handle, key._handle, *data(domain), *data(selector), *data(user_identity))

    def set(self, name: str, value: str) -> None:
        """Changes a setting, such as Canonicalization; emailauth.h lists them."""
        call("signer_set", self._handle, *data(name), *data(value))

    def sign(self, message: bytes) -> list[str]:
        """The fields for the top of the message, folded with CRLF. Raises NotSigned for a message that cannot be signed well."""
        with _Signing(_Signing._made("signer_begin", self._handle)) as signing:
            return signing.fields(message)


class Sealer(Handle):
    """Adds an ARC set to messages that are passed on. Thread-safe."""

    _kind = "sealer"

    def __init__(self, key: Key, domain: str, selector: str) -> None:
        super().__init__(self._made("sealer_new", key._handle, *data(domain), *data(selector)))

    def seal(self, message: bytes, result: Result) -> list[str]:
        """The three fields for the top of a message whose arrival has this result. Raises NotSigned if nothing may be added."""
        with _Signing(_Signing._made("sealer_begin", self._handle, result._handle)) as signing:
            return signing.fields(message)
