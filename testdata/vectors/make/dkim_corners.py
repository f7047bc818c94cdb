"""More of DKIM: how a field may be written, headers and bodies out of shape, and signatures that nobody made with the key."""
import hashlib

from cryptography.hazmat.primitives import serialization

import signer
from common import message
from forgeries import add_forgeries
from signer import RSA, key_record, sign, sign_as

KEY = "sel._domainkey.example.com"
PLAIN = message("From: Joe <joe@example.com>", "To: Ann <ann@example.net>", "Subject: hello", body="Hello  you.\r\n\r\nBye.\r\n")
UNUSABLE = ["permerror", "neutral"]
REFUSED = ["permerror", "neutral", "policy", "fail"]
CANONICALIZATIONS = ("simple/simple", "relaxed/relaxed")


def add(suite):
    def case(name, section, note, result, text, zone=None, signatures=1):
        result = [result] if isinstance(result, str) else result
        suite.add(name, section, note, {KEY: key_record()} if zone is None else zone, {"dkim": [{"result": result}] * signatures}, text)

    add_forms(case)
    add_values(case)
    add_selections(case)
    add_shapes(case)
    add_keys(case)
    add_forgeries(case)
    suite.add("crowd-malformed", "6.1", "sixty fields that are no signatures above one that is", {KEY: key_record()}, {"dkim_last": ["pass"], "dkim_best": ["pass"]},
              b"DKIM-Signature: v=1; nonsense\r\n" * 60 + sign(PLAIN))


def tags(c="relaxed/relaxed", **replaced):
    """A tag list without b; a tag that is None is left out."""
    values = {"v": "1", "a": "rsa-sha256", "c": c, "d": "example.com", "s": "sel", "h": "from:subject", "bh": "{bh}", **replaced}
    return "; ".join(f"{name}={value}" for name, value in values.items() if value is not None)


def add_forms(case):
    for c in CANONICALIZATIONS:
        listed, how = tags(c), c.split("/")[0]
        for name, note, value in (
            ("b-first", "b= stands first", f" b={{b}}; {listed}"),
            ("b-middle", "b= stands before the other tags that end the list", f" v=1; b={{b}}; {listed.removeprefix('v=1; ')};"),
            ("b-white-space", "white space around b, its equals sign and its value", f" {listed};\r\n\tb \t=\r\n {{b}}\r\n\t ;\r\n"),
            ("b-decoys", "other tags that hold a b=, or end in b", f" xb=b=1; zb=;{listed}; n=b; b={{b}}; B=b=; b2=b"),
            ("no-space", "no space where none is needed", f"{listed.replace('; ', ';')};b={{b}}"),
            ("folded", "folded wherever it may be", "\r\n\t" + listed.replace("; ", "\r\n ;\r\n ").replace("=rel", " =\r\n\trel").replace("=1", "\t= 1") + ";\r\n b={b}"),
        ):
            case(f"form-{name}-{how}", "3.2", f"{note}, {how}", "pass", sign_as(PLAIN, value.removesuffix("\r\n"), c=c))
    case("form-semicolons", "3.2", "an empty tag between two semicolons", UNUSABLE, sign_as(PLAIN, f" {tags()};; b={{b}}"))
    case("form-empty-tag-last", "3.2", "two semicolons at the end", UNUSABLE, sign_as(PLAIN, f" {tags()}; b={{b}};;"))
    case("form-no-equals", "3.2", "a tag without a value", UNUSABLE, sign_as(PLAIN, f" {tags()}; y; b={{b}}"))
    case("form-empty-value", "3.2", "an unknown tag with an empty value", "pass", sign_as(PLAIN, f" {tags()}; y=; b={{b}}"))
    case("form-tag-digit", "3.2", "a tag name that starts with a digit", UNUSABLE, sign_as(PLAIN, f" {tags()}; 1y=1; b={{b}}"))
    case("form-tag-hyphen", "3.2", "a tag name with a hyphen", UNUSABLE, sign_as(PLAIN, f" {tags()}; x-y=1; b={{b}}"))
    case("form-unknown-twice", "3.2", "an unknown tag that stands twice", UNUSABLE, sign_as(PLAIN, f" {tags()}; y=1; y=1; b={{b}}"))
    case("form-control", "3.2", "a control character in a value", UNUSABLE, sign_as(PLAIN, f" {tags()}; y=a\x01b; b={{b}}"))
    case("form-bare-lf", "2.8", "a bare LF is no folding", UNUSABLE, sign_as(PLAIN, f" {tags()};\n b={{b}}"))


