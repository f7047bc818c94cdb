using System.Net;
using EmailAuth.Tests.Dkim;

namespace EmailAuth.Tests.TestSupport;

/// <summary>
/// A message as a brand's newsletter comes: SPF with three includes of which the last matches, two DKIM signatures, DMARC at the
/// organizational domain two labels up, BIMI there as well, and a client whose name points back.
/// </summary>
internal static class TypicalMessage
{
    public static SmtpEnvelope Envelope { get; } = new(IPAddress.Parse("198.51.100.7"), "out.esp.example", "bounce@news.example.com");

    public static AuthenticationOptions Options { get; } = new() { AuthservId = "mx.example.org" };

    /// <summary>About 10 KB with two signatures of example.com, RSA-2048 and Ed25519.</summary>
    public static byte[] TwoSignatures { get; } = Make(2);

    /// <summary>About 10 KB with one RSA-2048 signature.</summary>
    public static byte[] OneSignature { get; } = Make(1);

    public static Zone Zone() => new Zone()
        .Add("news.example.com", ZoneEntryKind.Txt, "v=spf1 include:a.esp.example include:b.esp.example include:c.esp.example -all")
        .Add("a.esp.example", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.0/25 ip4:192.0.2.128/26 -all")
        .Add("b.esp.example", ZoneEntryKind.Txt, "v=spf1 ip4:203.0.113.0/24 ip6:2001:db8::/32 -all")
        .Add("c.esp.example", ZoneEntryKind.Txt, "v=spf1 ip4:198.51.100.0/24 -all")
        .Add("out.esp.example", ZoneEntryKind.Txt, "v=spf1 a -all")
        .Add("out.esp.example", ZoneEntryKind.A, "198.51.100.7")
        .Add("7.100.51.198.in-addr.arpa", ZoneEntryKind.Ptr, "out.esp.example")
        .Add("s._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record)
        .Add("e._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Ed25519.Record)
        .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject; rua=mailto:d@example.com")
        .Add("a.news.example.com", ZoneEntryKind.A, "192.0.2.80")
        .Add("default._bimi.example.com", ZoneEntryKind.Txt, "v=BIMI1; l=https://example.com/logo.svg; a=");

    private static byte[] Make(int signatures)
    {
        var lines = string.Concat(Enumerable.Repeat("The minutes of last week's meeting, and what is left to do before summer.\r\n", 130));
        var message = "Received: from app.example.com by out.esp.example; Mon, 6 Jul 2026 09:59:58 +0000\r\n"
            + "From: Example News <news@a.news.example.com>\r\nTo: Bob <bob@example.org>\r\nSubject: The minutes\r\n"
            + "Date: Mon, 6 Jul 2026 09:59:57 +0000\r\nMessage-ID: <1@example.com>\r\nMIME-Version: 1.0\r\n"
            + "Content-Type: text/plain\r\n\r\n" + lines;
        const string Fields = "from:to:subject:date:message-id:mime-version:content-type";
        var signed = TestSigner.Rsa2048.Sign(message, Fields);
        return signatures == 1
            ? signed
            : TestSigner.Ed25519.Sign(System.Text.Encoding.Latin1.GetString(signed), Fields, edit: value => value.Replace(" s=s;", " s=e;", StringComparison.Ordinal));
    }
}
