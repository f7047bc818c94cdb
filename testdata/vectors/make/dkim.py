"""DKIM: RFC 6376 with RFC 8301 and RFC 8463. The signatures are made by signer.py, not by the library."""
import base64

from cryptography.hazmat.primitives import hashes

import dkim_corners
import signer
from common import Suite, message
from signer import ED25519, RSA, key_record, sign

KEY = "sel._domainkey.example.com"
PLAIN = message("From: Joe <joe@example.com>", "To: Ann <ann@example.net>", "Subject: hello", body="Hello  you.\r\n\r\nBye.\r\n\r\n\r\n")
UNUSABLE = ["permerror", "neutral"]
REFUSED = ["permerror", "neutral", "policy", "fail"]


def make():
    suite = Suite("dkim", "RFC 6376")

    def case(name, section, note, result, text, zone=None, signatures=1, **given):
        result = [result] if isinstance(result, str) else result
        expect = {"dkim": [{"result": result}] * signatures} if signatures else {"dkim": [], "dkim_best": result}
        suite.add(name, section, note, {KEY: key_record()} if zone is None else zone, expect, text, **given)

    # Results of RFC 8601 section 2.7.1 that need nothing special.
    case("none", "RFC 8601 section 2.7.1", "the message is not signed", "none", PLAIN, signatures=0)
    case("pass-rsa", "3.3.2", "rsa-sha256", "pass", sign(PLAIN))
    case("pass-ed25519", "RFC 8463 section 3", "ed25519-sha256", "pass", sign(PLAIN, ED25519), {KEY: key_record(ED25519)})
    for c in ("simple/simple", "simple/relaxed", "relaxed/simple", "relaxed/relaxed"):
        case(f"pass-{c.replace('/', '-')}", "3.4", f"canonicalization {c}", "pass", sign(PLAIN, c=c))
        case(f"pass-ed25519-{c.replace('/', '-')}", "RFC 8463 section 3", f"canonicalization {c}", "pass", sign(PLAIN, ED25519, c=c), {KEY: key_record(ED25519)})
    case("c-absent", "3.5", "without c= both are simple", "pass", sign(PLAIN, c=None))
    case("c-half", "3.5", "c=relaxed is relaxed/simple", "pass", sign(PLAIN, c="relaxed"))
    case("c-unknown", "3.5", "an unknown canonicalization", UNUSABLE, sign(PLAIN, extra="; x-note=1").replace(b"c=relaxed/relaxed", b"c=loose/relaxed"))

    # What may change on the way, and what may not (3.4).
    def changed(name, note, result, c, old, new, text=PLAIN):
        signed = sign(text, c=c)
        assert signed.count(old) >= 1, (name, old)
        case(f"change-{name}", "3.4", note, result, signed.replace(old, new))
    changed("body", "a changed letter of the body", "fail", "relaxed/relaxed", b"Bye.", b"Bye!")
    changed("subject", "a changed letter of a signed field", "fail", "relaxed/relaxed", b": hello", b": hallo")
    changed("unsigned-field", "a changed field that is not signed", "pass", "simple/simple", b"To: Ann", b"To: Bob")
    changed("body-space-relaxed", "fewer spaces between words, relaxed", "pass", "relaxed/relaxed", b"Hello  you", b"Hello you")
    changed("body-space-simple", "fewer spaces between words, simple", "fail", "relaxed/simple", b"Hello  you", b"Hello you")
    changed("body-space-vanishes", "no space where there was one, relaxed", "fail", "relaxed/relaxed", b"Hello  you", b"Helloyou")
    changed("body-line-end-space-relaxed", "spaces added at a line's end, relaxed", "pass", "relaxed/relaxed", b"Bye.", b"Bye. \t")
    changed("body-line-end-space-simple", "spaces added at a line's end, simple", "fail", "relaxed/simple", b"Bye.", b"Bye. ")
    changed("body-empty-lines", "other empty lines at the end", "pass", "simple/simple", b"Bye.\r\n\r\n\r\n", b"Bye.\r\n")
    changed("body-inner-empty-line", "another empty line inside", "fail", "relaxed/relaxed", b"you.\r\n\r\n", b"you.\r\n\r\n\r\n")
    changed("header-space-relaxed", "other white space in a field, relaxed", "pass", "relaxed/simple", b"Subject: hello", b"Subject:   hello  ")
    changed("header-space-simple", "other white space in a field, simple", "fail", "simple/simple", b"Subject: hello", b"Subject:  hello")
    changed("header-name-case-relaxed", "another letter case of a field's name, relaxed", "pass", "relaxed/simple", b"Subject: hello", b"SUBJECT: hello")
    changed("header-name-case-simple", "another letter case of a field's name, simple", "fail", "simple/simple", b"Subject: hello", b"SUBJECT: hello")
    changed("header-folded-relaxed", "a field folded, relaxed", "pass", "relaxed/simple", b"From: Joe <", b"From: Joe\r\n <")
    changed("header-folded-after-colon", "a field folded right after its colon, relaxed", "pass", "relaxed/simple", b"Subject: hello", b"Subject:\r\n hello")
    changed("header-folded-simple", "a field folded, simple", "fail", "simple/simple", b"From: Joe <", b"From: Joe\r\n <")

    # Bodies at the edge (3.4.3, 3.4.4).
    for c in ("simple", "relaxed"):
        for name, body in (("empty", ""), ("one-crlf", "\r\n"), ("only-crlfs", "\r\n\r\n\r\n"), ("only-spaces", "  \t \r\n"), ("no-final-crlf", "Hello.")):
            text = message("From: joe@example.com", "Subject: x", body=body)
            case(f"body-{name}-{c}", "3.4.3" if c == "simple" else "3.4.4", f"body canonicalization {c}: {name.replace('-', ' ')}", "pass", sign(text, c=f"relaxed/{c}"))
    sha = {"simple": "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=", "relaxed": "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="}
    for c, value in sha.items():
        empty = message("From: joe@example.com", "Subject: x", body="")
        assert signer.body_hash(b"", c) == value
        case(f"body-empty-hash-{c}", "3.4.3" if c == "simple" else "3.4.4", f"the hash of an empty body that the section gives, {c}", "pass", sign(empty, c=f"relaxed/{c}", bh=value))

    # Tags of the signature (3.5).
    for tag in ("v", "a", "bh", "d", "h", "s", "b"):
        case(f"tag-{tag}-missing", "3.5", f"the required tag {tag}= is missing", UNUSABLE, sign(PLAIN, drop=(tag,)))
    case("tag-v-2", "3.5", "another version", UNUSABLE, sign(PLAIN, v="2"))
    case("tag-twice", "3.2", "a tag that stands twice makes the whole list invalid", UNUSABLE, sign(PLAIN, extra="; d=example.com"))
    case("tag-unknown", "3.2", "unknown tags are ignored", "pass", sign(PLAIN, extra="; zz=1"))
    case("tag-name-case", "3.2", "tag names are case-sensitive: D= is unknown, and d= is missing", UNUSABLE, sign(PLAIN, drop=("d",), extra="; D=example.com"))
    case("tag-final-semicolon", "3.2", "a tag list may end in a semicolon", "pass", sign(PLAIN, end=";"))
    case("tag-a-unknown", "3.5", "an unknown algorithm", REFUSED, sign(PLAIN, a="rsa-md5"))
    case("tag-a-sha1", "RFC 8301 section 3.1", "rsa-sha1 must not be accepted", REFUSED, sign(PLAIN, a="rsa-sha1", hash=hashes.SHA1))
    case("tag-a-other-key", "6.1.2", "the key's type does not fit a=", REFUSED, sign(PLAIN), {KEY: key_record(ED25519)})
    case("tag-h-without-from", "5.4", "From must be signed", UNUSABLE, sign(PLAIN, h="subject:to"))
    case("tag-h-case", "5.4", "names in h= compare without letter case", "pass", sign(PLAIN, h="FROM:Subject:tO"))
    case("tag-h-absent-field", "5.4", "a named field that is absent counts as nothing", "pass", sign(PLAIN, h="from:subject:cc"))
    case("tag-h-absent-field-added", "5.4", "and must not be added later", "fail", sign(PLAIN, h="from:subject:cc").replace(b"To: Ann", b"Cc: x@example.com\r\nTo: Ann"))
    twice = message("From: joe@example.com", "Subject: x", "Received: one", "Received: two")
    case("tag-h-bottom-up", "5.4.2", "of fields with one name the lowest is signed first: one added on top is not covered", "pass",
         sign(twice, h="from:received:received").replace(b"Subject: x", b"Received: zero\r\nSubject: x"))
    case("tag-h-swapped", "5.4.2", "their order matters", "fail", sign(twice, h="from:received:received").replace(b"one", b"___").replace(b"two", b"one").replace(b"___", b"two"))
    case("tag-i-subdomain", "3.5", "i= may be of a subdomain of d=", "pass", sign(PLAIN, i="joe@mail.example.com"))
    case("tag-i-other", "3.5", "i= of another domain", UNUSABLE, sign(PLAIN, i="joe@example.net"))
    case("tag-i-parent", "3.5", "i= of a domain above d=", UNUSABLE, sign(PLAIN, d="mail.example.com", i="joe@example.com"), {"sel._domainkey.mail.example.com": key_record()})
    case("tag-i-quoted-printable", "3.5", "i= is in DKIM quoted-printable", "pass", sign(PLAIN, i="joe=20q@example.com"))
    case("tag-d-other", "6.1.1", "d= need not be the author's domain", "pass", sign(PLAIN, d="example.net"), {"sel._domainkey.example.net": key_record()})
    case("tag-l-whole", "3.5", "l= of the whole body", "pass", sign(PLAIN, l=str(len(signer.canonical_body(signer.body_of(PLAIN), "relaxed")))))
    case("tag-l-too-long", "3.5", "l= longer than the body", REFUSED, sign(PLAIN, l="9999"))
    case("tag-l-not-a-number", "3.5", "l= is digits", UNUSABLE, sign(PLAIN, extra="; l=ten"))
    case("tag-l-partial", "8.2", "text after what l= covers: passing by the arithmetic, or refused by policy", ["pass", "policy"], sign(PLAIN, l="10"))
    case("tag-q-dns", "3.5", "q=dns/txt is the default", "pass", sign(PLAIN, q="dns/txt"))
    case("tag-q-unknown", "3.5", "no query method that is known", UNUSABLE, sign(PLAIN, q="http"))
    case("tag-t-x", "3.5", "signed, and not yet expired", "pass", sign(PLAIN, t="1700000000", x="1700100000"), now="2023-11-15T12:00:00Z")
    case("tag-x-expired", "3.5", "expired", REFUSED, sign(PLAIN, t="1700000000", x="1700100000"), now="2023-12-15T12:00:00Z")
    case("tag-x-before-t", "3.5", "it expires before it was made", REFUSED, sign(PLAIN, t="1700100000", x="1700000000"), now="2023-11-15T12:00:00Z")
    case("tag-x-not-a-number", "3.5", "x= is digits", UNUSABLE, sign(PLAIN, x="never"), now="2023-11-15T12:00:00Z")
    case("tag-z", "3.5", "copied fields in z= are for people", "pass", sign(PLAIN, extra="; z=Subject:other"))
    case("tag-b-folded", "3.2", "white space inside b= is ignored", "pass", fold_last(sign(PLAIN)))
    case("tag-bh-wrong", "3.7", "a signature over another body hash", "fail", sign(PLAIN, bh=signer.body_hash(b"other\r\n")))
    case("tag-bh-not-base64", "3.5", "bh= is base64", REFUSED, sign(PLAIN, bh="!!!"))
    case("tag-b-changed", "3.7", "a changed signature", "fail", flip_last(sign(PLAIN)))
    case("tag-s-several-labels", "3.1", "a selector may have several labels", "pass", sign(PLAIN, s="a.b"), {"a.b._domainkey.example.com": key_record()})
    case("field-name-case", "3.5", "the field's name compares without letter case", "pass", sign(PLAIN, field="dkim-signature"))

    # The key (3.6.1, 6.1.2).
    def keyed(name, section, note, result, *entries, key=RSA, **tags):
        case(f"key-{name}", section, note, result, sign(PLAIN, key, **tags), {KEY: list(entries)} if entries else {"example.com": "A 192.0.2.1"})
    p = signer.public(RSA)
    keyed("absent", "6.1.2", "there is no key", "permerror")
    keyed("nodata", "6.1.2", "the name has no TXT record", "permerror", "A 192.0.2.1")
    keyed("timeout", "6.1.2", "no answer", "temperror", "TIMEOUT")
    keyed("servfail", "6.1.2", "a server failure", "temperror", "SERVFAIL")
    keyed("revoked", "3.6.1", "an empty p= is a revoked key", REFUSED, "TXT v=DKIM1; p=")
    keyed("no-p", "3.6.1", "p= is required", REFUSED, "TXT v=DKIM1; k=rsa")
    keyed("bare", "3.6.1", "v= and k= have defaults", "pass", f"TXT p={p}")
    keyed("v-dkim2", "3.6.1", "another version is discarded", REFUSED, f"TXT v=DKIM2; p={p}")
    keyed("v-not-first", "3.6.1", "v= must come first", REFUSED, f"TXT k=rsa; v=DKIM1; p={p}")
    keyed("spaces-in-p", "3.6.1", "the key may hold folding white space", "pass", f"TXT v=DKIM1; p={p[:40]} {p[40:90]} \t{p[90:]} ")
    keyed("strings", "3.6.2.2", "the strings of the record are joined", "pass", {"type": "TXT", "strings": [f"v=DKIM1; p={p[:100]}", p[100:]]})
    keyed("cname", "3.6.2.2", "the name may be an alias", "pass", "CNAME key.example.net")
    suite.cases[-1]["zone"]["key.example.net"] = [{"type": "TXT", "data": f"v=DKIM1; p={p}"}]
    keyed("two", "3.6.2.2", "of two records it is not defined which counts; to choose is unsafe", ["permerror", "neutral", "pass", "fail"], f"TXT v=DKIM1; p={p}", f"TXT v=DKIM1; p={signer.public(signer.rsa(1024))}")
    keyed("other", "6.1.3", "another key", "fail", key_record(signer.rsa(1024)))
    keyed("h-sha256", "3.6.1", "h= admits the hash", "pass", f"TXT v=DKIM1; h=sha1:sha256; p={p}")
    keyed("h-sha1", "6.1.2", "h= does not admit the hash", REFUSED, f"TXT v=DKIM1; h=sha1; p={p}")
    keyed("k-unknown", "3.6.1", "an unknown key type", REFUSED, f"TXT v=DKIM1; k=dsa; p={p}")
    keyed("s-email", "3.6.1", "s= admits mail", "pass", f"TXT v=DKIM1; s=other:email; p={p}")
    keyed("s-star", "3.6.1", "s=* admits everything", "pass", f"TXT v=DKIM1; s=*; p={p}")
    keyed("s-other", "3.6.1", "s= does not admit mail", REFUSED, f"TXT v=DKIM1; s=tlsrpt; p={p}")
    keyed("t-y", "3.6.1", "a key in test mode verifies like any other", "pass", f"TXT v=DKIM1; t=y; p={p}")
    keyed("t-s-same", "3.6.1", "t=s, and i= is of d= itself", "pass", f"TXT v=DKIM1; t=s; p={p}", i="joe@example.com")
    keyed("t-s-subdomain", "3.6.1", "t=s, and i= is of a subdomain", REFUSED, f"TXT v=DKIM1; t=s; p={p}", i="joe@mail.example.com")
    keyed("g-ignored", "RFC 6376 appendix C", "g= of RFC 4871 is ignored", "pass", f"TXT v=DKIM1; g=nobody; p={p}")
    keyed("n-ignored", "3.6.1", "notes are for people", "pass", f"TXT v=DKIM1; n=a note; p={p}")
    keyed("tag-twice", "3.2", "a tag that stands twice makes the whole list invalid", REFUSED, f"TXT v=DKIM1; p={p}; p={p}")
    keyed("not-base64", "3.6.1", "p= is base64", REFUSED, "TXT v=DKIM1; p=*")
    keyed("not-a-key", "3.6.1", "p= holds no key", REFUSED, "TXT v=DKIM1; p=AAAA")
    keyed("1024", "RFC 8301 section 3.2", "1,024 bits are the least that is accepted", "pass", key_record(signer.rsa(1024)), key=signer.rsa(1024))
    keyed("512", "RFC 8301 section 3.2", "fewer are not", REFUSED, key_record(signer.rsa(512)), key=signer.rsa(512))
    keyed("rsa-public-key", "RFC 6376 erratum 3017", "p= may hold an RSAPublicKey without its envelope", ["pass", "permerror", "neutral"], "TXT v=DKIM1; p=" + pkcs1())
    keyed("ed25519-short", "RFC 8463 section 4", "an Ed25519 key has 32 octets", REFUSED, "TXT v=DKIM1; k=ed25519; p=" + base64.b64encode(bytes(31)).decode(), key=ED25519)
    keyed("ed25519-other", "RFC 8463 section 4", "another Ed25519 key", ["fail"], "TXT v=DKIM1; k=ed25519; p=" + OTHER_ED25519, key=ED25519)

    # Several signatures.
    both = sign(sign(PLAIN), ED25519, s="ed")
    suite.add("two-pass", "RFC 8463 section 3", "two signatures, top first", {KEY: key_record(), "ed._domainkey.example.com": key_record(ED25519)},
              {"dkim": [{"selector": "ed", "result": ["pass"]}, {"selector": "sel", "result": ["pass"]}], "dkim_best": ["pass"]}, both)
    suite.add("two-one-without-key", "6.1", "one that cannot be verified does not spoil the other", {KEY: key_record()},
              {"dkim": [{"selector": "ed", "result": ["permerror"]}, {"selector": "sel", "result": ["pass"]}], "dkim_best": ["pass"], "dkim_last": ["pass"]}, both)
    many = PLAIN
    for number in range(12):
        many = sign(many, s=f"s{number}")
    suite.add("many", "RFC 8601 section 2.7.1", "a verifier limits how many it checks; the rest is left to policy",
              {f"s{number}._domainkey.example.com": key_record() for number in range(12)}, {"dkim_best": ["pass"]}, many)
    dkim_corners.add(suite)
    return suite


OTHER_ED25519 = "/FHNjmIYoaONpH7QAjDwWAgW7RO6MwOsXeuRFUiQgCU="


def fold_last(signed):
    """The message with the b= of its top field cut in two lines."""
    head, rest = signed.split(b"\r\n", 1)
    return head[:-20] + b"\r\n " + head[-20:] + b"\r\n" + rest


def flip_last(signed):
    """The message with a letter of b= in its top field changed."""
    head, rest = signed.split(b"\r\n", 1)
    return head[:-30] + (b"A" if head[-30:-29] != b"A" else b"B") + head[-29:] + b"\r\n" + rest


def pkcs1():
    from cryptography.hazmat.primitives import serialization
    return base64.b64encode(RSA.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.PKCS1)).decode()
