"""Signatures that look like one: paddings, hashes, numbers and points that a careless verifier takes for right."""
import hashlib

import signer
from common import message
from signer import ED25519, RSA, key_record, sign_as

PLAIN = message("From: Joe <joe@example.com>", "Subject: hello", body="Hello.\r\n")
KEY = "sel._domainkey.example.com"
NEVER = ["fail", "permerror", "neutral", "policy"]
SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")
ORDER = 2**252 + 27742317777372353535851937790883648493


def add_forgeries(case):
    add_rsa(case)
    add_ed25519(case)


def encoded(data, length, info=SHA256, digest=None, lead=b"\0\1", fill=b"\xff", after=b""):
    """RFC 8017 section 9.2, with any part exchanged."""
    tail = b"\0" + info + (hashlib.sha256(data).digest() if digest is None else digest) + after
    return lead + fill * (length - len(lead) - len(tail)) + tail


def add_rsa(case):
    numbers = RSA.private_numbers()
    n, d, length = numbers.public_numbers.n, numbers.d, RSA.key_size // 8

    def private(octets):
        return pow(int.from_bytes(octets, "big"), d, n).to_bytes(length, "big")

    def forged(name, note, make, record=None, result=NEVER):
        text = sign_as(PLAIN, " v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=sel; h=from:subject; bh={bh}; b={b}", make=make)
        case(f"forged-{name}", "RFC 8017 section 8.2.2", note, result, text, {KEY: record or key_record()})

    forged("not", "the same by hand, right in every part", lambda data: private(encoded(data, length)), result="pass")
    forged("no-null", "DigestInfo without its NULL parameters", lambda data: private(encoded(data, length, bytes.fromhex("302f300b06096086480165030402010420"))))
    forged("long-lengths", "DigestInfo in BER, not DER", lambda data: private(encoded(data, length, bytes.fromhex("308131300d060960864801650304020105000420"))))
    forged("no-info", "the hash without DigestInfo", lambda data: private(encoded(data, length, b"")))
    forged("sha1-info", "the SHA-256 hash called SHA-1", lambda data: private(encoded(data, length, bytes.fromhex("3021300906052b0e03021a05000414"))))
    forged("sha1", "a SHA-1 hash", lambda data: private(encoded(data, length, bytes.fromhex("3021300906052b0e03021a05000414"), hashlib.sha1(data).digest())))
    forged("sha512", "a SHA-512 hash", lambda data: private(encoded(data, length, bytes.fromhex("3051300d060960864801650304020305000440"), hashlib.sha512(data).digest())))
    forged("hash-twice", "the hash of the hash", lambda data: private(encoded(data, length, digest=hashlib.sha256(hashlib.sha256(data).digest()).digest())))
    forged("type-2", "padding of block type 2", lambda data: private(encoded(data, length, lead=b"\0\2")))
    forged("type-0", "padding of block type 0", lambda data: private(encoded(data, length, lead=b"\0\0", fill=b"\0")))
    forged("fill", "other padding octets than FF", lambda data: private(encoded(data, length, fill=b"\xfe")))
    forged("more", "an octet after the hash", lambda data: private(encoded(data, length, after=b"x")))
    forged("short-fill", "eight octets of padding, zeros after the hash", lambda data: private(encoded(data, length, after=bytes(length - 62))))
    forged("leading-zero", "an octet too long", lambda data: b"\0" + private(encoded(data, length)))
    forged("short", "an octet too short", lambda data: private(encoded(data, length))[1:])
    forged("plus-modulus", "the modulus added", lambda data: (int.from_bytes(private(encoded(data, length)), "big") + n).to_bytes(length + 1, "big"))
    forged("minus", "the modulus less the signature", lambda data: (n - int.from_bytes(private(encoded(data, length)), "big")).to_bytes(length, "big"))
    for name, number in (("0", 0), ("1", 1), ("last", n - 1), ("modulus", n), ("highest", 256**length - 1)):
        forged(f"number-{name}", f"a signature that is a number and no more: {name}", lambda _, number=number: number.to_bytes(length, "big"))

    # Bleichenbacher, 2006: with exponent 3 and a verifier that does not look behind the hash, a cube root is a signature. Nobody needs the key.
    modulus = int.from_bytes(hashlib.shake_256(b"a modulus").digest(384), "big") | 1 << 3071 | 1
    for fill in (0, 1, 8):
        def root(data, fill=fill):
            head = b"\0\1" + b"\xff" * fill + b"\0" + SHA256 + hashlib.sha256(data).digest()
            return cube_root(int.from_bytes(head.ljust(384, b"\0"), "big")).to_bytes(384, "big")
        forged(f"cube-root-{fill}", f"a cube root, {fill} octets of padding, under exponent 3", root, f"TXT v=DKIM1; p={signer.encoded(signer.rsa_public_key(modulus, 3))}")


def cube_root(number):
    """The least whole number whose cube is not less."""
    low, high = 0, 1 << (number.bit_length() // 3 + 1)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if middle**3 < number else (low, middle)
    return low


def add_ed25519(case):
    def forged(name, note, make, key=None, result=NEVER):
        text = sign_as(PLAIN, " v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.com; s=sel; h=from:subject; bh={bh}; b={b}", make=make)
        case(f"forged-ed25519-{name}", "RFC 8032 section 5.1.7", note, result, text, {KEY: f"TXT v=DKIM1; k=ed25519; p={signer.encoded(key)}" if key else key_record(ED25519)})

    def honest(data):
        return ED25519.sign(hashlib.sha256(data).digest())

    def plus(data, times):
        octets = honest(data)
        return octets[:32] + (int.from_bytes(octets[32:], "little") + times * ORDER).to_bytes(32, "little")

    forged("not", "the same by hand, right in every part", honest, result="pass")
    forged("plus-order", "the group's order added to the second half", lambda data: plus(data, 1))
    forged("plus-orders", "eight times the order added", lambda data: plus(data, 8))
    forged("unhashed", "RFC 8463 section 3: what is signed is the hash, not the text", lambda data: ED25519.sign(data))
    forged("short", "an octet too short", lambda data: honest(data)[:-1])
    forged("long", "an octet too long", lambda data: honest(data) + b"\0")
    forged("zeros", "zeros", lambda data: bytes(64))
    forged("ones", "all bits set", lambda data: b"\xff" * 64)
    one = (1).to_bytes(32, "little")
    prime = 2**255 - 19
    for name, key in (
        ("order-1", one), ("order-2", (prime - 1).to_bytes(32, "little")), ("order-4", bytes(32)),
        ("order-8", bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")),
        ("not-reduced", (prime + 1).to_bytes(32, "little")), ("minus-zero", (1 | 1 << 255).to_bytes(32, "little")), ("off-curve", (2).to_bytes(32, "little")),
    ):
        forged(f"key-{name}", f"a key that is no point to sign with: {name.replace('-', ' ')}", lambda _: one + bytes(32), key)
