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
    case("closed-second", "5.2", "the last set says cv=fail", "fail", seal(one, "fail"))
    case("closed-first", "5.2", "the only set says cv=fail", "fail", seal(PLAIN, "fail"))
    case("fail-cv-unknown", "4.1.3", "cv has three values", "fail", seal(PLAIN, "maybe"))
    case("fail-cv-absent", "4.1.3", "cv is required", "fail", without(one, b"ARC-Seal", b"cv"))
    case("fail-instance-absent", "4.1.1", "i= is required", "fail", without(one, b"ARC-Authentication-Results", b"i"))
    for tag in ("a", "d", "s", "b"):
        case(f"fail-seal-without-{tag}", "4.1.3", f"the seal's {tag}= is required", "fail", without(one, b"ARC-Seal", tag.encode()))
    case("fail-seal-h", "4.1.3", "a seal has no h=", "fail", seal(PLAIN, "none", seal_tags={"h": "from"}))
    case("fail-signature-covers-seal", "4.1.2", "a message signature does not cover ARC-Seal", "fail", seal(one, "pass", ams={"h": "from:subject:arc-seal"}))
    case("fail-signature-without-h", "4.1.2", "h= is required", "fail", seal(PLAIN, "none", ams={"drop": ("v", "h")}))

    # How the fields may be written.
    case("pass-refolded", "5.1.1", "a chain folded anew: seals are relaxed", "pass", two.replace(b"; d=", b";\r\n\td=").replace(b"; mx.", b";\r\n   mx.").replace(b"; b=", b";\r\n b="))
    case("pass-names-in-capitals", "5.1.1", "field names in other letter case", "pass", two.replace(b"ARC-Seal:", b"arc-SEAL:").replace(b"ARC-Message-Signature:", b"ARC-MESSAGE-SIGNATURE:"))
    case("pass-order", "5.1.1", "fields of the sets in any order in the header", "pass", reordered(two))
    case("pass-results-comments", "4.2.1", "comments and white space around the instance of ARC-Authentication-Results", "pass", seal(PLAIN, "none", results=" (a (b)) i (c) = \r\n 1 (d); mx.example.org; none"))
    case("pass-results-unreadable", "4.1.1", "results behind the instance that nobody can read", "pass", seal(PLAIN, "none", results=" i=1; mx.example.org; (; =;;"))
    case("pass-instance-01", "4.2.1", "an instance of two digits", ["pass", "fail"], seal(PLAIN, "none", ams={"i": "01"}))
    for name, results in (("capital", " I=1; mx.example.org; none"), ("last", " mx.example.org; none; i=1"), ("alone", " i=1"), ("comma", " i=1, mx.example.org; none"), ("51", " i=51; mx.example.org; none")):
        case(f"fail-results-instance-{name}", "4.2.1", f"ARC-Authentication-Results starts with its instance: {name}", "fail", seal(PLAIN, "none", results=results))
    for name, value in (("001", "001"), ("sign", "+1"), ("word", "one"), ("empty", "")):
        case(f"fail-instance-{name}", "4.2.1", f"a message signature's instance: {name}", "fail", seal(PLAIN, "none", ams={"i": value}))
    case("pass-cv-case", "4.4", "cv= in capitals", "pass", seal(one, "pass", seal_tags={"cv": "PASS"}))
    case("pass-unknown-tags", "4.1", "unknown tags are ignored", "pass", seal(PLAIN, "none", seal_tags={"y": "1"}, ams={"y": "b=1"}))
    case("fail-seal-tag-twice", "4.1.3", "a tag that stands twice", "fail", one.replace(b"ARC-Seal: i=1;", b"ARC-Seal: i=1; i=1;"))

    # What is sealed, and what is signed.
    case("fail-seal-simple", "5.1.1", "a seal over the fields as they stand", "fail", seal(PLAIN, "none", how="simple"))
    case("fail-seal-order", "5.1.1", "a seal over the message signature before the results", "fail", seal(PLAIN, "none", order=(b"arc-message-signature", b"arc-authentication-results", b"arc-seal")))
    case("fail-seal-own-set", "5.1.1", "cv=pass, and the seal leaves out the set before", "fail", seal(one, "pass", own=True))
    case("closed-below", "5.1.2", "a set on top of one that closed the chain", ["fail", "none"], seal(seal(one, "fail"), "pass"))
    case("pass-simple", "4.1.2", "a message signature with c=simple/simple", "pass", seal(PLAIN, "none", ams={"c": "simple/simple"}))
    case("pass-covers-results", "4.1.2", "a message signature over the fields of earlier sets", "pass", seal(one, "pass", ams={"h": "from:arc-authentication-results:arc-message-signature"}))
    case("pass-covers-itself", "RFC 6376 section 3.5", "one that names its own kind: it is not among what it covers", ["pass", "fail"], seal(PLAIN, "none", ams={"h": "from:arc-message-signature"}))
    case("signature-without-from", "4.1.2", "h= does not name From: RFC 6376 section 5.4 forbids it, verifiers in use let it pass", ["pass", "fail"], seal(PLAIN, "none", ams={"h": "subject"}))
    case("fail-signature-sha1", "RFC 8301 section 3.1", "a message signature with rsa-sha1", "fail", seal(PLAIN, "none", ams={"a": "rsa-sha1"}))
    case("fail-seal-sha1", "RFC 8301 section 3.1", "a seal with rsa-sha1", "fail", seal(PLAIN, "none", seal_tags={"a": "rsa-sha1"}))
    case("fail-signature-body-cut", "RFC 6376 section 3.5", "l= exceeds the body", "fail", seal(PLAIN, "none", ams={"l": "9999"}))
    case("pass-older-malformed", "5.2", "an earlier message signature that nobody can check: it is for diagnosis", "pass", seal(seal(PLAIN, "none", ams={"c": "other/other", "bh": "AAAA"}), "pass"))
    case("fail-newest-malformed", "5.2", "the same in the newest set", "fail", seal(one, "pass", ams={"bh": "AAAA"}))
    case("pass-from-added-above", "5.2", "a second From above the one that is signed: the chain holds, the author does not", "pass", b"From: mallory@example.com\r\n" + one)

    # Keys.
    case("fail-key-absent", "5.2", "there is no key", "fail", one, {"example.org": "A 192.0.2.1"})
    case("fail-key-other", "5.2", "another key", "fail", one, {KEY: key_record(signer.rsa(1024))})
    case("fail-key-revoked", "5.2", "a revoked key", "fail", one, {KEY: "TXT v=DKIM1; p="})
    case("key-unanswered", "5.2", "no answer: not a pass; whether it is called fail is left to the receiver", ["fail", "temperror"], one, {KEY: "TIMEOUT"})
    case("pass-key-1024", "RFC 8301 section 3.2", "1,024 bits are the least that is accepted", "pass", seal(PLAIN, "none", key=signer.rsa(1024)), {KEY: key_record(signer.rsa(1024))})
    for name, tags, result in (("t-s", "v=DKIM1; t=s; ", "pass"), ("s-other", "v=DKIM1; s=tlsrpt; ", "fail"), ("h-sha1", "v=DKIM1; h=sha1; ", "fail"), ("v-dkim2", "v=DKIM2; ", "fail")):
        case(f"{result}-key-{name}", "RFC 6376 section 3.6.1", f"a key record with {tags.split('; ')[-2]}", result, one, {KEY: key_record(tags=tags)})
    case("fail-key-512", "RFC 8301 section 3.2", "fewer are not", "fail", seal(PLAIN, "none", key=signer.rsa(512)), {KEY: key_record(signer.rsa(512))})
    return suite


def reordered(text):
    """The message with its fields from the last to the first."""
    head, body = text.split(b"\r\n\r\n", 1)
    return b"\r\n".join(reversed(head.split(b"\r\n"))) + b"\r\n\r\n" + body


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
