using System.Security.Cryptography;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Signatures;

public class BodyCanonicalizationTests
{
    // RFC 6376 section 3.4.5.
    [Fact]
    public void The_example_of_section_3_4_5() =>
        AssertForms(" C \r\nD \t E\r\n\r\n\r\n", simple: " C \r\nD \t E\r\n", relaxed: " C\r\nD E\r\n");

    [Theory]
    [InlineData("", "\r\n", "")] // sections 3.4.3 and 3.4.4: one CRLF, and nothing
    [InlineData("\r\n", "\r\n", "")]
    [InlineData("\r\n\r\n\r\n", "\r\n", "")]
    [InlineData("   ", "   \r\n", "")] // a line of white space only, without its end
    [InlineData(" \t \r\n", " \t \r\n", "")]
    [InlineData("\r\n \r\n\t\r\n", "\r\n \r\n\t\r\n", "")] // nothing but white space on every line
    [InlineData("a", "a\r\n", "a\r\n")] // the final CRLF is added
    [InlineData("a\r\n", "a\r\n", "a\r\n")]
    [InlineData("a \r\n", "a \r\n", "a\r\n")]
    [InlineData("a\t", "a\t\r\n", "a\r\n")] // white space at the end of a line that is not ended
    [InlineData("a  b\r\n", "a  b\r\n", "a b\r\n")]
    [InlineData("a\tb\r\n", "a\tb\r\n", "a b\r\n")] // a single tab becomes a space
    [InlineData("a \t\t b \t \r\n\t\t\r\n", "a \t\t b \t \r\n\t\t\r\n", "a b\r\n")]
    [InlineData(" a\r\n", " a\r\n", " a\r\n")] // white space at the start of a line is reduced, not removed
    [InlineData("\t\ta\r\n", "\t\ta\r\n", " a\r\n")]
    [InlineData("\r\n\r\na\r\n\r\n\r\nb\r\n\r\n", "\r\n\r\na\r\n\r\n\r\nb\r\n", "\r\n\r\na\r\n\r\n\r\nb\r\n")] // empty lines inside stay
    [InlineData("a\r\n \r\nb", "a\r\n \r\nb\r\n", "a\r\n\r\nb\r\n")]
    [InlineData("a\rb\nc\r\n", "a\rb\nc\r\n", "a\rb\nc\r\n")] // bare CR and LF are octets like any other
    [InlineData("a\r", "a\r\r\n", "a\r\r\n")]
    [InlineData("a\n", "a\n\r\n", "a\n\r\n")]
    [InlineData("a\r\r\n", "a\r\r\n", "a\r\r\n")]
    [InlineData("\n\n\n", "\n\n\n\r\n", "\n\n\n\r\n")]
    [InlineData("\r", "\r\r\n", "\r\r\n")]
    [InlineData("a \r", "a \r\r\n", "a \r\r\n")] // the space is not at a line's end
    [InlineData("a \n", "a \n\r\n", "a \n\r\n")]
    [InlineData("a  \n  b", "a  \n  b\r\n", "a \n b\r\n")]
    [InlineData("a\0b\u00e9\u00ff \u00a0\r\n", "a\0b\u00e9\u00ff \u00a0\r\n", "a\0b\u00e9\u00ff \u00a0\r\n")] // NUL, 8-bit; a no-break space is none
    [InlineData("a\v\f b\r\n", "a\v\f b\r\n", "a\v\f b\r\n")] // WSP is space and tab only
    public void Corners(string body, string simple, string relaxed)
    {
        Assert.Equal(simple, PlainCanonicalization.SimpleBody(body));
        Assert.Equal(relaxed, PlainCanonicalization.RelaxedBody(body));
        AssertForms(body, simple, relaxed);
    }

    [Fact]
    public void Cutting_never_matters_at_any_single_place()
    {
        const string body = "\r\n \ta  b \r\n\r\n\t\r\nc\r\rd\n\r\n  \r\n\r\ne \r\n\r\n";
        for (var cut = 0; cut <= body.Length; cut++)
        {
            AssertForms([body[..cut], body[cut..]], PlainCanonicalization.SimpleBody(body), PlainCanonicalization.RelaxedBody(body));
        }
    }

