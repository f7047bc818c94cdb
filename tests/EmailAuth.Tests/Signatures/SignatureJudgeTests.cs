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

    private static DateTimeOffset? At(int? seconds) => seconds is { } offset ? Now.AddSeconds(offset) : null;

    private static SignatureJudge Judge(SignatureOptions options) => new(options, null, new FakeTimeProvider(Now));
}
