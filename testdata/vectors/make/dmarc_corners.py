"""More of DMARC: how a record may be written, walks that end early or late, names that fail, and authors that are hard to read."""
import edges
from common import CLIENT, message
from signer import key_record, sign

ALLOWS = "TXT v=spf1 ip4:192.0.2.1 -all"
EXISTS = "A 192.0.2.9"


def add(suite):
    def case(name, section, note, result, zone, author="joe@example.com", sender="bounce@example.org", text=None, helo="mail.example.org", **expected):
        """By default SPF passes for example.org, which is nobody's in these cases: without DKIM the message is not aligned."""
        expect = {"result": [result] if isinstance(result, str) else result, **expected}
        suite.add(name, section, note, {"example.org": ALLOWS, **zone}, {"dmarc": expect}, text or message(f"From: {author}", "Subject: x"), ip=CLIENT, helo=helo, mail_from=sender)

    add_records(case)
    add_walks(case)
    add_alignments(case)
    add_failures(case)
    add_authors(case)
    edges.add_dmarc(case, at)


def at(domain, text):
    return {f"_dmarc.{domain}": f"TXT {text}"}


def add_records(case):
    """RFC 9989 sections 4.7 and 4.8: what a record is, and what of it counts."""
    def record(name, note, text, result="fail", **expected):
        case(f"record-{name}", "4.8", note, result, at("example.com", text), **expected)

    reject = {"policy": "reject", "disposition": "reject"}
    record("tags-in-any-order", "but for v, tags stand in any order", "v=DMARC1; adkim=s; rua=mailto:d@example.com; p=reject", **reject)
    record("no-tag", "a version alone has neither a policy nor anybody to report to", "v=DMARC1", ["none", "permerror"], disposition="none")
    record("version-and-semicolon", "nor has one that a semicolon follows", "v=DMARC1;", ["none", "permerror"], disposition="none")
    record("rua-alone", "a report address alone makes it p=none", "v=DMARC1;rua=mailto:d@example.com", policy="none", disposition="none")
    record("version-space-before", "nothing stands before the version", " v=DMARC1; p=reject", "none")
    record("version-without-separator", "a semicolon ends the version", "v=DMARC1 p=reject", "none")
    record("version-longer", "DMARC10 is not DMARC1", "v=DMARC10; p=reject", "none")
    record("version-tag-upper-case", "names of tags ignore case, that of the version included", "V=DMARC1; p=reject", **reject)
    record("version-tab", "a tab is white space", "v\t=\tDMARC1\t;\tp\t=\treject", **reject)
    record("empty-tags", "semicolons without a tag between them are passed over", "v=DMARC1;; p=reject;;", **reject)
    record("tag-without-value", "so is a word without an equals sign", "v=DMARC1; nonsense; p=reject", **reject)
    record("tag-with-digit", "and a name with a digit", "v=DMARC1; p2=none; p=reject", **reject)
    record("value-with-equals", "a value may hold an equals sign", "v=DMARC1; x=a=b; p=reject", **reject)
    record("p-trailing-text", "the policy is one word", "v=DMARC1; p=reject please; rua=mailto:d@example.com", policy="none", disposition="none")
    record("p-quoted", "a policy in quotes is none", 'v=DMARC1; p="reject"; rua=mailto:d@example.com', policy="none", disposition="none")
    record("p-empty", "an empty policy is invalid", "v=DMARC1; p=; rua=mailto:d@example.com", policy="none", disposition="none")
    record("np-invalid-with-rua", "an invalid np is treated as an invalid p", "v=DMARC1; p=reject; np=bounce; rua=mailto:d@example.com", policy="none", disposition="none")
    record("np-invalid", "without a report address DMARC is not applied", "v=DMARC1; p=reject; np=bounce", ["none", "permerror"], disposition="none")
    record("sp-invalid", "nor with an invalid sp", "v=DMARC1; p=reject; sp=", ["none", "permerror"], disposition="none")
    record("rua-invalid", "an address without a scheme is no URI", "v=DMARC1; p=bounce; rua=d@example.com", ["none", "permerror"], disposition="none")
    record("rua-one-of-two", "one valid URI among others is enough", "v=DMARC1; p=bounce; rua=d@example.com , mailto:d@example.com", policy="none", disposition="none")
    record("rua-size-limit", "the size limit of RFC 7489 makes no URI invalid", "v=DMARC1; p=bounce; rua=mailto:d@example.com!10m", policy="none", disposition="none")
    record("rua-exclamation-point", "an exclamation point of its own does", "v=DMARC1; p=bounce; rua=mailto:d!x@example.com", ["none", "permerror"], disposition="none")
    record("rua-https", "any scheme will do", "v=DMARC1; p=bounce; rua=https://example.com/reports", policy="none", disposition="none")
    record("t-invalid", "an invalid t is its default, n", "v=DMARC1; p=reject; t=yes", **reject)
    record("t-upper-case", "values of one letter ignore case", "v=DMARC1; p=reject; t=Y", policy="reject", disposition="quarantine")
    record("t-none", "test mode leaves none as it is", "v=DMARC1; p=none; t=y", policy="none", disposition="none")
    record("historic-tags", "rf and ri of RFC 7489 are unknown tags", "v=DMARC1; p=reject; rf=afrf; ri=0; pct=0", **reject)
    record("fo-without-ruf", "fo without ruf has no effect on the policy", "v=DMARC1; fo=x; p=reject", **reject)
    record("no-ascii", "what is not ASCII in an unknown tag is passed over", "v=DMARC1; note=f\u00fcr alle; p=reject", **reject)
    case("record-two-one-other-version", "4.10", "a record of another version does not make it two", "fail", {"_dmarc.example.com": ["TXT v=DMARC1; p=reject", "TXT v=DMARC2; p=none"]}, policy="reject")
    case("record-two-equal", "4.10", "two equal records are two", "none", {"_dmarc.example.com": ["TXT v=DMARC1; p=reject", "TXT v=DMARC1; p=reject"]})
    case("record-two-then-parent", "4.10", "where two were discarded the walk goes on", "fail",
         {"_dmarc.news.example.com": ["TXT v=DMARC1; p=none", "TXT v=DMARC1; p=none"], **at("example.com", "v=DMARC1; p=reject; sp=quarantine"), "news.example.com": EXISTS},
         author="joe@news.example.com", policy="quarantine", org_domain="example.com")
    case("record-version-alone-counts", "4.10", "one that names no policy is one of two all the same", "none", {"_dmarc.example.com": ["TXT v=DMARC1; p=reject", "TXT v=DMARC1"]})
    case("record-wildcard-spf", "4.10", "an SPF record at the name, as wildcards bring about, is passed over", "fail", {"_dmarc.news.example.com": "TXT v=spf1 -all", **at("example.com", "v=DMARC1; p=reject"), "news.example.com": EXISTS},
         author="joe@news.example.com", policy="reject", org_domain="example.com")


