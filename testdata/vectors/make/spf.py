"""SPF: RFC 7208, section by section. Each row: what is published, who sends, and what the section says of it."""
from common import CLIENT, Suite

SIX = "2001:db8::1"


def make():
    suite = Suite("spf", "RFC 7208")

    def case(name, section, note, result, spf=None, more=None, ip=CLIENT, sender="joe@example.com", helo="mail.example.net", explanation=None, **given):
        names = {} if spf is None else {"example.com": [spf] if isinstance(spf, dict) else [f"TXT {text}" for text in ([spf] if isinstance(spf, str) else spf)]}
        for owner, entries in (more or {}).items():
            names.setdefault(owner, []).extend([entries] if isinstance(entries, (str, dict)) else entries)
        expect = {"spf": [result]}
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
    return suite
