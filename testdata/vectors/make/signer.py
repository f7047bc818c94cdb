"""DKIM signatures (RFC 6376) and ARC sets (RFC 8617), made with any tags wanted, right or wrong. Independent of the library."""
import base64
import hashlib
import pathlib
import re

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding

KEYS = pathlib.Path(__file__).resolve().parent / "keys"

# RFC 8463 appendix A.2.
ED25519 = ed25519.Ed25519PrivateKey.from_private_bytes(base64.b64decode("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="))


def rsa(bits):
    return serialization.load_pem_private_key((KEYS / f"rsa{bits}.pem").read_bytes(), None)


RSA = rsa(2048)


def public(key):
    """The value of p= for a private key."""
    form = serialization.Encoding, serialization.PublicFormat
    octets = key.public_key().public_bytes(form[0].Raw, form[1].Raw) if key is ED25519 else key.public_key().public_bytes(form[0].DER, form[1].SubjectPublicKeyInfo)
    return base64.b64encode(octets).decode()


def encoded(octets):
    return base64.b64encode(octets).decode()


def rsa_public_key(modulus, exponent):
    """RSAPublicKey of RFC 8017 appendix A.1.1 with any numbers."""
    def element(tag, octets):
        length = len(octets)
        return bytes([tag]) + (bytes([length]) if length < 128 else b"\x82" + length.to_bytes(2, "big")) + octets

    return element(0x30, b"".join(element(2, number.to_bytes(number.bit_length() // 8 + 1, "big")) for number in (modulus, exponent)))


def key_record(key=RSA, tags="v=DKIM1; "):
    return f"TXT {tags}{'k=ed25519; ' if key is ED25519 else ''}p={public(key)}"


def fields_of(text):
    """The header fields of a message, top first, each as name and value; the value as it stands, folding included."""
    head = text.split(b"\r\n\r\n", 1)[0] + b"\r\n"
    return [field.split(b":", 1) for field in re.findall(rb"(?s).+?\r\n(?![ \t])", head)]


def body_of(text):
    return text.split(b"\r\n\r\n", 1)[1]


# RFC 6376 section 3.4.
def canonical_field(name, value, how):
    if how == "simple":
        return name + b":" + value
    return name.strip().lower() + b":" + re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip(b" \t") + b"\r\n"


def canonical_body(body, how):
    if how == "relaxed":
        body = re.sub(rb"[ \t]+", b" ", body)
        body = re.sub(rb" \r\n", b"\r\n", body)
    body = re.sub(rb"(\r\n)*\Z", b"", body)
    return body + b"\r\n" if body or how == "simple" else body


def body_hash(body, how="relaxed", length=None, hash=hashlib.sha256):
    return base64.b64encode(hash(canonical_body(body, how)[:length]).digest()).decode()


def signature(data, key, hash=hashes.SHA256):
    octets = key.sign(hashlib.sha256(data).digest()) if key is ED25519 else key.sign(data, padding.PKCS1v15(), hash())
    return base64.b64encode(octets).decode()


def selected(text, names, how):
    """The fields that h= names, the last one of a name first (section 5.4.2)."""
    left = fields_of(text)
    for name in names:
        for i in range(len(left) - 1, -1, -1):
            if left[i][0].strip().lower() == name.strip().lower().encode():
                yield canonical_field(*left.pop(i), how)
                break


def sign(text, key=RSA, c="relaxed/relaxed", h="from:subject", drop=(), extra="", hash=hashes.SHA256, field="DKIM-Signature", i=None, end="", **tags):
    """Signs a message: returns it with the field on top. Tags given replace those made; drop names tags to leave out; end stands after b=."""
    head, _, tail = (c or "simple/simple").partition("/")
    body = tail or "simple"
    values = {
        "v": "1", "a": "ed25519-sha256" if key is ED25519 else "rsa-sha256", "c": c, "d": "example.com", "s": "sel", "i": i, "h": h,
        "bh": body_hash(body_of(text), body, int(tags["l"]) if "l" in tags else None, hashlib.sha1 if hash is hashes.SHA1 else hashlib.sha256),
    }
    values.update(tags)
    listed = "; ".join(f"{name}={value}" for name, value in values.items() if value is not None and name not in drop)
    value = f" {listed}{extra}; b=".encode()
    data = b"".join(selected(text, h.split(":"), head)) + canonical_field(field.encode(), value + end.encode() + b"\r\n", head).removesuffix(b"\r\n")
    if "b" in drop:
        return f"{field}:".encode() + value.removesuffix(b"; b=") + b"\r\n" + text
    return f"{field}:".encode() + value + signature(data, key, hash).encode() + end.encode() + b"\r\n" + text


def sign_as(text, value, key=RSA, c="relaxed/relaxed", h="from:subject", length=None, field="DKIM-Signature", make=None):
    """Signs with a tag list as it stands, which says c, h and length too: {bh} is the body hash, {b} the signature; make gives its octets."""
    head, _, body = c.partition("/")
    value = value.replace("{bh}", body_hash(body_of(text), body or "simple", length)).encode()
    emptied = re.sub(rb"[ \t\r\n]*\{b\}[ \t\r\n]*", b"", value) + b"\r\n"
    data = b"".join(selected(text, h.split(":"), head)) + canonical_field(field.encode(), emptied, head).removesuffix(b"\r\n")
    made = base64.b64encode(make(data)).decode() if make else signature(data, key)
    return field.encode() + b":" + value.replace(b"{b}", made.encode()) + b"\r\n" + text


def seal(text, cv, aar="spf=pass", key=RSA, instance=None, ams=None, seal_tags=None, drop=(), d="example.org", s="arc",
         results=None, how="relaxed", order=(b"arc-authentication-results", b"arc-message-signature", b"arc-seal"), own=False):
    """
    Adds an ARC set (RFC 8617 section 5.1); ams and seal_tags change tags of the two signatures, drop leaves fields out. results replaces the
    value of ARC-Authentication-Results; how, order and own make a seal over other text than it must be: own over the one set alone.
    """
    old = [(n, v) for n, v in fields_of(text) if n.lower().startswith(b"arc-")]
    number = 1 + sum(1 for n, _ in old if n.lower() == b"arc-seal") if instance is None else instance
    results = (f" i={number}; mx.example.org; {aar}" if results is None else results).encode() + b"\r\n"
    signed = sign(text, key, field="ARC-Message-Signature", **{"drop": ("v",), "i": str(number), "d": d, "s": s, **(ams or {})})
    ams_value = fields_of(signed)[0][1]
    tags = {"i": str(number), "a": "rsa-sha256", "cv": cv, "d": d, "s": s, **(seal_tags or {})}
    value = (" " + "; ".join(f"{n}={v}" for n, v in tags.items()) + "; b=").encode()

    # Section 5.1.1: all sets by instance, in each AAR, AMS, AS; a set that seals a failed chain covers itself alone (5.1.2).
    earlier = [] if cv == "fail" or own else sorted(old, key=lambda f: (int(re.search(rb"i\s*=\s*(\d+)", f[1])[1]), order.index(f[0].lower())))
    newest = sorted([(b"ARC-Authentication-Results", results), (b"ARC-Message-Signature", ams_value)], key=lambda f: order.index(f[0].lower()))
    data = b"".join(canonical_field(n, v, how) for n, v in [*earlier, *newest]) + canonical_field(b"ARC-Seal", value + b"\r\n", how).removesuffix(b"\r\n")
    made = [("ARC-Seal", value + signature(data, key).encode() + b"\r\n"), ("ARC-Message-Signature", ams_value), ("ARC-Authentication-Results", results)]
    return b"".join(n.encode() + b":" + v for n, v in made if n not in drop) + text
