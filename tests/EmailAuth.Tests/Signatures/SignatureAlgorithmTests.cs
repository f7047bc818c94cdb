using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using EmailAuth.Messages;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>What is known of each algorithm, hash, field name and word, whole.</summary>
[SuppressMessage("Security", "CA5350", Justification = "Old mail is hashed so.")]
public class SignatureAlgorithmTests
{
    [Fact]
    public void Each_algorithm_is_known_by_all_its_members()
    {
        foreach (var (algorithm, name, hash, isForArchives) in ((SignatureAlgorithm, string, SignatureHash, bool)[])
        [
            (SignatureAlgorithm.RsaSha1, "rsa-sha1", SignatureHash.Sha1, true),
            (SignatureAlgorithm.RsaSha256, "rsa-sha256", SignatureHash.Sha256, false),
            (SignatureAlgorithm.Ed25519Sha256, "ed25519-sha256", SignatureHash.Sha256, false),
        ])
        {
            Assert.Equal((name, name, isForArchives), (algorithm.Name, algorithm.ToString(), algorithm.IsForArchives));
            Assert.Same(hash, algorithm.Hash);
            Assert.Equal(("header", "a", name), (algorithm.Property.Type, algorithm.Property.Name, algorithm.Property.Value));
            Assert.Same(algorithm, AlgorithmTable.Default.Find(name.ToUpperInvariant()));
            Assert.Null(algorithm.Refuse(allowsArchives: true));
            Assert.Equal(isForArchives ? "a=rsa-sha1 must not be accepted (RFC 8301 section 3.1)" : null, algorithm.Refuse(allowsArchives: false));
        }
    }

    [Fact]
    public void Each_hash_is_known_by_all_its_members()
    {
        var (old, now) = (SignatureHash.Sha1, SignatureHash.Sha256);
        Assert.Equal(("sha1", "SHA-1", HashAlgorithmName.SHA1, 20), (old.Name, old.Title, old.PlatformName, old.Length));
        Assert.Equal(("sha256", "SHA-256", HashAlgorithmName.SHA256, 32), (now.Name, now.Title, now.PlatformName, now.Length));
        Assert.Equal(64, SignatureHash.MaxLength);
        var (oldHash, newHash) = (new byte[20], new byte[32]);
        old.Compute("text"u8, oldHash);
        now.Compute("text"u8, newHash);
        Assert.Equal(SHA1.HashData("text"u8), oldHash);
        Assert.Equal(SHA256.HashData("text"u8), newHash);
    }

    // Two for each core, four at least.
    [Fact]
    public void Hash_objects_that_were_returned_are_used_again()
    {
        var hash = new SignatureHash("sha256", "SHA-256", HashAlgorithmName.SHA256, 32);
        var kept = Math.Max(4, Environment.ProcessorCount * 2);
        var objects = Enumerable.Range(0, kept + 2).Select(_ => hash.Rent()).ToArray();
        Assert.Equal(objects.Length, objects.Distinct().Count());
        foreach (var one in objects)
        {
            hash.Return(one);
        }

        var again = Enumerable.Range(0, kept + 2).Select(_ => hash.Rent()).ToArray();
        Assert.Equal(kept, again.Intersect(objects).Count());
        foreach (var one in again)
        {
            one.Dispose();
        }
    }

    [Fact]
    public void Each_result_and_canonicalization_has_its_word()
    {
        Assert.Equal(
            ["none", "pass", "fail", "policy", "neutral", "temperror", "permerror"], Enum.GetValues<SignatureResultCode>().Select(static code => code.Keyword()));
        Assert.Equal(["simple", "relaxed"], Enum.GetValues<SignatureCanonicalization>().Select(static canonicalization => canonicalization.Keyword()));
    }

