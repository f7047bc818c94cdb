using System.Collections.Immutable;
using System.Net;
using EmailAuth.Cli.Output;
using EmailAuth.Cli.Serve;
using EmailAuth.Milter.Service;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OpenTelemetry.Metrics;

namespace EmailAuth.Cli.Nats;

/// <summary>Serves a worker's <c>/health</c> and <c>/metrics</c>. They have numbers only.</summary>
internal sealed class WorkerMonitor : IAsyncDisposable
{
    private const int MaxConnections = 100;
    private const int MaxHeaderBytes = 16 * 1024;

    private readonly WebApplication _application;

    private WorkerMonitor(WebApplication application) => _application = application;

    /// <summary>Where it listens, with the port that the system chose for port 0.</summary>
    public IEnumerable<string> Addresses => _application.Urls;

    /// <summary>Begins to serve.</summary>
    /// <param name="listen">Where.</param>
    /// <param name="problem">Why the worker does not work now; null when it does.</param>
    /// <param name="log">Where warnings go.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="CommandException">An address is in use or not available.</exception>
    public static async Task<WorkerMonitor> StartAsync(ImmutableArray<IPEndPoint> listen, Func<string?> problem, TextWriter log, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.AddProvider(new LineLoggerProvider(log, LogLevel.Warning));
        builder.Services.AddMetrics();
        builder.Services.AddOpenTelemetry().WithMetrics(static metrics => metrics.AddMeter("EmailAuth", WorkerMetrics.MeterName, "System.Runtime").AddPrometheusExporter());
        builder.Services.AddHostedService(_ => new IdleMemory(TimeProvider.System));

        // The command handles signals.
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxRequestHeadersTotalSize = MaxHeaderBytes;
            kestrel.ConfigureEndpointDefaults(static endpoint => endpoint.Protocols = HttpProtocols.Http1);
            foreach (var endPoint in listen)
            {
                kestrel.Listen(endPoint);
            }
        });
        var application = builder.Build();
        application.Use((context, next) => context.Request.Path.Value switch
        {
            _ when !HttpMethods.IsGet(context.Request.Method) => Problem.WriteAsync(context.Response, StatusCodes.Status405MethodNotAllowed, "only GET is served"),
            ServeEndpoints.HealthPath => HealthAsync(context, problem()),
            ServeEndpoints.MetricsPath => next(context),
            _ => Problem.WriteAsync(context.Response, StatusCodes.Status404NotFound, $"there is no such path; there are {ServeEndpoints.HealthPath} and {ServeEndpoints.MetricsPath}"),
        });
        application.UseOpenTelemetryPrometheusScrapingEndpoint(ServeEndpoints.MetricsPath);
        try
        {
            await application.StartAsync(cancellationToken);
            return new WorkerMonitor(application);
        }
        catch (IOException e)
        {
            await application.DisposeAsync();
            throw new CommandException(ExitCode.Input, $"cannot serve metrics: {e.Message}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _application.StopAsync();
        await _application.DisposeAsync();
    }

    private static Task HealthAsync(HttpContext context, string? problem)
    {
        context.Response.StatusCode = problem is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return Problem.WriteAsync(context.Response, "text/plain", VisibleText.Of(problem ?? "ok") + "\n");
    }

    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
