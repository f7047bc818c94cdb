using System.Collections.Concurrent;
using EmailAuth.Reports.Collection;
using Microsoft.Extensions.Logging;

namespace EmailAuth.Reports.Tests.Collection;

/// <summary>Keeps log lines with their level.</summary>
internal sealed class LogLines : ILogger<Journal>
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyCollection<string> Lines => _lines;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{logLevel}: {formatter(state, exception)}");
}
