using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>Bodies at the limits of every buffer, cut anywhere, with every hash that was asked for at once, against the plainly written forms.</summary>
[SuppressMessage("Security", "CA5350", Justification = "Old mail is hashed so.")]
public class CanonicalBodyTests
{
    // Runs below 1,024 octets are gathered in 8,192; blocks have 16,384; 256 lines are written at once.
    [Fact]
    public void Runs_of_every_length_around_each_limit_are_hashed_whole()
    {
        foreach (var length in (int[])[1, 2, 255, 256, 257, 258, 511, 512, 513, 1022, 1023, 1024, 1025, 1026, 8190, 8191, 8192, 8193, 8194])
        {
            var run = new string('x', length);
            AssertForms([run]);
            AssertForms([run, "\r\n"]);
            AssertForms([run + " ", "\r\n", run, "\r\n\r\n"]);
            AssertForms(["a\r\n", run + "\r\n", run + "\r", "\n" + run, "  " + run + "\t", " "]);
            AssertForms([.. Enumerable.Repeat(run + "\r\n", 10)]);
        }
    }

    [Fact]
    public void Short_chunks_fill_the_gathered_octets_to_every_place()
    {
        foreach (var first in Enumerable.Range(0, 12).Select(static more => 1023 - more))
        {
            // Eight and more chunks, the last of which ends just before, at and just behind 8,192 octets.
            AssertForms([new string('f', first), .. Enumerable.Repeat(new string('x', 1023), 7), "12345678", "9", "0", new string('y', 1023), "z"]);
        }
    }

    [Theory]
    [InlineData(16_383)]
    [InlineData(16_384)]
    [InlineData(16_385)]
    [InlineData(32_767)]
    [InlineData(32_768)]
    [InlineData(32_769)]
    public void Blocks_of_every_length_are_read_whole(int length)
    {
        AssertForms([new string('x', length)]);
        AssertForms([new string('x', length - 1) + " ", "y"]);
        AssertForms([new string('x', length - 1) + "\r", "\n\r\n"]);
        AssertForms([new string(' ', length), "x"]);
        AssertForms([string.Concat(Enumerable.Repeat("\r\n", length / 2))]);
        AssertForms([string.Concat(Enumerable.Repeat("a \r\n", length / 4)) + "\r\n"]);
    }

    [Fact]
    public void Any_number_of_empty_lines_is_kept_inside_and_left_out_at_the_end()
    {
        foreach (var count in (int[])[0, 1, 2, 254, 255, 256, 257, 258, 511, 512, 513, 767, 768, 769, 2000])
        {
            var lines = string.Concat(Enumerable.Repeat("\r\n", count));
            AssertForms([lines]);
            AssertForms(["a" + lines + "b"]);
            AssertForms(["a", lines, lines, "b", lines]);
            AssertForms(["a\r", "\n" + lines + "\r", "\nb\r", lines + "\r", "c" + lines + "\r"]);
            AssertForms([lines + "\r"]);
            AssertForms(["\r" + lines, "\n" + lines]);
        }
    }

    [Fact]
    public void Every_short_body_cut_anywhere_has_its_hash()
    {
        foreach (var body in ShortTexts.Of("a \r\n", 5))
        {
            for (var cut = 0; cut <= body.Length; cut++)
            {
                AssertForms([body[..cut], body[cut..]]);
            }
        }

        foreach (var body in ShortTexts.Of("a\t\r\n", 5).Where(static body => body.Length > 3))
        {
            AssertForms([.. body.Select(static c => c.ToString())]);
        }
    }