def add_walks(case):
    """Sections 4.10, 4.10.1 and 4.10.2."""
    news = {"news.example.com": EXISTS}
    case("walk-unusable-organization", "4.10.1", "an organizational domain whose record names no policy has none applied", ["none", "permerror"], {**at("example.com", "v=DMARC1; sp=reject"), **news}, author="joe@news.example.com", disposition="none", org_domain="example.com")
    case("walk-own-unusable", "4.10.1", "an unusable record of its own is the one that counts", ["none", "permerror"], {**at("news.example.com", "v=DMARC1; p=bounce"), **at("example.com", "v=DMARC1; p=reject"), **news},
         author="joe@news.example.com", disposition="none")
    case("walk-psd-y-own", "4.10.2", "a public suffix that writes mail is an organization by itself", "fail", at("bank", "v=DMARC1; p=reject; psd=y"), author="joe@bank", policy="reject", org_domain="bank")
    case("walk-psd-y-two-labels", "4.10.2", "below a public suffix of two labels the organization has three", "fail", {**at("co.example", "v=DMARC1; p=none; sp=quarantine; psd=y"), "a.b.co.example": EXISTS},
         author="joe@a.b.co.example", policy="quarantine", org_domain="b.co.example")
    case("walk-psd-y-np", "4.10.1", "np of a public suffix speaks for names that do not exist", "fail", at("bank", "v=DMARC1; p=none; sp=none; np=reject; psd=y"), author="joe@no.such.bank", policy="reject", org_domain="such.bank")
    case("walk-psd-y-ends", "4.10", "psd=y ends the walk: what stands above is not asked for", "fail", {**at("co.example", "v=DMARC1; p=reject; psd=y"), **at("example", "v=DMARC1; p=none; psd=n"), "a.co.example": EXISTS},
         author="joe@a.co.example", policy="reject", org_domain="a.co.example")
    case("walk-psd-u", "4.10.2", "psd=u is the default", "fail", {**at("example.com", "v=DMARC1; p=reject; psd=u"), **at("news.example.com", "v=DMARC1; p=none; psd=u")}, author="joe@news.example.com", policy="none", org_domain="example.com")
    case("walk-psd-invalid", "4.7", "an invalid psd is its default", "fail", {**at("example.com", "v=DMARC1; p=reject"), **at("news.example.com", "v=DMARC1; p=quarantine; psd=yes")}, author="joe@news.example.com", policy="quarantine", org_domain="example.com")
    case("walk-psd-n-below-psd-y", "4.10.2", "the longest name decides: psd=n before psd=y", "fail", {**at("x.bank", "v=DMARC1; p=quarantine; psd=n"), **at("bank", "v=DMARC1; p=reject; psd=y"), "a.b.x.bank": EXISTS},
         author="joe@a.b.x.bank", policy="quarantine", org_domain="x.bank")
    case("walk-psd-y-above-plain", "4.10.2", "a plain record between does not stop short of psd=y", "fail", {**at("a.x.bank", "v=DMARC1; p=quarantine"), **at("bank", "v=DMARC1; p=reject; psd=y"), "b.a.x.bank": EXISTS},
         author="joe@b.a.x.bank", policy="reject", org_domain="x.bank")
    eight = "a.b.c.d.e.f.example.com"
    case("walk-eight-labels", "4.10", "of eight labels none is skipped", "fail", {**at("b.c.d.e.f.example.com", "v=DMARC1; p=quarantine; psd=n"), **at("example.com", "v=DMARC1; p=reject"), eight: EXISTS},
         author=f"joe@{eight}", policy="quarantine", org_domain="b.c.d.e.f.example.com")
    nine = "a.b.c.d.e.f.g.example.com"
    case("walk-nine-labels", "4.10", "of nine the second is", "fail", {**at("b.c.d.e.f.g.example.com", "v=DMARC1; p=quarantine; psd=n"), **at("example.com", "v=DMARC1; p=reject"), nine: EXISTS},
         author=f"joe@{nine}", policy="reject", org_domain="example.com")
    case("walk-nine-labels-own", "4.10.1", "the record of the author domain itself is always asked for", "fail", {**at(nine, "v=DMARC1; p=quarantine; psd=n"), **at("example.com", "v=DMARC1; p=reject")},
         author=f"joe@{nine}", policy="quarantine", org_domain=nine)
    case("walk-nine-labels-psd-y", "4.10.2", "below psd=y at seven labels the organization has eight", "fail", {**at("c.d.e.f.g.example.com", "v=DMARC1; p=reject; psd=y"), nine: EXISTS},
         author=f"joe@{nine}", policy="reject", org_domain="b.c.d.e.f.g.example.com")
    case("walk-existence-by-name-below", "3.2.13", "NXDOMAIN for the name of the record says nothing of the domain", "fail", {**at("example.com", "v=DMARC1; p=none; sp=quarantine; np=reject"), **news}, author="joe@news.example.com", policy="quarantine")
    case("walk-existence-alias", "3.2.13", "an alias exists", "fail", {**at("example.com", "v=DMARC1; p=none; sp=quarantine; np=reject"), "news.example.com": "CNAME www.example.net", "www.example.net": EXISTS},
         author="joe@news.example.com", policy="quarantine")


