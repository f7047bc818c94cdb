"""Drives pyspf (Debian: python3-spf)."""
import loop

try:
    import spf
except ImportError as error:
    loop.absent(error)


def verdict(query, records):
    spf.DNSLookup = lambda name, kind, strict=True, timeout=20: [
        ((name, kind), value) for value in answers(records.get((name.rstrip(".").lower(), kind), ()), kind)]
    ip, helo, sender = query
    return spf.query(i=ip, s=sender, h=helo).check()[0]


def answers(data, kind):
    for value in data:
        if kind == "TXT":
            yield [value.encode("ascii")]
        elif kind == "MX":
            preference, host = value.split(" ")
            yield int(preference), host
        else:
            yield value


loop.run("pyspf " + spf.__version__, list, verdict)