    // Each length of a body, asked for at once and in no order, whatever the chunks.
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(100)]
    public void Every_length_has_the_hash_of_that_many_octets(int chunk)
    {
        const string Body = "ab  c\r\n\r\n d\tef \r\n\r\n";
        const string Relaxed = "ab c\r\n\r\n d ef\r\n";
        const string Simple = "ab  c\r\n\r\n d\tef \r\n";
        using var hashes = new BodyHashes();
        var random = new Random(chunk);
        var order = Enumerable.Range(0, Simple.Length + 3).Select(static length => (long?)length).Append(null).OrderBy(_ => random.Next()).ToArray();
        var asked = order.Select(length => (Length: length, Relaxed: hashes.Request(SignatureCanonicalization.Relaxed, SignatureHash.Sha256, length),
            Simple: hashes.Request(SignatureCanonicalization.Simple, SignatureHash.Sha256, length),
            Old: hashes.Request(SignatureCanonicalization.Simple, SignatureHash.Sha1, length))).ToArray();
        Assert.All(asked, one => Assert.Same(one.Old, hashes.Request(SignatureCanonicalization.Simple, SignatureHash.Sha1, one.Length)));
        foreach (var part in Body.Chunk(chunk))
        {
            hashes.Append(TestSigner.Bytes(new string(part)));
        }

        hashes.Complete();
        foreach (var (length, relaxed, simple, old) in asked)
        {
            AssertHash(SHA256.HashData(First(Relaxed, length)), Relaxed.Length, length, relaxed);
            AssertHash(SHA256.HashData(First(Simple, length)), Simple.Length, length, simple);
            AssertHash(SHA1.HashData(First(Simple, length)), Simple.Length, length, old);
        }

        static byte[] First(string text, long? length) => TestSigner.Bytes(length < text.Length ? text[..(int)length.Value] : text);
    }

    // Lengths alone, without the whole body, up to where a chunk ends.
    [Fact]
    public void One_length_alone_needs_no_more_than_its_octets()
    {
        for (var length = 0; length <= 12; length++)
        {
            foreach (var chunk in (int[])[1, 4, 8, 20])
            {
                using var hashes = new BodyHashes();
                var asked = hashes.Request(SignatureCanonicalization.Simple, SignatureHash.Sha256, length);
                foreach (var part in "abcdefgh\r\n".Chunk(chunk))
                {
                    hashes.Append(TestSigner.Bytes(new string(part)));
                }

                hashes.Complete();
                AssertHash(SHA256.HashData(TestSigner.Bytes("abcdefgh\r\n"[..Math.Min(length, 10)])), 10, length, asked);
            }
        }
    }

    [Fact]
    public void Hashes_are_asked_for_before_the_body()
    {
        using var begun = new BodyHashes();
        begun.Append([]);
        Assert.Equal("Body hashes must be requested before the body.", Assert.Throws<InvalidOperationException>(
            () => begun.Request(SignatureCanonicalization.Simple, SignatureHash.Sha256, null)).Message);
        using var over = new BodyHashes();
        over.Complete();
        Assert.Throws<InvalidOperationException>(() => over.Request(SignatureCanonicalization.Relaxed, SignatureHash.Sha256, null));
    }

    // A hash object that was given back is in nobody else's use.
    [Fact]
    public void A_body_that_was_left_half_read_disturbs_no_other()
    {
        var algorithm = new SignatureHash("sha256", "SHA-256", HashAlgorithmName.SHA256, 32);
        for (var round = 0; round < 20; round++)
        {
            using (var half = new BodyHashes())
            {
                half.Request(SignatureCanonicalization.Relaxed, algorithm, null);
                half.Request(SignatureCanonicalization.Simple, algorithm, 3);
                half.Append("abcdef"u8);
                if (round % 2 == 0)
                {
                    half.Complete();
                }
            }

            using var whole = new BodyHashes();
            var hash = whole.Request(SignatureCanonicalization.Simple, algorithm, null);
            whole.Append("abc"u8);
            whole.Complete();
            Assert.Equal(SHA256.HashData("abc\r\n"u8), hash.Value);
        }
    }

    [Theory]
    [InlineData(null, 10, 0, false)]
    [InlineData(9L, 10, 1, false)]
    [InlineData(10L, 10, 0, false)]
    [InlineData(11L, 10, 0, true)]
    [InlineData(0L, 10, 10, false)]
    [InlineData(0L, 0, 0, false)]
    [InlineData(1L, 0, 0, true)]
    public void What_a_length_leaves_out_is_counted(long? length, long canonical, long uncovered, bool isBeyondEnd)
    {
        var hash = new BodyHash(SignatureHash.Sha1, length) { CanonicalLength = canonical };
        Assert.Equal((length, 20, uncovered, isBeyondEnd), (hash.Length, hash.Value.Length, hash.UncoveredLength, hash.IsBeyondEnd));
        Assert.Equal(20, hash.Destination.Length);
    }

    private static void AssertHash(byte[] expected, long canonical, long? length, BodyHash hash)
    {
        Assert.Equal(expected, hash.Value);
        Assert.Equal((length, canonical, Math.Max(0, canonical - (length ?? canonical))), (hash.Length, hash.CanonicalLength, hash.UncoveredLength));
    }

    private static void AssertForms(string[] chunks)
    {
        var body = string.Concat(chunks);
        using var hashes = new BodyHashes();
        var simple = hashes.Request(SignatureCanonicalization.Simple, SignatureHash.Sha1, null);
        var relaxed = hashes.Request(SignatureCanonicalization.Relaxed, SignatureHash.Sha1, null);
        foreach (var chunk in chunks)
        {
            hashes.Append(TestSigner.Bytes(chunk));
        }

        hashes.Complete();
        var (expectedSimple, expectedRelaxed) = (PlainCanonicalization.SimpleBody(body), PlainCanonicalization.RelaxedBody(body));
        Assert.Equal((expectedSimple.Length, expectedRelaxed.Length), (simple.CanonicalLength, relaxed.CanonicalLength));
        Assert.True(simple.Value.SequenceEqual(SHA1.HashData(TestSigner.Bytes(expectedSimple))), "simple");
        Assert.True(relaxed.Value.SequenceEqual(SHA1.HashData(TestSigner.Bytes(expectedRelaxed))), "relaxed");
    }
}
