"""BIMI: draft-brand-indicators-for-message-identification. The record decides; nothing is fetched."""
from common import CLIENT, Suite, message
from signer import key_record, sign

ALLOWS = "TXT v=spf1 ip4:192.0.2.1 -all"
RECORD = "TXT v=BIMI1; l=https://example.com/logo.svg; a="


def make():
    suite = Suite("bimi", "BIMI draft")

    def case(name, section, note, result, *entries, dmarc="TXT v=DMARC1; p=reject", author="joe@example.com", sender="joe@example.com", zone=None, text=None):
        records = {"example.com": ALLOWS, "_dmarc.example.com": dmarc, **({"default._bimi.example.com": list(entries)} if entries else {}), **(zone or {})}
        suite.add(name, f"BIMI draft {section}", note, {n: v for n, v in records.items() if v}, {"bimi": {"result": [result]}},
                  text or message(f"From: {author}", "Subject: x"), ip=CLIENT, helo="mail.example.com", mail_from=sender)

    case("pass", "7", "a record, and DMARC passes at enforcement", "pass", RECORD)
    case("pass-quarantine", "7.1", "p=quarantine is enforcement", "pass", RECORD, dmarc="TXT v=DMARC1; p=quarantine")
    case("pass-svgz", "4.2", "a compressed indicator", "pass", "TXT v=BIMI1; l=https://example.com/logo.svgz")
    case("pass-unknown-tag", "4.2", "unknown tags are ignored", "pass", RECORD + "; zz=1")
    case("pass-other-records", "7.2", "what is no BIMI record is ignored", "pass", "TXT x", RECORD)
    case("none", "7.2", "no record", "none")
    case("none-other-version", "4.2", "another version is no record", "none", "TXT v=BIMI2; l=https://example.com/logo.svg; a=")
    case("declined", "4.3.1", "l= and a= empty: the domain declines", "declined", "TXT v=BIMI1; l=; a=;")
    case("fail-two-records", "7.2", "of two records none is used", "fail", RECORD, "TXT v=BIMI1; l=https://example.com/other.svg; a=")
    case("fail-http", "4.2", "l= is an https URI", "fail", "TXT v=BIMI1; l=http://example.com/logo.svg; a=")
    case("fail-no-uri", "4.2", "l= is a URI", "fail", "TXT v=BIMI1; l=logo.svg; a=")
    case("fail-no-l", "4.2", "l= is required", "fail", "TXT v=BIMI1; a=https://example.com/mark.pem")
    case("fail-two-uris", "4.2", "l= is one URI", "fail", "TXT v=BIMI1; l=https://example.com/a.svg,https://example.com/b.svg; a=")
    case("fail-a-http", "4.2", "a= is an https URI", "fail", "TXT v=BIMI1; l=https://example.com/logo.svg; a=http://example.com/mark.pem")
    case("temperror", "7.2", "no answer for the record", "temperror", "SERVFAIL")
    case("skipped-dmarc-fail", "7.1", "DMARC fails", "skipped", RECORD, sender="joe@example.org")
    case("skipped-no-dmarc", "7.1", "no DMARC policy", "skipped", RECORD, dmarc=None)
    case("skipped-p-none", "7.1", "p=none is no enforcement", "skipped", RECORD, dmarc="TXT v=DMARC1; p=none")
    case("skipped-sp-none", "7.1", "nor is sp=none", "skipped", RECORD, dmarc="TXT v=DMARC1; p=reject; sp=none")
    case("skipped-pct", "7.1", "nor quarantine for a part of the mail", "skipped", RECORD, dmarc="TXT v=DMARC1; p=quarantine; pct=50")
    case("skipped-two-authors", "7.1", "more than one author", "skipped", RECORD, text=message("From: joe@example.com, ann@example.com", "Subject: x"))
    case("skipped-no-from", "7.1", "no author", "skipped", RECORD, text=message("Subject: x"))
    below = {"mail.example.com": ALLOWS}
    case("pass-organization", "7.2", "without a record of its own the organizational domain's counts", "pass", RECORD, author="joe@mail.example.com", sender="joe@mail.example.com", zone=below)
    case("own-before-organization", "7.2", "its own counts first", "declined", RECORD, author="joe@mail.example.com", sender="joe@mail.example.com",
         zone={**below, "default._bimi.mail.example.com": "TXT v=BIMI1; l=; a=;"})
    selector = message("From: joe@example.com", "Subject: x", "BIMI-Selector: v=BIMI1; s=brand")
    brand = {"brand._bimi.example.com": RECORD, "sel._domainkey.example.com": key_record()}
    case("pass-selector", "7.2", "a selector that an aligned signature covers", "pass", zone=brand, text=sign(selector, h="from:subject:bimi-selector"))
    case("none-selector-default-absent", "7.2", "a selector that nobody signed does not count", "none", zone=brand, text=sign(selector))

    # The record, by the letter (4.3).
    def record(name, note, result, tags, section="4.3"):
        case(f"record-{name}", section, note, result, f"TXT v=BIMI1; {tags}")
    record("white-space", "white space around tags, names and values is none", "pass", " l  =  https://example.com/logo.svg  ;a=  ;")
    record("no-final-semicolon", "the last semicolon may be left out", "pass", "l=https://example.com/logo.svg")
    record("tags-in-any-order", "but for v, tags stand in any order", "pass", "avp=brand; a=; l=https://example.com/logo.svg")
    record("upper-case-tag", "tag names are case-sensitive: L is not l", "fail", "L=https://example.com/logo.svg; a=")
    record("l-twice", "a tag stands once", "fail", "l=https://example.com/a.svg; l=https://example.com/a.svg")
    record("unknown-twice", "unknown tags too", "fail", "l=https://example.com/a.svg; z=1; z=2")
    record("malformed-list", "a tag has an equals sign", "fail", "l=https://example.com/logo.svg; a")
    record("l-empty-a-not", "evidence for no indicator", "fail", "l=; a=https://example.com/mark.pem", "7.3")
    record("png", "an indicator is SVG", "fail", "l=https://example.com/logo.png; a=", "4.3.2")
    record("svg-in-query", "the path decides, not the query", "fail", "l=https://example.com/logo?x=.svg; a=", "4.3.2")
    record("query", "a query may follow the path", "pass", "l=https://example.com/logo.svg?v=2; a=", "4.3.2")
    record("fragment", "an absolute URI has no fragment", "fail", "l=https://example.com/logo.svg#x; a=")
    record("scheme-upper-case", "a scheme ignores case", "pass", "l=HTTPS://example.com/logo.svg; a=")
    record("user-information", "no user information", "fail", "l=https://a:b@example.com/logo.svg; a=")
    record("host-ipv4", "a host is a name", "fail", "l=https://192.0.2.1/logo.svg; a=")
    record("host-ipv4-hexadecimal", "an address in disguise is one", "fail", "l=https://0xC0000201/logo.svg; a=")
    record("host-ipv6", "a host is a name, not an address in brackets", "fail", "l=https://[2001:db8::1]/logo.svg; a=")
    record("host-single-label", "a host is fully qualified", "fail", "l=https://localhost/logo.svg; a=")
    record("back-slash", "nothing is repaired", "fail", "l=https:\\\\example.com/logo.svg; a=")
    record("percent", "a percent sign has two hexadecimal digits after it", "fail", "l=https://example.com/%zz.svg; a=")
    record("data-uri", "no data: URI", "fail", "l=data:image/svg+xml;base64,PHN2Zy8+; a=")
    record("not-ascii", "a URI is ASCII", "fail", "l=https://example.com/l\u00f6go.svg; a=")
    record("avp-personal", "avp may be personal", "pass", "l=https://example.com/logo.svg; avp=personal")
    record("avp-unknown", "an unknown preference is ignored", "pass", "l=https://example.com/logo.svg; avp=none")
    record("lps-malformed", "a prefix is letters, digits and hyphens", "fail", "l=https://example.com/logo.svg; lps=a b", "4.5")
    case("none-lower-case-version", "4.3", "the version is BIMI1 to the letter", "none", "TXT v=bimi1; l=https://example.com/logo.svg; a=")
    case("none-version-not-first", "4.3", "the version stands first", "none", "TXT l=https://example.com/logo.svg; v=BIMI1; a=")
    case("pass-strings", "RFC 6376 section 3.6.2.2", "the strings of a record are joined", "pass", {"type": "TXT", "strings": ["v=BIMI1; l=https://exam", "ple.com/logo.svg; a="]})
    case("pass-alias", "7.2", "the name may be an alias", "pass", "CNAME brand.example.net", zone={"brand.example.net": RECORD})

    # Enforcement (7.1): both records, whatever applied.
    mail = {"author": "joe@mail.example.com", "sender": "joe@mail.example.com"}
    def enforced(name, note, result, author_record, organization_record):
        case(f"policy-{name}", "7.1", note, result, RECORD, dmarc=organization_record and f"TXT v=DMARC1; {organization_record}",
             zone={**below, **({"_dmarc.mail.example.com": f"TXT v=DMARC1; {author_record}"} if author_record else {})}, **mail)
    enforced("both", "both records enforce", "pass", "p=reject", "p=quarantine")
    enforced("organization-none", "the organizational domain's does not", "skipped", "p=reject", "p=none")
    enforced("author-none", "the author domain's does not", "skipped", "p=none", "p=reject")
    enforced("organization-sp-none", "sp=none disqualifies though the author domain has its own", "skipped", "p=reject", "p=reject; sp=none")
    enforced("author-sp-none", "sp=none disqualifies at the author domain too", "skipped", "p=reject; sp=none", "p=reject")
    enforced("organization-pct", "quarantine for a part disqualifies", "skipped", "p=reject", "p=quarantine; pct=99")
    enforced("author-pct", "at either record", "skipped", "p=quarantine; pct=0", "p=reject")
    enforced("sp-quarantine-pct", "so does sp=quarantine for a part", "skipped", None, "p=reject; sp=quarantine; pct=50")
    enforced("testing", "t=y says that the policy is not applied", "skipped", "p=reject; t=y", "p=reject")
    enforced("inherited", "a subdomain without a record is under its organizational domain's", "pass", None, "p=reject")
    case("pass-pct-reject", "7.1", "pct says nothing of reject", "pass", RECORD, dmarc="TXT v=DMARC1; p=reject; pct=50")
    case("pass-pct-100", "7.1", "all of the mail", "pass", RECORD, dmarc="TXT v=DMARC1; p=quarantine; pct=100")

    # Discovery and selectors (7.2, 5.1, 4.5).
    case("fail-own-before-organization", "7.2", "a malformed record of its own is not passed over", "fail", RECORD, zone={**below, "default._bimi.mail.example.com": "TXT v=BIMI1; l=http://x"}, **mail)
    case("temperror-own", "7.2", "nor is one that cannot be read", "temperror", RECORD, zone={**below, "default._bimi.mail.example.com": "SERVFAIL"}, **mail)
    case("pass-own-other-text", "7.2", "what is no BIMI record is passed over", "pass", RECORD, zone={**below, "default._bimi.mail.example.com": "TXT v=spf1 -all"}, **mail)
    signed = {**brand, "default._bimi.example.com": "TXT v=BIMI1; l=; a=;"}
    def chosen(name, note, result, *fields, h="from:subject:bimi-selector", section="5.1"):
        case(f"selector-{name}", section, note, result, zone=signed, text=sign(message("From: joe@example.com", "Subject: x", *fields), h=h))
    chosen("signed", "the record of the selector counts", "pass", "BIMI-Selector: v=BIMI1; s=brand")
    chosen("upper-case", "a selector is a name: its case does not matter", "pass", "BIMI-Selector: v=BIMI1; s=BRAND;")
    chosen("folded", "the field may be folded", "pass", "BIMI-Selector: v=BIMI1;\r\n s=brand")
    chosen("unsigned", "without a signature over it the default counts", "declined", "BIMI-Selector: v=BIMI1; s=brand", h="from:subject", section="5.5")
    chosen("twice", "two fields are a failure", "fail", "BIMI-Selector: v=BIMI1; s=brand", "BIMI-Selector: v=BIMI1; s=brand")
    chosen("without-version", "the version is required", "fail", "BIMI-Selector: s=brand")
    chosen("malformed", "a selector is labels", "fail", "BIMI-Selector: v=BIMI1; s=a..b")
    chosen("absent", "a selector without a record", "none", "BIMI-Selector: v=BIMI1; s=other")
    def prefixes(name, note, result, lps, local_part, *entries):
        case(f"lps-{name}", "4.5", note, result, f"TXT v=BIMI1; l=; a=; lps={lps}", author=f"{local_part}@example.com", zone=dict(entries))
    news = ("news-letter._bimi.example.com", RECORD)
    prefixes("named", "the local-part names a selector", "pass", "news", "News.Letter", news)
    prefixes("any", "an empty list allows any", "pass", "", "news_letter", news)
    prefixes("subaddress", "what follows the plus sign is cut", "pass", "news-letter", "news-letter+joe", news)
    prefixes("runs", "runs of separators are one, and none stand at the ends", "pass", "news", "_news._letter.-", news)
    prefixes("other", "a local-part with another prefix names none", "declined", "sale", "news-letter", news)
    prefixes("absent", "a selector that is not there leaves the first record", "declined", "news", "news-letter")
    prefixes("malformed", "nor does a malformed one", "declined", "news", "news-letter", ("news-letter._bimi.example.com", "TXT v=BIMI1; l=x"))
    prefixes("unfit", "a local-part with other characters names none", "declined", "", "news=letter", ("news-letter._bimi.example.com", RECORD))
    return suite
