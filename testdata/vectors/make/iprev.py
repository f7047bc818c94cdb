"""iprev: RFC 8601 section 3 and its results, section 2.7.3."""
from common import CLIENT, Suite

POINTER = "1.2.0.192.in-addr.arpa"
POINTER_SIX = "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"


def make():
    suite = Suite("iprev", "RFC 8601")

    def case(name, section, note, result, zone, ip=CLIENT):
        suite.add(name, section, note, zone, {"iprev": {"result": [result]}}, ip=ip, helo="mail.example.com", mail_from="joe@example.com")

    case("pass", "2.7.3", "address and name point to each other", "pass", {POINTER: "PTR mail.example.com", "mail.example.com": "A 192.0.2.1"})
    case("pass-ipv6", "3", "the same for IPv6", "pass", {POINTER_SIX: "PTR mail.example.com", "mail.example.com": "AAAA 2001:db8::1"}, "2001:db8::1")
    case("pass-second-address", "3", "any of the name's addresses", "pass", {POINTER: "PTR mail.example.com", "mail.example.com": ["A 198.51.100.1", "A 192.0.2.1"]})
    case("pass-second-name", "3", "any of the address's names", "pass", {POINTER: ["PTR other.example.com", "PTR mail.example.com"], "other.example.com": "A 198.51.100.1", "mail.example.com": "A 192.0.2.1"})
    case("pass-delegated-reverse", "RFC 2317 section 4", "the reverse name may be an alias", "pass",
         {POINTER: "CNAME 1.0-63.2.0.192.in-addr.arpa", "1.0-63.2.0.192.in-addr.arpa": "PTR mail.example.com", "mail.example.com": "A 192.0.2.1"})
    case("pass-name-is-alias", "3", "the name may be an alias", "pass", {POINTER: "PTR mail.example.com", "mail.example.com": "CNAME host.example.com", "host.example.com": "A 192.0.2.1"})
    case("pass-beside-failure", "3", "one name that points back is enough, though another cannot be looked up", "pass",
         {POINTER: ["PTR other.example.com", "PTR mail.example.com"], "other.example.com": "SERVFAIL", "mail.example.com": "A 192.0.2.1"})
    case("pass-mapped", "3", "an IPv4-mapped address is an IPv4 address", "pass", {POINTER: "PTR mail.example.com", "mail.example.com": "A 192.0.2.1"}, "::ffff:192.0.2.1")
    case("fail-other-address", "2.7.3", "the name points elsewhere", "fail", {POINTER: "PTR mail.example.com", "mail.example.com": "A 198.51.100.1"})
    case("fail-name-absent", "2.7.3", "the name does not exist", "fail", {POINTER: "PTR mail.example.com"})
    case("fail-other-family", "3", "an AAAA record is nothing to an IPv4 address", "fail", {POINTER: "PTR mail.example.com", "mail.example.com": "AAAA 2001:db8::1"})
    case("permerror-nxdomain", "2.7.3", "there is no reverse name", "permerror", {"example.com": "A 192.0.2.1"})
    case("permerror-nodata", "2.7.3", "the reverse name holds no pointer", "permerror", {POINTER: "TXT x"})
    case("temperror-reverse", "2.7.3", "the reverse lookup fails", "temperror", {POINTER: "SERVFAIL"})
    case("temperror-reverse-timeout", "2.7.3", "the reverse lookup is not answered", "temperror", {POINTER: "TIMEOUT"})
    case("temperror-forward", "2.7.3", "the only name cannot be looked up", "temperror", {POINTER: "PTR mail.example.com", "mail.example.com": "SERVFAIL"})
    case("pass-upper-case", "RFC 4343 section 2", "names compare without case", "pass", {POINTER: "PTR MAIL.Example.COM", "mail.example.com": "A 192.0.2.1"})
    case("fail-name-nodata", "2.7.3", "the name exists without addresses", "fail", {POINTER: "PTR mail.example.com", "mail.example.com": "TXT x"})
    case("fail-mapped-aaaa", "3", "an IPv4-mapped AAAA record is no A record", "fail", {POINTER: "PTR mail.example.com", "mail.example.com": "AAAA ::ffff:192.0.2.1"})
    case("temperror-beside-mismatch", "2.7.3", "another name that cannot be looked up might point back", "temperror",
         {POINTER: ["PTR other.example.com", "PTR mail.example.com"], "other.example.com": "A 198.51.100.1", "mail.example.com": "TIMEOUT"})
    case("temperror-alias-loop", "RFC 1034 section 3.6.2", "aliases in a circle are a failure", "temperror",
         {POINTER: "PTR a.example.com", "a.example.com": "CNAME b.example.com", "b.example.com": "CNAME a.example.com"})
    names = [f"PTR n{i}.example.com" for i in range(1, 12)]
    case("pass-tenth-name", "3", "ten names may be looked up", "pass", {POINTER: names, "n10.example.com": "A 192.0.2.1"})
    case("fail-eleventh-name", "3", "the number of names is limited, here to ten", "fail", {POINTER: names, "n11.example.com": "A 192.0.2.1"})
    return suite
