using System.Text;
using Microsoft.Extensions.Logging;

namespace EmailAuth.Native.Watching;

/// <summary>Gives the lines of the library's log to a function of the caller; without one it is off. Thread-safe.</summary>
internal sealed unsafe class HostLog : ILogger<AuthenticationPipeline>
{
    private Target? _target;

    /// <summary>Sets the function, once.</summary>
    public void Set(int level, nint function, nint userData)
    {
        // The numbers in the header file are those of LogLevel.
        if (level is < (int)LogLevel.Debug or > (int)LogLevel.Error)
        {
            throw new InteropException(Status.Argument, $"level: {level} is not one of EMAILAUTH_LOG_DEBUG to EMAILAUTH_LOG_ERROR.");
        }

        if (Interlocked.CompareExchange(ref _target, new Target((LogLevel)level, function, userData), null) is not null)
        {
            throw new InteropException(Status.State, "The pipeline has a log callback already.");
        }
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => Volatile.Read(ref _target) is { } target && logLevel >= target.Level && logLevel != LogLevel.None;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (Volatile.Read(ref _target) is not { } target || !IsEnabled(logLevel))
        {
            return;
        }

        var line = formatter(state, exception) + (exception is null ? null : $" ({exception.GetType().Name}: {exception.Message})");
        var text = Encoding.UTF8.GetBytes(OneLine.Of(line) + "\0");
        var level = (int)(logLevel < LogLevel.Error ? logLevel : LogLevel.Error);
        fixed (byte* bytes = text)
        {
            ((delegate* unmanaged[Cdecl]<int, byte*, nuint, void*, void>)target.Function)(level, bytes, (nuint)text.Length - 1, (void*)target.UserData);
        }
    }

    private sealed record Target(LogLevel Level, nint Function, nint UserData);
}
