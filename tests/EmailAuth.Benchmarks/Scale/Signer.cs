using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace EmailAuth.Benchmarks.Scale;

/// <summary>
/// Signs with RSA-2048, relaxed/relaxed, on its own: the fields it makes are canonical but for the case of their names and the space after
/// the colon, so that it shares no canonicalization with the library.
/// </summary>
internal static class Signer
{
    public const string Domain = "example.com";

    /// <summary>The fields of an ordinary message, each a name and a value.</summary>
    public static readonly (string Name, string Value)[] Ordinary =
    [
        ("From", "Alice <alice@example.com>"), ("To", "bob@example.org"), ("Subject", "The minutes"),
        ("Date", "Mon, 6 Jul 2026 10:00:00 +0000"), ("Message-ID", "<1@example.com>"),
    ];

    public const string OrdinaryNames = "from:to:subject:date:message-id";

    private static readonly RSA Key = RSA.Create(2048);

    public static SmtpEnvelope Envelope { get; } = new(IPAddress.Parse("198.51.100.7"), "out.example.com", "bounce@example.com");

    public static string Pem => Key.ExportPkcs8PrivateKeyPem();

    public static string KeyRecord { get; } = "v=DKIM1; k=rsa; p=" + Convert.ToBase64String(Key.ExportSubjectPublicKeyInfo());

    /// <summary>Everything that a message of the domain needs to pass, with the key of selector "s".</summary>
    public static Zone Zone() => new Zone()
        .Add(Domain, ZoneEntryKind.Txt, "v=spf1 ip4:198.51.100.0/24 -all")
        .Add("out.example.com", ZoneEntryKind.Txt, "v=spf1 a -all")
        .Add("out.example.com", ZoneEntryKind.A, "198.51.100.7")
        .Add("7.100.51.198.in-addr.arpa", ZoneEntryKind.Ptr, "out.example.com")
        .Add("s._domainkey.example.com", ZoneEntryKind.Txt, KeyRecord)
        .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject");

    public static string BodyHash(ReadOnlySpan<byte> canonicalBody) => Convert.ToBase64String(SHA256.HashData(canonicalBody));

    /// <summary>The fields as they stand in a message.</summary>
    public static string Text(IEnumerable<(string Name, string Value)> fields) =>
        string.Concat(fields.Select(field => $"{field.Name}: {field.Value}\r\n"));

    /// <summary>A DKIM-Signature field over fields, ended by CRLF.</summary>
    /// <param name="fields">The fields of the message.</param>
    /// <param name="names">The value of h=, in lower case.</param>
    /// <param name="bodyHash">The value of bh=.</param>
    /// <param name="domain">The value of d=.</param>
    /// <param name="selector">The value of s=.</param>
    /// <param name="more">Further tags, each ended by a semicolon.</param>
    /// <param name="key">The key, or null for that of <see cref="KeyRecord"/>.</param>
    public static string Sign(
        IEnumerable<(string Name, string Value)> fields, string names, string bodyHash, string domain = Domain, string selector = "s", string more = "",
        RSA? key = null)
    {
        var left = new Dictionary<string, Stack<string>>(StringComparer.Ordinal);
        foreach (var (name, value) in fields)
        {
            var lower = name.ToLowerInvariant();
            if (!left.TryGetValue(lower, out var same))
            {
                left.Add(lower, same = new Stack<string>());
            }

            same.Push($"{lower}:{value}\r\n");
        }

        var signed = new StringBuilder();
        foreach (var name in names.Split(':'))
        {
            if (left.TryGetValue(name, out var same) && same.TryPop(out var lowest))
            {
                signed.Append(lowest);
            }
        }

        var tags = $"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s={selector};{more} h={names}; bh={bodyHash}; b=";
        signed.Append("dkim-signature:").Append(tags);
        var signature = (key ?? Key).SignHash(SHA256.HashData(Encoding.Latin1.GetBytes(signed.ToString())), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"DKIM-Signature: {tags}{Convert.ToBase64String(signature)}\r\n";
    }
}
