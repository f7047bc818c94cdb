using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Bimi;
using EmailAuth.Dns;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>What goes over the wire and what comes of it, in whole: each header of a request, each status, each size, each address.</summary>
public sealed class HttpsFetcherExchangeTests : IClassFixture<HttpsFetcherExchangeTests.Server>
{
    private readonly FakeTimeProvider _clock = new();
    private readonly Zone _zone = new Zone().Add("images.example", ZoneEntryKind.A, "127.0.0.1");

    private readonly WebServer _server;

    public HttpsFetcherExchangeTests(Server server)
    {
        _server = server.Web;
        _server.Requests.Clear();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false, "image/svg+xml")]
    [InlineData(true, "*/*")]
    public async Task A_request_has_these_headers_and_no_other(bool isEvidence, string accept)
    {
        using var activity = new Activity("test").SetIdFormat(ActivityIdFormat.W3C).Start();
        var requests = new List<string>();
        var uri = _server.Serve("/a", context =>
        {
            requests.Add($"{context.Request.Method} {context.Request.Protocol} {string.Join("; ", context.Request.Headers.OrderBy(static header => header.Key, StringComparer.Ordinal).Select(static header => $"{header.Key}: {header.Value}"))}");
            context.Response.Headers.SetCookie = "a=b; Path=/";
            context.Response.ContentType = "image/svg+xml";
            return context.Response.WriteAsync("x", context.RequestAborted);
        });
        using var fetcher = Fetcher();
        for (var i = 0; i < 2; i++)
        {
            Assert.Equal("x"u8.ToArray(), (await fetcher.FetchAsync(uri, isEvidence ? BimiDocumentKind.Evidence : BimiDocumentKind.Indicator, Token)).Content);
        }

        var expected = $"GET HTTP/1.1 Accept: {accept}; Host: images.example:{_server.Port}; User-Agent: EmailAuth";
        Assert.Equal([expected, expected], requests);
    }

    [Theory]
    [InlineData("image/svg+xml", true)]
    [InlineData("application/gzip", true)]
    [InlineData("application/x-gzip", true)]
    [InlineData("APPLICATION/X-GZIP", true)]
    [InlineData("application/octet-stream", false)]
    [InlineData("image/svg", false)]
    [InlineData("text/xml", false)]
    [InlineData(null, false)]
    public async Task The_type_of_an_image_is_one_of_three(string? type, bool isTaken)
    {
        var uri = _server.Serve("/a", [1, 2], type);
        var indicator = await Fetch(uri);
        Assert.Equal(isTaken ? "0102 " + type : $"refused {uri} is of the type {type ?? "(none)"}, not image/svg+xml", Text(indicator));
        Assert.Equal($"0102 {type}", Text(await Fetch(uri, kind: BimiDocumentKind.Evidence)));
    }

    [Theory]
    [InlineData(201, false)]
    [InlineData(204, false)]
    [InlineData(206, false)]
    [InlineData(300, false)]
    [InlineData(301, false)] // without a location
    [InlineData(304, false)]
    [InlineData(400, false)]
    [InlineData(404, false)]
    [InlineData(407, false)]
    [InlineData(408, true)]
    [InlineData(409, false)]
    [InlineData(428, false)]
    [InlineData(429, true)]
    [InlineData(431, false)]
    [InlineData(499, false)]
    [InlineData(500, true)]
    [InlineData(501, true)]
    [InlineData(599, true)]
    public async Task A_status_decides(int status, bool isTemporary)
    {
        var uri = _server.Serve("/a", context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        });
        Assert.Equal($"{(isTemporary ? "unavailable" : "refused")} {uri} answered with status {status}", Text(await Fetch(uri)));
    }

    [Theory]
    [InlineData(300, false)]
    [InlineData(301, true)]
    [InlineData(302, true)]
    [InlineData(303, true)]
    [InlineData(304, false)]
    [InlineData(305, false)]
    [InlineData(306, false)]
    [InlineData(307, true)]
    [InlineData(308, true)]
    [InlineData(309, false)]
    public async Task These_statuses_redirect(int status, bool isFollowed)
    {
        _server.Serve("/b", "x"u8.ToArray());
        var uri = _server.Redirect("/a", "/b", status);
        Assert.Equal(isFollowed ? "78 image/svg+xml" : $"refused {uri} answered with status {status}", Text(await Fetch(uri, new BimiOptions { MaxRedirects = 1 })));
        Assert.Equal(isFollowed ? $"refused {uri} redirects to {_server.Uri("/b")}; 0 redirects are followed (MaxRedirects)" : $"refused {uri} answered with status {status}", Text(await Fetch(uri)));
    }

    // Each redirect is counted: the last that is allowed is followed.
    [Theory]
    [InlineData(0, "/1", 1)]
    [InlineData(1, "/2", 2)]
    [InlineData(2, "/3", 3)]
    [InlineData(3, null, 4)]
    public async Task Redirects_are_counted(int most, string? refused, int requests)
    {
        for (var i = 0; i < 3; i++)
        {
            _server.Redirect($"/{i}", $"{i + 1}?q");
        }

        _server.Serve("/3", "x"u8.ToArray());
        var expected = refused is null ? "78 image/svg+xml" : $"refused {_server.Uri($"/{most}{(most == 0 ? "" : "?q")}")} redirects to {_server.Uri(refused)}?q; {most} redirects are followed (MaxRedirects)";
        Assert.Equal(expected, Text(await Fetch(_server.Uri("/0"), new BimiOptions { MaxRedirects = most })));
        Assert.Equal(requests, _server.Requests.Count);
    }

    // What the framework reads as a location and cannot resolve.
    [Fact]
    public async Task A_redirect_to_what_is_not_a_URI_is_refused()
    {
        var uri = _server.Redirect("/a", "//[");
        Assert.Equal($"refused {uri} redirects to //[, which is not a URI", Text(await Fetch(uri, new BimiOptions { MaxRedirects = 1 })));
    }

    // The connections close with the client: the server sees it.
    [Fact]
    public async Task Connections_are_closed_with_the_client()
    {
        var closed = new TaskCompletionSource();
        var uri = _server.Serve("/a", context =>
        {
            _ = context.Features.Get<Microsoft.AspNetCore.Connections.Features.IConnectionLifetimeFeature>()!.ConnectionClosed.Register(closed.SetResult);
            context.Response.ContentType = "image/svg+xml";
            return context.Response.WriteAsync("x", context.RequestAborted);
        });
        using (var fetcher = Fetcher())
        {
            Assert.NotNull((await fetcher.FetchAsync(uri, BimiDocumentKind.Indicator, Token)).Content);
            Assert.False(closed.Task.IsCompleted);
        }

        await closed.Task;
    }

    // A proxy of the process would resolve the name again.
    [Fact]
    public async Task No_proxy_is_asked()
    {
        var before = HttpClient.DefaultProxy;
        var proxy = new NotedProxy();
        HttpClient.DefaultProxy = proxy;
        try
        {
            Assert.NotNull((await Fetch(_server.Serve("/a", "x"u8.ToArray()))).Content);
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }

        Assert.DoesNotContain(_server.Port, proxy.Ports);
    }

    // With a length and without one, around the size of the first buffer and of the limit.
    [Theory]
    [InlineData(0, 100)]
    [InlineData(1, 100)]
    [InlineData(100, 100)]
    [InlineData(101, 100)]
    [InlineData(1000, 100)]
    [InlineData(16_384, 20_000)]
    [InlineData(16_385, 20_000)]
    [InlineData(16_386, 20_000)]
    [InlineData(20_000, 20_000)]
    [InlineData(20_001, 20_000)]
    [InlineData(70_000, 100_000)]
    [InlineData(16_384, 16_384)]
    [InlineData(16_385, 16_384)]
    public async Task A_document_is_read_whole_up_to_the_limit(int length, int most)
    {
        var content = Enumerable.Range(0, length).Select(static number => (byte)number).ToArray();
        var withLength = _server.Serve("/a", context =>
        {
            context.Response.ContentType = "image/svg+xml";
            context.Response.ContentLength = length;
            return context.Response.Body.WriteAsync(content, context.RequestAborted).AsTask();
        });
        var withoutLength = _server.Serve("/b", async context =>
        {
            context.Response.ContentType = "image/svg+xml";
            await context.Response.Body.FlushAsync(context.RequestAborted);
            await context.Response.Body.WriteAsync(content, context.RequestAborted);
        });
        var (whole, options) = (Convert.ToHexString(content) + " image/svg+xml", new BimiOptions { MaxIndicatorBytes = most });
        Assert.Equal(length <= most ? whole : $"refused {withLength} has {length} bytes, more than {most}", Text(await Fetch(withLength, options)));
        Assert.Equal(length <= most ? whole : $"refused {withoutLength} has more than {most} bytes", Text(await Fetch(withoutLength, options)));
    }

    [Fact]
    public async Task Evidence_has_a_limit_of_its_own()
    {
        var uri = _server.Serve("/a", new byte[11]);
        var options = new BimiOptions { MaxEvidenceBytes = 10, MaxIndicatorBytes = 11 };
        Assert.Equal(11, (await Fetch(uri, options)).Content?.Length);
        Assert.Equal($"refused {uri} has more than 10 bytes", Text(await Fetch(uri, options, BimiDocumentKind.Evidence)).Replace("has 11 bytes, more than 10", "has more than 10 bytes", StringComparison.Ordinal));
    }

    // A document that is compressed is a format of its own: it comes as it is.
    [Fact]
    public async Task Compression_in_transport_is_left_as_it_is()
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest))
        {
            gzip.Write("x"u8);
        }

        var uri = _server.Serve("/a", context =>
        {
            context.Response.ContentType = "image/svg+xml";
            context.Response.Headers.ContentEncoding = "gzip";
            return context.Response.Body.WriteAsync(stream.ToArray(), context.RequestAborted).AsTask();
        });
        Assert.Equal(stream.ToArray(), (await Fetch(uri)).Content);
    }

    [Theory]
    [InlineData(15_000, true)]
    [InlineData(17_000, false)]
    public async Task The_header_of_a_response_has_at_most_16_KiB(int length, bool isTaken)
    {
        var uri = _server.Serve("/a", context =>
        {
            context.Response.ContentType = "image/svg+xml";
            context.Response.Headers["X-Long"] = new string('x', length);
            return context.Response.WriteAsync("x", context.RequestAborted);
        });
        Assert.Equal(isTaken ? "78 image/svg+xml" : $"unavailable {uri} could not be fetched: ConfigurationLimitExceeded", Text(await Fetch(uri)));
    }

    [Theory]
    [InlineData("https://images.example:25/a", "refused https://images.example:25/a has a port other than 443")]
    [InlineData("https://images.example/a", "refused images.example has the address 127.0.0.1, not a public IPv4 address (RFC 6890): no connection is made")]
    [InlineData("http://images.example/a", "refused the location http://images.example/a is refused: the URI is not an absolute one of scheme https (BIMI draft section 4.3)")]
    [InlineData("https://127.0.0.1/a", "refused the location https://127.0.0.1/a is refused: the URI's host is not a fully qualified domain name (BIMI draft section 4.3)")]
    [InlineData("https://absent.example/a", "refused absent.example has no address")]
    [InlineData("https://ABSENT.example/a", "refused absent.example has no address")]
    public async Task Outside_of_tests_the_guard_is_whole(string uri, string expected)
    {
        using var fetcher = new HttpsFetcher(new ZoneResolver(_zone), new BimiOptions { TrustedServerRoots = _server.Roots }, _clock);
        Assert.Equal(expected, Text(await fetcher.FetchAsync(uri, BimiDocumentKind.Indicator, Token)));
        Assert.Empty(_server.Requests);
    }

    // The answers to both questions: which addresses are there, which are refused, what failed.
    [Theory]
    [InlineData("", "", "refused host.example has no address")]
    [InlineData("fails", "", "unavailable the addresses of host.example could not be read: ")]
    [InlineData("", "fails", "unavailable the addresses of host.example could not be read: ")]
    [InlineData("fails", "fails", "unavailable the addresses of host.example could not be read: ")]
    [InlineData("10.0.0.1", "", "refused host.example has the address 10.0.0.1, not a public IPv4 address (RFC 6890): no connection is made")]
    [InlineData("10.0.0.1 10.0.0.2", "fd00::1", "refused host.example has the address 10.0.0.1, not a public IPv4 address (RFC 6890): no connection is made")]
    [InlineData("10.0.0.1", "fails", "refused host.example has the address 10.0.0.1, not a public IPv4 address (RFC 6890): no connection is made")]
    [InlineData("fails", "fd00::1", "refused host.example has the address fd00::1, not a global unicast IPv6 address (RFC 4291): no connection is made")]
    [InlineData("127.0.0.2", "", "unavailable no connection to host.example: ConnectionRefused")]
    [InlineData("127.0.0.2 10.0.0.1", "", "unavailable no connection to host.example: ConnectionRefused")]
    [InlineData("10.0.0.1 127.0.0.1", "", "refused the TLS certificate of URI does not hold, or there is no common protocol")]
    [InlineData("127.0.0.1", "fails", "refused the TLS certificate of URI does not hold, or there is no common protocol")]
    [InlineData("fails", "::ffff:127.0.0.1", "refused the TLS certificate of URI does not hold, or there is no common protocol")]
    [InlineData("127.0.0.2 127.0.0.3 127.0.0.4 127.0.0.1", "", "refused the TLS certificate of URI does not hold, or there is no common protocol")]
    [InlineData("127.0.0.2 127.0.0.3 127.0.0.4 127.0.0.5 127.0.0.1", "", "unavailable no connection to host.example: ConnectionRefused")]
    public async Task A_connection_goes_to_an_allowed_address(string ipv4, string ipv6, string expected)
    {
        var resolver = new ScriptedResolver(_zone)
        {
            Script = (_, question, _) => () => new(Answer(question.Type == DnsRecordType.A ? ipv4 : ipv6)),
        };
        using var fetcher = Fetcher(resolver);
        var uri = _server.Uri("/a", "host.example");
        var text = Text(await fetcher.FetchAsync(uri, BimiDocumentKind.Indicator, Token));
        Assert.StartsWith(expected.Replace("URI", uri, StringComparison.Ordinal), text, StringComparison.Ordinal);

        // Both questions are on their way together.
        Assert.Equal(["AAAA host.example", "A host.example"], resolver.Asked);

        static DnsResponse Answer(string addresses) => addresses switch
        {
            "" => DnsResponse.NoData(),
            "fails" => DnsResponse.Failed(DnsFailure.Timeout),
            _ => DnsResponse.OfAddresses([.. addresses.Split(' ').Select(IPAddress.Parse)]),
        };
    }

    // A server that speaks no TLS, one that hangs up, one that breaks off.
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "refused the TLS certificate of ")]
    [InlineData("", "unavailable ")]
    public async Task A_server_that_speaks_no_TLS_is_refused_and_one_that_hangs_up_may_come_back(string answer, string expected)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var server = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync(Token);
            var stream = client.GetStream();
            _ = await stream.ReadAsync(new byte[4096], Token);
            await stream.WriteAsync(System.Text.Encoding.ASCII.GetBytes(answer), Token);
        }, Token);
        var text = Text(await Fetch($"https://images.example:{((IPEndPoint)listener.LocalEndpoint).Port}/a"));
        await server;
        Assert.StartsWith(expected, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_client_for_others_asks_as_evidence_and_within_its_own_bounds()
    {
        using var client = new GuardedWebClient(new ZoneResolver(_zone), new BimiOptions { MaxEvidenceBytes = 2, AllowLoopback = true, TrustedServerRoots = _server.Roots }, null);
        Assert.Equal([1, 2], (await client.FetchAsync(_server.Serve("/a", [1, 2], "x/y"), Token)).Content);
        Assert.StartsWith($"{_server.Uri("/b")} has ", (await client.FetchAsync(_server.Serve("/b", [1, 2, 3], "x/y"), Token)).Reason, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new GuardedWebClient(new ZoneResolver(_zone), 0));
        Assert.Throws<ArgumentOutOfRangeException>(() => new GuardedWebClient(new ZoneResolver(_zone), 1, TimeSpan.Zero));
        using var shortest = new GuardedWebClient(new ZoneResolver(_zone), 1, TimeSpan.FromTicks(1), new FakeTimeProvider());
        client.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => client.FetchAsync(_server.Uri("/a"), Token));
    }

    /// <summary>One server for all tests of the class; they run one after the other.</summary>
    public sealed class Server : IAsyncLifetime
    {
        internal WebServer Web { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Web = await WebServer.StartAsync();

        public ValueTask DisposeAsync() => Web.DisposeAsync();
    }

    /// <summary>Lets all through, and notes what it was asked about.</summary>
    private sealed class NotedProxy : IWebProxy
    {
        public System.Collections.Concurrent.ConcurrentBag<int> Ports { get; } = [];

        public ICredentials? Credentials { get; set; }

        public Uri? GetProxy(Uri destination)
        {
            Ports.Add(destination.Port);
            return null;
        }

        public bool IsBypassed(Uri host)
        {
            Ports.Add(host.Port);
            return true;
        }
    }

    private static string Text(BimiDocument document) =>
        document.Content is { } content ? $"{Convert.ToHexString(content)} {document.MediaType}" : $"{(document.IsTemporary ? "unavailable" : "refused")} {document.Reason}";

    private async Task<BimiDocument> Fetch(string uri, BimiOptions? options = null, BimiDocumentKind kind = BimiDocumentKind.Indicator)
    {
        using var fetcher = Fetcher(options: options);
        return await fetcher.FetchAsync(uri, kind, Token);
    }

    private HttpsFetcher Fetcher(IDnsResolver? resolver = null, BimiOptions? options = null) =>
        new(resolver ?? new ZoneResolver(_zone), (options ?? new BimiOptions()) with { AllowLoopback = true, TrustedServerRoots = _server.Roots }, _clock);
}