def add_values(case):
    def tagged(name, section, note, result, zone=None, text=PLAIN, length=None, **replaced):
        value = f" {tags(**replaced)}; b={{b}}"
        case(f"value-{name}", section, note, result, sign_as(text, value, length=length, h=replaced.get("h", "from:subject")), zone)

    tagged("v-01", "3.5", "the version is 1, not 01", UNUSABLE, v="01")
    tagged("a-case", "3.5", "keywords compare without letter case (RFC 5234 section 2.3)", "pass", a="RSA-SHA256")
    tagged("a-spaces", "3.5", "no white space within a=", REFUSED, a="rsa - sha256")
    case("value-c-case", "3.5", "the same of c=", "pass", sign_as(PLAIN, f" {tags('Relaxed/SIMPLE')}; b={{b}}", c="relaxed/simple"))
    for name, value in (("half-empty", "relaxed/"), ("spaces", "relaxed / relaxed"), ("three", "relaxed/relaxed/simple"), ("empty", "")):
        case(f"value-c-{name}", "3.5", f"c={value}", UNUSABLE, sign_as(PLAIN, f" {tags(value)}; b={{b}}"))
    tagged("d-final-dot", "3.5", "a domain name here has no dot at its end", UNUSABLE, d="example.com.")
    tagged("d-one-label", "3.5", "nor a single label", UNUSABLE, d="com", zone={"sel._domainkey.com": key_record()})
    tagged("d-space", "3.5", "nor white space", UNUSABLE, d="example. com")
    tagged("d-empty", "3.5", "nor nothing", UNUSABLE, d="")
    tagged("d-case", "3.5", "names compare without letter case", "pass", d="EXAMPLE.Com")
    tagged("d-u-label", "RFC 8616 section 4", "d= in U-labels", "pass", d="b\u00fccher.example", zone={"sel._domainkey.xn--bcher-kva.example": key_record()})
    tagged("s-u-label", "RFC 8616 section 4", "s= in U-labels", "pass", s="s\u00e9l", zone={"xn--sl-bja._domainkey.example.com": key_record()})
    tagged("i-u-label", "RFC 8616 section 4", "i= in U-labels below d= in A-labels", "pass", d="xn--bcher-kva.example", i="joe@mail.b\u00fccher.example", zone={"sel._domainkey.xn--bcher-kva.example": key_record()})
    tagged("s-underscore", "3.1", "selectors in use have underscores", ["pass", *UNUSABLE], s="s_1", zone={"s_1._domainkey.example.com": key_record()})
    tagged("s-empty-label", "3.1", "a selector with an empty label", UNUSABLE, s="a..b")
    tagged("key-name-long", "RFC 1035 section 2.3.4", "selector and domain make too long a name", REFUSED, s=".".join(["s" * 60] * 4))
    for name, value in (("empty", ""), ("final-colon", "from:subject:"), ("first-colon", ":from:subject"), ("double-colon", "from::subject"), ("space", "from subject")):
        tagged(f"h-{name}", "3.5", f"h={value}", UNUSABLE, h=value)
    tagged("h-white-space", "3.5", "white space around the colons of h=", "pass", h="from \t:\r\n subject :to")
    for name, value in (("empty", ""), ("no-at", "example.com"), ("no-domain", "joe@"), ("sibling", "joe@xexample.com"), ("half-escape", "joe=4@example.com"), ("final-dot", "joe@example.com.")):
        tagged(f"i-{name}", "3.5", f"i={value}", UNUSABLE, i=value)
    for name, value in (("no-local-part", "@example.com"), ("at-escaped", "joe=40example.com"), ("domain-escaped", "joe@ex=61mple.com"), ("case", "joe@mail.EXAMPLE.COM"), ("two-ats", "a=40b@example.com"), ("folded", "jo\r\n e@example.com")):
        tagged(f"i-{name}", "2.11", "i=" + value.replace("\r\n", ""), "pass", i=value)
    whole = len(signer.canonical_body(signer.body_of(PLAIN), "relaxed"))
    tagged("l-76-digits", "3.5", "l= has up to 76 digits", "pass", l=str(whole).zfill(76), length=whole)
    tagged("l-77-digits", "3.5", "and no more", UNUSABLE, l=str(whole).zfill(77), length=whole)
    tagged("l-huge", "3.5", "a number that exceeds any body", REFUSED, l="9" * 76)
    tagged("l-zero", "8.2", "l=0: no octet of the body is signed", ["pass", "policy"], l="0", length=0)
    tagged("l-zero-empty", "3.5", "l=0 of an empty body", "pass", l="0", length=0, text=message("From: joe@example.com", "Subject: x", body=""))
    tagged("l-one-beyond", "3.5", "l= one octet past the end", REFUSED, l=str(whole + 1), length=whole + 1)
    tagged("l-space", "3.5", "white space between digits", UNUSABLE, l="1 0", length=10)
    tagged("l-sign", "3.5", "a sign before the digits", UNUSABLE, l="+10", length=10)
    tagged("l-empty", "3.5", "l= without digits", UNUSABLE, l="", length=0)
    tagged("q-several", "3.5", "unknown query methods beside a known one", "pass", q="http/well-known : dns/txt")
    tagged("q-case", "3.5", "the method in capitals", "pass", q="DNS/TXT")
    tagged("q-empty", "3.5", "q= without a method", UNUSABLE, q="")
    tagged("t-13-digits", "3.5", "t= has up to 12 digits", UNUSABLE, t="1000000000000")
    tagged("t-empty", "3.5", "t= without digits", UNUSABLE, t="")
    tagged("x-equals-t", "3.5", "x= must be greater than t=", REFUSED, t="1700000000", x="1700000000")
    tagged("bh-short", "3.7", "bh= of 20 octets", REFUSED, bh="A" * 27 + "=")
    tagged("bh-unpadded", "2.10", "base64 whose padding is missing", ["pass", *UNUSABLE], bh=signer.body_hash(signer.body_of(PLAIN)).rstrip("="))
    tagged("bh-folded", "2.10", "white space within bh=", "pass", bh=signer.body_hash(signer.body_of(PLAIN)).replace("/", "\r\n /").replace("A", " A"))


