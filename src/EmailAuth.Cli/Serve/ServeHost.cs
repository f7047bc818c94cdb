using System.Net;
using System.Net.Sockets;
using EmailAuth.Milter.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace EmailAuth.Cli.Serve;

/// <summary>The service as a whole: Kestrel, the paths, signals.</summary>
internal sealed class ServeHost : IAsyncDisposable
{
    // Longer than the longest query with a hundred recipients; the header of a request has little else.
    private const int MaxRequestLineBytes = 64 * 1024;
    private const int MaxHeaderBytes = 16 * 1024;
    private const int MaxHeaderFields = 50;

    // Beside the checks that run and wait: monitoring, and connections that are idle.
    private const int SpareConnections = 100;

    private static readonly TimeSpan HeaderTimeout = TimeSpan.FromSeconds(10);

    private readonly ServeOptions _options;
    private readonly WebApplication _application;
    private readonly UnixSockets _sockets;
    private readonly RequestRoom _room;
    private readonly ILogger _logger;

    private ServeHost(ServeOptions options, WebApplication application, UnixSockets sockets, RequestRoom room, ILogger logger)
    {
        _options = options;
        _application = application;
        _sockets = sockets;
        _room = room;
        _logger = logger;
    }

    /// <summary>Where it listens, once it has started: as URLs, with the port that the system chose for port 0.</summary>
    public IEnumerable<string> Addresses => _application.Urls;

    /// <summary>Makes a service, which does not listen yet.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="log">Where the log lines go.</param>
    /// <param name="lowest">The lowest level that is logged.</param>
    /// <exception cref="CommandException">This host cannot verify signatures, or others could reach the service without a token.</exception>
    public static ServeHost Create(ServeOptions options, TextWriter log, LogLevel lowest)
    {
        var descriptors = PassedSockets(options);

        // The machine's ASP.NET settings do not apply: all settings are in the options.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddProvider(new LineLoggerProvider(log, lowest)).SetMinimumLevel(LogLevel.Information);
        builder.Services.AddMetrics();
        builder.Services.AddOpenTelemetry().WithMetrics(static metrics => metrics
            .AddMeter("EmailAuth", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
            .AddPrometheusExporter());
        builder.Services.AddHostedService(_ => new IdleMemory(TimeProvider.System));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTimeout);
        string[] paths = [.. options.Listen.Select(static address => address.UnixPath).OfType<string>()];
        var sockets = new UnixSockets(paths, options.SocketMode, owner: null, options.SocketGroup);
        builder.Services.Configure<SocketTransportOptions>(transport => transport.CreateBoundListenSocket = endPoint => Bind(endPoint, sockets));
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => Configure(kestrel, options, descriptors));

        var application = builder.Build();
        var loggers = application.Services.GetRequiredService<ILoggerFactory>();
        var pipeline = new AuthenticationPipeline(options.Resolver, options.Authentication, loggers.CreateLogger<AuthenticationPipeline>());
        if (pipeline.PlatformFault is { } fault)
        {
            ((IDisposable)application).Dispose();
            throw new CommandException(ExitCode.Input, $"{fault} (install it, or leave the methods that verify signatures out of the setting Methods)");
        }

        var logger = loggers.CreateLogger(LineLoggerProvider.Category);
        var room = new RequestRoom(options.MaxRequests, options.MaxWaiting);
        var stopping = application.Lifetime.ApplicationStopping;
        stopping.Register(() => ServeLog.Stopping(logger));
        var endpoints = new ServeEndpoints(
            options,
            new CheckEndpoint(options, pipeline, room, logger),
            new DnsHealth(pipeline, options.Authentication.TimeProvider),
            logger,
            stopping);
        application.Use((context, next) => endpoints.HandleAsync(context, _ => next(context)));
        application.UseOpenTelemetryPrometheusScrapingEndpoint(ServeEndpoints.MetricsPath);
        return new ServeHost(options, application, sockets, room, logger);
    }

    /// <summary>Begins to serve.</summary>
    /// <exception cref="IOException">An address is in use or not available.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _sockets.RemoveStaleAsync(cancellationToken);
        await _application.StartAsync(cancellationToken);
        ServeLog.Serving(_logger, _options.UsesSystemdSockets ? "the sockets of systemd" : string.Join(", ", _options.Listen));
    }

    /// <summary>Accepts no new connections, lets checks in progress finish for at most the drain time, and ends.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => _application.StopAsync(cancellationToken);

    /// <summary>Serves until a signal or the token ends it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await StartAsync(cancellationToken);
        await _application.WaitForShutdownAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _application.DisposeAsync();
        _sockets.Remove();
        _room.Dispose();
    }

    // The sockets that systemd passes. Other hosts may reach none of all sockets without a token.
    private static IReadOnlyList<int> PassedSockets(ServeOptions options)
    {
        IReadOnlyList<int> descriptors = [];
        IEnumerable<EndPoint?> addresses = options.Listen.Select(static address => address.EndPoint);
        if (options.UsesSystemdSockets)
        {
            if (!OperatingSystem.IsLinux())
            {
                throw new CommandException(ExitCode.Usage, "--listen systemd is for Linux");
            }

            descriptors = SystemdSockets.Descriptors();
            addresses = [.. addresses, .. descriptors.Select(SystemdSockets.AddressOf)];
        }

        RefuseOpen(options, addresses.OfType<IPEndPoint>());
        return descriptors;
    }

    private static void RefuseOpen(ServeOptions options, IEnumerable<IPEndPoint> addresses)
    {
        foreach (var address in addresses)
        {
            if (options.Token is null && !IPAddress.IsLoopback(address.Address))
            {
                throw new CommandException(
                    ExitCode.Usage,
                    $"other hosts can reach {address}: give a token (--token-file, or {AccessToken.Variable} in the environment), or listen at a Unix socket or 127.0.0.1");
            }
        }
    }

    private static void Configure(KestrelServerOptions kestrel, ServeOptions options, IReadOnlyList<int> descriptors)
    {
        kestrel.AddServerHeader = false;
        kestrel.AllowSynchronousIO = false;

        // Kestrel would count the frames of chunks too. HeaderTee counts the message.
        kestrel.Limits.MaxRequestBodySize = null;
        kestrel.Limits.MaxRequestLineSize = MaxRequestLineBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
        kestrel.Limits.MaxRequestHeaderCount = MaxHeaderFields;
        kestrel.Limits.RequestHeadersTimeout = HeaderTimeout;
        kestrel.Limits.KeepAliveTimeout = options.IdleTimeout;
        kestrel.Limits.MaxConcurrentConnections = (long)options.MaxRequests + options.MaxWaiting + SpareConnections;
        kestrel.ConfigureEndpointDefaults(static listen => listen.Protocols = HttpProtocols.Http1);
        foreach (var descriptor in descriptors)
        {
            kestrel.ListenHandle((ulong)descriptor);
        }

        kestrel.Listen(options.Listen, static _ => { });
    }

    // A Unix socket gets its access rights before anyone can connect.
    private static Socket Bind(EndPoint endPoint, UnixSockets sockets)
    {
        if (endPoint is not UnixDomainSocketEndPoint)
        {
            return SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(endPoint);
            sockets.Prepare(endPoint.ToString()!);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
