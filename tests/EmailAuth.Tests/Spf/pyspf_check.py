"""Checks cases with pyspf: one JSON object a line in, one a line out, in the same order.

The DNS is the "zone" of the case: {"name": [["TYPE", data], ...]}. A name with an entry TIMEOUT fails for every type that is not
listed at it, as a server does that answers some queries from its cache.
"""
import json
import sys

import spf

ZONE = {}


def lookup(name, qtype, tcpfallback=True, timeout=30):
    name = name.lower().rstrip('.')
    entries = ZONE.get(name, [])
    found = [((name, kind), answer(kind, data)) for kind, data in entries if kind in (qtype, 'CNAME')]
    if not found and any(kind == 'TIMEOUT' for kind, _ in entries):
        raise spf.TempError('DNS no answer in time for ' + name)
    return found


def answer(kind, data):
    if kind == 'TXT':
        return [data.encode('latin-1', 'replace')]
    if kind == 'MX':
        return (data[0], data[1])
    return data


class TermCounting(spf.query):
    """pyspf, but void lookups are counted by terms (RFC 7208 section 4.6.4).

    Not counted: the record of the checked domain itself, the addresses of mail hosts and client names, the client's names for the
    "p" macro, and the steps of a chain of aliases.
    """

    quiet = 1

    def dns(self, name, qtype, cnames=None, ignore_void=False):
        return super().dns(name, qtype, cnames, ignore_void or self.quiet > 0 or cnames is not None)

    def dns_spf(self, domain):
        try:
            return super().dns_spf(domain)
        finally:
            self.quiet = 0

    def dns_mx(self, name):
        if not self.dns(name, 'MX'):
            return []
        return self.quietly(super().dns_mx, name)

    def validated_ptrs(self):
        if not self.dns_ptr(self.i):
            return []
        return self.quietly(super().validated_ptrs)

    def getp(self):
        return self.quietly(super().getp)

    def quietly(self, ask, *args):
        self.quiet += 1
        try:
            return ask(*args)
        finally:
            self.quiet -= 1


def check(kind, case):
    query = kind(i=case['ip'], s=case['mail_from'], h=case['helo'], receiver=case['receiver'], strict=True, querytime=0)
    try:
        result, _, explanation = query.check()
    except Exception as error:  # a crash is a difference like any other
        result, explanation = 'crash', repr(error)
    fetched = result == 'fail' and explanation != spf.EXPLANATIONS['fail']
    return {'result': result, 'explanation': explanation if fetched else None, 'message': explanation}


spf.DNSLookup = lookup

for line in sys.stdin:
    case = json.loads(line)
    ZONE = case['zone']
    print(json.dumps({'as_it_is': check(spf.query, case), 'by_terms': check(TermCounting, case)}))
