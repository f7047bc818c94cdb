using System.Collections.Concurrent;

namespace EmailAuth.Milter.Tests.TestSupport;

/// <summary>Keeps log lines.</summary>
internal sealed class CollectingLogger<T> : ILogger<T>
{
    public ConcurrentQueue<(LogLevel Level, string Text)> Lines { get; } = new();

    /// <summary>The lowest level that is written.</summary>
    public LogLevel Least { get; set; }

    /// <summary>How often it was asked to write, whether or not the level is written.</summary>
    public int Asked { get; private set; }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= Least;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Asked++;
        if (IsEnabled(logLevel))
        {
            Lines.Enqueue((logLevel, formatter(state, exception)));
        }
    }
}
