using EmailAuth.Cli.Output;
using Microsoft.Extensions.Logging;

namespace EmailAuth.Cli.Serve;

/// <summary>The log lines of the service. They have verdicts and domain names, and nothing of a message's content.</summary>
internal static partial class ServeLog
{
    /// <summary>A line for a check.</summary>
    public static void Checked(ILogger logger, CheckRequest check, AuthenticationOutcome outcome)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            var queueId = check.QueueId is { Length: > 0 } id ? VisibleText.Of(id) : "-";
            var line = OutcomeList.LineOf(check.Envelope.ClientAddress!.ToString(), outcome);
            Checked(logger, queueId, line);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "{QueueId}: {Line}")]
    private static partial void Checked(ILogger logger, string queueId, string line);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "internal error")]
    public static partial void InternalError(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "serving at {Addresses}")]
    public static partial void Serving(ILogger logger, string addresses);

    [LoggerMessage(EventId = 4, Level = LogLevel.Information, Message = "stopping: checks in progress are finished first")]
    public static partial void Stopping(ILogger logger);
}
