using EmailAuth.Bimi;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>The web client for what is no part of BIMI has bounds of its own, and names no setting of BIMI.</summary>
public sealed class GuardedWebClientTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Zone _zone = new Zone().Add("images.example", ZoneEntryKind.A, "127.0.0.1");

    private WebServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await WebServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_server_has_as_long_as_the_caller_says()
    {
        var options = new BimiOptions { AllowLoopback = true, TrustedServerRoots = _server.Roots, FetchTimeout = TimeSpan.FromMinutes(1) };
        using var client = new GuardedWebClient(new ZoneResolver(_zone), options, _clock);
        var waiting = new TaskCompletionSource();
        var uri = _server.Serve("/policy.txt", async context =>
        {
            waiting.SetResult();
            var left = new TaskCompletionSource();
            await using var registration = context.RequestAborted.Register(left.SetResult);
            await left.Task;
        });
        var fetch = client.FetchAsync(uri, TestContext.Current.CancellationToken);
        await waiting.Task;
        _clock.Advance(TimeSpan.FromSeconds(59));
        Assert.False(fetch.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var document = await fetch;
        Assert.True(document.IsTemporary);
        Assert.Equal($"{uri} did not answer within 60 s", document.Reason);
    }

    [Fact]
    public async Task The_time_of_a_fetch_is_that_of_the_callers_clock()
    {
        using var client = new GuardedWebClient(new ZoneResolver(_zone), 100, TimeSpan.FromMinutes(5), new FastClock());
        var document = await client.FetchAsync("https://absent.example/a", TestContext.Current.CancellationToken);
        Assert.Equal("https://absent.example/a did not answer within 300 s", document.Reason);
    }

    [Fact]
    public async Task A_redirect_is_refused_without_the_name_of_a_setting()
    {
        using var client = new GuardedWebClient(
            new ZoneResolver(_zone), new BimiOptions { AllowLoopback = true, TrustedServerRoots = _server.Roots }, _clock);
        var document = await client.FetchAsync(_server.Redirect("/a.txt", "/b.txt"), TestContext.Current.CancellationToken);
        Assert.False(document.IsTemporary);
        Assert.EndsWith(" redirects are followed", document.Reason, StringComparison.Ordinal);
    }

    /// <summary>On this clock any time is up at once.</summary>
    private sealed class FastClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            callback(state);
            return base.CreateTimer(static _ => { }, null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
