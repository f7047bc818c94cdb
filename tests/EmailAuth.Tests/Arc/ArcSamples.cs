using System.Globalization;
using System.Text;
using EmailAuth.Arc;
using EmailAuth.Dns;
using EmailAuth.Results;
using EmailAuth.Syntax;
using EmailAuth.Tests.Dkim;

namespace EmailAuth.Tests.Arc;

/// <summary>What the ARC tests share: a message, hops that seal it, and the zone of their keys.</summary>
internal static class ArcSamples
{
    public const string Message =
        "From: Alice <alice@example.org>\r\nTo: list@example.net\r\nSubject: Plans\r\nDate: Tue, 10 Jun 2025 12:00:00 +0000\r\n\r\nSee you at noon.\r\n";

    /// <summary>The hops' keys: hop1.example and hop3.example have RSA keys, hop2.example an Ed25519 key; selector "s".</summary>
    public static ZoneResolver Resolver()
    {
        var zone = new Zone();
        zone.Add("s._domainkey.hop1.example", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record);
        zone.Add("s._domainkey.hop2.example", ZoneEntryKind.Txt, TestSigner.Ed25519.Record);
        zone.Add("s._domainkey.hop3.example", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record);
        return new ZoneResolver(zone);
    }

    public static ArcSealer Sealer(int hop, params string[] fields) => new(
        hop == 2 ? TestSigner.Ed25519.Pem : TestSigner.Rsa2048.Pem,
        new ArcSealerOptions { Domain = Domain(hop), Selector = "s", FieldNames = [.. fields] });

    public static DomainName Domain(int hop) => DomainName.Parse(string.Create(CultureInfo.InvariantCulture, $"hop{hop}.example")).Value!;

    public static AuthenticationResults Results(string result = "pass") => new()
    {
        AuthservId = "mx.example.net",
        Results = [new MethodResult { Method = "spf", Result = result, Properties = [new ResultProperty("smtp", "mailfrom", "alice@example.org")] }],
    };

    /// <summary>A message as it leaves a hop, with the set that the hop adds after verifying what arrived.</summary>
    /// <param name="message">The message as it arrived.</param>
    /// <param name="hop">1, 2 or 3: which key and domain seals.</param>
    /// <param name="edit">What the hop changes before it seals.</param>
    public static async Task<string> Pass(string message, int hop, Func<string, string>? edit = null)
    {
        var arrived = await Verify(message);
        using var sealer = Sealer(hop);
        var leaving = TestSigner.Bytes(edit?.Invoke(message) ?? message);
        return Encoding.Latin1.GetString(WithFields(leaving, sealer.Seal(leaving, arrived, Results())));
    }

    public static ValueTask<ArcResult> Verify(string message, IDnsResolver? resolver = null, ArcOptions? options = null) =>
        new ArcVerifier(resolver ?? Resolver(), options).VerifyAsync(TestSigner.Bytes(message));

    public static byte[] WithFields(ReadOnlyMemory<byte> message, ArcSealing sealing) =>
        [.. sealing.Fields.SelectMany(field => Encoding.UTF8.GetBytes(field + "\r\n")), .. message.Span];
}
