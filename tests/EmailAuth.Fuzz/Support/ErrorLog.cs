using Microsoft.Extensions.Logging;

namespace EmailAuth.Fuzz.Support;

/// <summary>A log: each line can be shown, and an error in it is a finding, as services survive what is thrown.</summary>
internal class ErrorLog : ILogger
{
    private Exception? _error;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        _error ??= exception;
        Expect.Printable(formatter(state, null), "a log line");
    }

    public void ThrowIfAny()
    {
        var error = _error;
        _error = null;
        if (error is not null)
        {
            throw new FindingException("an internal error", error);
        }
    }
}

/// <summary>The same for a category.</summary>
internal sealed class ErrorLog<T> : ErrorLog, ILogger<T>;
