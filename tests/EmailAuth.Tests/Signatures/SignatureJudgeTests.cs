using EmailAuth.Signatures;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>What DKIM and ARC decide alike: where each limit of time lies, and that both ends of it are judged.</summary>
public class SignatureJudgeTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    public static TheoryData<int?, int?, string?, string> Times => new()
    {
        { null, null, null, "a signature need not say when" },
        { 300, null, null, "as far ahead as clocks may differ" },
        { 301, null, "is from the future: t= is 2026-01-01 12:05:01Z", "a second further" },
        { null, -300, null, "expired within what clocks may differ" },
        { null, -301, "expired at 2026-01-01 11:54:59Z", "a second longer ago" },
        { 301, -301, "is from the future", "the future is said first" },
        { -1_000_000, 1_000_000, null, "old and not expired" },
    };

    [Theory]
    [MemberData(nameof(Times))]
    public void Times_are_judged_with_the_clock_skew(int? signed, int? expires, string? fault, string why)
    {
        Assert.NotEmpty(why);
        var found = Judge(new SignatureOptions()).JudgeTimes(At(signed), At(expires));
        Assert.Equal(fault is null, found is null);
        Assert.StartsWith(fault ?? string.Empty, found?.Text ?? string.Empty, StringComparison.Ordinal);
        Assert.Equal(fault?.StartsWith("expired", StringComparison.Ordinal) ?? false, found?.Reason == SignatureReason.Expired);
    }

    [Fact]
    public void A_tolerance_for_the_future_takes_the_place_of_the_skew_there_alone()
    {
        var judge = Judge(new SignatureOptions { FutureTolerance = TimeSpan.FromSeconds(10) });
        Assert.Null(judge.JudgeTimes(At(10), null));
        Assert.NotNull(judge.JudgeTimes(At(11), null));
        Assert.Null(judge.JudgeTimes(null, At(-300)));
    }

    [Fact]
    public void Judged_at_the_time_of_signing_no_time_is_wrong() =>
        Assert.Null(Judge(new SignatureOptions { JudgeExpiryAtSigningTime = true }).JudgeTimes(At(1_000_000), At(-1_000_000)));

    [Fact]
    public void A_time_past_the_year_9999_is_said_in_words() =>
        Assert.Contains("beyond the year 9999", Judge(new SignatureOptions()).JudgeTimes(DateTimeOffset.MaxValue, null)?.Text, StringComparison.Ordinal);

    [Fact]
    public void Only_what_archives_may_hold_is_refused()
    {
        Assert.Equal("a=rsa-sha1 must not be accepted (RFC 8301 section 3.1)", Judge(new SignatureOptions()).Refuse(SignatureAlgorithm.RsaSha1)?.Text);
        Assert.Null(Judge(new SignatureOptions()).Refuse(SignatureAlgorithm.RsaSha256));
        Assert.Null(Judge(new SignatureOptions { IsForArchives = true, AllowRsaSha1 = true }).Refuse(SignatureAlgorithm.RsaSha1));
    }

    // Whether each half holds, the length and the octets of the body, and whether a part may be signed.
    [Theory]
    [InlineData(true, true, null, 10, false, "Pass")]
    [InlineData(true, true, 10L, 10, false, "Pass")]
    [InlineData(true, true, 9L, 10, true, "Pass")]
    [InlineData(true, true, 9L, 10, false, "Policy l= leaves 1 octets of the body unsigned (RFC 6376 section 8.2)")]
    [InlineData(true, true, 0L, 10, false, "Policy l= leaves 10 octets of the body unsigned (RFC 6376 section 8.2)")]
    [InlineData(true, true, 11L, 10, true, "PermError l=11 exceeds the canonical body of 10 octets (RFC 6376 section 3.5)")]
    [InlineData(true, false, null, 10, true, "Fail the body hash differs: the body was changed, the signed header was not (RFC 6376 section 6.1.3)")]
    [InlineData(true, false, 11L, 10, true, "Fail the body hash differs: the body was changed, the signed header was not; the body is shorter than l=11 (RFC 6376 section 6.1.3)")]
    [InlineData(false, true, null, 10, true, "Fail the header signature differs: a signed field was changed, or another key signed (RFC 6376 section 6.1.3)")]
    [InlineData(false, true, 9L, 10, false, "Fail the header signature differs: a signed field was changed, or another key signed (RFC 6376 section 6.1.3)")]
    [InlineData(false, false, null, 10, true, "Fail the body hash differs and so does the header signature: body and signed fields were changed, or another key signed (RFC 6376 section 6.1.3)")]
    public void Halves_and_lengths_make_the_result(bool headerMatches, bool bodyMatches, long? length, long octets, bool acceptsPart, string expected)
    {
        var signature = EmailAuth.Dkim.DkimSignature.Parse(
            $"v=1; a=ed25519-sha256; d=example.com; s=s; h=from; bh={Convert.ToBase64String(new byte[32])}; b=AAAA{(length is null ? "" : $"; l={length}")}").Value!;
        var body = new BodyHash(SignatureHash.Sha256, length) { CanonicalLength = octets };
        var (code, fault) = Judge(new SignatureOptions { AcceptPartialBody = acceptsPart })
            .Judge(signature, VerificationKey.Parse(EmailAuth.Tests.Dkim.TestSigner.Ed25519.Record), body, headerMatches, bodyMatches);
        Assert.Equal(expected, fault is { } found ? $"{code} {found.Text}" : code.ToString());
    }

    private static DateTimeOffset? At(int? seconds) => seconds is { } offset ? Now.AddSeconds(offset) : null;

    private static SignatureJudge Judge(SignatureOptions options) => new(options, null, new FakeTimeProvider(Now));
}
