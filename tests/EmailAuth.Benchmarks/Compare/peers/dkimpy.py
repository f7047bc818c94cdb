"""Drives dkimpy (Debian: python3-dkim, python3-nacl)."""
import loop

try:
    import dkim
    from importlib.metadata import version
except ImportError as error:
    loop.absent(error)


def load(fields):
    with open(fields[0], "rb") as file:
        return file.read()


def verdict(message, records):
    def text(name, timeout=5):
        return records[(name.decode("ascii").rstrip("."), "TXT")][0].encode("ascii")

    try:
        return "pass" if dkim.DKIM(message).verify(dnsfunc=text) else "fail"
    except Exception as error:  # whatever it throws is its verdict
        return "error: " + str(error)


loop.run("dkimpy " + version("dkimpy"), load, verdict)
