using System.Text;
using EmailAuth.Arc;
using EmailAuth.Results;
using EmailAuth.Syntax;
using EmailAuth.Tests.Dkim;

namespace EmailAuth.Milter.Tests.EndToEnd.RedTeam;

/// <summary>Messages of the bank and of those who would be taken for it.</summary>
internal static class Writing
{
    /// <summary>What the bank writes.</summary>
    public const string OfBank =
        "From: Alice <alice@bank.example>\r\nTo: box@example.org\r\nSubject: Your statement\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n"
        + "Message-ID: <1@bank.example>\r\n\r\nHello\r\n";

    /// <summary>What the attacker writes in its own name, which passes.</summary>
    public const string OfEvil =
        "From: M <m@evil.example>\r\nTo: box@example.org\r\nSubject: Hello\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\nHello\r\n";

    /// <summary>Domains that pass test hops, for chains.</summary>
    private static readonly ZoneResolver Hops = new(new Zone()
        .Add("s._domainkey.hop1.example", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record)
        .Add("s._domainkey.hop3.example", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record)
        .Add("s._domainkey.evil.example", ZoneEntryKind.Txt, HostileDns.AttackersKey.Record));

    public static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Latin-1, where each character is a byte.</summary>
    public static string Text(byte[] message) => Encoding.Latin1.GetString(message);

    /// <summary>A message that the bank signed.</summary>
    public static byte[] Signed(string message, string fields = "from:to:subject:date:message-id", string selector = "s", string more = "", long? length = null) =>
        TestSigner.Rsa2048.Sign(
            message, fields, more: more, length: length,
            edit: value => value.Replace("d=example.com; s=s;", $"d=bank.example; s={selector};", StringComparison.Ordinal));

    /// <summary>A message that the attacker signed, in a name of its own.</summary>
    public static byte[] SignedBy(string domain, string message, TestSigner? signer = null, Func<string, string>? edit = null, bool sha1 = false) =>
        (signer ?? HostileDns.AttackersKey).Sign(
            message,
            edit: value => (edit ?? (static same => same))(value.Replace("d=example.com;", $"d={domain};", StringComparison.Ordinal)), sha1: sha1);

    /// <summary>A field that claims to be a signature, and is none.</summary>
    public static byte[] WithSignatureField(string tags, string message) =>
        Bytes($"DKIM-Signature: v=1; a=rsa-sha256; {tags}; h=from; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=YWJj\r\n{message}");

    /// <summary>Passes a message on with another set in its chain.</summary>
    /// <param name="message">The message as it arrived at the hop.</param>
    /// <param name="domain">Who seals.</param>
    /// <param name="result">What the hop found, of DMARC.</param>
    /// <param name="from">The author domain that it names.</param>
    /// <param name="edit">What the hop changes before it seals.</param>
    public static string Sealed(string message, string domain, string result, string from, Func<string, string>? edit = null)
    {
        using var sealer = new Arc.ArcSealer(
            (domain == HostileDns.Evil ? HostileDns.AttackersKey : TestSigner.Rsa2048).Pem,
            new ArcSealerOptions { Domain = DomainName.Parse(domain).Value!, Selector = "s" });
        var arrived = new ArcVerifier(Hops).VerifyAsync(Encoding.Latin1.GetBytes(message)).AsTask().GetAwaiter().GetResult();
        var leaving = Encoding.Latin1.GetBytes(edit?.Invoke(message) ?? message);
        var found = new AuthenticationResults
        {
            AuthservId = $"mx.{domain}",
            Results = [new MethodResult { Method = "dmarc", Result = result, Properties = [new ResultProperty("header", "from", from)] }],
        };
        return string.Concat(sealer.Seal(leaving, arrived, found).Fields.Select(field => field + "\r\n")) + Encoding.Latin1.GetString(leaving);
    }
}
