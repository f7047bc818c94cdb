using Microsoft.Extensions.Logging;

namespace EmailAuth.Tests.TestSupport;

/// <summary>A log that throws whatever it is asked, as on a full disk.</summary>
internal sealed class FaultyLogger : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => throw new IOException("the disk is full");

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        throw new IOException("the disk is full");
}