def add_alignments(case):
    """Sections 4.4 and 4.10.2: each identifier's organizational domain comes from its own walk."""
    def signed(name, note, result, author, d, zone, **expected):
        case(f"align-{name}", "4.10.2", note, result, {f"sel._domainkey.{d}": key_record(), **zone}, text=sign(message(f"From: joe@{author}", "Subject: x"), d=d), **expected)

    plain = at("example.com", "v=DMARC1; p=reject")
    signed("department", "a signer that is an organization of its own does not align with the one above", "fail", "example.com", "dept.example.com", {**plain, **at("dept.example.com", "v=DMARC1; p=none; psd=n")})
    signed("below-department", "nor does what stands below it", "fail", "example.com", "x.dept.example.com", {**plain, **at("dept.example.com", "v=DMARC1; p=none; psd=n")})
    signed("within-department", "within it names align", "pass", "a.dept.example.com", "b.dept.example.com", {**plain, **at("dept.example.com", "v=DMARC1; p=none; psd=n")}, org_domain="dept.example.com")
    signed("organization-for-department", "the organization above does not speak for it", "fail", "a.dept.example.com", "example.com", {**plain, **at("dept.example.com", "v=DMARC1; p=reject; psd=n")})
    signed("plain-record-below", "a record without psd makes nobody an organization of its own", "pass", "example.com", "x.news.example.com", {**plain, **at("news.example.com", "v=DMARC1; p=none")})
    signed("tenant", "a signer whose own record says psd=y is no tenant of itself", "fail", "example.com", "hosting.example.com", {**plain, **at("hosting.example.com", "v=DMARC1; p=none; psd=y")})
    signed("suffix-itself", "the public suffix does not align with a name below it", "fail", "a.co.example", "co.example", at("co.example", "v=DMARC1; p=reject; psd=y"))
    signed("no-record-of-signer", "a signer without any record at or above it is its own organization", "fail", "example.com", "example.net", plain)
    signed("upper-case", "letter case does not matter", "pass", "Example.COM", "EXAMPLE.com", plain)
    signed("strict-equal", "strict mode compares names, whatever stands above", "pass", "news.example.com", "news.example.com", at("example.com", "v=DMARC1; p=reject; adkim=s"))
    signed("strict-of-applied-record", "the mode is that of the record that applies", "pass", "news.example.com", "example.com", {**at("news.example.com", "v=DMARC1; p=reject"), **at("example.com", "v=DMARC1; p=reject; adkim=s")})
    signed("deep-signer", "a signer of many labels aligns by its organization", "pass", "example.com", ".".join("abcdefghij") + ".example.com", plain)
    idn = at("xn--bcher-kva.example", "v=DMARC1; p=reject")
    signed("idn", "U-labels of the author and A-labels of the signer are one name", "pass", "b\u00fccher.example", "xn--bcher-kva.example", idn)
    case("align-null-sender-below", "4.4.2", "with a null reverse-path the HELO name aligns in relaxed mode", "pass", {**plain, "mail.example.com": ALLOWS}, sender="", helo="mail.example.com")
    case("align-null-sender-strict", "4.4.2", "and not in strict mode", "fail", {**at("example.com", "v=DMARC1; p=reject; aspf=s"), "mail.example.com": ALLOWS}, sender="", helo="mail.example.com")
    case("align-spf-neutral", "4.4.2", "neutral is not pass", "fail", {**plain, "example.com": "TXT v=spf1 ?all"}, sender="joe@example.com")


