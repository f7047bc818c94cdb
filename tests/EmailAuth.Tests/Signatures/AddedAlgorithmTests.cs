using System.Security.Cryptography;
using System.Text;
using EmailAuth.Arc;
using EmailAuth.Dkim;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Tests.Arc;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>
/// A new algorithm is a row of the table: one that is made up here, with a hash and a key type that nobody else has, verifies DKIM signatures
/// and ARC chains though no code but the table knows of it.
/// </summary>
public class AddedAlgorithmTests
{
    private const string From = "From: alice@example.com\r\n";
    private const string Body = "Hello.\r\n";
    private const string Chained = "From: Alice <alice@example.org>\r\nSubject: Plans\r\n\r\n" + Body;

    private static readonly byte[] Secret = "everybody knows it"u8.ToArray();
    private static readonly string Record = $"v=DKIM1; k=made-up; p={Convert.ToBase64String(Secret)}";

    private static readonly KeyType MadeUpKeys = new()
    {
        Name = "made-up",
        Title = "made-up",
        ReadPublic = (record, _) => new SharedSecret([.. record.PublicKey]) { Record = record, Bits = record.PublicKey.Length * 8 },
        ReadPrivate = (_, _) => null,
        CreatePrivate = bits => RandomNumberGenerator.GetBytes(bits / 8),
    };

    private static readonly AlgorithmTable Table = new(
        SignatureAlgorithm.RsaSha256,
        new SignatureAlgorithm("made-up-sha512", MadeUpKeys, new SignatureHash("sha512", "SHA-512", HashAlgorithmName.SHA512, SHA512.HashSizeInBytes)));

    [Fact]
    public async Task A_signature_of_an_added_algorithm_passes()
    {
        var result = await Verify(Signed());
        Assert.Equal((SignatureResultCode.Pass, null, Secret.Length * 8), (result.Code, result.Reason, result.KeyBits));
        Assert.Contains(result.ToMethodResult().Properties, property => property is { Type: "header", Name: "a", Value: "made-up-sha512" });
        Assert.Null(result.ToMethodResult().Comment);
    }