def add_selections(case):
    case("select-own", "3.5", "the field itself is never among those that h= names", "pass", sign(PLAIN, h="from:dkim-signature:subject"))
    for h in ("dkim-signature:from", "dkim-signature:dkim-signature:from"):
        names = h.count("dkim")
        case(f"select-earlier-{names}", "3.5", f"a signature over an earlier one, which h= names {names} times", "pass", sign(sign(PLAIN, s="old"), h=h), {KEY: key_record(), "old._domainkey.example.com": key_record()}, signatures=2)
    over = sign(PLAIN, h="from:from:subject:subject")
    case("select-oversigned", "8.15", "names that stand once more than the fields", "pass", over)
    case("select-oversigned-from", "8.15", "a second From on top of one that was signed against it", "fail", b"From: mallory@example.com\r\n" + over)
    case("select-oversigned-subject", "8.15", "a second Subject below", "fail", over.replace(b"\r\n\r\n", b"\r\nSubject: other\r\n\r\n", 1))
    case("select-below", "5.4.2", "a field added below one that is signed", "fail", sign(PLAIN).replace(b"\r\n\r\n", b"\r\nSubject: other\r\n\r\n", 1))
    # Section 8.15 leaves it to the verifier how to treat a message with a second Subject; what people are shown is not what was signed.
    case("select-above", "8.15", "a Subject added above the one that is signed", ["policy", "pass"], b"Subject: other\r\n" + sign(PLAIN))
    case("select-above-alike", "5.4.2", "the same Subject again above the one that is signed", "pass", b"Subject:\r\n hello \r\n" + sign(PLAIN))
    case("select-above-unnamed", "5.4.2", "a field added above one that h= does not name", "pass", b"To: other@example.net\r\n" + sign(PLAIN))