def add_failures(case):
    """Sections 4.10.1 and 5.3.6: a query that fails decides nothing, and matters only where something depends on it."""
    key = {"sel._domainkey.example.com": key_record()}
    signed = sign(message("From: joe@example.com", "Subject: x"))
    record = at("example.com", "v=DMARC1; p=reject")
    case("temperror-own-signed", "5.3.6", "without the record a good signature decides nothing", "temperror", {"_dmarc.example.com": "TIMEOUT", **key}, text=signed)
    case("temperror-own-under-known", "4.10.1", "the record above does not stand in for one that could not be had", "temperror", {"_dmarc.news.example.com": "SERVFAIL", **record, "news.example.com": EXISTS}, author="joe@news.example.com", disposition="none")
    lame = {"_dmarc.lame.example.com": "SERVFAIL", "lame.example.com": EXISTS}
    case("temperror-own-enforced-above", "4.10.1", "the walk goes on: the record above may apply, and its policy is known", "temperror", {**lame, **record}, author="joe@lame.example.com", policy="reject", disposition="none")
    case("temperror-own-testing-above", "4.10.1", "likewise of one in test mode", "temperror", {**lame, **at("example.com", "v=DMARC1; p=quarantine; t=y")}, author="joe@lame.example.com", policy="quarantine", disposition="none")
    case("temperror-own-subdomain-policy-above", "4.10.1", "the policy above is that for subdomains", "temperror", {**lame, **at("example.com", "v=DMARC1; p=reject; sp=none")}, author="joe@lame.example.com", policy="none", disposition="none")
    case("temperror-own-nothing-above", "4.10.1", "no record above: no policy is known", "temperror", lame, author="joe@lame.example.com", policy="", disposition="none")
    case("temperror-middle-enforced-above", "4.10.1", "a name between may hold psd=n or nothing", "temperror", {**lame, **record}, author="joe@news.lame.example.com", policy="reject", disposition="none")
    case("temperror-many-enforced-above", "4.10.1", "more names that fail hide nothing", "temperror", {**{f"_dmarc.{n}lame.example.com": "SERVFAIL" for n in ("a.b.c.d.", "b.c.d.", "c.d.", "d.", "")}, **record}, author="joe@a.b.c.d.lame.example.com", policy="reject", disposition="none")
    case("temperror-suffix-enforced-above", "4.10.1", "the public suffix domain's", "temperror", {"_dmarc.lame.example": "SERVFAIL", **at("example", "v=DMARC1; p=reject; psd=y")}, author="joe@lame.example", policy="reject", disposition="none")
    case("temperror-top-signed", "5.3.6", "the own record and a signature of the same name are enough", "pass", {"_dmarc.com": "TIMEOUT", **record, **key}, text=signed)
    case("temperror-top-unsigned", "5.3.6", "nothing could align: the policy applies", "fail", {"_dmarc.com": "TIMEOUT", **record}, disposition="reject")
    deep = "a.b.c.d.example.com"
    failing = {f"_dmarc.{name}": "TIMEOUT" for name in ("b.c.d.example.com", "c.d.example.com", "d.example.com", "example.com", "com")}
    case("temperror-all-above-signed", "5.3.6", "likewise when every name above fails", "pass", {**failing, **at(deep, "v=DMARC1; p=reject"), f"sel._domainkey.{deep}": key_record()}, text=sign(message(f"From: joe@{deep}", "Subject: x"), d=deep))
    case("temperror-all-above-unsigned", "5.3.6", "or nothing could align", "fail", {**failing, **at(deep, "v=DMARC1; p=reject")}, author=f"joe@{deep}", disposition="reject")
    case("temperror-existence", "3.2.13", "whether the author domain exists is not known, and the policy depends on it: the stricter may apply", "temperror", {**at("example.com", "v=DMARC1; p=none; np=reject"), "news.example.com": "SERVFAIL"}, author="joe@news.example.com", policy="reject", disposition="none")
    case("temperror-existence-idle", "3.2.13", "and where it does not depend on it", "fail", {**record, "news.example.com": "SERVFAIL"}, author="joe@news.example.com", disposition="reject")
    case("temperror-spf-aligned", "5.3.6", "SPF of the author's domain failed for now: nobody can say that DMARC fails", "temperror", {**record, "example.com": "TIMEOUT"}, sender="joe@example.com", disposition="none")
    case("temperror-spf-other", "5.3.6", "SPF of another domain does not matter", "fail", {**record, "other.example": "TIMEOUT"}, sender="joe@other.example", disposition="reject")
    case("temperror-dkim-key", "5.3.6", "the key of an aligned signature could not be had", "temperror", {**record, "sel._domainkey.example.com": "TIMEOUT"}, text=signed, disposition="none")


