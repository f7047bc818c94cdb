using EmailAuth.Milter.Configuration;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Logging;
using EmailAuth.Milter.Reports;
using EmailAuth.Reports.Collection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;

namespace EmailAuth.Milter.Service;

/// <summary>The service as a whole: Kestrel serving MTAs, health and metrics beside it, signals.</summary>
internal sealed class MilterHost : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly UnixSockets _sockets;

    private MilterHost(WebApplication application, UnixSockets sockets)
    {
        _application = application;
        _sockets = sockets;
    }

    /// <summary>The options and the authenticator for new connections.</summary>
    public MilterRuntime Runtime => _application.Services.GetRequiredService<MilterRuntime>();

    /// <summary>Reads the configuration again.</summary>
    public MilterReload Reload => _application.Services.GetRequiredService<MilterReload>();

    /// <summary>The milter's own metrics.</summary>
    public MilterMetrics Metrics => _application.Services.GetRequiredService<MilterMetrics>();

    /// <summary>Makes a service, which does not listen yet.</summary>
    /// <param name="options">The settings to begin with.</param>
    /// <param name="source">The source from which a reload reads them.</param>
    /// <param name="createAuthenticator">Makes the authenticator for given settings.</param>
    /// <param name="timeProvider">The clock, or null for the system's.</param>
    public static MilterHost Create(
        MilterOptions options, ConfigurationSource source, Func<MilterOptions, IServiceProvider, IMessageAuthenticator> createAuthenticator,
        TimeProvider? timeProvider = null)
    {
        string[] paths = [.. options.Listen.Select(static address => address.UnixPath).OfType<string>()];
        var sockets = new UnixSockets(paths, options.SocketMode, options.SocketOwner, options.SocketGroup);

        // The machine's ASP.NET settings do not apply: all settings are in the options.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        var reached = new StartReached();
        builder.Logging.AddLineConsole(options.LogFormat, new LogLevelSwitch(options.LogLevel, () => reached.Value));
        builder.Services.AddSingleton(reached);
        builder.Services.AddMetrics();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(timeProvider ?? TimeProvider.System);
        builder.Services.AddSingleton<MilterMetrics>();
        builder.Services.AddSingleton<MilterEvents>();
        builder.Services.AddSingleton(sockets);
        builder.Services.AddSingleton(_ => new ConnectionRoom(DescriptorBudget.Measure(), GC.GetGCMemoryInfo().TotalAvailableMemoryBytes));
        builder.Services.AddSingleton(_ => HeaderMemory.Of(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes));
        builder.Services.AddSingleton(services => new MilterRuntime(options, createAuthenticator(options, services)));
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<MilterReload>(services, source, createAuthenticator));
        builder.Services.AddSingleton<MilterConnections>();
        builder.Services.AddSingleton<ReportCollection>();
        builder.Services.AddHostedService(services => services.GetRequiredService<MilterReload>());
        builder.Services.AddHostedService(services => new IdleMemory(services.GetRequiredService<TimeProvider>()));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.DrainTimeout);
        if (options.Http is not null)
        {
            builder.Services.AddOpenTelemetry().WithMetrics(metrics => metrics
                .AddMeter("EmailAuth", MilterMetrics.MeterName, JournalTelemetry.MeterName, "System.Runtime")
                .AddPrometheusExporter());
        }

        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(options.Listen, static listen => listen.UseConnectionHandler<MilterConnectionHandler>());

            if (options.Http is not null)
            {
                kestrel.Listen(options.Http, http => http.Protocols = HttpProtocols.Http1);
            }
        });

        // Kestrel asks the transport that was registered last first.
        builder.Services.AddSingleton<IConnectionListenerFactory>(services => ActivatorUtilities.CreateInstance<MilterTransport>(services, options));

        var application = builder.Build();
        if (options.Http is not null)
        {
            MilterHttp.Map(application);
        }

        return new MilterHost(application, sockets);
    }

    /// <summary>Begins to serve.</summary>
    /// <exception cref="IOException">An address is in use or not available.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _sockets.RemoveStaleAsync(cancellationToken);

        // The authenticator is made now, so that an error is reported at start.
        _ = Runtime;
        await _application.StartAsync(cancellationToken);
        Metrics.Begin();
        JournalTelemetry.Begin();
    }

    /// <summary>Accepts no new connections, lets messages in progress finish for at most DrainTimeout, and ends.</summary>
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
    }
}
