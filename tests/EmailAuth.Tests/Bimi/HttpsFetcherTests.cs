using System.Net;
using EmailAuth.Bimi;
using EmailAuth.Tests.TestSupport;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Bimi;

public sealed class HttpsFetcherTests : IAsyncLifetime
{
    private static readonly byte[] Logo = File.ReadAllBytes(Repository.PathOf("testdata", "bimi", "logo.svg"));

    private readonly FakeTimeProvider _clock = new();
    private readonly Zone _zone = new Zone()
        .Add("images.example", ZoneEntryKind.A, "127.0.0.1")
        .Add("www.images.example", ZoneEntryKind.A, "127.0.0.1")
        .Add("other.example", ZoneEntryKind.A, "127.0.0.1");

    private WebServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await WebServer.StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task A_logo_is_fetched()
    {
        var document = await Fetch(_server.Serve("/logo.svg", Logo));
        Assert.Equal(Logo, document.Content);
    }

    [Theory]
    [InlineData("image/svg+xml; charset=utf-8", true)]
    [InlineData("IMAGE/SVG+XML", true)]
    [InlineData("application/gzip", true)]
    [InlineData("text/html", false)]
    [InlineData("image/png", false)]
    [InlineData(null, false)]
    public async Task Only_the_types_of_an_image_are_taken(string? type, bool expected)
    {
        var document = await Fetch(_server.Serve("/logo.svg", Logo, type));
        Assert.Equal(expected, document.Content is not null);
        Assert.False(document.IsTemporary);
        Assert.True(expected || document.Reason!.Contains("not image/svg+xml", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Evidence_may_be_of_any_type()
    {
        using var fetcher = Fetcher();
        var document = await fetcher.FetchAsync(_server.Serve("/vmc.pem", Logo, "binary/octet-stream"), BimiDocumentKind.Evidence, TestContext.Current.CancellationToken);
        Assert.NotNull(document.Content);
    }

    [Theory]
    [InlineData(404, false)]
    [InlineData(403, false)]
    [InlineData(204, false)]
    [InlineData(429, true)]
    [InlineData(500, true)]
    [InlineData(503, true)]
    public async Task A_status_is_final_or_passing(int status, bool isTemporary)
    {
        var document = await Fetch(_server.Serve("/logo.svg", context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        }));
        Assert.Null(document.Content);
        Assert.Equal(isTemporary, document.IsTemporary);
        Assert.Contains($"status {status}", document.Reason, StringComparison.Ordinal);
    }

    // Redirects.
    [Theory]
    [InlineData("http://images.example/logo.svg")]
    [InlineData("https://images.example/logo.svg")]
    [InlineData("/logo.svg")]
    public async Task No_redirect_is_followed_by_default(string location)
    {
        var document = await Fetch(_server.Redirect("/a.svg", location));
        Assert.False(document.IsTemporary);
        Assert.Contains("redirects to", document.Reason, StringComparison.Ordinal);
        Assert.Single(_server.Requests);
    }

    [Theory]
    [InlineData("/logo.svg")] // a path from the root, which some systems take for a file's
    [InlineData("logo.svg")]
    public async Task A_relative_redirect_is_followed_when_allowed(string location)
    {
        _server.Serve("/logo.svg", Logo);
        var document = await Fetch(_server.Redirect("/a.svg", location), new BimiOptions { MaxRedirects = 1 });
        Assert.NotNull(document.Content);
    }

    [Fact]
    public async Task A_redirect_to_another_host_is_followed_when_allowed()
    {
        _server.Serve("/logo.svg", Logo);
        var document = await Fetch(
            _server.Redirect("/a.svg", _server.Uri("/logo.svg", "www.images.example"), StatusCodes.Status308PermanentRedirect),
            new BimiOptions { MaxRedirects = 1 });
        Assert.NotNull(document.Content);
    }

    [Theory]
    [InlineData("http://images.example/logo.svg", "https")]
    [InlineData("http://169.254.169.254/latest/meta-data/", "https")]
    [InlineData("https://169.254.169.254/latest/meta-data/", "fully qualified")]
    [InlineData("https://[::ffff:169.254.169.254]/x", "refused")]
    [InlineData("https://2852039166/x", "fully qualified")] // System.Uri turns it into the address
    [InlineData("https://0xa9fea9fe/x", "fully qualified")]
    [InlineData("//169.254.169.254/x", "fully qualified")]
    [InlineData("https://user@images.example/logo.svg", "user information")]
    [InlineData("https://metadata.example/x", "169.254.169.254")]
    [InlineData("file:///etc/passwd", "https")]
    [InlineData("ftp://images.example/logo.svg", "https")]
    [InlineData("data:image/svg+xml,x", "https")]
    [InlineData("https://b%C3%BCcher.example/x", "status 302")] // no URI to anyone
    public async Task A_redirect_goes_through_the_same_guard(string location, string reason)
    {
        _zone.Add("metadata.example", ZoneEntryKind.A, "169.254.169.254");
        var uri = _server.Serve("/a.svg", context =>
        {
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.Headers.Location = location;
            return Task.CompletedTask;
        });
        var document = await Fetch(uri, new BimiOptions { MaxRedirects = 3 });
        Assert.Null(document.Content);
        Assert.False(document.IsTemporary, document.Reason);
        Assert.Contains(reason, document.Reason, StringComparison.Ordinal);
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task Redirects_that_go_on_are_cut_off()
    {
        var document = await Fetch(_server.Redirect("/a.svg", "/a.svg"), new BimiOptions { MaxRedirects = 3 });
        Assert.Contains("MaxRedirects", document.Reason, StringComparison.Ordinal);
        Assert.Equal(4, _server.Requests.Count);
    }

    // What one reader of URIs takes, another may not, or may read otherwise.
    [Theory]
    [InlineData("-a.example")]
    [InlineData("a-.example")]
    [InlineData("a_b.example")]
    [InlineData("_._")]
    [InlineData("-.-")]
    [InlineData("xn--.example")]
    [InlineData("xn--a.example")]
    [InlineData("xn--a-ecp.ru--")]
    [InlineData("1.2.3.4a")]
    [InlineData("a.0x1g")]
    public async Task No_host_that_a_record_may_hold_makes_it_throw(string host)
    {
        Assert.True(HttpsUri.Parse($"https://{host}/a.svg").IsSuccess || host.Contains("0x", StringComparison.Ordinal));
        Assert.Null((await Fetch($"https://{host}/a.svg")).Content);
    }

    // Size and time.
    [Fact]
    public async Task The_size_limit_is_exact()
    {
        var uri = _server.Serve("/logo.svg", Logo);
        Assert.NotNull((await Fetch(uri, new BimiOptions { IndicatorLimits = new() { MaxBytes = Logo.Length } })).Content);
        var document = await Fetch(uri, new BimiOptions { IndicatorLimits = new() { MaxBytes = Logo.Length - 1 } });
        Assert.Contains("bytes", document.Reason, StringComparison.Ordinal);
        Assert.False(document.IsTemporary);
    }

    [Fact]
    public async Task An_announced_size_above_the_limit_is_not_read()
    {
        var document = await Fetch(_server.Serve("/logo.svg", async context =>
        {
            context.Response.ContentType = "image/svg+xml";
            context.Response.ContentLength = 1_000_000_000;
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await UntilTheClientLeavesAsync(context);
        }));
        Assert.Contains("1000000000 bytes", document.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endless_body_is_cut_off_at_the_limit()
    {
        var document = await Fetch(_server.Serve("/logo.svg", async context =>
        {
            context.Response.ContentType = "image/svg+xml";
            var chunk = new byte[4096];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(chunk, CancellationToken.None);
                await context.Response.Body.FlushAsync(CancellationToken.None);
            }
        }));
        Assert.Contains("more than 32768 bytes", document.Reason, StringComparison.Ordinal);
        Assert.False(document.IsTemporary);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_slow_server_ends_at_the_deadline(bool sendsHeader)
    {
        var waiting = new TaskCompletionSource();
        var uri = _server.Serve("/logo.svg", async context =>
        {
            if (sendsHeader)
            {
                context.Response.ContentType = "image/svg+xml";
                await context.Response.Body.WriteAsync("<svg "u8.ToArray());
                await context.Response.Body.FlushAsync();
            }

            waiting.SetResult();
            await UntilTheClientLeavesAsync(context);
        });
        var fetch = Fetch(uri);
        await waiting.Task;
        Assert.False(fetch.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(5));
        var document = await fetch;
        Assert.True(document.IsTemporary);
        Assert.Contains("FetchTimeout", document.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_callers_cancellation_is_thrown()
    {
        using var source = new CancellationTokenSource();
        var uri = _server.Serve("/logo.svg", async context =>
        {
            await source.CancelAsync();
            await UntilTheClientLeavesAsync(context);
        });
        using var fetcher = Fetcher();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fetcher.FetchAsync(uri, BimiDocumentKind.Indicator, source.Token));
    }

    [Fact]
    public async Task A_connection_that_breaks_is_a_passing_trouble()
    {
        var document = await Fetch(_server.Serve("/logo.svg", async context =>
        {
            context.Response.ContentType = "image/svg+xml";
            context.Response.ContentLength = 1000;
            await context.Response.Body.WriteAsync("<svg "u8.ToArray());
            await context.Response.Body.FlushAsync();
            context.Abort();
        }));
        Assert.True(document.IsTemporary, document.Reason);
    }

    // Where connections go.
    [Fact]
    public async Task A_certificate_of_another_name_is_refused()
    {
        _server.Serve("/logo.svg", Logo);
        var document = await Fetch(_server.Uri("/logo.svg", "other.example"));
        Assert.Contains("certificate", document.Reason, StringComparison.Ordinal);
        Assert.False(document.IsTemporary);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task A_certificate_of_an_unknown_authority_is_refused()
    {
        var options = new BimiOptions { AllowLoopback = true };
        using var fetcher = new HttpsFetcher(new ZoneResolver(_zone), options, _clock);
        var document = await fetcher.FetchAsync(_server.Serve("/logo.svg", Logo), BimiDocumentKind.Indicator, TestContext.Current.CancellationToken);
        Assert.Contains("certificate", document.Reason, StringComparison.Ordinal);
        Assert.Empty(_server.Requests);
    }

    [Fact]
    public async Task Loopback_is_refused_outside_of_tests()
    {
        using var fetcher = new HttpsFetcher(new ZoneResolver(_zone), new BimiOptions { TrustedServerRoots = _server.Roots }, _clock);
        var document = await fetcher.FetchAsync("https://images.example/logo.svg", BimiDocumentKind.Indicator, TestContext.Current.CancellationToken);
        Assert.Contains("images.example has the address 127.0.0.1", document.Reason, StringComparison.Ordinal);
        Assert.False(document.IsTemporary);
    }

    [Fact]
    public async Task A_port_other_than_443_is_refused_outside_of_tests()
    {
        using var fetcher = new HttpsFetcher(new ZoneResolver(_zone), new BimiOptions(), _clock);
        var document = await fetcher.FetchAsync("https://images.example:25/logo.svg", BimiDocumentKind.Indicator, TestContext.Current.CancellationToken);
        Assert.Contains("port", document.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("fe80::1")]
    [InlineData("fd00::1")]
    [InlineData("2002:a00:1::")]
    public async Task A_name_that_resolves_to_an_address_inside_is_refused_at_connect_time(string address)
    {
        _zone.Add("inside.example", address.Contains(':', StringComparison.Ordinal) ? ZoneEntryKind.Aaaa : ZoneEntryKind.A, address);
        var document = await Fetch("https://inside.example/logo.svg");
        Assert.Contains("no connection is made", document.Reason, StringComparison.Ordinal);
        Assert.False(document.IsTemporary);
    }

    [Fact]
    public async Task Of_several_addresses_only_the_allowed_ones_are_used()
    {
        _zone.Add("www2.images.example", ZoneEntryKind.CName, "www.images.example");
        _zone.Add("www.images.example", ZoneEntryKind.A, "10.0.0.1");
        _server.Serve("/logo.svg", Logo);
        Assert.NotNull((await Fetch(_server.Uri("/logo.svg", "www.images.example"))).Content);
    }

    [Theory]
    [InlineData("absent.example", false, "no address")]
    [InlineData("failing.example", true, "could not be read")]
    public async Task A_name_without_address_is_final_and_a_DNS_failure_passing(string host, bool isTemporary, string reason)
    {
        _zone.Add("failing.example", ZoneEntryKind.ServFail);
        var document = await Fetch($"https://{host}/logo.svg");
        Assert.Equal(isTemporary, document.IsTemporary);
        Assert.Contains(reason, document.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_where_nobody_listens_is_a_passing_trouble()
    {
        using var listener = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        var document = await Fetch($"https://images.example:{port}/logo.svg");
        Assert.True(document.IsTemporary);
        Assert.Contains("ConnectionRefused", document.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_policy_is_fetched_under_the_same_guard_and_has_its_type()
    {
        var options = new BimiOptions { MaxEvidenceBytes = Logo.Length, AllowLoopback = true, TrustedServerRoots = _server.Roots };
        using var client = new GuardedWebClient(new ZoneResolver(_zone), options, _clock);
        var served = await client.FetchAsync(_server.Serve("/policy.txt", Logo, "text/plain; charset=utf-8"), TestContext.Current.CancellationToken);
        Assert.Equal((Logo.Length, "text/plain", null), (served.Content.Length, served.MediaType, served.Reason));
        var redirected = await client.FetchAsync(_server.Redirect("/a.txt", "/policy.txt"), TestContext.Current.CancellationToken);
        Assert.True(redirected.Content.IsDefault);
        Assert.Contains("redirects", redirected.Reason, StringComparison.Ordinal);
        using var outside = new GuardedWebClient(new ZoneResolver(_zone), 1024);
        Assert.Contains("no connection is made", (await outside.FetchAsync("https://images.example/policy.txt", TestContext.Current.CancellationToken)).Reason, StringComparison.Ordinal);
    }

    // The DNS can hold the name; System.Uri does not take it for a host.
    [Fact]
    public async Task A_host_that_only_one_reader_takes_is_refused()
    {
        var document = await Fetch("https://1._a.example/logo.svg");
        Assert.False(document.IsTemporary);
        Assert.Equal("the location https://1._a.example/logo.svg is refused: its host can be read in two ways", document.Reason);
    }

    [Fact]
    public async Task A_connection_that_ends_inside_a_document_is_a_passing_trouble()
    {
        var uri = _server.Serve("/logo.svg", static async context =>
        {
            (context.Response.ContentType, context.Response.ContentLength) = ("image/svg+xml", 11);
            await context.Response.Body.WriteAsync(Logo.AsMemory(0, 10), context.RequestAborted);
        });
        var document = await Fetch(uri);
        Assert.Equal((null, true, $"the connection to {uri} broke"), (document.Content, document.IsTemporary, document.Reason));
    }

    private async Task<BimiDocument> Fetch(string uri, BimiOptions? options = null)
    {
        using var fetcher = Fetcher(options);
        return await fetcher.FetchAsync(uri, BimiDocumentKind.Indicator, TestContext.Current.CancellationToken);
    }

    private HttpsFetcher Fetcher(BimiOptions? options = null) => new(
        new ZoneResolver(_zone), (options ?? new BimiOptions()) with { AllowLoopback = true, TrustedServerRoots = _server.Roots }, _clock);

    // Holds the answer back; the client's going ends it, and no time does.
    private static async Task UntilTheClientLeavesAsync(HttpContext context)
    {
        var left = new TaskCompletionSource();
        await using var registration = context.RequestAborted.Register(left.SetResult);
        await left.Task;
    }
}