def add_authors(case):
    """RFC 5322 sections 3.4 and 3.6.2, RFC 9989 section 5.3.1."""
    policy = {**at("example.com", "v=DMARC1; p=reject"), "example.com": ALLOWS, **at("xn--bcher-kva.example", "v=DMARC1; p=reject"), "xn--bcher-kva.example": ALLOWS, **at("xn--i-7iq.example", "v=DMARC1; p=reject"), "xn--i-7iq.example": ALLOWS}

    def author(name, note, result, *fields, sender="joe@example.com"):
        case(f"from-{name}", "5.3.1", note, result, policy, sender=sender, text=message(*fields, "Subject: x"))

    author("group", "a group with one member", "pass", "From: Team: joe@example.com;")
    author("group-empty", "an empty group has no author", "permerror", "From: Team:;")
    author("group-two-domains", "a group of authors of two domains", "permerror", "From: Team: joe@example.com, ann@example.net;")
    author("route", "an obsolete route is not the author", "pass", "From: <@example.net,@example.org:joe@example.com>")
    author("spaces", "white space around the dots of a domain, where many readers end it", "permerror", "From: joe @ example . com")
    author("folded-domain", "nor is a domain folded", "permerror", "From: Ann <ann@example.net\r\n .example.com>")
    author("comment-in-domain", "nor is there a comment between its parts", "permerror", "From: Ann <ann@example.net(x).example.com>")
    author("spaces-at-sign", "white space next to the at sign is in genuine mail", "pass", "From: Joe <joe @ example.com>")
    author("comment-before-domain", "a comment in the address that holds an at sign", "permerror", "From: joe@(ann@example.net)example.com")
    author("plain-comment-before-domain", "one that holds none", "pass", "From: joe@(home)example.com")
    author("nested-comment", "a comment within a comment, of which readers find the end in different places", "permerror", "From: joe@example.com (a (b) c)")
    author("bracket-in-comment", "an angle bracket in a comment", "permerror", "From: (<ann@example.net>) joe@example.com")
    author("comment-after", "a name in a comment after the address", "pass", "From: joe@example.com (Joe)")
    author("encoded-local-part", "an encoded word in the local part, which some readers decode before they look for the address", "permerror", "From: =?utf-8?q?ann=40example=2Enet=3E=20?=@example.com")
    author("encoded-quoted-local-part", "in quotes too", "permerror", 'From: "=?utf-8?b?YW5uQGV4YW1wbGUubmV0?="@example.com')
    author("bracket-in-local-part", "an angle bracket in a quoted local part ends the address to some", "permerror", 'From: <"ann@example.net> <"@example.com>')
    author("comment-within-label", "a comment does not join two halves of a label", "permerror", "From: joe@exam(x)ple.com")
    author("trailing-dot", "a domain ends without a dot", "permerror", "From: joe@example.com.")
    author("literal", "an address literal is no domain", "permerror", "From: joe@[192.0.2.1]")
    author("two-brackets", "two addresses in brackets without a comma", "permerror", "From: <joe@example.com> <ann@example.net>")
    author("trailing-address", "something after the address", "permerror", "From: joe@example.com ann@example.net")
    author("semicolon", "a semicolon ends a group alone", "permerror", "From: joe@example.com; ann@example.net")
    author("encoded-word", "an encoded word is a name, never an address", "pass", "From: =?utf-8?q?ann=40example=2Enet?= <joe@example.com>")
    author("encoded-address", "an address is not encoded", "permerror", "From: =?utf-8?q?joe=40example=2Ecom?=")
    author("two-at-signs", "two at signs", "permerror", "From: joe@example.net@example.com")
    author("unended-comment", "a comment that does not end", "permerror", "From: joe@example.com (x")
    author("unended-quote", "a quoted name that does not end", "permerror", 'From: "Joe <joe@example.com>')
    author("sender", "Sender is not the author", "pass", "Sender: ann@example.net", "From: joe@example.com")
    author("resent", "nor is Resent-From", "pass", "Resent-From: ann@example.net", "From: joe@example.com")
    author("twice-other-case", "a second From in other letters is a second From", "permerror", "FROM: ann@example.net", "from: joe@example.com")
    author("idn-decomposed", "a letter and its mark apart are one letter", "pass", "From: joe@bu\u0308cher.example", sender="joe@xn--bcher-kva.example")
    author("idn-upper-case", "capital letters of any script are small ones", "pass", "From: joe@B\u00dcCHER.example", sender="joe@xn--bcher-kva.example")
    author("idn-full-width", "letters of full width are those of normal width", "pass", "From: joe@\uff45xample.com")
    author("idn-ligature", "a ligature has no place in a domain name", "permerror", "From: joe@\ufb01sh.example")
    author("idn-invisible", "nor has what cannot be seen", "permerror", "From: joe@exam\u200bple.com")
    author("idn-symbol", "a symbol is in domains in use, though RFC 5892 refuses it", "pass", "From: joe@i\u2764.example", sender="joe@xn--i-7iq.example")
    author("a-label-symbol", "the same as an A-label", "pass", "From: joe@xn--i-7iq.example", sender="joe@xn--i-7iq.example")
    author("a-label-ascii", "an A-label of ASCII alone is a fake one: readers show joe@example", "permerror", "From: joe@xn--example-.com")
    author("a-label-full-stop", "one that holds a full stop and a solidus of full width", "permerror", "From: ann@xn--victimcom-bk3hi945q.example.com")
    author("a-label-capital", "one that holds a capital letter, which is mapped to another name", "permerror", "From: joe@xn--bcher-2pa.example")
    author("a-label-decomposed", "one that holds a letter and its mark apart", "permerror", "From: joe@xn--bucher-xyd.example")
    author("a-label-not-punycode", "one that does not decode", "permerror", "From: joe@xn--99999999.example")
    author("idn-replacement", "nor has the sign for what could not be read", "permerror", "From: joe@exam\ufffdple.com")
