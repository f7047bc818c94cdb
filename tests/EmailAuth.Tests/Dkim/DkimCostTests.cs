using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Signatures;
using EmailAuth.Tests.Signatures;
using Xunit;

namespace EmailAuth.Tests.Dkim;

/// <summary>What verification may cost in memory, exactly; times are for the benchmarks.</summary>
public class DkimCostTests
{
    private const string Header = "Received: from a.example (a.example [192.0.2.1])\r\n\tby b.example with ESMTPS;\r\n\tMon, 6 Jul 2026 10:00:00 +0000\r\n"
        + "From: Alice <alice@example.com>\r\nTo: bob@example.org\r\nCc: carol@example.net\r\nSubject: The minutes\r\nDate: Mon, 6 Jul 2026 10:00:00 +0000\r\n"
        + "Message-ID: <1@example.com>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\nX-A: 1\r\nX-B: 2\r\nX-C: 3\r\n\r\n";

    private const string Fields = "from:to:cc:subject:date:message-id:mime-version:content-type";

    [Theory]
    [InlineData(10_000)]
    [InlineData(100_000)]
    public async Task A_message_costs_at_most_3_kilobytes_whatever_its_size(int bodyBytes)
    {
        var message = TestSigner.Rsa2048.Sign(Header + Body(bodyBytes), fields: Fields);
        var verifier = new DkimVerifier(TestSigner.Rsa2048.Resolver());

        // Pools fill up and code is compiled at first, and a collection may empty a pool: the least of many counts.
        var least = long.MaxValue;
        for (var run = 0; run < 60; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var pending = verifier.VerifyAsync(message, CancellationToken.None);
            var cost = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(pending.IsCompletedSuccessfully);
            Assert.Equal(SignatureResultCode.Pass, (await pending).Code);
            least = Math.Min(least, cost);
        }

        Assert.InRange(least, 1, 3 * 1024);
    }

    [Fact]
    public async Task A_streamed_body_costs_the_same_however_long_it_is()
    {
        var small = await CostOf(1);
        var large = await CostOf(24);
        Assert.InRange(large - small, -16 * 1024, 16 * 1024);
        Assert.InRange(large, 0, 64 * 1024);

        static async Task<long> CostOf(int megabytes)
        {
            var message = TestSigner.Rsa2048.Sign(Header, fields: Fields, length: 0);
            var verifier = new DkimVerifier(TestSigner.Rsa2048.Resolver());
            var least = long.MaxValue;
            for (var run = 0; run < 3; run++)
            {
                await using var stream = new EndlessStream(message, megabytes * 1024L * 1024);
                var before = GC.GetAllocatedBytesForCurrentThread();
                var pending = verifier.VerifyAsync(stream, CancellationToken.None);
                least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
                Assert.True(pending.IsCompletedSuccessfully);
                var result = Assert.Single((await pending).Signatures);
                Assert.Equal(SignatureResultCode.Pass, result.Code);
                Assert.True(result.UnsignedBodyLength > (megabytes - 1) * 1024L * 1024);
            }

            return least;
        }
    }

    [Fact]
    public async Task Ten_thousand_names_against_ten_thousand_fields_verify_and_select_each_field_once()
    {
        // Were selection quadratic, this would take 100 million comparisons a signature.
        var names = "from:" + string.Join(':', Enumerable.Range(0, 9_000).Select(i => $"x{i % 4500}"));
        var header = "From: a@example.com\r\n" + string.Concat(Enumerable.Range(0, 9_000).Select(i => $"X{i % 4500}: {i}\r\n"));
        var message = TestSigner.Rsa2048.Sign(header + "\r\nHi\r\n", fields: names);
        var field = Encoding.Latin1.GetString(message);
        field = field[..field.IndexOf("\r\nFrom:", StringComparison.Ordinal)];
        Assert.True(field.Length < 100_000);
        byte[] many = [.. TestSigner.Bytes(string.Concat(Enumerable.Repeat(field + "\r\n", 5))), .. message];
        var results = await new DkimVerifier(TestSigner.Rsa2048.Resolver()).VerifyAsync(many, TestContext.Current.CancellationToken);
        Assert.Equal(6, results.Signatures.Length);
        Assert.All(results.Signatures, result => Assert.Equal(SignatureResultCode.Pass, result.Code));
    }

    [Theory]
    [InlineData("\r\n")]
    [InlineData(" ")]
    [InlineData("\t")]
    [InlineData("x ")]
    [InlineData("x  ")]
    [InlineData("\n")]
    [InlineData("\r")]
    [InlineData(" \r")]
    [InlineData("\r\n ")]
    public void A_body_of_one_thing_repeated_is_hashed_in_one_pass(string unit)
    {
        var body = TestSigner.Bytes(string.Concat(Enumerable.Repeat(unit, 300_000 / unit.Length)));
        using var hashes = new BodyHashes();
        var simple = hashes.Request(SignatureCanonicalization.Simple, SignatureHash.Sha256, null);
        var relaxed = hashes.Request(SignatureCanonicalization.Relaxed, SignatureHash.Sha256, null);
        hashes.Append(body);
        hashes.Complete();
        var text = Encoding.Latin1.GetString(body);
        Assert.Equal(Length(PlainCanonicalization.SimpleBody(text)), simple.CanonicalLength);
        Assert.Equal(Length(PlainCanonicalization.RelaxedBody(text)), relaxed.CanonicalLength);

        static long Length(string canonical) => canonical.Length;
    }

    [Fact]
    public void Kept_keys_are_bounded_and_a_key_in_use_stays()
    {
        var cache = new KeyCache(new DkimOptions { MaxCachedKeys = 100 });
        var used = cache.Get(TestSigner.Rsa2048.Record);
        for (var i = 0; i < 10_000; i++)
        {
            cache.Get($"v=DKIM1; p=; n={i}");
            Assert.Same(used, cache.Get(TestSigner.Rsa2048.Record));
        }

        Assert.InRange(cache.Count, 2, 102);
        var huge = $"v=DKIM1; p=; n={new string('x', 5000)}";
        Assert.NotSame(cache.Get(huge), cache.Get(huge));
    }

    private static string Body(int bytes) => string.Concat(Enumerable.Repeat("A line of  text with some words, as they stand in mail. \r\n", (bytes / 58) + 1));

    // A message, then a body that goes on.
    private sealed class EndlessStream(byte[] start, long length) : MemoryStream(start)
    {
        private static readonly byte[] Lines = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("A line of text with some words, as they stand in mail.\r\n", 500)));
        private long _left = length;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = Read(buffer.Span);
            if (read == 0 && _left > 0)
            {
                read = (int)Math.Min(Math.Min(buffer.Length, Lines.Length), _left);
                Lines.AsSpan(0, read).CopyTo(buffer.Span);
                _left -= read;
            }

            return ValueTask.FromResult(read);
        }
    }
}
