using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EmailAuth.Benchmarks.Keys;

/// <summary>
/// Short messages of many domains, each signed with an RSA-2048 key of its own (<see cref="PairedKeys"/>), relaxed/relaxed. Fields and body are canonical
/// but for the case of the names and the space after the colon.
/// </summary>
internal sealed class ManyKeys
{
    private const string Body = "Hello Bob.\r\nUntil tomorrow.\r\n";

    public ManyKeys(int count)
    {
        var zone = new Zone();
        var bodyHash = Convert.ToBase64String(SHA256.HashData(Encoding.ASCII.GetBytes(Body)));
        Messages = new byte[count][];
        Records = new string[count];
        var made = 0;
        RSA? first = null;
        foreach (var key in PairedKeys.Make(count))
        {
            var domain = string.Create(CultureInfo.InvariantCulture, $"company{made:00000}.example");
            Records[made] = "v=DKIM1; k=rsa; p=" + Convert.ToBase64String(key.ExportSubjectPublicKeyInfo());
            zone.Add("s._domainkey." + domain, ZoneEntryKind.Txt, Records[made]);
            (string Name, string Value)[] fields = [("From", "alice@" + domain), ("To", "bob@example.org"), ("Subject", "The minutes"), ("Message-ID", $"<1@{domain}>")];
            var tags = $"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=s; h=from:to:subject:message-id; bh={bodyHash}; b=";
            var signed = string.Concat(fields.Select(static field => $"{field.Name.ToLowerInvariant()}:{field.Value}\r\n")) + "dkim-signature:" + tags;
            var signature = Convert.ToBase64String(key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
            var header = string.Concat(fields.Select(static field => $"{field.Name}: {field.Value}\r\n"));
            Messages[made++] = Encoding.ASCII.GetBytes($"DKIM-Signature: {tags}{signature}\r\n{header}\r\n{Body}");
            if (first is null)
            {
                first = key;
            }
            else
            {
                key.Dispose();
            }
        }

        Rsa = first ?? throw new ArgumentOutOfRangeException(nameof(count), count, "At least one domain is needed.");
        Resolver = new ZoneResolver(zone);
    }

    public ZoneResolver Resolver { get; }

    public byte[][] Messages { get; }

    /// <summary>The key records, in the order of the messages.</summary>
    public string[] Records { get; }

    /// <summary>The key of the first message.</summary>
    public RSA Rsa { get; }
}
