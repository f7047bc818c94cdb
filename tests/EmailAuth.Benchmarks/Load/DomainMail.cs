using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EmailAuth.Benchmarks.Load;

/// <summary>
/// Mail of many domains: a message of each, signed with an RSA-2048 key of its own, relaxed/relaxed, and the records by which it passes. The
/// fields and the body are canonical but for the case of the names and the space after the colon.
/// </summary>
internal sealed class DomainMail
{
    /// <summary>The client that all of it comes from.</summary>
    public const string Client = "192.0.2.1";

    /// <summary>The client's name, in HELO too.</summary>
    public const string ClientName = "mail.author.example";

    private const string SignedNames = "from:to:subject:date:message-id:mime-version:content-type";

    private DomainMail(byte[] body) => Body = body;

    public Zone Zone { get; } = new();

    /// <summary>The header of each domain's message, signature first, as fields.</summary>
    public List<(string Name, string Value)[]> Headers { get; } = [];

    /// <summary>The body that all messages have.</summary>
    public byte[] Body { get; }

    public static string DomainOf(int number) => string.Create(CultureInfo.InvariantCulture, $"d{number}.example");

    /// <summary>Makes it. The keys and signatures, some milliseconds each, are kept in the system's folder for temporary files.</summary>
    /// <param name="domains">How many domains.</param>
    /// <param name="length">How many bytes a message has, about.</param>
    public static async Task<DomainMail> MakeAsync(int domains, int length)
    {
        var body = new StringBuilder();
        while (body.Length < length - 1000)
        {
            body.Append("The quick brown fox jumps over the lazy dog, again and again, all day.\r\n");
        }

        var mail = new DomainMail(Encoding.ASCII.GetBytes(body.ToString()));
        mail.Zone.Add(ClientName, ZoneEntryKind.A, Client).Add(ClientName, ZoneEntryKind.Txt, "v=spf1 a -all").Add("1.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, ClientName);
        var bodyHash = Convert.ToBase64String(SHA256.HashData(mail.Body));
        var kept = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"emailauth-load-{domains}-{length}.txt"));
        if (!File.Exists(kept))
        {
            await Console.Error.WriteLineAsync($"Making {domains:N0} keys and signatures").ConfigureAwait(false);
            await File.WriteAllLinesAsync(kept + ".new", PairedKeys.Make(domains).Select((key, number) => Sign(number, key, bodyHash))).ConfigureAwait(false);
            File.Move(kept + ".new", kept, overwrite: true);
        }

        foreach (var line in await File.ReadAllLinesAsync(kept).ConfigureAwait(false))
        {
            mail.Add(mail.Headers.Count, line.Split(' '), bodyHash);
        }

        return mail;
    }

    /// <summary>A whole message.</summary>
    public byte[] Message(int number)
    {
        var header = string.Concat(Headers[number].Select(field => $"{field.Name}: {field.Value}\r\n"));
        return [.. Encoding.ASCII.GetBytes(header), .. "\r\n"u8, .. Body];
    }

    private static (string Name, string Value)[] Fields(int number)
    {
        var domain = DomainOf(number);
        return
        [
            ("From", $"Alice <alice@{domain}>"), ("To", "bob@example.org"), ("Subject", "The minutes"), ("Date", "Tue, 24 Nov 2026 12:00:00 +0000"),
            ("Message-ID", string.Create(CultureInfo.InvariantCulture, $"<{number}@{domain}>")), ("MIME-Version", "1.0"), ("Content-Type", "text/plain; charset=us-ascii"),
        ];
    }

    private static string Tags(int number, string bodyHash) => $"v=1; a=rsa-sha256; c=relaxed/relaxed; d={DomainOf(number)}; s=s1; h={SignedNames}; bh={bodyHash}; b=";

    // The public key and the signature.
    private static string Sign(int number, RSA key, string bodyHash)
    {
        using (key)
        {
            var signed = string.Concat(Fields(number).Select(field => $"{field.Name.ToLowerInvariant()}:{field.Value}\r\n")) + "dkim-signature:" + Tags(number, bodyHash);
            var signature = key.SignHash(SHA256.HashData(Encoding.ASCII.GetBytes(signed)), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()) + " " + Convert.ToBase64String(signature);
        }
    }

    private void Add(int number, string[] keyAndSignature, string bodyHash)
    {
        var domain = DomainOf(number);
        Headers.Add([("DKIM-Signature", Tags(number, bodyHash) + keyAndSignature[1]), .. Fields(number)]);
        Zone.Add(domain, ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.0/24 -all")
            .Add("s1._domainkey." + domain, ZoneEntryKind.Txt, "v=DKIM1; k=rsa; p=" + keyAndSignature[0])
            .Add("_dmarc." + domain, ZoneEntryKind.Txt, "v=DMARC1; p=reject");
    }
}
