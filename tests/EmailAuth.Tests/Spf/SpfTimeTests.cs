using System.Net;
using System.Net.Sockets;
using EmailAuth.Dns;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Spf;

public class SpfTimeTests
{
    [Theory]
    [InlineData("v=spf1 a:slow.example.net +all")]
    [InlineData("v=spf1 mx:slow.example.net +all")]
    [InlineData("v=spf1 exists:slow.example.net +all")]
    [InlineData("v=spf1 include:slow.example.net +all")]
    [InlineData("v=spf1 redirect=slow.example.net")]
    [InlineData("v=spf1 ptr:slow.example.net +all")] // a failed lookup would be no error, but the time is up
    [InlineData("v=spf1 exists:%{p}.slow.example.net +all")]
    [InlineData("v=spf1 a:a.example.net a:slow.example.net +all")]
    public async Task A_check_that_takes_longer_than_its_limit_is_a_temperror(string record)
    {
        foreach (var lookahead in new[] { true, false })
        {
            var clock = new FakeTimeProvider();
            var silent = new SilentResolver(SpfTestZone.Of(record));
            var check = new SpfEvaluator(silent, new SpfOptions { Lookahead = lookahead }, clock)
                .EvaluateAsync(SpfTestZone.IPv4, "mail.example.com", "alice@example.com", TestContext.Current.CancellationToken).AsTask();
            clock.Advance(TimeSpan.FromSeconds(19));
            Assert.False(check.IsCompleted);
            clock.Advance(TimeSpan.FromSeconds(1));
            var result = await check;
            Assert.Equal(SpfResultCode.TempError, result.Code);
            Assert.Equal("the check took longer than 20 seconds (RFC 7208 section 4.6.4)", result.Reason);
            Assert.Equal(TimeSpan.FromSeconds(20), result.Elapsed);
            Assert.True(silent.Tokens.TrueForAll(token => token.IsCancellationRequested), "what is under way is told to stop");
        }
    }

    [Fact]
    public async Task Time_that_passes_while_answers_come_at_once_counts_also()
    {
        var clock = new FakeTimeProvider();
        var resolver = new TickingResolver(SpfTestZone.Of("v=spf1 a:a.example.net a:b.example.net +all"), clock, TimeSpan.FromSeconds(7));
        var result = await new SpfEvaluator(resolver, null, clock).EvaluateAsync(SpfTestZone.IPv4, null, "alice@example.com", TestContext.Current.CancellationToken);
        Assert.Equal(SpfResultCode.TempError, result.Code);
        Assert.Equal(3, resolver.Asked);
    }

    [Fact]
    public async Task A_fail_stands_when_the_time_runs_out_over_its_explanation()
    {
        var clock = new FakeTimeProvider();
        var check = new SpfEvaluator(new SilentResolver(SpfTestZone.Of("v=spf1 -all exp=slow.example.net")), null, clock)
            .EvaluateAsync(SpfTestZone.IPv4, null, "alice@example.com", TestContext.Current.CancellationToken).AsTask();
        clock.Advance(TimeSpan.FromSeconds(20));
        var result = await check;
        Assert.Equal((SpfResultCode.Fail, null), (result.Code, result.Explanation));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancellation_ends_the_check_with_an_exception(bool lookahead)
    {
        using var cancellation = new CancellationTokenSource();
        var check = new SpfEvaluator(new SilentResolver(SpfTestZone.Of("v=spf1 a:slow.example.net -all")), new SpfOptions { Lookahead = lookahead })
            .EvaluateAsync(SpfTestZone.IPv4, null, "alice@example.com", cancellation.Token).AsTask();
        Assert.False(check.IsCompleted);
        await cancellation.CancelAsync();
        var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check);
        Assert.Equal(cancellation.Token, exception.CancellationToken);
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_asks_nothing()
    {
        var silent = new SilentResolver(new Zone());
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new SpfEvaluator(silent)
            .EvaluateAsync(SpfTestZone.IPv4, null, "alice@example.com", new CancellationToken(canceled: true)).AsTask());
        Assert.Empty(silent.Tokens);
    }

    [Fact]
    public async Task A_resolver_that_gives_up_by_itself_is_a_temperror()
    {
        var result = await new SpfEvaluator(new GivingUpResolver()).EvaluateAsync(SpfTestZone.IPv4, null, "alice@example.com", TestContext.Current.CancellationToken);
        Assert.Equal(SpfResultCode.TempError, result.Code);
    }

    /// <summary>Answers at once what the zone holds, and never what it does not.</summary>
    private sealed class SilentResolver : IDnsResolver
    {
        private readonly ZoneResolver _zone;

        public SilentResolver(Zone zone) => _zone = new ZoneResolver(zone);

        public List<CancellationToken> Tokens { get; } = [];

        public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken) =>
            Answer(_zone.QueryTextAsync(name, cancellationToken), cancellationToken);

        public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) =>
            Answer(_zone.QueryMailHostsAsync(name, cancellationToken), cancellationToken);

        public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken) =>
            Answer(_zone.QueryAddressesAsync(name, family, cancellationToken), cancellationToken);

        public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) =>
            Answer(_zone.QueryPointersAsync(address, cancellationToken), cancellationToken);

        private ValueTask<DnsResponse<T>> Answer<T>(ValueTask<DnsResponse<T>> answer, CancellationToken cancellationToken)
        {
            var response = answer.AsTask().GetAwaiter().GetResult();
            if (response.Status == DnsStatus.Records)
            {
                return new ValueTask<DnsResponse<T>>(response);
            }

            Tokens.Add(cancellationToken);
            return new ValueTask<DnsResponse<T>>(new TaskCompletionSource<DnsResponse<T>>().Task);
        }
    }

    /// <summary>Answers at once, and each answer takes its time by the clock.</summary>
    private sealed class TickingResolver : IDnsResolver
    {
        private readonly ZoneResolver _zone;
        private readonly FakeTimeProvider _clock;
        private readonly TimeSpan _time;

        public TickingResolver(Zone zone, FakeTimeProvider clock, TimeSpan time) => (_zone, _clock, _time) = (new ZoneResolver(zone), clock, time);

        public int Asked { get; private set; }

        public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken)
        {
            Tick();
            return _zone.QueryTextAsync(name, cancellationToken);
        }

        public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken)
        {
            Tick();
            return _zone.QueryAddressesAsync(name, family, cancellationToken);
        }

        public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) => throw new NotSupportedException();

        private void Tick()
        {
            Asked++;
            _clock.Advance(_time);
        }
    }

    private sealed class GivingUpResolver : IDnsResolver
    {
        public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken) =>
            ValueTask.FromCanceled<DnsResponse<string>>(new CancellationToken(canceled: true));

        public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