def add_shapes(case):
    for c in CANONICALIZATIONS:
        how = c.split("/")[0]
        for name, body in (
            ("bare-cr", b"a\rb \r c\r\n"), ("bare-lf", b"a\nb \n\n\r\n"), ("cr-cr-lf", b"a\r\r\nb\r\r\n\r\r\n"), ("lf-cr", b"a\n\rb\n\r\r\n"), ("final-cr", b"a\r"),
            ("final-lf", b"a\r\n\n"), ("only-lf", b"\n"), ("nul", b"a\0b\0\r\n"), ("8-bit", b"\xff\xe9 \xa0\r\n"), ("tabs", b"\ta\t\tb \t \r\n\t\r\nc\r\n"),
            ("white-lines-last", b"a\r\n \r\n\t\r\n\r\n"), ("other-space", b"a\x0b\x0c \xc2\xa0\r\n"), ("dots", b".\r\n..\r\n"),
        ):
            text = message("From: joe@example.com", "Subject: x", body="") + body
            case(f"body-{name}-{how}", "3.4.3" if how == "simple" else "3.4.4", f"body canonicalization {how}: {name.replace('-', ' ')}", "pass", sign(text, c=c))
        for name, field in (
            ("empty", "Subject:"), ("space", "Subject: \t "), ("empty-folded", "Subject:\r\n \r\n\t"), ("white-fold", "Subject: a\r\n \t \r\n b"), ("space-colon", "Subject \t: a"),
            ("no-break-space", "Subject: \u00a0a\u00a0"), ("bare-cr", "Subject: a \rb\r"), ("bare-lf", "Subject: a\nb \n c"), ("nul", "Subject: a\0"), ("colons", "Subject: a:b: c"),
        ):
            text = message("From: joe@example.com", field, "X: y")
            case(f"field-{name}-{how}", "3.4.1" if how == "simple" else "3.4.2", f"header canonicalization {how}: {name.replace('-', ' ')}", "pass", sign(text, c=c))
    signed = sign(PLAIN)
    case("header-mbox-line", "RFC 5322 section 2.2", "a line of an mbox file on top is no From field", "pass", b"From joe@example.com Mon Jan  1 00:00:00 2024\r\n" + signed)
    case("header-line-without-colon", "RFC 5322 section 2.2", "a line that is no field", "pass", signed.replace(b"To: Ann", b"no field\r\nTo: Ann"))
    case("header-starts-folded", "RFC 5322 section 2.2", "a first line that continues nothing", "pass", b" Subject: x\r\n" + signed)
    for name, before in (("cr", b"\r"), ("lf", b"\n"), ("cr-space", b" \r "), ("nul", b"\0")):
        case(f"header-{name}-before-colon", "3.4.2", f"a {name.replace('-', ' and ')} between a signed field's name and its colon is no white space", "fail", signed.replace(b"Subject:", b"Subject" + before + b":"))
    case("header-space-before-colon", "3.4.2", "a space there goes", "pass", signed.replace(b"Subject:", b"Subject \t:"))
    case("header-space-before-own-colon", "3.4.2", "also in the signature's own field", "pass", signed.replace(b"DKIM-Signature:", b"DKIM-Signature :"))
    empty = sign(message("From: joe@example.com", "Subject: x", body=""))
    case("header-no-empty-line", "3.4.4", "no empty line after the header: the body is empty", "pass", empty[:-2])
    case("header-no-final-crlf", "3.4.2", "nor a line end after its last field", ["pass", "fail"], empty[:-4])


