using System.Security.Cryptography;
using System.Text;
using EmailAuth.Signatures;

namespace EmailAuth.Fuzz.Support;

/// <summary>Keys to sign with, and a zone that has them: selectors <c>rsa</c> and <c>ed</c> at example.com.</summary>
internal static class Keys
{
    public static string RsaPem { get; } = File.ReadAllText(TestData.PathOf("vectors", "make", "keys", "rsa1024.pem"));

    public static SigningKey Rsa { get; } = SigningKey.FromPem(RsaPem);

    /// <summary>The key of RFC 8463 appendix A.1.</summary>
    public static string EdwardsPem { get; } = new(PemEncoding.Write(
        "PRIVATE KEY", [.. Convert.FromHexString("302e020100300506032b657004220420"), .. Convert.FromBase64String("nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A=")]));

    public static SigningKey Edwards { get; } = SigningKey.FromPem(EdwardsPem);

    public static Zone Zone { get; } = new Zone()
        .Add("rsa._domainkey.example.com", ZoneEntryKind.Txt, $"v=DKIM1; p={PublicRsa()}")
        .Add("ed._domainkey.example.com", ZoneEntryKind.Txt, "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=");

    public static ZoneResolver Resolver { get; } = new(Zone);

    /// <summary>Signs a text whose characters are bytes; the value of <c>b=</c>.</summary>
    public static string Sign(SigningKey key, string text) => Convert.ToBase64String(key.Sign(SHA256.HashData(Encoding.Latin1.GetBytes(text))));

    private static string PublicRsa()
    {
        using var rsa = RSA.Create();
        rsa.ImportFromPem(RsaPem);
        return Convert.ToBase64String(rsa.ExportSubjectPublicKeyInfo());
    }
}
