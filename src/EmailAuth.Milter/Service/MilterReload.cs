using System.Runtime.InteropServices;
using EmailAuth.Milter.Configuration;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Logging;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace EmailAuth.Milter.Service;

/// <summary>Reads the configuration again on SIGHUP: new connections get the new settings, those that are open keep theirs.</summary>
internal sealed partial class MilterReload(
    ConfigurationSource source, Func<MilterOptions, IServiceProvider, IMessageAuthenticator> createAuthenticator, MilterRuntime runtime,
    IServiceProvider services, ConnectionRoom room, StartReached reached, LogLevelSwitch levels, TimeProvider time, ILogger<MilterReload> logger) : IHostedLifecycleService, IDisposable
{
    private readonly Lock _lock = new();
    private readonly SystemdNotifier _systemd = new();
    private PosixSignalRegistration? _registration;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _registration = PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            Reload();
        });
        if (HangupSignal.TakeEarly())
        {
            Reload();
        }

        return Task.CompletedTask;
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Logs the addresses, and tells systemd (sd_notify). Called when everything is bound and listens, so that it is true.</summary>
    public Task StartedAsync(CancellationToken cancellationToken)
    {
        reached.Value = true;
        Warn(runtime.Current.Options);
        LogStarted(string.Join(", ", runtime.Current.Options.Listen));
        _systemd.Notify(ServiceState.Ready);
        return Task.CompletedTask;
    }

    /// <summary>Says that it stops, before messages in progress are waited for: the servers end before <see cref="StopAsync"/> is called.</summary>
    public Task StoppingAsync(CancellationToken cancellationToken)
    {
        LogStopping();
        _systemd.Notify(ServiceState.Stopping);
        return Task.CompletedTask;
    }

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _registration?.Dispose();
        _registration = null;
    }

    /// <summary>Reads the configuration. When it is not valid, nothing changes.</summary>
    /// <returns>Whether the new settings apply.</returns>
    public bool Reload()
    {
        try
        {
            return Apply();
        }
        catch (Exception exception)
        {
            // A signal calls this: what it threw would end the service, with all that is in progress.
            LogRefused($"{exception.GetType().Name}: {exception.Message}");
            return false;
        }
    }

    private bool Apply()
    {
        lock (_lock)
        {
            var result = source.Read();
            if (result.Options is not { } options)
            {
                LogRefused(string.Join("; ", result.Errors));
                return false;
            }

            var current = runtime.Current.Options;
            if (!options.Listen.SequenceEqual(current.Listen) || !Equals(options.Http, current.Http) ||
                options.LogFormat != current.LogFormat || options.SocketMode != current.SocketMode ||
                options.SocketOwner != current.SocketOwner || options.SocketGroup != current.SocketGroup || options.DrainTimeout != current.DrainTimeout)
            {
                LogNeedsRestart();
            }

            Warn(options);
            runtime.Replace(options, createAuthenticator(options, services));
            levels.Change(options.LogLevel, typeof(MilterReload).FullName!, LogReloaded);
            return true;
        }
    }

    private void Warn(MilterOptions options)
    {
        foreach (var warning in options.WarningsAt(time))
        {
            LogSetting(warning);
        }

        if (room.Budget is { } budget && budget.Connections < options.MaxConnections)
        {
            LogFewDescriptors(options.MaxConnections, budget.Limit, budget.Connections, budget.Needed(options.MaxConnections));
        }

        if (room.OfMemory < options.MaxConnections)
        {
            LogLittleMemory(options.MaxConnections, room.OfMemory);
        }
    }

    [LoggerMessage(25, LogLevel.Warning,
        "MaxConnections is {MaxConnections}, but the process may have {Limit} files open at a time, which is enough for {Connections} connections: " +
        "allow {Needed} (LimitNOFILE= of systemd, ulimit -n), or lower MaxConnections")]
    private partial void LogFewDescriptors(int maxConnections, long limit, int connections, long needed);

    [LoggerMessage(26, LogLevel.Warning,
        "MaxConnections is {MaxConnections}, but the memory that the process may use is enough for {Connections} connections: allow more, or lower MaxConnections")]
    private partial void LogLittleMemory(int maxConnections, int connections);

    [LoggerMessage(27, LogLevel.Warning, "{Warning}")]
    private partial void LogSetting(string warning);

    [LoggerMessage(20, LogLevel.Information, "listening at {Addresses}")]
    private partial void LogStarted(string addresses);

    [LoggerMessage(24, LogLevel.Information, "stopping; messages in progress are finished first")]
    private partial void LogStopping();

    [LoggerMessage(21, LogLevel.Information, "configuration read again; it applies to new connections")]
    private partial void LogReloaded();

    [LoggerMessage(22, LogLevel.Error, "configuration is not valid, nothing changes: {Errors}")]
    private partial void LogRefused(string errors);

    [LoggerMessage(23, LogLevel.Warning,
        "changes to Listen, SocketMode, SocketOwner, SocketGroup, Http, LogFormat and DrainTimeout apply only after a restart")]
    private partial void LogNeedsRestart();
}
