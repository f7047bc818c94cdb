using Microsoft.Extensions.Logging;

namespace EmailAuth.Hosting;

/// <summary>The log messages of the library. They have verdicts and domain names, and nothing of a message's content.</summary>
internal static partial class Log
{
    [LoggerMessage(
        EventId = 1,
        Level = LogLevel.Information,
        Message = "Message of {AuthorDomain}: {Results}, {Action}, {Lookups} lookups in {Milliseconds:0.0} ms")]
    public static partial void MessageJudged(
        ILogger logger, string authorDomain, string results, string action, int lookups, double milliseconds);

    [LoggerMessage(EventId = 2, Level = LogLevel.Debug, Message = "{Method} of a message of {AuthorDomain} ended in {Result}: {Reason}")]
    public static partial void MethodFailed(ILogger logger, string method, string authorDomain, string result, string reason);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "Signatures end in temperror: {Detail}")]
    public static partial void NoCryptography(ILogger logger, string detail);

    [LoggerMessage(EventId = 4, Level = LogLevel.Error, Message = "{Observer} failed on a message")]
    public static partial void ObserverFailed(ILogger logger, string observer, Exception exception);

    [LoggerMessage(EventId = 5, Level = LogLevel.Error, Message = "The changed settings have errors, so the previous ones stay: {Errors}")]
    public static partial void SettingsRefused(ILogger logger, string errors);

    [LoggerMessage(EventId = 6, Level = LogLevel.Information, Message = "The changed settings apply to new sessions")]
    public static partial void SettingsTaken(ILogger logger);

    [LoggerMessage(EventId = 7, Level = LogLevel.Error, Message = "The changed exceptions in {Path} have an error, so the previous ones stay: {Problem}")]
    public static partial void ExceptionsRefused(ILogger logger, string path, string problem);

    [LoggerMessage(EventId = 8, Level = LogLevel.Information, Message = "The changed exceptions are used: {Count}")]
    public static partial void ExceptionsTaken(ILogger logger, int count);

    [LoggerMessage(EventId = 9, Level = LogLevel.Warning, Message = "The exception in line {Line} is not used since it expired ({Until:yyyy-MM-dd}): {Why}")]
    public static partial void ExceptionExpired(ILogger logger, int line, DateOnly until, string why);

    [LoggerMessage(EventId = 10, Level = LogLevel.Information, Message = "Message of {AuthorDomain}: exception in {Exception}")]
    public static partial void ExceptionUsed(ILogger logger, string authorDomain, string exception);
}
