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
    return suite
