using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace EmailAuth.Benchmarks.Soak;

/// <summary>
/// A message whose checks ask for much: SPF with three includes of which the last matches, two signatures (RSA and Ed25519), DMARC at the
/// organizational domain two labels above the author's, BIMI there as well, and a client whose name points back.
/// </summary>
internal sealed class Newsletter
{
    public Newsletter()
    {
        using var rsa = RSA.Create(2048);
        var rsaKey = SignerKey.FromRsa("s", rsa);
        var edwardsKey = SignerKey.NewEd25519("e");
        Records =
        [
            ("news.example.com", ZoneEntryKind.Txt, "v=spf1 include:a.esp.example include:b.esp.example include:c.esp.example -all"),
            ("a.esp.example", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.0/25 ip4:192.0.2.128/26 -all"),
            ("b.esp.example", ZoneEntryKind.Txt, "v=spf1 ip4:203.0.113.0/24 ip6:2001:db8::/32 -all"),
            ("c.esp.example", ZoneEntryKind.Txt, "v=spf1 ip4:198.51.100.0/24 -all"),
            ("out.esp.example", ZoneEntryKind.Txt, "v=spf1 a -all"),
            ("out.esp.example", ZoneEntryKind.A, "198.51.100.7"),
            ("7.100.51.198.in-addr.arpa", ZoneEntryKind.Ptr, "out.esp.example"),
            (rsaKey.RecordName, ZoneEntryKind.Txt, rsaKey.Record),
            (edwardsKey.RecordName, ZoneEntryKind.Txt, edwardsKey.Record),
            ("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject; rua=mailto:d@example.com"),
            ("a.news.example.com", ZoneEntryKind.A, "192.0.2.80"),
            ("default._bimi.example.com", ZoneEntryKind.Txt, "v=BIMI1; l=https://example.com/logo.svg; a="),
        ];
        Message = edwardsKey.Sign(rsaKey.Sign(Text()));
    }

    public SmtpEnvelope Envelope { get; } = new(IPAddress.Parse("198.51.100.7"), "out.esp.example", "bounce@news.example.com");

    public IReadOnlyList<(string Name, ZoneEntryKind Type, string Data)> Records { get; }

    public byte[] Message { get; }

    private static byte[] Text()
    {
        var lines = string.Concat(Enumerable.Repeat("The minutes of last week's meeting, and what is left to do before summer.\r\n", 130));
        return Encoding.ASCII.GetBytes(
            "Received: from app.example.com by out.esp.example; Mon, 6 Jul 2026 09:59:58 +0000\r\n"
            + "From: Example News <news@a.news.example.com>\r\nTo: Bob <bob@example.org>\r\nSubject: The minutes\r\n"
            + "Date: Mon, 6 Jul 2026 09:59:57 +0000\r\nMessage-ID: <1@example.com>\r\nMIME-Version: 1.0\r\n"
            + "Content-Type: text/plain\r\n\r\n" + lines);
    }
}
