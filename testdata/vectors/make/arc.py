"""ARC: RFC 8617, results of RFC 8601 section 2.7.4 as section 6 registers them. The sets are made by signer.py."""
import re

import signer
from common import Suite, message
from signer import key_record, seal

KEY = "arc._domainkey.example.org"
PLAIN = message("From: Joe <joe@example.com>", "To: Ann <ann@example.net>", "Subject: hello", body="Hello you.\r\n")


def make():
    suite = Suite("arc", "RFC 8617")

    def case(name, section, note, result, text, zone=None):
        suite.add(name, section, note, {KEY: key_record()} if zone is None else zone, {"arc": [result] if isinstance(result, str) else result}, text)

    one = seal(PLAIN, "none")
    two = seal(one, "pass")
    three = seal(two, "pass")
    case("none", "5.2", "no ARC set", "none", PLAIN)
    case("pass-1", "5.2", "one set", "pass", one)
    case("pass-2", "5.2", "two sets", "pass", two)
    case("pass-3", "5.2", "three sets", "pass", three)
    fifty = PLAIN
    for number in range(50):
        fifty = seal(fifty, "pass" if number else "none")
        if number == 19:
            case("pass-20", "5.2", "twenty sets", "pass", fifty)
    case("pass-50", "4.2.1", "fifty sets are the most", "pass", fifty)
    case("fail-51", "4.2.1", "fifty-one are too many", "fail", seal(fifty, "pass"))
    case("pass-two-domains", "5.2", "each set by another domain", "pass", seal(one, "pass", d="list.example.net", s="l"), {KEY: key_record(), "l._domainkey.list.example.net": key_record()})
    case("pass-header-added", "5.2", "a field added on top that no set covers", "pass", b"Received: from elsewhere\r\n" + two)
    case("pass-body-space", "4.1.2", "the message signature is relaxed: other white space is the same", "pass", one.replace(b"Hello you", b"Hello  you"))

    # What changed since.
    case("fail-body", "5.2", "the body changed after the last set", "fail", two.replace(b"Hello", b"Hallo"))
    case("fail-subject", "5.2", "a signed field changed after the last set", "fail", two.replace(b"Subject: hello", b"Subject: hallo"))
    case("pass-changed-before-last", "5.2", "the body changed between the sets: only the last message signature must hold", "pass", seal(one.replace(b"Hello", b"Hallo"), "pass"))
    case("fail-results-changed", "5.2", "a set's results changed: its seal breaks", "fail", two.replace(b"i=1; mx.example.org; spf=pass", b"i=1; mx.example.org; spf=fail"))
    case("fail-seal-1", "5.2", "the first seal changed", "fail", broken(two, b"ARC-Seal", 1))
    case("fail-seal-2", "5.2", "the last seal changed", "fail", broken(two, b"ARC-Seal", 2))
    case("fail-signature-last", "5.2", "the last message signature changed", "fail", broken(two, b"ARC-Message-Signature", 2))
    case("fail-signature-first", "5.2", "an earlier message signature changed: the seals cover it", "fail", broken(two, b"ARC-Message-Signature", 1))

    # The structure of the chain (5.2 step 3, 5.1.1.1).
    for name in ("ARC-Seal", "ARC-Message-Signature", "ARC-Authentication-Results"):
        case(f"fail-without-{name.lower()}", "5.2", f"a set without {name}", "fail", seal(PLAIN, "none", drop=(name,)))
        case(f"fail-twice-{name.lower()}", "5.2", f"a set with two of {name}", "fail", doubled(one, name.encode()))
    case("fail-gap", "5.2", "instances 1 and 3", "fail", seal(one, "pass", instance=3))
    case("fail-no-first", "5.2", "instance 2 alone", "fail", seal(PLAIN, "none", instance=2))
    case("fail-instance-0", "4.2.1", "instances start at 1", "fail", seal(PLAIN, "none", instance=0))
    case("fail-cv-pass-first", "5.2", "cv=pass in the first set", "fail", seal(PLAIN, "pass"))
    case("fail-cv-none-second", "5.2", "cv=none in the second set", "fail", seal(one, "none"))
    # Step 2 calls a chain that its last seal closed fail; the validation suite that implementations share expects none. Never pass.
    case("closed-second", "5.2", "the last set says cv=fail", ["fail", "none"], seal(one, "fail"))
    case("closed-first", "5.2", "the only set says cv=fail", ["fail", "none"], seal(PLAIN, "fail"))
    case("fail-cv-unknown", "4.1.3", "cv has three values", "fail", seal(PLAIN, "maybe"))
    case("fail-cv-absent", "4.1.3", "cv is required", "fail", without(one, b"ARC-Seal", b"cv"))
    case("fail-instance-absent", "4.1.1", "i= is required", "fail", without(one, b"ARC-Authentication-Results", b"i"))
    for tag in ("a", "d", "s", "b"):
        case(f"fail-seal-without-{tag}", "4.1.3", f"the seal's {tag}= is required", "fail", without(one, b"ARC-Seal", tag.encode()))
    case("fail-seal-h", "4.1.3", "a seal has no h=", "fail", seal(PLAIN, "none", seal_tags={"h": "from"}))
    case("fail-signature-covers-seal", "4.1.2", "a message signature does not cover ARC-Seal", "fail", seal(one, "pass", ams={"h": "from:subject:arc-seal"}))
    case("fail-signature-without-h", "4.1.2", "h= is required", "fail", seal(PLAIN, "none", ams={"drop": ("v", "h")}))

    # Keys.
    case("fail-key-absent", "5.2", "there is no key", "fail", one, {"example.org": "A 192.0.2.1"})
    case("fail-key-other", "5.2", "another key", "fail", one, {KEY: key_record(signer.rsa(1024))})
    case("fail-key-revoked", "5.2", "a revoked key", "fail", one, {KEY: "TXT v=DKIM1; p="})
    case("key-unanswered", "5.2", "no answer: not a pass; whether it is called fail is left to the receiver", ["fail", "temperror"], one, {KEY: "TIMEOUT"})
    case("pass-key-1024", "RFC 8301 section 3.2", "1,024 bits are the least that is accepted", "pass", seal(PLAIN, "none", key=signer.rsa(1024)), {KEY: key_record(signer.rsa(1024))})
    case("fail-key-512", "RFC 8301 section 3.2", "fewer are not", "fail", seal(PLAIN, "none", key=signer.rsa(512)), {KEY: key_record(signer.rsa(512))})
    return suite


def pick(text, name, instance):
    for field in re.findall(rb"(?m)^" + name + rb":[^\r\n]*\r\n", text):
        if f" i={instance};".encode() in field:
            return field
    raise AssertionError((name, instance))


def broken(text, name, instance):
    """The message with a letter of b= changed in one field."""
    field = pick(text, name, instance)
    at = field.index(b" b=") + 10
    return text.replace(field, field[:at] + (b"A" if field[at:at + 1] != b"A" else b"B") + field[at + 1:])


def doubled(text, name):
    field = pick(text, name, 1)
    return text.replace(field, field + field)


def without(text, name, tag):
    """The message with a tag taken out of a field of the first set."""
    field = pick(text, name, 1)
    head, _, value = field.partition(b": ")
    kept = [part for part in value.strip().split(b"; ") if not part.startswith(tag + b"=")]
    return text.replace(field, head + b": " + b"; ".join(kept) + b"\r\n")