    [Property(MaxTest = 500)]
    public Property Any_body_in_any_chunks_equals_the_plainly_written_forms() =>
        Prop.ForAll(Arb.From(Bodies), Arb.From(Gen.ListOf(Gen.Choose(1, 40))), (body, cuts) =>
        {
            AssertForms(Cut(body, [.. cuts]), PlainCanonicalization.SimpleBody(body), PlainCanonicalization.RelaxedBody(body));
            return true;
        });

    [Property(MaxTest = 200)]
    public Property Relaxed_is_idempotent() =>
        Prop.ForAll(Arb.From(Bodies), body => Hash(SignatureCanonicalization.Relaxed, [PlainCanonicalization.RelaxedBody(body)], null).Value
            .SequenceEqual(Hash(SignatureCanonicalization.Relaxed, [body], null).Value));

    [Theory]
    [InlineData("simple")]
    [InlineData("relaxed")]
    public void Bodies_longer_than_every_buffer_equal_the_plainly_written_forms(string word)
    {
        var canonicalization = Enum.Parse<SignatureCanonicalization>(word, ignoreCase: true);
        var random = new Random(6376);
        var alphabet = "abcdefghij klmnop\t\r\n\r\n";
        foreach (var length in new[] { 8191, 8192, 16383, 16384, 16385, 100_000 })
        {
            foreach (var dense in new[] { false, true })
            {
                var body = string.Concat(Enumerable.Range(0, length).Select(_ => dense ? alphabet[random.Next(alphabet.Length)].ToString() : random.Next(90) == 0 ? " \r\n" : "x"))[..length];
                var expected = canonicalization == SignatureCanonicalization.Simple ? PlainCanonicalization.SimpleBody(body) : PlainCanonicalization.RelaxedBody(body);
                foreach (var chunk in new[] { length, 1, 7, 4096, 16384 })
                {
                    var chunks = body.Chunk(chunk).Select(part => new string(part)).ToArray();
                    var hash = Hash(canonicalization, chunks, null);
                    Assert.Equal(Convert.ToHexString(SHA256.HashData(TestSigner.Bytes(expected))), Convert.ToHexString(hash.Value));
                    Assert.Equal(expected.Length, hash.CanonicalLength);
                }
            }
        }
    }

    // White space is reduced by vectors of 32 octets and, at the end, one octet at a time: each place of both, in every company.
    [Fact]
    public void White_space_is_reduced_alike_at_every_place()
    {
        var random = new Random(6376);
        const string alphabet = "x \t\r\n";
        for (var length = 1; length < 140; length++)
        {
            for (var run = 0; run < 40; run++)
            {
                var body = string.Concat(Enumerable.Range(0, length).Select(_ => random.Next(4) == 0 ? "\r\n" : alphabet[random.Next(alphabet.Length)].ToString()))[..length];
                AssertForms(body, PlainCanonicalization.SimpleBody(body), PlainCanonicalization.RelaxedBody(body));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(13)]
    public void A_length_hashes_the_first_octets_of_the_canonical_body(int length)
    {
        // 13 octets in canonical form; the length may fall into a CRLF.
        var hash = Hash(SignatureCanonicalization.Relaxed, ["ab  c\r\n", "\r\n d", "ef \r\n\r\n"], length);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(TestSigner.Bytes("ab c\r\n\r\n def\r\n"[..length]))), Convert.ToHexString(hash.Value));
        Assert.Equal((14, 14 - length, false), (hash.CanonicalLength, hash.UncoveredLength, hash.IsBeyondEnd));
    }

    [Fact]
    public void A_length_at_the_end_covers_all_and_one_beyond_it_says_so()
    {
        var atEnd = Hash(SignatureCanonicalization.Simple, ["abc\r\n"], 5);
        Assert.Equal((0L, false), (atEnd.UncoveredLength, atEnd.IsBeyondEnd));
        var beyond = Hash(SignatureCanonicalization.Simple, ["abc\r\n"], 6);
        Assert.Equal((0L, true), (beyond.UncoveredLength, beyond.IsBeyondEnd));
        Assert.Equal(Convert.ToHexString(SHA256.HashData("abc\r\n"u8)), Convert.ToHexString(beyond.Value));
    }

