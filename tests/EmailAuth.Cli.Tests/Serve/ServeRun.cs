using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using EmailAuth.Cli.Serve;
using EmailAuth.Dns;
using EmailAuth.Milter.Configuration;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Logging;

namespace EmailAuth.Cli.Tests.Serve;

/// <summary>The service in this process, at a Unix socket, and a client of it.</summary>
internal sealed class ServeRun : IAsyncDisposable
{
    /// <summary>The envelope of <see cref="Message"/> in a query.</summary>
    public const string Envelope = "client_ip=192.0.2.1&helo=mail.football.example.com&mail_from=joe%40football.example.com";

    private readonly TemporaryFolder _folder = new();
    private readonly StringWriter _log = new();
    private readonly ServeHost _host;

    private ServeRun(Func<ServeOptions, ServeOptions>? change)
    {
        SocketPath = Path.Combine(_folder.Path, "serve.sock");
        var options = new ServeOptions
        {
            Listen = [new ListenAddress(null, SocketPath)],
            Authentication = new AuthenticationOptions { AuthservId = "mx.example.org" },
            Resolver = Zone,
        };
        _host = ServeHost.Create(change?.Invoke(options) ?? options, _log, LogLevel.Information);
        Client = NewClient();
    }

    public static byte[] Message { get; } = File.ReadAllBytes(Repository.PathOf("testdata", "messages", "rfc8463-a3.eml"));

    public static IDnsResolver Zone { get; } = new ZoneResolver(Testing.Zone.Load(Repository.PathOf("testdata", "zones", "rfc8463.json")).Value!);

    public string SocketPath { get; }

    public HttpClient Client { get; }

    /// <summary>Where it listens over TCP, when <see cref="OverTcp"/> changed the options.</summary>
    public Uri TcpAddress => new(_host.Addresses.Single());

    public string Log => _log.ToString();

    /// <summary>At a loopback port that is free.</summary>
    public static ServeOptions OverTcp(ServeOptions options) => options with { Listen = [new ListenAddress(new IPEndPoint(IPAddress.Loopback, 0), null)] };

    public static async Task<ServeRun> StartAsync(CancellationToken cancellationToken, Func<ServeOptions, ServeOptions>? change = null)
    {
        var run = new ServeRun(change);
        await run._host.StartAsync(cancellationToken);
        return run;
    }

    public Task StopAsync(CancellationToken cancellationToken) => _host.StopAsync(cancellationToken);

    /// <summary>A request to judge a message.</summary>
    public static HttpRequestMessage Check(string query = Envelope, string? accept = null, HttpContent? content = null, string type = "message/rfc822")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/v1/check?" + query) { Content = content ?? new ByteArrayContent(Message) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (accept is not null)
        {
            request.Headers.Add("Accept", accept);
        }

        return request;
    }

    /// <summary>A connection on which a test writes what it likes.</summary>
    public async Task<NetworkStream> ConnectAsync(CancellationToken cancellationToken)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(SocketPath), cancellationToken);
        return new NetworkStream(socket, ownsSocket: true);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.DisposeAsync();
        _folder.Dispose();
        await _log.DisposeAsync();
    }

    private HttpClient NewClient() => new(new SocketsHttpHandler { ConnectCallback = async (_, token) => await ConnectAsync(token) })
    {
        BaseAddress = new Uri("http://localhost"),
        DefaultRequestVersion = HttpVersion.Version11,
    };
}
