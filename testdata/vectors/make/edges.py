"""Where rules end: the last value inside a limit and the first one outside, and each member of a list of alternatives."""
from common import message
from signer import fields_of, seal

NOW = 1767225600  # 2026-01-01T00:00:00Z
CLOCK = "2026-01-01T00:00:00Z"


def add_spf(case):
    last = "192.0.2.255"
    case("ip4-octet-255", "5.6", "255 is the largest octet", "pass", f"v=spf1 ip4:{last} -all", ip=last)
    case("ip4-octet-256", "5.6", "256 is not an octet", "permerror", "v=spf1 ip4:192.0.2.256 -all")
    case("ip4-prefix-overflow", "5.6", "a prefix whose 32 low bits are 24 is not 24", "permerror", "v=spf1 ip4:192.0.2.0/4294967320 -all")
    case("macro-tilde", "7.1", "the tilde is the last visible character of a macro-string", "pass", "v=spf1 exists:a~b.example.com -all", {"a~b.example.com": "A 127.0.0.2"})


def add_dmarc(case, at):
    example = at("example.com", "v=DMARC1; p=reject")
    case("edge-version-exactly", "4.10.1", "a record that is nothing but the version is the one that counts", ["none", "permerror"],
         {**at("news.example.com", "v=DMARC1"), **example, "news.example.com": "A 192.0.2.9"}, author="joe@news.example.com", disposition="none")

    def rua(name, note, address, is_valid):
        expected = {"policy": "none"} if is_valid else {}
        case(f"edge-rua-{name}", "4.8", note, "fail" if is_valid else ["none", "permerror"], at("example.com", f"v=DMARC1; p=bounce; rua={address}"), disposition="none", **expected)

    rua("no-scheme", "a URI begins with a scheme", ":x", False)
    rua("no-host", "a mailbox has a domain", "mailto:a@", False)
    rua("no-local-part", "and a local-part", "mailto:@example.com", False)
    rua("escape", "an escape is a percent sign and two digits", "mailto:a%21b%2Cc@example.com", True)
    rua("escape-last", "also at the very end", "https://example.com/%2a", True)
    rua("escape-short", "one digit is too few", "https://example.com/%2", False)
    rua("escape-other", "g is not a hexadecimal digit", "mailto:a%2gb@example.com", False)
    for unit in ("k", "m", "g", "t", "K", "T", ""):
        rua(f"size-{unit or 'octets'}{'-capital' if unit.isupper() else ''}", "a size limit of RFC 7489 counts in one of four units, or in octets", f"mailto:d@example.com!10{unit}", True)
    rua("size-other", "there is no fifth unit", "mailto:d@example.com!10p", False)
    rua("size-no-number", "a unit without a number is not a size", "mailto:d@example.com!k", False)

    def label(name, note, domain, alabel):
        case(f"edge-label-{name}", "RFC 5892", note, "fail", at(alabel, "v=DMARC1; p=reject"), author=f"joe@{domain}", policy="reject")

    def coded(text):
        return "xn--" + text.encode("punycode").decode()

    label("middle-dot", "appendix A.3: a middle dot between two l", "col\u00b7legi.example", coded("col\u00b7legi") + ".example")
    label("keraia", "appendix A.4: a Greek lower numeral sign before a Greek letter", "\u0375\u03b1.example", coded("\u0375\u03b1") + ".example")
    label("geresh", "appendix A.5: geresh behind a Hebrew letter", "\u05d0\u05f3.example", coded("\u05d0\u05f3") + ".example")
    label("gershayim", "appendix A.6: gershayim behind a Hebrew letter", "\u05d0\u05f4\u05d1.example", coded("\u05d0\u05f4\u05d1") + ".example")
    label("katakana-dot", "appendix A.7: a Katakana middle dot beside Katakana", "\u30ab\u30fca\u30fbb.example", coded("\u30ab\u30fca\u30fbb") + ".example")
    label("full-width-digit", "UTS 46 maps digits of full width", "sub\uff11.example.com", "sub1.example.com")
    label("full-width-letters", "and letters", "\uff33\uff35\uff22.example.com", "sub.example.com")
    case("edge-cr-after-from", "RFC 5322 section 2.2", "a header that ends in a bare CR behind the author field", ["fail", "permerror"], example, text=b"To: x\r\nFrom: joe@example.com\r")
    case("edge-tilde-in-field-name", "RFC 5322 section 3.6.8", "the tilde is the last character of a field name", "fail", example, text=message("X~Y: z", "From: joe@example.com"), policy="reject")


def add_arc(case, plain):
    """Each field of the newest set as the first of the message, and the times of the newest message signature."""
    one = seal(plain, "none")
    made = {name.lower(): name + b":" + value for name, value in fields_of(one) if name.startswith(b"ARC-")}
    for first in made:
        rest = b"".join(field for name, field in made.items() if name != first)
        case(f"pass-first-{first.decode()}", "5.2", f"{first.decode()} is the first field of the message", "pass", made[first] + rest + plain)

    def times(name, note, result, signed, expires=None):
        tags = {"t": str(signed), **({"x": str(expires)} if expires is not None else {})}
        case(f"{result}-time-{name}", "RFC 6376 section 3.5", note, result, seal(plain, "none", ams=tags, seal_tags={"t": str(NOW - 60)}), now=CLOCK)

    times("expired", "the newest message signature has expired, its seal is fresh", "fail", NOW - 7200, NOW - 3600)
    times("not-expired", "it has not", "pass", NOW - 7200, NOW + 3600)
    times("expired-skew", "within the skew of the clocks it still holds", "pass", NOW - 7200, NOW - 300)
    times("expired-past-skew", "a second later it does not", "fail", NOW - 7200, NOW - 301)
    times("x-equals-t", "x= is greater than t=", "fail", NOW, NOW)
    times("x-above-t", "by one second is enough", "pass", NOW, NOW + 1)
    times("future", "the newest message signature is from tomorrow", "fail", NOW + 86400)
