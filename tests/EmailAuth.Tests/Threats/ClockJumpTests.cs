using System.Net;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Signatures;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Threats;

/// <summary>A clock that is set while messages are judged: nothing waits longer or shorter, no answer is kept longer, and each signature is judged at one time.</summary>
public class ClockJumpTests
{
    private const string Plain = "From: joe@example.com\r\nTo: a@b.example\r\nSubject: x\r\n\r\nhi\r\n";

    private static readonly TimeSpan[] Jumps = [TimeSpan.FromDays(-20_000), TimeSpan.FromDays(-1), TimeSpan.FromHours(1), TimeSpan.FromDays(20_000)];

    public static TheoryData<int> Days => [.. Jumps.Select(jump => jump.Days)];

    [Theory]
    [MemberData(nameof(Days))]
    public async Task A_jump_while_a_lookup_waits_ends_no_lookup_and_changes_no_verdict(int days)
    {
        var clock = new SetClock();
        var answer = new TaskCompletionSource();
        var pipeline = new AuthenticationPipeline(
            new Held(TestSigner.Rsa2048.Resolver(), answer.Task), new AuthenticationOptions { AuthservId = "mx.example.org", Methods = AuthenticationMethods.Dkim | AuthenticationMethods.Dmarc, TimeProvider = clock });

        var judging = pipeline.AuthenticateAsync(new SmtpEnvelope(IPAddress.Loopback, "h.example", "a@b.example"), TestSigner.Rsa2048.Sign(Plain), TestContext.Current.CancellationToken).AsTask();
        clock.Offset = TimeSpan.FromDays(days);
        Assert.False(judging.IsCompleted);
        answer.SetResult();

        var outcome = await judging;
        Assert.Equal(SignatureResultCode.Pass, Assert.Single(outcome.Dkim!.Signatures).Code);
        Assert.NotEqual(DmarcResultCode.TempError, outcome.Dmarc!.Code);
    }

    // A clock that goes back must not keep a revoked key for years, nor one that goes forward empty the cache at each tick.
    [Theory]
    [MemberData(nameof(Days))]
    public async Task An_answer_is_kept_for_its_TTL_whatever_the_clock_says(int days)
    {
        await using var server = new LoopbackDnsServer(question => [question.Reply(LoopbackDnsServer.Record(question.Name, 16, [1, (byte)'x'], timeToLive: 60))]);
        var clock = new SetClock();
        using var resolver = new StubResolver(new StubResolverOptions { Servers = [server.EndPoint], Timeout = TimeSpan.FromSeconds(60) }, clock);
        var question = new DnsQuestion(EmailAuth.Syntax.DomainName.Parse("a.example").Value!, DnsRecordType.Txt);

        await resolver.QueryAsync(question, TestContext.Current.CancellationToken);
        clock.Offset = TimeSpan.FromDays(days);
        await resolver.QueryAsync(question, TestContext.Current.CancellationToken);
        Assert.Equal(1, server.Questions);

        clock.Time.Advance(TimeSpan.FromSeconds(61));
        await resolver.QueryAsync(question, TestContext.Current.CancellationToken);
        Assert.Equal(2, server.Questions);
    }

    [Theory]
    [InlineData(0, SignatureResultCode.Pass)]
    [InlineData(30_000, SignatureResultCode.PermError)] // expired since
    [InlineData(-30_000, SignatureResultCode.PermError)] // not signed yet
    public async Task A_signature_is_judged_by_the_clock_as_it_is_and_never_throws(int days, SignatureResultCode expected)
    {
        var clock = new SetClock { Offset = TimeSpan.FromDays(days) };
        var now = clock.Time.GetUtcNow().ToUnixTimeSeconds();
        var signed = TestSigner.Rsa2048.Sign(Plain, more: $" t={now - 10}; x={now + 1_000};");

        var result = await new DkimVerifier(TestSigner.Rsa2048.Resolver(), new DkimOptions(), clock).VerifyAsync(signed, TestContext.Current.CancellationToken);

        Assert.Equal(expected, Assert.Single(result.Signatures).Code);
    }

    /// <summary>A clock whose date is set without time passing, as an operator or NTP does.</summary>
    private sealed class SetClock : TimeProvider
    {
        public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 29, 0, 0, 0, TimeSpan.Zero));

        public TimeSpan Offset { get; set; }

        public override long TimestampFrequency => Time.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => Time.GetUtcNow() + Offset;

        public override long GetTimestamp() => Time.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => Time.CreateTimer(callback, state, dueTime, period);
    }

    private sealed class Held(IDnsResolver inner, Task until) : IDnsResolver
    {
        public async ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken)
        {
            await until.WaitAsync(cancellationToken);
            return await inner.QueryAsync(question, cancellationToken);
        }
    }
}
