"""A mark certificate for testdata/bimi (RFC 9399, draft-fetch-validation-vmc-wchuang): the logo beside it, for example.com, and the authority that issued it."""
import base64
import datetime
import gzip
import hashlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from common import FOLDER

BIMI = FOLDER.parent / "bimi"
MARK_TYPE, BRAND_INDICATOR = x509.ObjectIdentifier("1.3.6.1.4.1.53087.1.13"), x509.ObjectIdentifier("1.3.6.1.5.5.7.3.31")
LOGOTYPE, TIMESTAMPS = x509.ObjectIdentifier("1.3.6.1.5.5.7.1.12"), x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
YEARS = datetime.datetime(2025, 1, 1), datetime.datetime(2045, 1, 1)


def der(tag, *parts):
    body = b"".join(parts)
    size = len(body).to_bytes((len(body).bit_length() + 7) // 8 or 1, "big")
    return bytes([tag]) + (bytes([len(body)]) if len(body) < 128 else bytes([0x80 | len(size)]) + size) + body


def logotype(svg):
    """RFC 9399 section 4.1: subjectLogo, direct, one image with its hash, embedded."""
    sha256 = der(0x30, der(0x06, bytes([0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01])))
    location = b"data:image/svg+xml;base64," + base64.b64encode(gzip.compress(svg, mtime=0))
    details = der(0x30, der(0x16, b"image/svg+xml"), der(0x30, der(0x30, sha256, der(0x04, hashlib.sha256(svg).digest()))), der(0x30, der(0x16, location)))
    return der(0x30, der(0xA2, der(0xA0, der(0x30, der(0x30, details)))))


def timestamps():
    """RFC 6962 section 3.3: one timestamp, of a log whose identifier is 32 times 7."""
    item = bytes(1) + bytes([7] * 32) + (1_767_225_600_000).to_bytes(8, "big") + bytes(2) + bytes(4)
    return der(0x04, (len(item) + 2).to_bytes(2, "big") + len(item).to_bytes(2, "big") + item)


def certificate(key, serial, subject, issuer, *extensions):
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), serial, *YEARS)
    for extension, is_critical in extensions:
        builder = builder.add_extension(extension, is_critical)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def usage(**given):
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
    return x509.KeyUsage(**{name: given.get(name, False) for name in names})


def write():
    key = serialization.load_pem_private_key((FOLDER / "make" / "keys" / "rsa2048.pem").read_bytes(), None)
    name = lambda text: x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])
    mark = x509.Name([x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, "Example Learning"), x509.NameAttribute(MARK_TYPE, "Registered Mark")])
    root, authority = name("Test Mark Root"), name("Test Mark Authority")
    is_authority = (x509.BasicConstraints(True, None), True), (usage(key_cert_sign=True, crl_sign=True), True)
    allows = (x509.ExtendedKeyUsage([BRAND_INDICATOR]), False)
    svg = (BIMI / "logo.svg").read_bytes()
    (BIMI / "mark-root.pem").write_bytes(certificate(key, 1, root, root, *is_authority))
    (BIMI / "mark.pem").write_bytes(
        certificate(
            key, 3, mark, authority, (x509.BasicConstraints(False, None), True), (usage(digital_signature=True), True), allows,
            (x509.SubjectAlternativeName([x509.DNSName("example.com")]), False),
            (x509.UnrecognizedExtension(LOGOTYPE, logotype(svg)), False), (x509.UnrecognizedExtension(TIMESTAMPS, timestamps()), False))
        + certificate(key, 2, authority, root, *is_authority, allows))
