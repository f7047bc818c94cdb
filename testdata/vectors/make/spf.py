"""SPF: RFC 7208, section by section. Each row: what is published, who sends, and what the section says of it."""
import edges
from common import CLIENT, Suite

SIX = "2001:db8::1"


def make():
    suite = Suite("spf", "RFC 7208")

    def case(name, section, note, result, spf=None, more=None, ip=CLIENT, sender="joe@example.com", helo="mail.example.net", explanation=None, **given):
        names = {} if spf is None else {"example.com": [spf] if isinstance(spf, dict) else [f"TXT {text}" for text in ([spf] if isinstance(spf, str) else spf)]}
        for owner, entries in (more or {}).items():
            names.setdefault(owner, []).extend([entries] if isinstance(entries, (str, dict)) else entries)
        expect = {"spf": result if isinstance(result, list) else [result]}
        if explanation is not None:
            expect["spf_explanation"] = explanation
        suite.add(name, section, note, names, expect, ip=ip, helo=helo, mail_from=sender, **given)

    # Results of section 2.6, and how the record is found (sections 4.3 to 4.5).
    case("none-no-record", "2.6.1", "the domain has TXT records, none of SPF", "none", "something else")
    case("none-nodata", "4.4", "the domain exists without TXT records", "none", None, {"example.com": "A 192.0.2.1"})
    case("none-nxdomain", "4.4", "the domain does not exist", "none")
    case("none-empty-label", "4.3", "a domain with an empty label is malformed", "none", "v=spf1 +all", sender="joe@example..com", helo="")
    case("none-long-label", "4.3", "a label of 64 characters is malformed", "none", "v=spf1 +all", sender="joe@" + "a" * 64 + ".example.com", helo="")
    case("none-single-label", "4.3", "a domain of one label is not checked", "none", None, {"localhost": "TXT v=spf1 +all"}, sender="", helo="localhost")
    case("none-literal", "4.3", "an address literal in HELO is no domain", "none", "v=spf1 +all", sender="", helo="[192.0.2.1]")
    case("none-version-spf10", "4.5", "v=spf10 is another version", "none", "v=spf10 -all")
    case("none-leading-space", "4.5", "the record starts with the version itself", "none", " v=spf1 -all")
    case("none-version-only-prefix", "4.5", "after the version comes a space or the end", "none", "v=spf1-all")
    case("none-quoted", "4.5", "quotation marks are part of the text", "none", '"v=spf1 -all"')
    case("version-upper-case", "4.5", "ABNF strings ignore case", "fail", "V=SPF1 -ALL")
    case("neutral-all", "2.6.2", "?all", "neutral", "v=spf1 ?all")
    case("neutral-default", "4.7", "no term matches and there is no redirect", "neutral", "v=spf1 ip4:198.51.100.1")
    case("neutral-empty-record", "4.7", "a record without terms", "neutral", "v=spf1")
    case("neutral-trailing-space", "4.5", "a record may end in spaces", "neutral", "v=spf1   ")
    case("pass-qualifier-plus", "4.6.2", "+ is pass", "pass", "v=spf1 +ip4:192.0.2.1 -all")
    case("pass-qualifier-absent", "4.6.2", "without a qualifier a match is pass", "pass", "v=spf1 all")
    case("fail-all", "2.6.4", "-all", "fail", "v=spf1 -all")
    case("softfail-all", "2.6.5", "~all", "softfail", "v=spf1 ~all")
    case("neutral-mechanism", "4.6.2", "? before a mechanism that matches", "neutral", "v=spf1 ?ip4:192.0.2.1 -all")
    case("fail-mechanism", "4.6.2", "- before a mechanism that matches", "fail", "v=spf1 -ip4:192.0.2.1 +all")
    case("first-match-decides", "4.6.2", "terms are tried from left to right", "softfail", "v=spf1 ~ip4:192.0.2.0/24 -ip4:192.0.2.1 all")
    case("temperror-timeout", "4.4", "no answer for the record", "temperror", None, {"example.com": "TIMEOUT"})
    case("temperror-servfail", "4.4", "a server failure for the record", "temperror", None, {"example.com": "SERVFAIL"})
    case("permerror-two-records", "4.5", "more than one record", "permerror", ["v=spf1 -all", "v=spf1 +all"])
    case("permerror-two-equal-records", "4.5", "more than one record, even if equal", "permerror", ["v=spf1 -all", "v=spf1 -all"])
    case("one-record-among-others", "4.5", "records of other versions are discarded", "pass", ["spf2.0/mfrom -all", "v=spf1 +all", "x"])
    case("strings-are-joined", "3.3", "the strings of one record are joined without a space", "pass", {"type": "TXT", "strings": ["v=spf1 ip4:192.0", ".2.1 -all"]})
    case("strings-keep-spaces", "3.3", "a space at a string's end separates terms", "fail", {"type": "TXT", "strings": ["v=spf1 ip4:198.51.100.1 ", "-all"]})
    case("several-spaces", "4.6.1", "terms are separated by one or more spaces", "pass", "v=spf1   ip4:192.0.2.1    -all")

    # Identities.
    case("null-sender-checks-helo", "2.4", "a null reverse-path is checked as postmaster at the HELO name", "pass", None, {"mail.example.net": "TXT v=spf1 ip4:192.0.2.1 -all"}, sender="")
    case("null-sender-local-part", "2.4", "its local part is postmaster", "fail", None,
         {"mail.example.net": "TXT v=spf1 -all exp=why.example.net", "why.example.net": "TXT %{s}"}, sender="", explanation="postmaster@mail.example.net")
    case("sender-in-brackets", "2.4", "angle brackets are not part of the path", "pass", "v=spf1 ip4:192.0.2.1 -all", sender="<joe@example.com>")
    case("sender-domain-upper-case", "4.1", "domain names ignore case", "pass", "v=spf1 ip4:192.0.2.1 -all", sender="joe@EXAMPLE.com")

    # all (5.1).
    case("all-ends-evaluation", "5.1", "terms after all are not evaluated", "neutral", "v=spf1 ?all include:absent.example.com")
    case("all-with-argument", "5.1", "all takes no argument", "permerror", "v=spf1 -all:example.com")
    case("all-ignores-redirect", "6.1", "redirect is ignored when there is all, wherever it stands", "softfail", "v=spf1 redirect=other.example.com ~all", {"other.example.com": "TXT v=spf1 +all"})

    # include (5.2), one row of the section's table each.
    def included(name, note, result, record):
        case(f"include-{name}", "5.2", note, result, "v=spf1 include:other.example.com ~all", {"other.example.com": record} if record else None)
    included("pass", "the included record gives pass: match", "pass", "TXT v=spf1 ip4:192.0.2.1 -all")
    included("fail", "the included record gives fail: no match", "softfail", "TXT v=spf1 -all")
    included("softfail", "the included record gives softfail: no match", "softfail", "TXT v=spf1 ~all")
    included("neutral", "the included record gives neutral: no match", "softfail", "TXT v=spf1 ?all")
    included("none", "the included domain has no record: permerror", "permerror", "A 192.0.2.1")
    included("nxdomain", "the included domain does not exist: permerror", "permerror", None)
    included("temperror", "no answer: temperror", "temperror", "TIMEOUT")
    included("permerror", "the included record is malformed: permerror", "permerror", "TXT v=spf1 foo")
    case("include-qualifier", "5.2", "a match takes the qualifier of the include", "fail", "v=spf1 -include:other.example.com +all", {"other.example.com": "TXT v=spf1 +all"})
    case("include-itself", "4.6.4", "a loop ends at the limit of lookups", "permerror", "v=spf1 include:example.com -all")
    case("include-no-domain", "5.2", "include needs a domain", "permerror", "v=spf1 include -all")
    case("include-no-explanation", "6.2", "an explanation of the included record is not used", "fail",
         "v=spf1 include:other.example.com -all", {"other.example.com": "TXT v=spf1 -all exp=why.example.com", "why.example.com": "TXT no"}, explanation="")

    # a (5.3).
    case("a-own", "5.3", "an address of the domain itself", "pass", "v=spf1 a -all", {"example.com": "A 192.0.2.1"})
    case("a-other-domain", "5.3", "an address of the named domain", "pass", "v=spf1 a:host.example.com -all", {"host.example.com": "A 192.0.2.1"})
    case("a-second-address", "5.3", "any of several addresses", "pass", "v=spf1 a -all", {"example.com": ["A 198.51.100.1", "A 192.0.2.1"]})
    case("a-no-match", "5.3", "another address", "fail", "v=spf1 a -all", {"example.com": "A 198.51.100.1"})
    case("a-prefix", "5.3", "the prefix length applies to the addresses found", "pass", "v=spf1 a/24 -all", {"example.com": "A 192.0.2.200"})
    case("a-prefix-too-long", "5.6", "a prefix length of 33", "permerror", "v=spf1 a/33 -all", {"example.com": "A 192.0.2.1"})
    case("a-ipv6", "5.3", "an IPv6 client is looked for among AAAA records", "pass", "v=spf1 a -all", {"example.com": f"AAAA {SIX}"}, ip=SIX)
    case("a-ipv6-ignores-a", "5.3", "an A record is nothing to an IPv6 client", "fail", "v=spf1 a -all", {"example.com": "A 192.0.2.1"}, ip=SIX)
    case("a-dual-prefix", "5.6", "the second prefix length is for IPv6", "pass", "v=spf1 a/32//64 -all", {"example.com": "AAAA 2001:db8::ffff"}, ip=SIX)
    case("a-dual-prefix-ipv6-only", "5.6", "an IPv6 prefix length alone", "pass", "v=spf1 a//64 -all", {"example.com": "AAAA 2001:db8::ffff"}, ip=SIX)
    case("a-dual-prefix-too-long", "5.6", "an IPv6 prefix length of 129", "permerror", "v=spf1 a//129 -all")
    case("a-temperror", "5.3", "no answer for the address", "temperror", "v=spf1 a:host.example.com -all", {"host.example.com": "TIMEOUT"})
    case("a-not-reached", "4.6", "a failure after the match is never met", "pass", "v=spf1 ip4:192.0.2.1 a:host.example.com -all", {"host.example.com": "TIMEOUT"})
    case("a-cname", "5.3", "an alias is followed", "pass", "v=spf1 a:alias.example.com -all", {"alias.example.com": "CNAME host.example.com", "host.example.com": "A 192.0.2.1"})

    # mx (5.4).
    case("mx-own", "5.4", "a mail host of the domain", "pass", "v=spf1 mx -all", {"example.com": "MX 10 mx.example.com", "mx.example.com": "A 192.0.2.1"})
    case("mx-second", "5.4", "any of several mail hosts", "pass", "v=spf1 mx -all",
         {"example.com": ["MX 10 mx1.example.com", "MX 20 mx2.example.com"], "mx1.example.com": "A 198.51.100.1", "mx2.example.com": "A 192.0.2.1"})
    case("mx-domain-prefix", "5.4", "a domain and a prefix length", "pass", "v=spf1 mx:other.example.com/24 -all", {"other.example.com": "MX 10 mx.example.com", "mx.example.com": "A 192.0.2.99"})
    case("mx-no-fallback-to-a", "5.4", "without MX records the domain's own address does not count", "fail", "v=spf1 mx -all", {"example.com": "A 192.0.2.1"})
    case("mx-null", "RFC 7505 section 3", "a null MX names no host", "fail", "v=spf1 mx -all", {"example.com": "MX 0 ."})
    hosts = {f"mx{i}.example.com": f"A 198.51.100.{i}" for i in range(1, 12)}
    hosts["mx10.example.com"] = "A 192.0.2.1"
    case("mx-ten-hosts", "4.6.4", "ten mail hosts may be asked for", "pass", "v=spf1 mx -all", {"example.com": [f"MX {i} mx{i}.example.com" for i in range(1, 11)], **hosts})
    case("mx-eleven-hosts", "4.6.4", "an eleventh is too many", "permerror", "v=spf1 mx -all",
         {"example.com": [f"MX {i} mx{i}.example.com" for i in range(1, 12)], **{**hosts, "mx10.example.com": "A 198.51.100.10"}})
    case("mx-temperror", "5.4", "no answer for the mail hosts", "temperror", "v=spf1 mx:other.example.com -all", {"other.example.com": "SERVFAIL"})
    case("mx-address-temperror", "5.4", "no answer for a mail host's address", "temperror", "v=spf1 mx -all", {"example.com": "MX 10 mx.example.com", "mx.example.com": "TIMEOUT"})

    # ptr (5.5).
    pointer = "1.2.0.192.in-addr.arpa"
    case("ptr-pass", "5.5", "the client's name, which points back, is below the domain", "pass", "v=spf1 ptr -all", {pointer: "PTR mail.example.com", "mail.example.com": "A 192.0.2.1"})
    case("ptr-same-name", "5.5", "the client's name is the domain", "pass", "v=spf1 ptr -all", {pointer: "PTR example.com", "example.com": "A 192.0.2.1"})
    case("ptr-other-domain", "5.5", "a name elsewhere does not match", "fail", "v=spf1 ptr -all", {pointer: "PTR mail.example.org", "mail.example.org": "A 192.0.2.1"})
    case("ptr-not-validated", "5.5", "a name that does not point back does not count", "fail", "v=spf1 ptr -all", {pointer: "PTR mail.example.com", "mail.example.com": "A 198.51.100.1"})
    case("ptr-suffix-is-no-label", "5.5", "notexample.com is not below example.com", "fail", "v=spf1 ptr -all", {pointer: "PTR notexample.com", "notexample.com": "A 192.0.2.1"})
    case("ptr-domain", "5.5", "a named domain", "pass", "v=spf1 ptr:example.org -all", {pointer: "PTR mail.example.org", "mail.example.org": "A 192.0.2.1"})
    case("ptr-failure", "5.5", "a failing lookup of the names is no match", "fail", "v=spf1 ptr -all", {pointer: "SERVFAIL"})
    case("ptr-empty-domain", "5.5", "a colon needs a domain", "permerror", "v=spf1 ptr: -all")

    # ip4, ip6 (5.6).
    def network(name, note, result, term, ip=CLIENT):
        case(f"ip-{name}", "5.6", note, result, f"v=spf1 {term} -all", ip=ip)
    network("4-exact", "one address", "pass", "ip4:192.0.2.1")
    network("4-first", "the first address of a network", "pass", "ip4:192.0.2.0/24", "192.0.2.0")
    network("4-last", "the last address of a network", "pass", "ip4:192.0.2.0/24", "192.0.2.255")
    network("4-beyond", "the address after it", "fail", "ip4:192.0.2.0/24", "192.0.3.0")
    network("4-host-bits", "bits after the prefix length are ignored", "pass", "ip4:192.0.2.77/24")
    network("4-zero", "a prefix length of 0 is every IPv4 address", "pass", "ip4:0.0.0.0/0")
    network("4-zero-not-ipv6", "and no IPv6 address", "fail", "ip4:0.0.0.0/0", SIX)
    network("4-thirty-three", "a prefix length of 33", "permerror", "ip4:192.0.2.1/33")
    network("4-leading-zero", "a prefix length has no leading zero", "permerror", "ip4:192.0.2.1/032")
    network("4-empty-prefix", "a slash needs a number", "permerror", "ip4:192.0.2.1/")
    network("4-three-parts", "an address has four parts", "permerror", "ip4:192.0.2")
    network("4-part-256", "a part is 255 at most", "permerror", "ip4:192.0.2.256")
    network("4-no-address", "ip4 needs an address", "permerror", "ip4")
    network("4-is-no-name", "a host name is no address", "permerror", "ip4:mail.example.com")
    network("4-port", "a port is no part of it", "permerror", "ip4:192.0.2.1:25")
    network("6-exact", "one address", "pass", "ip6:2001:db8::1", SIX)
    network("6-written-long", "an address may be written out", "pass", "ip6:2001:0DB8:0:0:0:0:0:1", SIX)
    network("6-prefix", "a network", "pass", "ip6:2001:db8::/32", "2001:db8:ffff::1")
    network("6-beyond", "an address outside", "fail", "ip6:2001:db8::/32", "2001:db9::1")
    network("6-zero-not-ipv4", "a prefix length of 0 is no IPv4 address", "fail", "ip6:::/0")
    network("6-prefix-129", "a prefix length of 129", "permerror", "ip6:2001:db8::/129", SIX)
    network("6-malformed", "two double colons", "permerror", "ip6:2001::db8::1", SIX)
    case("ip-4-mapped-client", "5", "an IPv4-mapped client is an IPv4 client", "pass", "v=spf1 ip4:192.0.2.1 -all", ip="::ffff:192.0.2.1")

    # exists (5.7) and macros (7); the names of section 7.4.
    case("exists-match", "5.7", "the name has an A record", "pass", "v=spf1 exists:there.example.com -all", {"there.example.com": "A 127.0.0.2"})
    case("exists-no-match", "5.7", "the name does not exist", "fail", "v=spf1 exists:there.example.com -all")
    case("exists-ipv6-client", "5.7", "A is asked for whatever the client's address is", "pass", "v=spf1 exists:there.example.com -all", {"there.example.com": "A 127.0.0.2"}, ip=SIX)
    case("exists-aaaa-only", "5.7", "an AAAA record does not count", "fail", "v=spf1 exists:there.example.com -all", {"there.example.com": f"AAAA {SIX}"}, ip=SIX)
    case("exists-temperror", "5.7", "no answer", "temperror", "v=spf1 exists:there.example.com -all", {"there.example.com": "TIMEOUT"})
    for number, (macro, name, ip) in enumerate((
            ("%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com", "192.0.2.3"),
            ("%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com", "192.0.2.3"),
            ("%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com", "192.0.2.3"),
            ("%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com", "192.0.2.3"),
            ("%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net", "192.0.2.3"),
            ("%{ir}.%{v}._spf.%{d2}", "1.0.b.c.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6._spf.example.com", "2001:db8::cb01")), 1):
        case(f"macro-name-{number}", "7.4", f"{macro} is {name}", "pass", None,
             {"email.example.com": f"TXT v=spf1 exists:{macro} -all", name: "A 127.0.0.2"}, ip=ip, sender="strong-bad@email.example.com")
    for macro, text in (
            ("s", "strong-bad@email.example.com"), ("o", "email.example.com"), ("d", "email.example.com"), ("d4", "email.example.com"), ("d3", "email.example.com"),
            ("d2", "example.com"), ("d1", "com"), ("dr", "com.example.email"), ("d2r", "example.email"), ("l", "strong-bad"), ("l-", "strong.bad"), ("lr", "strong-bad"),
            ("lr-", "bad.strong"), ("l1r-", "strong")):
        case(f"macro-{macro}", "7.4", f"%{{{macro}}} is {text}", "fail", None,
             {"email.example.com": "TXT v=spf1 -all exp=why.example.com", "why.example.com": f"TXT %{{{macro}}}"},
             ip="192.0.2.3", sender="strong-bad@email.example.com", explanation=text)

    def explained(name, section, note, text, explanation, **given):
        case(name, section, note, "fail", "v=spf1 -all exp=why.example.com", {"why.example.com": text if isinstance(text, (dict, list)) else f"TXT {text}"}, explanation=explanation, **given)
    explained("macro-c", "7.2", "%{c} is the client's address, readable", "%{c}", "192.0.2.1")
    explained("macro-h", "7.2", "%{h} is the HELO name", "%{h}", "mail.example.net")
    explained("macro-r", "7.2", "%{r} is the receiving host", "%{r}", "mx.example.org", options={"receiver": "mx.example.org"})
    explained("macro-v-ipv6", "7.2", "%{v} is ip6 for an IPv6 client", "%{v}", "ip6", ip=SIX)
    explained("macro-escapes", "7.1", "%% is a percent sign, %_ a space, %- an escaped space", "100%%%_of%-it", "100% of%20it")
    explained("macro-upper-case", "7.3", "an upper-case letter asks for URL escaping", "%{S}", "joe%40example.com")

    # exp (6.2).
    explained("exp-text", "6.2", "the text at the name is the explanation", "see http://%{d}/why?s=%{S}&i=%{i}", "see http://example.com/why?s=joe%40example.com&i=192.0.2.1")
    explained("exp-strings", "6.2", "its strings are joined without a space", [{"type": "TXT", "strings": ["not ", "you"]}], "not you")
    explained("exp-two-records", "6.2", "of two texts none is used", ["TXT one", "TXT two"], "")
    explained("exp-malformed", "6.2", "a text with a syntax error is not used", "%{q}", "")
    explained("exp-not-ascii", "6.2", "a text that is not US-ASCII is not used", "d\u00e9sol\u00e9", "")
    case("exp-absent", "6.2", "without the text the result is the same", "fail", "v=spf1 -all exp=why.example.com", explanation="")
    case("exp-failure", "6.2", "a failing lookup of the text does not change the result", "fail", "v=spf1 -all exp=why.example.com", {"why.example.com": "SERVFAIL"}, explanation="")
    case("exp-only-on-fail", "6.2", "there is no explanation for softfail", "softfail", "v=spf1 ~all exp=why.example.com", {"why.example.com": "TXT no"}, explanation="")
    case("exp-twice", "6", "exp may stand once", "permerror", "v=spf1 exp=a.example.com -all exp=b.example.com")
    case("exp-of-redirect", "6.2", "after a redirect the explanation of the target counts", "fail", "v=spf1 redirect=other.example.com exp=mine.example.com",
         {"other.example.com": "TXT v=spf1 -all exp=theirs.example.com", "mine.example.com": "TXT mine", "theirs.example.com": "TXT theirs"}, explanation="theirs")

    # redirect (6.1).
    case("redirect-pass", "6.1", "the target's record decides", "pass", "v=spf1 redirect=other.example.com", {"other.example.com": "TXT v=spf1 ip4:192.0.2.1 -all"})
    case("redirect-fail", "6.1", "with its own result", "softfail", "v=spf1 redirect=other.example.com", {"other.example.com": "TXT v=spf1 ~all"})
    case("redirect-after-match", "6.1", "only when nothing matches", "pass", "v=spf1 redirect=other.example.com ip4:192.0.2.1", {"other.example.com": "TXT v=spf1 -all"})
    case("redirect-none", "6.1", "a target without a record is a permerror", "permerror", "v=spf1 redirect=other.example.com")
    case("redirect-temperror", "6.1", "no answer for the target", "temperror", "v=spf1 redirect=other.example.com", {"other.example.com": "TIMEOUT"})
    case("redirect-twice", "6", "redirect may stand once", "permerror", "v=spf1 redirect=a.example.com redirect=b.example.com")
    case("redirect-empty", "6.1", "redirect needs a domain", "permerror", "v=spf1 redirect=")
    case("redirect-macro-d", "6.1", "in the target %{d} is the target", "pass", "v=spf1 redirect=other.example.com", {"other.example.com": ["TXT v=spf1 exists:%{d1r}.x.example.net -all"], "other.x.example.net": "A 127.0.0.2"})

    # Syntax (4.6, 12).
    for name, note, term in (
            ("unknown-mechanism", "an unknown mechanism", "ipv4:192.0.2.1"), ("lone-qualifier", "a qualifier without a mechanism", "-"), ("lone-colon", "a colon without a name", ":example.com"),
            ("numeric-top-label", "a name does not end in digits only", "a:example.123"), ("macro-letter", "there is no such macro", "exists:%{q}.example.com"),
            ("macro-c-in-name", "c is for explanations only", "exists:%{c}.example.com"), ("macro-open", "a macro without its brace", "exists:%{i.example.com"),
            ("macro-bare-percent", "a percent sign alone", "exists:%.example.com"), ("macro-zero-parts", "zero parts", "exists:%{d0}.example.com"),
            ("macro-delimiter", "a character that is no delimiter", "exists:%{d2;}.example.com"), ("include-prefix", "include takes no prefix length", "include:other.example.com/24"),
            ("tab", "a tab is no space", "ip4:198.51.100.1\tip4:198.51.100.2")):
        case(f"syntax-{name}", "4.6.1", note, "permerror", f"v=spf1 {term} -all")
    case("syntax-after-match", "4.6", "an error anywhere is a permerror, also after a term that would match", "permerror", "v=spf1 ip4:192.0.2.1 foo:bar -all")
    case("modifier-unknown", "6", "unknown modifiers are ignored", "pass", "v=spf1 moo=cow ip4:192.0.2.1 -all")
    case("modifier-unknown-malformed", "6", "but their macros must be well-formed", "permerror", "v=spf1 moo=%{q} ip4:192.0.2.1 -all")
    case("modifier-name", "4.6.1", "a modifier's name starts with a letter", "permerror", "v=spf1 1moo=cow -all")

    # Limits (4.6.4).
    many = {f"a{i}.example.com": f"A 198.51.100.{i}" for i in range(1, 12)}
    def terms(count):
        return " ".join(f"a:a{i}.example.com" for i in range(1, count + 1))
    case("limit-ten-lookups", "4.6.4", "ten terms that ask are allowed", "fail", f"v=spf1 {terms(10)} -all", many)
    case("limit-eleven-lookups", "4.6.4", "an eleventh is a permerror", "permerror", f"v=spf1 {terms(11)} -all", many)
    case("limit-not-reached", "4.6.4", "terms after the match do not count", "pass", f"v=spf1 ip4:192.0.2.1 {terms(11)} -all", many)
    case("limit-redirect-counts", "4.6.4", "redirect counts", "permerror", f"v=spf1 {terms(10)} redirect=other.example.com", {**many, "other.example.com": "TXT v=spf1 -all"})
    case("limit-exp-does-not-count", "4.6.4", "exp does not", "fail", f"v=spf1 {terms(10)} -all exp=why.example.com", {**many, "why.example.com": "TXT no"}, explanation="no")
    case("limit-included-terms-count", "4.6.4", "terms of included records count too", "permerror", f"v=spf1 {terms(5)} include:other.example.com -all", {**many, "other.example.com": f"TXT v=spf1 {terms(5)} -all"})
    case("limit-two-void-lookups", "4.6.4", "two lookups may find nothing", "fail", "v=spf1 a:x1.example.com a:x2.example.com -all")
    case("limit-three-void-lookups", "4.6.4", "a third is a permerror", "permerror", "v=spf1 a:x1.example.com a:x2.example.com a:x3.example.com -all")
    case("limit-void-nodata", "4.6.4", "a name without such a record finds nothing as well", "permerror", "v=spf1 a:x1.example.com a:x2.example.com a:x3.example.com -all",
         {f"x{i}.example.com": "TXT x" for i in range(1, 4)})
    case("limit-void-exists", "4.6.4", "exists counts too", "permerror", "v=spf1 exists:x1.example.com mx:x2.example.com a:x3.example.com -all")

    # Corners of the grammar (12): what just fits, and what just does not.
    here = "a.b.example.net"
    def grammar(name, note, result, term, more=None, section="12", **given):
        case(f"grammar-{name}", section, note, result, f"v=spf1 {term} -all", more, **given)
    def target(name, note, term, asked=None, **given):
        """A term whose name exists if it is the one expected; without one nothing is asked."""
        grammar(name, note, "pass" if asked else "permerror", term, {asked: "A 127.0.0.2"} if asked else None, "7.1", **given)
    network("4-single-digits", "0 is a number", "pass", "ip4:0.0.0.0", "0.0.0.0")
    network("4-last-of-all", "255.255.255.255/32", "pass", "ip4:255.255.255.255/32", "255.255.255.255")
    network("4-part-leading-zero", "a part has no leading zero", "permerror", "ip4:192.0.02.1")
    network("4-part-empty", "a part is not empty", "permerror", "ip4:192..2.1")
    network("4-five-parts", "an address has no fifth part", "permerror", "ip4:192.0.2.1.1")
    network("4-final-dot", "nor a dot at its end", "permerror", "ip4:192.0.2.1.")
    network("4-prefix-00", "00 is no prefix length", "permerror", "ip4:0.0.0.0/00")
    network("4-prefix-sign", "nor is +24", "permerror", "ip4:192.0.2.1/+24")
    network("4-prefix-long", "nor is a number of many digits", "permerror", "ip4:192.0.2.1/4294967328")
    network("4-dual-prefix", "ip4 has one prefix length", "permerror", "ip4:192.0.2.1/24//64")
    network("4-prefix-before-colon", "which stands at the end", "permerror", "ip4/24:192.0.2.1")
    network("4-macro", "a network holds no macro", "permerror", "ip4:%{i}")
    network("4-prefix-1", "one bit", "pass", "ip4:255.0.0.0/1", "128.0.0.1")
    network("4-prefix-31", "all bits but one", "fail", "ip4:192.0.2.2/31")
    network("6-zero", "a prefix length of 0 is every IPv6 address", "pass", "ip6:::/0", "2001:db8::1")
    network("6-prefix-00", "00 is no prefix length", "permerror", "ip6:::/00", SIX)
    network("6-prefix-leading-zero", "a prefix length has no leading zero", "permerror", "ip6:2001:db8::/032", SIX)
    network("6-odd-prefix", "a prefix may end within a digit", "pass", "ip6:2001:db8::/33", "2001:db8:7fff::1")
    network("6-odd-prefix-beyond", "and the next bit counts", "fail", "ip6:2001:db8::/33", "2001:db8:8000::1")
    network("6-dotted", "the last 32 bits may be dotted", "pass", "ip6:2001:db8::192.0.2.1", "2001:db8::c000:201")
    network("6-dotted-leading-zero", "as ip4 writes them", "permerror", "ip6:2001:db8::192.0.2.01", SIX)
    network("6-mapped-is-no-ipv4", "an IPv4-mapped network matches no IPv4 client", "fail", "ip6:::ffff:192.0.2.1")
    network("6-mapped-client", "not even one that came as IPv4-mapped", "fail", "ip6:::ffff:0:0/96", "::ffff:192.0.2.1")
    network("6-zone", "no zone", "permerror", "ip6:fe80::1%eth0", SIX)
    network("6-brackets", "no brackets", "permerror", "ip6:[2001:db8::1]", SIX)
    network("6-five-digits", "a group has four digits at most", "permerror", "ip6:2001:db8::00001", SIX)
    network("6-nine-groups", "eight groups", "permerror", "ip6:1:2:3:4:5:6:7:8:9", SIX)
    network("6-seven-groups", "not seven", "permerror", "ip6:1:2:3:4:5:6:7", SIX)
    network("6-final-colon", "no colon at the end", "permerror", "ip6:1:2:3:4:5:6:7:", SIX)
    network("6-is-no-ipv4", "an IPv4 address is no ip6-network", "permerror", "ip6:192.0.2.1")
    for name, note, term in (
            ("a-slash", "a slash needs a number", "a/"), ("a-two-slashes", "so do two", "a//"), ("a-three-slashes", "there are no three", "a///64"), ("a-prefix-00", "00 is no prefix length", "a/00"),
            ("a-prefix-032", "nor is 032", "a/032"), ("a-ipv6-prefix-064", "nor 064", "a//064"), ("a-two-ipv4-prefixes", "one prefix length for IPv4", "a/24/24"), ("a-prefixes-reversed", "the one for IPv4 first", "a//64/24"),
            ("a-prefix-before-domain", "the domain stands before the prefix lengths", "a/24:example.com"), ("a-colon-only", "a colon needs a domain", "a:"), ("a-colon-prefix", "also before a prefix length", "a:/24"),
            ("a-final-slash", "a domain does not end in a slash", "a:example.com/"), ("a-equals", "a mechanism's argument follows a colon", "mx.example.com"), ("a-two-final-dots", "one dot may end a name", "a:example.com.."),
            ("a-top-label-hyphen", "a top-level label does not end in a hyphen", "a:example.com-"), ("a-top-label-underscore", "nor holds an underscore", "a:example.c_m"), ("a-macro-dot", "a dot after the last macro needs a label", "a:%{d}."),
            ("a-macro-text", "text after the last macro holds a dot", "a:%{d}com"), ("mx-prefix-33", "32 bits at most", "mx/33"), ("mx-ipv6-prefix-129", "128 bits at most", "mx//129"), ("ptr-prefix", "ptr has no prefix length", "ptr/24"),
            ("exists-alone", "exists needs a domain", "exists"), ("exists-prefix", "and has no prefix length", "exists:example.com/24"), ("include-alone", "include needs a domain", "include"), ("all-prefix", "all has no prefix length", "all/8"),
            ("all-dot", "nor a dot", "all."), ("two-qualifiers", "one qualifier", "--all"), ("modifier-qualifier", "a modifier has none", "-x=y"), ("redirect-colon", "redirect is followed by an equals sign", "redirect:example.com"),
            ("modifier-underscore-first", "a modifier's name starts with a letter", "_x=y"), ("modifier-no-name", "and is not empty", "=y"), ("modifier-not-ascii", "its value is visible ASCII", "x=\u00e9"), ("modifier-delete", "DEL is not visible", "x=\u007f"),
            ("exp-empty", "exp needs a domain", "exp="), ("exp-single-label", "with a dot", "exp=explanation"), ("mechanism-not-ascii", "a domain-spec is visible ASCII", "a:\u00e9xample.com"), ("line-feed", "a line feed is no space", "a\nmx"),
            ("carriage-return", "nor is a carriage return", "a\rmx"), ("no-break-space", "nor is a no-break space", "a\u00a0mx"), ("nul", "nor is NUL", "a\u0000mx"), ("comma", "terms are separated by spaces", "a,mx"), ("semicolon", "and by nothing else", "a;mx")):
        grammar(name, note, "permerror", term)
    grammar("modifier-named-as-mechanism", "all=, ip4= and include= are modifiers", "pass", "all=x ip4=x include=x ip4:192.0.2.1")
    grammar("modifier-characters", "a modifier's name may hold dots, hyphens and underscores", "pass", "x.y-z_1=%{l}/%%! ip4:192.0.2.1")
    grammar("modifier-empty-value", "its value may be empty", "pass", "x= ip4:192.0.2.1", section="6")
    grammar("modifier-twice", "an unknown one may stand twice", "pass", "x=1 x=2 ip4:192.0.2.1", section="6")
    grammar("modifier-explanation-letters", "c, r and t are for explanations, and unknown modifiers are not judged by that", "pass", "x=%{c}%{r}%{t} ip4:192.0.2.1", section="6")
    grammar("mechanisms-upper-case", "mechanisms ignore case", "pass", "A MX PTR EXISTS:no.example.com IP6:2001:DB8::1 IP4:192.0.2.1", {"example.com": ["A 198.51.100.1", "MX 10 example.com"]})
    case("grammar-modifiers-upper-case", "12", "modifiers ignore case", "pass", "v=spf1 REDIRECT=other.example.com", {"other.example.com": "TXT v=spf1 +ALL"})
    case("grammar-redirect-twice-in-cases", "6", "and redirect in two cases stands twice", "permerror", "v=spf1 redirect=a.example.com Redirect=b.example.com")
    grammar("prefix-32-and-128", "the longest prefix lengths", "pass", "a/32//128", {"example.com": "A 192.0.2.1"}, "5.6")
    grammar("prefix-0-needs-address", "a/0 needs an address to compare with", "fail", "a/0", {"example.com": f"AAAA {SIX}"}, "5.6")
    grammar("prefix-0", "and then matches any", "pass", "a/0", {"example.com": "A 198.51.100.1"}, "5.6")
    grammar("prefix-ipv6-0", "so does a//0 for IPv6", "pass", "a//0", {"example.com": "AAAA 2001:db8:ffff::1"}, "5.6", ip=SIX)
    target("name-final-dot", "a dot may end a name", f"exists:{here}.", here)
    target("name-slash", "a slash and digits are no prefix length within a name", "a:x/24.example.net/0", "x/24.example.net")
    target("name-colon", "a name may hold a colon", "a:x:y.example.net/0", "x:y.example.net")
    target("name-escapes", "%_ is a space and %- is %20", "exists:a%_b%-c%%.example.net", "a b%20c%.example.net")
    target("name-upper-case", "names ignore case", "exists:A.B.Example.NET", here)
    target("top-label-hyphens", "a top-level label may hold hyphens", "exists:x.1-2--3", "x.1-2--3")
    target("name-starts-with-dot", "a domain-spec may be a dot and a label, but .com is no name: nothing matches", "exists:.com ip4:192.0.2.1 ?exists:x.com", "x.com")
    target("macro-many-digits", "more parts than there are", "exists:%{d99999999999}.x.net", "example.com.x.net")
    target("macro-leading-zero", "01 is 1", "exists:%{d01}.x.net", "com.x.net")
    target("macro-zeros", "00 is 0, and not allowed", "exists:%{d00}.x.net")
    target("macro-reverse-upper-case", "R is r", "exists:%{dR}.x.net", "com.example.x.net")
    target("macro-reverse-before-digits", "the digits come first", "exists:%{dr2}.x.net")
    target("macro-space", "no space within", "exists:%{d }.x.net")
    target("macro-empty", "a macro has a letter", "exists:%{}.x.net")
    target("macro-t-in-name", "t is for explanations only", "exists:%{t}.x.net")
    target("macro-r-in-name", "so is r", "exists:%{r}.x.net")
    target("macro-delimiters-all", "each delimiter splits", "exists:%{l.-+,/_=}.x.net", "a.b.c.d.e.f.x.net", sender="a.b-c+d/e_f@example.com")
    target("macro-delimiters-replace-dot", "named delimiters take the place of the dot", "exists:%{l1-}.x.net", "b.c.x.net", sender="a-b.c@example.com")
    target("macro-reverse-then-parts", "reversed first, cut then", "exists:%{l2r-}.x.net", "b.a.x.net", sender="a-b-c@example.com")
    target("macro-percent-in-value", "what a macro expands to is not expanded again", "exists:%{l}.x.net", "%{d}.x.net", sender="%{d}@example.com")
    target("macro-escaped-name", "an upper-case letter escapes in names too", "exists:%{L}.x.net", "a%2bb%3dc.x.net", sender="a+b=c@example.com")
    target("macro-unreserved", "all but the unreserved characters", "exists:%{L}.x.net", "a-b_c.d~e%21.x.net", sender="a-b_c.d~e!@example.com")
    target("macro-quoted-local-part", "a quoted local part has its quotation marks", "exists:%{l}.x.net", '"a b".x.net', sender='"a b"@example.com')
    target("macro-h", "h is the HELO name", "exists:%{h}.x.net", "mail.example.net.x.net")
    target("macro-p-unknown", "p is unknown without a validated name", "exists:%{p}.x.net", "unknown.x.net")
    target("macro-i-ipv6", "i is 32 hexadecimal digits", "exists:%{i}.x.net", "2.0.0.1.0.d.b.8." + "0." * 23 + "1.x.net", ip=SIX)
    target("macro-mapped", "an IPv4-mapped client is IPv4 in macros too", "exists:%{i}.%{v}.x.net", "192.0.2.1.in-addr.x.net", ip="::ffff:192.0.2.1")
    case("macro-d-of-include", "7.2", "d is the domain of the record that is evaluated", "pass", "v=spf1 include:other.example.net -all",
         {"other.example.net": "TXT v=spf1 exists:%{d}.%{o}.x.net -all", "other.example.net.example.com.x.net": "A 127.0.0.2"})
    long = ".".join(["l" * 50] * 4)
    target("name-long", "a name of more than 253 characters loses labels on its left", f"exists:one.more.{long}.%{{d}}.%{{d}}.%{{d}}.x.net", f"more.{long}.example.com.example.com.example.com.x.net")
    target("name-253", "one of 253 does not", "exists:" + "a" * 9 + f".{long}.%{{d}}.%{{d}}.%{{d}}.net", "a" * 9 + f".{long}.example.com.example.com.example.com.net")
    case("name-label-64", "4.3", "a label of 64 characters is in no name: nothing matches", "fail", f"v=spf1 exists:{'a' * 64}.example.net -all", {"example.net": "A 127.0.0.2"})
    case("name-label-64-include", "5.2", "and an include of it leads nowhere", "permerror", f"v=spf1 include:{'a' * 64}.example.net -all")
    case("name-empty-label-redirect", "6.1", "as does a redirect to an empty label", "permerror", "v=spf1 redirect=a..example.net")
    case("name-empty-label-exp", "6.2", "in exp it costs the explanation only", "fail", "v=spf1 -all exp=a..example.net", explanation="")

    # Corners of evaluation.
    case("include-redirect", "5.2", "the included record may redirect", "pass", "v=spf1 include:a.example.net -all", {"a.example.net": "TXT v=spf1 redirect=b.example.net", "b.example.net": "TXT v=spf1 +all"})
    case("include-redirect-none", "6.1", "and a redirect there to no record is an error", "permerror", "v=spf1 include:a.example.net -all", {"a.example.net": "TXT v=spf1 redirect=b.example.net"})
    case("include-two-records", "5.2", "two records in the included domain", "permerror", "v=spf1 include:a.example.net +all", {"a.example.net": ["TXT v=spf1 +all", "TXT v=spf1 -all"]})
    case("include-other-text", "5.2", "text that is no record", "permerror", "v=spf1 include:a.example.net +all", {"a.example.net": "TXT v=spf2.0/pra +all"})
    case("include-neutral-by-default", "5.2", "a record without match is neutral, and no match", "softfail", "v=spf1 include:a.example.net ~all", {"a.example.net": "TXT v=spf1"})
    case("include-error-not-reached", "4.6", "an error that is not reached is none", "pass", "v=spf1 ip4:192.0.2.1 include:absent.example.net -all")
    case("redirect-before-all-ignored", "6.1", "redirect is ignored beside all, wherever it stands", "softfail", "v=spf1 redirect=other.example.com ~all", {"other.example.com": "TXT v=spf1 +all"})
    case("redirect-chain", "6.1", "a redirect may lead to another", "pass", "v=spf1 redirect=a.example.net", {"a.example.net": "TXT v=spf1 redirect=b.example.net", "b.example.net": "TXT v=spf1 +all"})
    case("redirect-itself", "4.6.4", "a redirect to itself ends at the limit", "permerror", "v=spf1 redirect=example.com")
    case("redirect-exp-of-neither", "6.2", "a target without exp has no explanation", "fail", "v=spf1 redirect=a.example.net exp=why.example.com", {"a.example.net": "TXT v=spf1 -all", "why.example.com": "TXT no"}, explanation="")
    case("exp-on-included-fail", "6.2", "a fail by an include that passes is explained by the outer record", "fail", "v=spf1 -include:a.example.net exp=why.example.com",
         {"a.example.net": "TXT v=spf1 +all exp=not.example.com", "why.example.com": "TXT outer", "not.example.com": "TXT inner"}, explanation="outer")
    explained("exp-spaces", "6.2", "spaces stay as they are", " a  b ", " a  b ")
    explained("exp-empty-text", "6.2", "an explanation may be empty", {"type": "TXT", "data": ""}, "")
    explained("exp-p-validated", "7.3", "p is a validated name", "%{p}", "unknown")
    explained("exp-escaped-space", "7.3", "a space in an escaped value is %20", "%{L}", "%22a%20b%22", sender='"a b"@example.com')
    explained("exp-i-ipv6-reversed", "7.3", "v and the reversed i make a reverse name", "%{v}", "ip6", ip=SIX)
    pointers = {pointer: ["PTR a.example.org", "PTR x.example.com", "PTR example.com"], "a.example.org": "A 192.0.2.1", "x.example.com": "A 192.0.2.1"}
    case("macro-p-domain-first", "7.3", "p prefers the domain itself", "fail", ["v=spf1 -all exp=why.example.com"], {**pointers, "why.example.com": "TXT %{p}", "example.com": "A 192.0.2.1"}, explanation="example.com")
    case("macro-p-below-domain", "7.3", "then a name below it", "fail", "v=spf1 -all exp=why.example.com", {**pointers, "why.example.com": "TXT %{p}"}, explanation="x.example.com")
    eleven = [f"PTR p{i}.example.org" for i in range(1, 11)] + ["PTR x.example.com"]
    case("ptr-eleventh-name", "4.6.4", "names after the tenth are ignored", "fail", "v=spf1 ptr -all", {pointer: eleven, "x.example.com": "A 192.0.2.1", **{f"p{i}.example.org": "A 192.0.2.1" for i in range(1, 11)}})
    case("ptr-tenth-name", "4.6.4", "the tenth is not", "pass", "v=spf1 ptr -all", {pointer: eleven[1:], "x.example.com": "A 192.0.2.1"})
    case("ptr-address-failure", "5.5", "a name whose addresses cannot be had is passed over", "pass", "v=spf1 ptr -all", {pointer: ["PTR y.example.com", "PTR x.example.com"], "y.example.com": "TIMEOUT", "x.example.com": "A 192.0.2.1"})
    case("ptr-upper-case", "5.5", "names compare without case", "pass", "v=spf1 ptr:EXAMPLE.com -all", {pointer: "PTR X.Example.COM", "x.example.com": "A 192.0.2.1"})
    case("ptr-ipv6", "5.5", "the same for IPv6", "pass", "v=spf1 ptr -all", {"1." + "0." * 23 + "8.b.d.0.1.0.0.2.ip6.arpa": "PTR x.example.com", "x.example.com": f"AAAA {SIX}"}, ip=SIX)
    case("mx-preference-order", "5.4", "a failure behind the host that matches is not met", "pass", "v=spf1 mx -all", {"example.com": ["MX 20 slow.example.com", "MX 10 mx.example.com"], "slow.example.com": "TIMEOUT", "mx.example.com": "A 192.0.2.1"})
    case("mx-ipv6", "5.4", "AAAA records for an IPv6 client", "pass", "v=spf1 mx -all", {"example.com": "MX 10 mx.example.com", "mx.example.com": ["A 192.0.2.1", f"AAAA {SIX}"]}, ip=SIX)
    case("mx-absent-hosts", "4.6.4", "terms that find nothing are counted; some count the hosts of mx as well", ["fail", "permerror"], "v=spf1 mx -all", {"example.com": [f"MX {i} nx{i}.example.com" for i in range(1, 5)]})
    case("limit-void-ptr", "4.6.4", "a client without a name is a void lookup", "permerror", "v=spf1 ptr a:x1.example.com a:x2.example.com -all")
    case("limit-void-record-is-free", "4.6.4", "explanations that are absent count for nothing", "fail", "v=spf1 a:x1.example.com a:x2.example.com -all exp=x3.example.com", explanation="")
    case("limit-void-not-for-failures", "5.5", "a failed lookup of the names is not void", "fail", "v=spf1 ptr a:x1.example.com a:x2.example.com -all", {pointer: "SERVFAIL"})
    case("limit-void-in-include", "4.6.4", "void lookups of included records count together", "permerror", "v=spf1 include:a.example.net a:x3.example.com -all", {"a.example.net": "TXT v=spf1 a:x1.example.com a:x2.example.com"})
    case("limit-ip-is-free", "4.6.4", "ip4, ip6 and all count for nothing", "pass", "v=spf1 " + " ".join(f"ip4:198.51.100.{i}" for i in range(20)) + " +all")
    case("sender-empty-local-part", "4.3", "an empty local part is postmaster", "fail", "v=spf1 -all exp=why.example.com", {"why.example.com": "TXT %{s}"}, sender="@example.com", explanation="postmaster@example.com")
    case("sender-final-dot", "4.3", "a dot at the domain's end is none", "pass", "v=spf1 exists:%{d}.x.net -all", {"example.com.x.net": "A 127.0.0.2"}, sender="joe@example.com.")
    case("sender-two-final-dots", "4.3", "two are an empty label", "none", "v=spf1 +all", sender="joe@example.com..", helo="")
    case("sender-quoted-at", "RFC 5321 section 4.1.2", "an at-sign in quotes does not end the local part", "pass", "v=spf1 +all", {"example.net": "TXT v=spf1 -all"}, sender='"x@example.net"@example.com')
    case("sender-literal-ipv6", "4.3", "an address literal is no domain", "none", "v=spf1 +all", sender="joe@[IPv6:2001:db8::1]", helo="")
    case("helo-final-dot", "4.3", "a dot at the end of the HELO name is none", "pass", "v=spf1 +all", sender="", helo="example.com.")
    case("none-tab-after-version", "4.5", "a tab does not end the version", "none", "v=spf1\t-all")
    case("permerror-two-records-in-cases", "4.5", "two records that differ in case are two", "permerror", ["v=spf1 +all", "V=SPF1 +all"])
    edges.add_spf(case)
    return suite
