using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using EmailAuth.Tests.Signatures;
using Org.BouncyCastle.Crypto.Generators;
using Org.BouncyCastle.Crypto.Parameters;
using Org.BouncyCastle.Security;

namespace EmailAuth.Tests.Dkim;

/// <summary>
/// Signs messages for the tests, written plainly and on its own: it shares no canonicalization with the library, so that a fault there
/// cannot hide by being made twice.
/// </summary>
internal sealed class TestSigner
{
    private readonly RSA? _rsa;
    private readonly Ed25519PrivateKeyParameters? _edwards;

    private TestSigner(RSA rsa) => _rsa = rsa;

    private TestSigner(Ed25519PrivateKeyParameters key) => _edwards = key;

    /// <summary>One RSA key of 2,048 bits for the whole run: making one takes longer than most tests.</summary>
    public static TestSigner Rsa2048 { get; } = Rsa(2048);

    public static TestSigner Ed25519 { get; } = MakeEd25519();

    public RSA RsaKey => _rsa!;

    /// <summary>The value of p=.</summary>
    public string PublicKey => Convert.ToBase64String(_rsa is not null ? _rsa.ExportSubjectPublicKeyInfo() : _edwards!.GeneratePublicKey().GetEncoded());

    /// <summary>A key record.</summary>
    public string Record => $"v=DKIM1; k={(_rsa is not null ? "rsa" : "ed25519")}; p={PublicKey}";

    public string Pem => _rsa is not null
        ? _rsa.ExportPkcs8PrivateKeyPem()
        : new string(PemEncoding.Write("PRIVATE KEY", [.. Convert.FromHexString("302e020100300506032b657004220420"), .. _edwards!.GetEncoded()]));

    /// <summary>The seed of an Ed25519 key in base64, as dkimpy keeps it.</summary>
    public string Seed => Convert.ToBase64String(_edwards!.GetEncoded());

    public static TestSigner Rsa(int bits) => new(RSA.Create(bits));

    /// <summary>A resolver that knows the key of selector <c>s</c> at example.com.</summary>
    public ZoneResolver Resolver(string? record = null) => ResolverOf(record ?? Record);

    public static ZoneResolver ResolverOf(params string[] records)
    {
        var zone = new Zone();
        foreach (var record in records)
        {
            zone.Add("s._domainkey.example.com", ZoneEntryKind.Txt, record);
        }

        return new ZoneResolver(zone);
    }

    /// <summary>Puts a signature on top of a message.</summary>
    /// <param name="message">Header fields, an empty line, and the body, with CRLF; every character is one byte.</param>
    /// <param name="fields">The value of h=.</param>
    /// <param name="canonicalization">The value of c=.</param>
    /// <param name="more">Further tags, each ending with a semicolon.</param>
    /// <param name="length">The value of l=, or null for none.</param>
    /// <param name="edit">A change to the field's value before it is signed; it must keep "b=" as the last tag, empty.</param>
    /// <param name="sha1">Whether to sign with rsa-sha1.</param>
    public byte[] Sign(
        string message, string fields = "from:to:subject", string canonicalization = "relaxed/relaxed", string more = "", long? length = null,
        Func<string, string>? edit = null, bool sha1 = false)
    {
        var (header, body) = Split(message);
        var halves = canonicalization.Split('/');
        var canonicalBody = halves.Length > 1 && halves[1] == "relaxed" ? PlainCanonicalization.RelaxedBody(body) : PlainCanonicalization.SimpleBody(body);
        if (length < canonicalBody.Length)
        {
            canonicalBody = canonicalBody[..(int)length.Value];
        }

        var bodyHash = Convert.ToBase64String(Hash(Bytes(canonicalBody), sha1));
        var algorithm = _edwards is not null ? "ed25519-sha256" : sha1 ? "rsa-sha1" : "rsa-sha256";
        var value = $" v=1; a={algorithm}; c={canonicalization}; d=example.com; s=s;{more}"
            + (length is null ? string.Empty : $" l={length};") + $"\r\n\th={fields};\r\n\tbh={bodyHash};\r\n\tb=";
        value = edit?.Invoke(value) ?? value;

        var signed = new StringBuilder();
        var left = Fields(header).GroupBy(NameOf, StringComparer.OrdinalIgnoreCase).ToDictionary(same => same.Key, same => new Stack<string>(same), StringComparer.OrdinalIgnoreCase);
        foreach (var name in fields.Split(':').Select(name => name.Trim(' ', '\t', '\r', '\n')))
        {
            if (left.TryGetValue(name, out var instances) && instances.TryPop(out var lowest))
            {
                signed.Append(Canonical(lowest, halves[0]));
            }
        }

        var own = Canonical("DKIM-Signature:" + value + "\r\n", halves[0]);
        signed.Append(own.AsSpan(0, own.Length - 2));
        var signature = Convert.ToBase64String(SignHash(Hash(Bytes(signed.ToString()), sha1), sha1));
        return Bytes("DKIM-Signature:" + value + Fold(signature) + "\r\n" + message);
    }

    public static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);

    private static TestSigner MakeEd25519()
    {
        var generator = new Ed25519KeyPairGenerator();
        generator.Init(new Ed25519KeyGenerationParameters(new SecureRandom()));
        return new((Ed25519PrivateKeyParameters)generator.GenerateKeyPair().Private);
    }

    private static (string Header, string Body) Split(string message)
    {
        if (message.StartsWith("\r\n", StringComparison.Ordinal))
        {
            return (string.Empty, message[2..]);
        }

        var end = message.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        return end < 0 ? (message, string.Empty) : (message[..(end + 2)], message[(end + 4)..]);
    }

    private static ImmutableArray<string> Fields(string header)
    {
        var fields = new List<string>();
        foreach (var line in header.Split("\r\n").SkipLast(1))
        {
            if (fields.Count > 0 && line.Length > 0 && line[0] is ' ' or '\t')
            {
                fields[^1] += line + "\r\n";
            }
            else
            {
                fields.Add(line + "\r\n");
            }
        }

        return [.. fields];
    }

    private static string NameOf(string field) => field.Split(':')[0].TrimEnd(' ', '\t');

    private static string Canonical(string field, string half) => half == "relaxed" ? PlainCanonicalization.RelaxedField(field) : field;

    private static string Fold(string text) => string.Join("\r\n\t ", text.Chunk(64).Select(part => new string(part)));

    [SuppressMessage("Security", "CA5350", Justification = "Old mail is signed so.")]
    private static byte[] Hash(byte[] bytes, bool sha1) => sha1 ? SHA1.HashData(bytes) : SHA256.HashData(bytes);

    private byte[] SignHash(byte[] hash, bool sha1)
    {
        if (_rsa is not null)
        {
            return _rsa.SignHash(hash, sha1 ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        }

        var signer = new Org.BouncyCastle.Crypto.Signers.Ed25519Signer();
        signer.Init(true, _edwards);
        signer.BlockUpdate(hash, 0, hash.Length);
        return signer.GenerateSignature();
    }
}
