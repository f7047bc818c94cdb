"""DMARC: RFC 9989. Where SPF decides, the client may send for the domain of MAIL FROM; where DKIM does, signer.py signed."""
import dmarc_corners
from common import CLIENT, Suite, message
from signer import key_record, sign

ALLOWS = "TXT v=spf1 ip4:192.0.2.1 -all"


def make():
    suite = Suite("dmarc", "RFC 9989")

    def case(name, section, note, result, zone, author="joe@example.com", sender="bounce@example.org", policy=None, disposition=None, org=None, text=None, **given):
        """By default SPF passes for example.org, which is nobody's in these cases: without DKIM the message is not aligned."""
        zone = {"example.org": ALLOWS, **zone}
        expect = {"result": [result] if isinstance(result, str) else result}
        expect.update({k: v for k, v in (("policy", policy), ("disposition", disposition), ("org_domain", org)) if v is not None})
        suite.add(name, section, note, zone, {"dmarc": expect}, text or message(f"From: {author}", "Subject: x"), ip=CLIENT, helo="mail.example.org", mail_from=sender, **given)

    def record(text, domain="example.com", **more):
        return {f"_dmarc.{domain}": f"TXT v=DMARC1; {text}", **more.get("zone", {})}

    # Results, and what is asked for (4.7, 5.3).
    case("none", "4.10.1", "no record", "none", {"example.com": "A 192.0.2.1"})
    case("none-nxdomain", "4.10.1", "the domain does not exist", "none", {})
    case("pass-spf", "4.4.2", "SPF passed for the author's domain", "pass", record("p=reject", zone={"example.com": ALLOWS}), sender="joe@example.com", policy="reject", disposition="none", org="example.com")
    case("pass-dkim", "4.4.1", "a signature of the author's domain", "pass", {**record("p=reject"), "sel._domainkey.example.com": key_record()},
         text=sign(message("From: joe@example.com", "Subject: x")), policy="reject", disposition="none")
    for policy in ("none", "quarantine", "reject"):
        case(f"fail-{policy}", "4.7", f"nothing aligned passes: p={policy}", "fail", record(f"p={policy}"), policy=policy, disposition=policy, org="example.com")
    case("fail-dkim-broken", "4.4.1", "a signature that does not hold is no identifier", "fail", {**record("p=reject"), "sel._domainkey.example.com": key_record()},
         text=sign(message("From: joe@example.com", "Subject: x")).replace(b"Hello", b"Hallo"), disposition="reject")
    case("fail-spf-softfail", "4.4.2", "only pass counts", "fail", record("p=reject", zone={"example.com": "TXT v=spf1 ~all"}), sender="joe@example.com", disposition="reject")
    case("fail-helo-only", "4.4.2", "SPF's verdict of HELO does not count beside a MAIL FROM", "fail",
         record("p=reject", zone={"mail.example.com": ALLOWS, "example.org": "TXT v=spf1 -all"}), disposition="reject")
    case("pass-null-sender", "4.4.2", "with a null reverse-path MAIL FROM is postmaster at the HELO name", "pass", record("p=reject", "mail.example.org", zone={"mail.example.org": ALLOWS}),
         author="postmaster@mail.example.org", sender="", disposition="none")

    # Alignment (4.4).
    below = {"mail.example.com": ALLOWS}
    case("relaxed-spf", "4.4.2", "a subdomain aligns in relaxed mode, the default", "pass", record("p=reject", zone=below), sender="b@mail.example.com", org="example.com")
    case("strict-spf", "4.4.2", "and not in strict mode", "fail", record("p=reject; aspf=s", zone=below), sender="b@mail.example.com", disposition="reject")
    case("strict-spf-same", "4.4.2", "in strict mode the same domain aligns", "pass", record("p=reject; aspf=s", zone={"example.com": ALLOWS}), sender="b@example.com")
    signed = sign(message("From: joe@example.com", "Subject: x"), d="mail.example.com")
    key = {"sel._domainkey.mail.example.com": key_record()}
    case("relaxed-dkim", "4.4.1", "a subdomain aligns in relaxed mode, the default", "pass", {**record("p=reject"), **key}, text=signed)
    case("strict-dkim", "4.4.1", "and not in strict mode", "fail", {**record("p=reject; adkim=s"), **key}, text=signed)
    case("strict-other-mechanism", "4.7", "adkim=s says nothing of SPF", "pass", record("p=reject; adkim=s", zone=below), sender="b@mail.example.com")
    case("relaxed-parent", "4.4.1", "the organizational domain aligns with its subdomain", "pass", {**record("p=reject"), "sel._domainkey.example.com": key_record()},
         text=sign(message("From: joe@news.example.com", "Subject: x")), org="example.com")
    case("siblings", "4.4.1", "two subdomains of one organization align in relaxed mode", "pass", {**record("p=reject"), **key}, text=sign(message("From: joe@news.example.com", "Subject: x"), d="mail.example.com"))
    case("lookalike", "4.4.1", "badexample.com is not below example.com", "fail", {**record("p=reject"), "sel._domainkey.badexample.com": key_record()}, text=sign(message("From: joe@example.com", "Subject: x"), d="badexample.com"))
    case("top-level-is-no-organization", "4.10.2", "two domains do not align because both end in com", "fail", {**record("p=reject"), "sel._domainkey.example.com": key_record()} | {"sel._domainkey.other.com": key_record()},
         text=sign(message("From: joe@example.com", "Subject: x"), d="other.com"))
    case("i-does-not-count", "4.4.1", "d= counts, not i=", "pass", {**record("p=reject"), "sel._domainkey.example.com": key_record()}, text=sign(message("From: joe@example.com", "Subject: x"), i="x@news.example.com"))
    case("one-of-two", "4.4", "one aligned identifier is enough", "pass", {**record("p=reject"), "sel._domainkey.example.com": key_record(), "sel._domainkey.example.net": key_record()},
         text=sign(sign(message("From: joe@example.com", "Subject: x")), d="example.net"))

    # Which policy (4.7, 4.10.1).
    exists = {"news.example.com": "A 192.0.2.9"}
    case("sp", "4.7", "sp speaks for subdomains", "fail", record("p=reject; sp=quarantine", zone=exists), author="joe@news.example.com", policy="quarantine", disposition="quarantine", org="example.com")
    case("sp-absent", "4.7", "without sp, p does", "fail", record("p=reject", zone=exists), author="joe@news.example.com", policy="reject")
    case("sp-not-for-itself", "4.7", "sp says nothing of the domain itself", "fail", record("p=none; sp=reject"), policy="none", disposition="none")
    case("np", "4.7", "np speaks for subdomains that do not exist", "fail", record("p=none; sp=quarantine; np=reject"), author="joe@ghost.example.com", policy="reject", disposition="reject")
    case("np-not-for-existing", "4.7", "and not for those that exist", "fail", record("p=none; sp=quarantine; np=reject", zone=exists), author="joe@news.example.com", policy="quarantine")
    case("np-nodata-exists", "3.2.13", "a name with names below it exists", "fail", record("p=none; sp=quarantine; np=reject", zone={"a.news.example.com": "A 192.0.2.9"}), author="joe@news.example.com", policy="quarantine")
    case("np-absent", "4.7", "without np, sp does", "fail", record("p=none; sp=quarantine"), author="joe@ghost.example.com", policy="quarantine")
    case("own-record-first", "4.10.1", "the author domain's own record counts before the organization's", "fail", {**record("p=reject"), **record("p=none", "news.example.com")}, author="joe@news.example.com", policy="none", org="example.com")
    case("middle-record", "4.10.1", "a record between the two does not apply", "fail", {**record("p=reject"), **record("p=none", "b.example.com"), "a.b.example.com": "A 192.0.2.9"}, author="joe@a.b.example.com", policy="reject", org="example.com")
    case("t-y-reject", "4.7", "test mode: reject becomes quarantine", "fail", record("p=reject; t=y"), policy="reject", disposition="quarantine")
    case("t-y-quarantine", "4.7", "test mode: quarantine becomes none", "fail", record("p=quarantine; t=y"), policy="quarantine", disposition="none")
    case("t-n", "4.7", "t=n is the default", "fail", record("p=reject; t=n"), disposition="reject")
    case("pct-ignored", "4.7", "pct of RFC 7489 is an unknown tag", "fail", record("p=reject; pct=0"), disposition="reject")

    # The tree walk (4.10).
    case("walk-psd-n", "4.10.2", "psd=n ends the walk: this is the organizational domain", "fail", {**record("p=reject"), **record("p=quarantine; psd=n", "dept.example.com"), "x.dept.example.com": "A 192.0.2.9"},
         author="joe@x.dept.example.com", org="dept.example.com", policy="quarantine")
    case("walk-psd-y", "4.10.2", "below psd=y each name is an organization", "fail", {**record("p=none; psd=y", "com"), **record("p=reject")}, org="example.com", policy="reject")
    case("walk-psd-y-only", "4.10.1", "the public suffix's record is the last resort", "fail", {**record("p=reject; sp=quarantine; psd=y", "com"), "example.com": "A 192.0.2.9"}, org="example.com", policy="quarantine")
    case("walk-no-alignment-across-psd", "4.10.2", "two names below psd=y do not align", "fail", {**record("p=reject; psd=y", "bank"), **record("p=reject", "a.bank"), "sel._domainkey.b.bank": key_record()},
         text=sign(message("From: joe@a.bank", "Subject: x"), d="b.bank"), org="a.bank")
    deep = ".".join("abcdefghij") + ".example.com"
    case("walk-deep", "4.10", "of a long name the walk goes on at seven labels", "fail", {**record("p=reject"), deep: "A 192.0.2.9"}, author=f"joe@{deep}", org="example.com", policy="reject")
    case("walk-skips-middle", "4.10", "a record at ten labels is not asked for", "fail", {**record("p=reject"), **record("p=none; psd=n", ".".join("cdefghij") + ".example.com"), deep: "A 192.0.2.9"},
         author=f"joe@{deep}", org="example.com", policy="reject")
    case("walk-top-level-record", "4.10.1", "a record at a top-level domain without psd", "fail", {"_dmarc.com": "TXT v=DMARC1; p=reject", "example.com": "A 192.0.2.9"}, policy="reject", org="com")

    # What is a record (4.7, 4.8, 4.10).
    case("record-case", "4.8", "tag names and policies ignore case", "fail", {"_dmarc.example.com": "TXT v=DMARC1; P=Reject"}, policy="reject")
    case("record-version-case", "4.7", "the version does not: it is exactly DMARC1", "none", {"_dmarc.example.com": "TXT v=dmarc1; p=reject"})
    case("record-version-2", "4.7", "another version", "none", {"_dmarc.example.com": "TXT v=DMARC2; p=reject"})
    case("record-version-not-first", "4.7", "the version stands first", "none", {"_dmarc.example.com": "TXT p=reject; v=DMARC1"})
    case("record-spaces", "4.8", "white space around the equals sign and semicolons", "fail", {"_dmarc.example.com": "TXT v = DMARC1 ;  p = reject ; "}, policy="reject")
    case("record-unknown-tag", "4.7", "unknown tags are ignored", "fail", record("zz=1; p=reject"), policy="reject")
    case("record-no-space", "4.8", "white space is not needed", "fail", {"_dmarc.example.com": "TXT v=DMARC1;p=reject;sp=none"}, policy="reject")
    case("record-strings", "RFC 7208 section 3.3", "the strings of a record are joined", "fail", {"_dmarc.example.com": {"type": "TXT", "strings": ["v=DMARC1; p=re", "ject"]}}, policy="reject")
    case("record-among-others", "4.10", "what is no record is discarded", "fail", {"_dmarc.example.com": ["TXT x", "TXT v=DMARC1; p=reject"]}, policy="reject")
    case("record-two", "4.10", "of two records none counts", "none", {"_dmarc.example.com": ["TXT v=DMARC1; p=reject", "TXT v=DMARC1; p=none"]})
    case("record-bad-alignment-mode", "4.7", "an invalid value of adkim is its default", "fail", record("p=reject; adkim=x"), policy="reject")
    case("record-p-invalid-with-rua", "4.10.1", "an invalid p with someone to report to counts as none", "fail", record("p=bounce; rua=mailto:d@example.com"), policy="none", disposition="none")
    case("record-p-absent-with-rua", "4.10.1", "so does an absent p", "fail", record("rua=mailto:d@example.com"), policy="none", disposition="none")
    case("record-p-invalid", "4.10.1", "without a report address DMARC is not applied", ["none", "permerror"], record("p=bounce"), disposition="none")
    case("record-sp-invalid-with-rua", "4.10.1", "an invalid sp is treated as an invalid p", "fail", record("p=reject; sp=bounce; rua=mailto:d@example.com"), disposition="none")
    case("record-cname", "4.10", "the name may be an alias", "fail", {"_dmarc.example.com": "CNAME policy.example.net", "policy.example.net": "TXT v=DMARC1; p=reject"}, policy="reject")

    # Failures of the DNS: never "no policy" (5.3.5).
    case("temperror-own", "4.10.1", "no answer for the author domain's record", "temperror", {"_dmarc.example.com": "SERVFAIL"})
    case("temperror-organization", "4.10.1", "no answer for the organization's record", "temperror", {"_dmarc.example.com": "TIMEOUT", "news.example.com": "A 192.0.2.9"}, author="joe@news.example.com")

    # The author (RFC 5322 section 3.6.2, RFC 9989 section 5.3.1).
    policy = record("p=reject", zone={"example.com": ALLOWS})
    def author(name, note, result, *fields, **more):
        case(f"from-{name}", "5.3.1", note, result, policy, sender="joe@example.com", text=message(*fields, "Subject: x"), **more)
    author("absent", "no From", "permerror", "To: ann@example.net")
    author("twice", "two From fields", "permerror", "From: joe@example.com", "From: joe@example.com")
    author("two-domains", "one From with authors of two domains", "permerror", "From: joe@example.com, ann@example.net")
    author("two-of-one-domain", "one From with two authors of one domain", "pass", "From: joe@example.com, ann@example.com")
    author("malformed", "no address at all", "permerror", "From: Joe")
    author("empty", "an empty From", "permerror", "From: ")
    author("display-name", "a display name that looks like an address", "pass", 'From: "ann@example.net" <joe@example.com>')
    author("comment", "a comment with an address", "pass", "From: joe@example.com (ann@example.net)")
    author("quoted-local-part", "an at sign in a quoted local part", "pass", 'From: "x@example.net"@example.com')
    author("comma-in-name", "a comma in a quoted name separates nothing", "pass", 'From: "Company, Inc." <joe@example.com>')
    author("upper-case", "domain names ignore case", "pass", "From: joe@EXAMPLE.COM")
    author("folded", "a folded field", "pass", "From: Joe\r\n <joe@example.com>")
    author("name-case", "the field's name ignores case", "pass", "FROM: joe@example.com")
    author("space-before-colon", "a second From that differs by a space before the colon is one all the same", "permerror", "From : ann@example.net", "From: joe@example.com")
    case("from-idn", "5.3.1", "an author's domain in Unicode is looked up by its A-labels", "pass",
         {"_dmarc.xn--bcher-kva.example": "TXT v=DMARC1; p=reject", "xn--bcher-kva.example": ALLOWS}, sender="joe@xn--bcher-kva.example", author="joe@b\u00fccher.example")
    dmarc_corners.add(suite)
    return suite
