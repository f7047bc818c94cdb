using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace EmailAuth.Milter.Logging;

/// <summary>Writes log lines to the standard output. A line is made by the thread that logs, if it is to be written at all.</summary>
internal sealed class LineLoggerProvider(ConsoleFormatter formatter, LineQueue lines) : ILoggerProvider
{
    [ThreadStatic]
    private static StringWriter? _writer;

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, formatter, lines);

    // The container disposes of the queue.
    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConsoleFormatter formatter, LineQueue lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        // The levels are a filter of the factory, which asks it before.
        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> describe)
        {
            var writer = _writer ??= new StringWriter();
            formatter.Write(new LogEntry<TState>(logLevel, category, eventId, state, exception, describe), null, writer);
            var text = writer.GetStringBuilder();
            if (text.Length > 0)
            {
                lines.Add(text.ToString(), logLevel >= LogLevel.Warning);
                text.Clear();
            }
        }
    }
}