    public static TheoryData<string, string, string, string> Failures => new()
    {
        { "Hello.", "Hallo.", Record, "the body hash differs: the body was changed" },
        { "From: alice", "From: mallory", Record, "the header signature differs" },
        { "", "", $"k=made-up; p={Convert.ToBase64String("another"u8)}", "the header signature differs" },
        { "", "", TestSigner.Rsa2048.Record, "k= does not fit a=made-up-sha512" },
        { "", "", "h=sha256; " + Record["v=DKIM1; ".Length..], "h= does not admit the hash of a=made-up-sha512" },
        { BodyHash(), "AAAA", Record, "bh= holds 3 octets where made-up-sha512 makes 64" },
    };

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task It_fails_where_any_other_does(string was, string now, string record, string reason)
    {
        var message = was.Length == 0 ? Signed() : Signed().Replace(was, now, StringComparison.Ordinal);
        var result = await Verify(message, record);
        Assert.NotEqual(SignatureResultCode.Pass, result.Code);
        Assert.Contains(reason, result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_its_row_the_algorithm_is_unknown()
    {
        var result = await Verify(Signed(), options: DkimOptions.Default);
        Assert.Equal(SignatureResultCode.PermError, result.Code);
        Assert.Contains("a= names an unknown algorithm", result.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_chain_may_mix_algorithms_and_hashes()
    {
        var chain = Extended(await ArcSamples.Pass(Chained, 1));
        var result = await VerifyChain(chain);
        Assert.Equal((ArcResultCode.Pass, null, 0), (result.Code, result.Reason, result.OldestPass));

        // Each seal covers what was there before it, whatever that was hashed with.
        var changed = await VerifyChain(chain.Replace("i=1; mx.example.net", "i=1; mx.example.com", StringComparison.Ordinal));
        Assert.Equal((ArcResultCode.Fail, 2), (changed.Code, changed.FailingInstance));
    }

    [Fact]
    public async Task Two_seals_of_one_hash_around_another_each_have_their_own()
    {
        var chain = Extended(Extended(await ArcSamples.Pass(Chained, 1)));
        Assert.Equal(ArcResultCode.Pass, (await VerifyChain(chain)).Code);
    }

    [Fact]
    public void Nothing_but_the_table_names_an_algorithm()
    {
        string[] names = ["RsaSha", "Ed25519Sha", "SignatureHash.Sha", "\"rsa", "\"ed25519", "RsaKeys", "Ed25519Keys", "rsa-sha", "ed25519-sha", "\"sha"];
        string[] table = ["AlgorithmTable.cs", "Ed25519Keys.cs", "KeyRecord.cs", "RsaKeys.cs", "SignatureAlgorithm.cs", "SignatureHash.cs"];
        var library = Repository.PathOf("src", "EmailAuth");
        var naming = LibrarySource.FilesIn(library)
            // Certificates have algorithms of their own; an option, and its setting, admit one of these.
            .Where(file => !file.StartsWith("Bimi/", StringComparison.Ordinal) && file is not ("Signatures/SignatureOptions.cs" or "Settings/MethodSettings.cs"))
            .Where(file => File.ReadLines(Path.Combine(library, file))
                .Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
                .Select(line => line.Replace("AllowRsaSha1", string.Empty, StringComparison.Ordinal))
                .Any(line => Array.Exists(names, name => line.Contains(name, StringComparison.Ordinal))));
        Assert.Equal(table.Select(file => "Signatures/" + file), naming);
    }

    [Fact]
    public void A_name_is_found_in_any_case()
    {
        Assert.Same(SignatureAlgorithm.RsaSha256, AlgorithmTable.Default.Find("RSA-sha256"));
        Assert.Null(AlgorithmTable.Default.Find("rsa-sha25"));
        Assert.Null(AlgorithmTable.Default.Find("rsa-sha2567"));
        Assert.Null(AlgorithmTable.Default.Find(""));
    }

    private static string Signed()
    {
        var field = $"DKIM-Signature: v=1; a=made-up-sha512; c=relaxed/relaxed; d=example.com; s=s; h=from; bh={BodyHash()}; b=";
        return field + Sign(From, field + "\r\n") + "\r\n" + From + "\r\n" + Body;
    }

    // The message with one set more, sealed by hop2.example.
    private static string Extended(string message)
    {
        var header = HeaderBlock.Parse(TestSigner.Bytes(message));
        var fields = Enumerable.Range(0, header.Count).Select(index => Encoding.Latin1.GetString(header[index].Raw.Span)).ToList();
        var below = fields.TakeWhile(field => field.StartsWith("ARC-", StringComparison.Ordinal)).ToList();
        var instance = (below.Count / 3) + 1;
        var results = $"ARC-Authentication-Results: i={instance}; mx.example.net; none\r\n";
        var signature = $"ARC-Message-Signature: i={instance}; a=made-up-sha512; c=relaxed/relaxed; d=hop2.example; s=s; h=from; bh={BodyHash()}; b=";
        signature += Sign(fields.Single(field => field.StartsWith("From:", StringComparison.Ordinal)), signature + "\r\n") + "\r\n";
        var seal = $"ARC-Seal: i={instance}; a=made-up-sha512; cv=pass; d=hop2.example; s=s; b=";

        // RFC 8617 section 5.1.1: the sets from the oldest on, each as results, message signature, seal.
        seal += Sign([.. Enumerable.Reverse(below), results, signature, seal + "\r\n"]) + "\r\n";
        return seal + signature + results + message;
    }

    private static string BodyHash() => Convert.ToBase64String(SHA512.HashData(TestSigner.Bytes(Body)));

    private static string Sign(params string[] fields)
    {
        var text = string.Concat(fields.Select(PlainCanonicalization.RelaxedField));
        return Convert.ToBase64String(HMACSHA512.HashData(Secret, SHA512.HashData(TestSigner.Bytes(text[..^2]))));
    }

    private static async Task<DkimResult> Verify(string message, string? record = null, DkimOptions? options = null)
    {
        var verifier = new DkimVerifier(TestSigner.ResolverOf(record ?? Record), options ?? new DkimOptions { Algorithms = Table });
        return Assert.Single((await verifier.VerifyAsync(TestSigner.Bytes(message), TestContext.Current.CancellationToken)).Signatures);
    }

    private static async Task<ArcResult> VerifyChain(string message)
    {
        var zone = new Zone();
        zone.Add("s._domainkey.hop1.example", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record);
        zone.Add("s._domainkey.hop2.example", ZoneEntryKind.Txt, Record);
        var options = new ArcOptions { Signatures = new SignatureOptions { Algorithms = Table } };
        return await ArcSamples.Verify(message, new ZoneResolver(zone), options);
    }

    private sealed class SharedSecret(byte[] secret) : VerificationKey
    {
        public override bool Verify(SignatureHash hash, ReadOnlySpan<byte> value, byte[] signature) =>
            signature.AsSpan().SequenceEqual(HMACSHA512.HashData(secret, value));
    }
}
