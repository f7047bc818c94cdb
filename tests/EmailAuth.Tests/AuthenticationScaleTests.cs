using System.Text;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>
/// Whatever a stranger piles up in a header, four times as much of it costs about four times as much, asks no more of the DNS, and gives an
/// outcome. Bytes allocated are counted, as time cannot be.
/// </summary>
[Collection(nameof(AuthenticationMemoryTests))]
public class AuthenticationScaleTests
{
    private const string Signature =
        "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=s; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=";

    private static readonly Dictionary<string, Func<int, string>> Headers = new()
    {
        ["fields of one name"] = count => Repeat("X-A: 1\r\n", count),
        ["fields of as many names"] = count => Each(count, i => $"X-{i}: 1\r\n"),
        ["From fields"] = count => Each(count, i => $"From: a@d{i}.example\r\n"),
        ["From fields behind a bare CR"] = count => "Subject: x" + Repeat("\rFrom: a@b.example", count) + "\r\n",
        ["fields with a bare LF"] = count => Repeat("Subject: x\ny\r\n", count),
        ["lines that are no fields"] = count => Repeat("no colon here\r\n", count),
        ["folds of a field"] = count => "Subject: x" + Repeat("\r\n y", count) + "\r\n",
        ["forged fields"] = count => Repeat("Authentication-Results: mx.example.org; none\r\n", count),
        ["forged fields that hide another"] = count => Repeat("Authentication-Results: mx.example.org\nAuthentication-Results: mx.example.org\r\n", count),
        ["forged lines in one field"] = count => "X: y" + Repeat("\nAuthentication-Results: mx.example.org; none", count) + "\r\n",
        ["parts of a forged field"] = count => "Authentication-Results: " + Repeat("mx.example.or;", count) + "mx.example.org\r\n",
        ["encoded words in a forged field"] = count => "Authentication-Results: " + Repeat("=?utf-8?q?mx?= ", count) + "mx.example.org\r\n",
        ["encoded words that do not end in a forged field"] = count => "Authentication-Results: " + Repeat("=?a?q?x ", count) + "mx.example.org\r\n",
        ["comments in a forged field"] = count => "Authentication-Results: " + Repeat("(", count) + Repeat(")", count) + "mx.example.org\r\n",
        ["indicator fields"] = count => Repeat("BIMI-Indicator: x\r\n", count),
        ["selector fields"] = count => Repeat("BIMI-Selector: v=BIMI1; s=x\r\n", count),
        ["seals"] = count => Repeat("ARC-Seal: i=1; cv=none\r\n", count),
        ["names in h="] = count => Signature.Replace("h=from", "h=from" + Repeat(":x-a", count), StringComparison.Ordinal) + "AAAA\r\n",
        ["unknown tags"] = count => Signature + "AAAA" + Each(count, i => $"; x{i}=1") + "\r\n",
        ["signatures"] = count => Each(count / 10, i => $"{Signature}{Convert.ToBase64String(BitConverter.GetBytes(i))}\r\n"),
        ["copies of a signature"] = count => Repeat(Signature + "AAAA\r\n", count / 10),
        ["signatures alike in 48 octets"] = count =>
            Each(count / 10, i => $"{Signature}{Repeat("AAAA", 20)}{Convert.ToBase64String(BitConverter.GetBytes(i))}\r\n"),
    };

    public static TheoryData<string> Piles => [.. Headers.Keys];

    [Theory]
    [MemberData(nameof(Piles))]
    public void Four_times_as_many_cost_four_times_as_much(string what)
    {
        var some = Cost(Headers[what](2_400), out var lookups);
        var more = Cost(Headers[what](9_600), out var moreLookups);

        // A table that doubles as it grows, and names that are no longer met again, account for the rest.
        Assert.InRange(more, 1, (some * 8) + 4096);
        Assert.InRange(moreLookups, 0, lookups);
    }

    private static long Cost(string header, out int lookups)
    {
        var pipeline = new AuthenticationPipeline(new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options);
        var message = Encoding.Latin1.GetBytes(header + "From: a@example.com\r\n\r\nbody\r\n");
        var least = long.MaxValue;
        lookups = 0;
        for (var run = 0; run < 8; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var pending = pipeline.AuthenticateAsync(TypicalMessage.Envelope, message, CancellationToken.None);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.True(pending.IsCompletedSuccessfully);
            lookups = Take(pending).LookupCount;
        }

        return least;
    }

    private static AuthenticationOutcome Take(ValueTask<AuthenticationOutcome> completed) =>
        completed.IsCompletedSuccessfully ? completed.Result : throw new InvalidOperationException("A zone in memory answers at once.");

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static string Each(int count, Func<int, string> text) => string.Concat(Enumerable.Range(0, count).Select(text));
}