def add_keys(case):
    der = RSA.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    p = signer.public(RSA)

    def keyed(name, section, note, result, record, **given):
        case(f"key-{name}", section, note, result, sign(PLAIN, **given), {KEY: record if isinstance(record, (list, dict)) else f"TXT {record}"})

    keyed("v-case", "3.6.1", "the version in another letter case", REFUSED, f"v=dkim1; p={p}")
    keyed("v-last", "3.6.1", "v= after p=", REFUSED, f"p={p}; v=DKIM1")
    keyed("tag-case", "3.2", "P= is an unknown tag, and p= is missing", REFUSED, f"v=DKIM1; P={p}")
    keyed("k-case", "3.6.1", "keywords compare without letter case", "pass", f"v=DKIM1; k=RSA; p={p}")
    keyed("k-empty", "3.6.1", "k= without a value is no default", REFUSED, f"v=DKIM1; k=; p={p}")
    keyed("h-list", "3.6.1", "white space and letter case in h=", "pass", f"v=DKIM1; h=sha1 : SHA256; p={p}")
    keyed("h-empty", "3.6.1", "h= without a value", REFUSED, f"v=DKIM1; h=; p={p}")
    keyed("s-list", "3.6.1", "white space in s=", "pass", f"v=DKIM1; s=other : email; p={p}")
    keyed("s-empty", "3.6.1", "s= without a value", REFUSED, f"v=DKIM1; s=; p={p}")
    keyed("t-list", "3.6.1", "t=s among other flags", REFUSED, f"v=DKIM1; t=y : S; p={p}", i="joe@mail.example.com")
    keyed("p-white", "3.6.1", "a p= of white space alone is empty: revoked", REFUSED, "v=DKIM1; p= \t")
    keyed("semicolons", "3.2", "an empty tag between two semicolons", REFUSED, f"v=DKIM1;; p={p}")
    keyed("escaped", "3.2", "semicolons that a zone file's editor escaped", REFUSED, f"v=DKIM1\\; p={p}")
    keyed("quoted", "3.2", "a record in quotation marks", REFUSED, f'"v=DKIM1; p={p}"')
    keyed("empty", "3.6.2.2", "a record without text", REFUSED, {"type": "TXT", "strings": []})
    keyed("spf", "3.6.2.2", "a record of another kind", REFUSED, "v=spf1 -all")
    keyed("beside-spf", "3.6.2.2", "two TXT records, one of another kind", ["permerror", "neutral", "pass"], [f"TXT v=DKIM1; p={p}", "TXT v=spf1 -all"])
    keyed("der-cut", "3.6.1", "a key that lacks its end", REFUSED, f"v=DKIM1; p={signer.encoded(der[:-3])}")
    keyed("der-more", "3.6.1", "a key with octets behind its end", [*REFUSED, "pass"], f"v=DKIM1; p={signer.encoded(der + bytes(3))}")
    n = RSA.public_key().public_numbers().n
    for name, modulus, exponent in (("exponent-0", n, 0), ("exponent-1", n, 1), ("exponent-even", n, 65536), ("modulus-even", n - 1, 65537), ("modulus-0", 0, 65537)):
        keyed(name, "RFC 8017 section 3.1", f"numbers that are no RSA key: {name.replace('-', ' ')}", REFUSED, f"v=DKIM1; p={signer.encoded(signer.rsa_public_key(modulus, exponent))}")
    large = int.from_bytes(hashlib.shake_256(b"a modulus").digest(2048), "big") | 1 << 16383 | 1
    keyed("16384", "3.3.3", "verifiers need not take keys of 16,384 bits", REFUSED, f"v=DKIM1; p={signer.encoded(signer.rsa_public_key(large, 65537))}")
