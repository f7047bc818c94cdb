using System.Globalization;
using System.Security.Cryptography;
using EmailAuth.Benchmarks.Scale;

namespace EmailAuth.Benchmarks.Keys;

/// <summary>
/// Short messages of many domains, each signed with an RSA-2048 key of its own (<see cref="PairedKeys"/>).
/// </summary>
internal sealed class ManyKeys
{
    public ManyKeys(int count)
    {
        var zone = new Zone();
        var bodyHash = Signer.BodyHash("Hello Bob.\r\nUntil tomorrow.\r\n"u8);
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
            var signature = Signer.Sign(fields, "from:to:subject:message-id", bodyHash, domain, key: key);
            Messages[made++] = System.Text.Encoding.ASCII.GetBytes(signature + Signer.Text(fields) + "\r\nHello Bob.\r\nUntil tomorrow.\r\n");
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