    [Fact]
    public void Many_lengths_share_one_pass_and_the_same_request_is_the_same_hash()
    {
        using var hashes = new BodyHashes();
        var whole = hashes.Request(SignatureCanonicalization.Simple, SignatureHash.Sha256, null);
        var prefixes = new[] { 7, 0, 3, 100, 7 }.Select(length => hashes.Request(SignatureCanonicalization.Simple, SignatureHash.Sha256, length)).ToArray();
        Assert.Same(prefixes[0], prefixes[4]);
        Assert.Same(whole, hashes.Request(SignatureCanonicalization.Simple, SignatureHash.Sha256, null));
        hashes.Append("abcdefgh"u8);
        hashes.Append("ij"u8);
        hashes.Complete();
        Assert.Equal(Convert.ToHexString(SHA256.HashData("abcdefghij\r\n"u8)), Convert.ToHexString(whole.Value));
        Assert.Equal(Convert.ToHexString(SHA256.HashData("abcdefg"u8)), Convert.ToHexString(prefixes[0].Value));
        Assert.Equal(Convert.ToHexString(SHA256.HashData([])), Convert.ToHexString(prefixes[1].Value));
        Assert.Equal(Convert.ToHexString(SHA256.HashData("abc"u8)), Convert.ToHexString(prefixes[2].Value));
        Assert.True(prefixes[3].IsBeyondEnd);
    }

    [Fact]
    public void A_thousand_lengths_asked_for_in_any_order_are_each_hashed_where_they_end()
    {
        var body = TestSigner.Bytes(string.Concat(Enumerable.Range(0, 500).Select(i => $"{i}\r\n")));
        int[] lengths = [.. Enumerable.Range(0, 1000).Select(i => i * 371 % 1009)];
        using var hashes = new BodyHashes();
        var prefixes = Array.ConvertAll(lengths, length => hashes.Request(SignatureCanonicalization.Simple, SignatureHash.Sha256, length));
        foreach (var chunk in body.Chunk(7))
        {
            hashes.Append(chunk);
        }

        hashes.Complete();
        for (var i = 0; i < lengths.Length; i++)
        {
            Assert.Equal(Convert.ToHexString(SHA256.HashData(body.AsSpan(0, lengths[i]))), Convert.ToHexString(prefixes[i].Value));
            Assert.Equal(body.Length - lengths[i], prefixes[i].UncoveredLength);
        }
    }

    private static Gen<string> Bodies =>
        Gen.ListOf(Gen.Elements("a", "bc", " ", "  ", "\t", "\r\n", "\r\n", "\r", "\n", "\r\n\r\n", " \r\n", "\0", "\u00e4", "a word and more of them, past a vector's width")).Select(string.Concat);

    private static string[] Cut(string body, int[] lengths)
    {
        var chunks = new List<string>();
        var index = 0;
        while (body.Length > 0)
        {
            var length = Math.Min(body.Length, lengths.Length == 0 ? body.Length : lengths[index++ % lengths.Length]);
            chunks.Add(body[..length]);
            body = body[length..];
        }

        return [.. chunks];
    }

    private static void AssertForms(string body, string simple, string relaxed) => AssertForms([body], simple, relaxed);

    private static void AssertForms(string[] chunks, string simple, string relaxed)
    {
        Assert.Equal(Convert.ToHexString(SHA256.HashData(TestSigner.Bytes(simple))), Convert.ToHexString(Hash(SignatureCanonicalization.Simple, chunks, null).Value));
        Assert.Equal(Convert.ToHexString(SHA256.HashData(TestSigner.Bytes(relaxed))), Convert.ToHexString(Hash(SignatureCanonicalization.Relaxed, chunks, null).Value));
    }

    private static BodyHash Hash(SignatureCanonicalization canonicalization, string[] chunks, long? length)
    {
        using var hashes = new BodyHashes();
        var hash = hashes.Request(canonicalization, SignatureHash.Sha256, length);
        foreach (var chunk in chunks)
        {
            hashes.Append(TestSigner.Bytes(chunk));
        }

        hashes.Complete();
        return hash;
    }
}