    [Fact]
    public void The_fields_that_are_signed_by_default_are_these()
    {
        const string Names =
            "from sender reply-to subject date to cc message-id in-reply-to references mime-version content-type content-transfer-encoding content-disposition "
            + "resent-from resent-to resent-cc resent-date list-id list-help list-unsubscribe list-unsubscribe-post list-subscribe list-post list-owner "
            + "list-archive feedback-id cfbl-address cfbl-feedback-id bimi-selector";
        Assert.Equal(Names.Split(' '), FieldsToSign.Default);
        foreach (var name in FieldsToSign.Default)
        {
            Assert.Equal(["x", name, name], Selected($"{name}: 1\r\nother: 2\r\n{name}: 3\r\n", FieldsToSign.Default, ["x"]));
        }
    }

    // The lowest are signed of a field that is there very often; of one to which nobody may add, all.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 1)]
    [InlineData(9, 9)]
    [InlineData(10, 10)]
    [InlineData(11, 10)]
    [InlineData(50, 10)]
    public void Up_to_ten_instances_of_a_field_are_signed_and_all_of_one_that_is_oversigned(int count, int signed)
    {
        var header = string.Concat(Enumerable.Repeat("a: 1\r\nb: 1\r\n", count)) + "c: 1\r\n";
        Assert.Equal(
            ["from", "a", .. Enumerable.Repeat("b", signed), "c", .. Enumerable.Repeat("a", count)], Selected(header, ["b", "absent", "c", "a"], ["from", "a"]));
    }

    [Theory]
    [InlineData("", "from x from")]
    [InlineData("x: 1\r\n", "from x from x")]
    [InlineData("x: 1\r\ny: 1\r\nx: 1\r\n", "from x from x x")]
    public void A_name_that_is_only_oversigned_is_signed_once_more_than_it_is_there(string more, string names) =>
        Assert.Equal(names.Split(' '), Selected("from: 1\r\n" + more, ["from"], ["from", "x"]));

    [Fact]
    public void Names_to_sign_are_field_names_each_once_and_From_is_among_them()
    {
        Assert.Equal(["from"], SignedFieldNames.Check(["From"], "no From"));
        Assert.Equal(["to", "from", "x!~"], SignedFieldNames.Check(["TO", "from", "X!~"], "no From"));
        AssertRefused(["to"], "no From");
        AssertRefused([], "no From");
        AssertRefused(default, "no From");
        AssertRefused(["from", "to", "From"], "From is named twice.");
        AssertRefused(["to", "TO", "from"], "TO is named twice.");
        AssertRefused(["from", ""], "Not a field name (RFC 5322 section 2.2).");
        AssertRefused(["from", null!], "Not a field name (RFC 5322 section 2.2).");
        AssertRefused(["from", "return-PATH"], "Return-Path is not signed: the host that delivers a message removes it, or adds another (RFC 5321 section 4.4, RFC 6376 section 5.4).");
        for (var c = '\0'; c < 0x180; c++)
        {
            var name = $"a{c}";
            if (c is >= '!' and <= '~' and not ':' and not ';')
            {
                SignedFieldNames.RequireFieldName(name, "it");
                Assert.Equal(["from", name.ToLowerInvariant()], SignedFieldNames.Check(["from", name], "no From"));
            }
            else
            {
                Assert.StartsWith(
                    "Not a field name (RFC 5322 section 2.2).", Assert.Throws<ArgumentException>("it", () => SignedFieldNames.RequireFieldName(name, "it")).Message, StringComparison.Ordinal);
                AssertRefused(["from", name], "Not a field name (RFC 5322 section 2.2).");
            }
        }
    }

    private static void AssertRefused(ImmutableArray<string> names, string fault) => Assert.StartsWith(
        fault, Assert.Throws<ArgumentException>(nameof(names), () => SignedFieldNames.Check(names, "no From")).Message, StringComparison.Ordinal);

    private static ImmutableArray<string> Selected(string header, ImmutableArray<string> names, ImmutableArray<string> oversigned)
    {
        using var fields = new HeaderFieldIndex(HeaderBlock.Parse(TestSigner.Bytes(header + "\r\n")));
        return FieldsToSign.Of(fields, names, oversigned);
    }
}
