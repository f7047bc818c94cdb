using EmailAuth.Cli.Output;
using Microsoft.Extensions.Logging;

namespace EmailAuth.Cli.Serve;

/// <summary>Writes each log message as one line. Kestrel's lines about single connections are not written: callers could fill the log.</summary>
internal sealed class LineLoggerProvider(TextWriter output, LogLevel lowest) : ILoggerProvider
{
    /// <summary>The category of the service's own lines.</summary>
    public const string Category = "emailauth";

    private const string Kestrel = "Microsoft.AspNetCore.Server.Kestrel";

    // The library's line for a message: the service has one of its own, with the queue id.
    private const string MessageEvent = "MessageJudged";

    private static readonly string Library = typeof(AuthenticationPipeline).FullName!;

    private readonly TextWriter _output = TextWriter.Synchronized(output);

    public ILogger CreateLogger(string categoryName) => new LineLogger(_output, LowestOf(categoryName));

    public void Dispose()
    {
    }

    // Errors of a request that are not Kestrel's own are caught and logged by the service. A socket that accepts nothing any longer is critical.
    private LogLevel LowestOf(string category) =>
        category == Category || category == Library ? lowest : category.StartsWith(Kestrel, StringComparison.Ordinal) ? LogLevel.Critical : LogLevel.Warning;

    private sealed class LineLogger(TextWriter output, LogLevel lowest) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= lowest && logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel) && eventId.Name != MessageEvent)
            {
                var text = exception is null ? formatter(state, null) : $"{formatter(state, exception)}: {exception}";
                var kind = logLevel > LogLevel.Warning ? "error: " : logLevel == LogLevel.Warning ? "warning: " : string.Empty;
                output.WriteLine($"emailauth: {kind}{VisibleText.Of(text.ReplaceLineEndings(" "))}");
            }
        }
    }
}
