using EmailAuth.Policy;
using Microsoft.Extensions.Logging;

namespace EmailAuth.Hosting;

/// <summary>The log messages of the library. Verdicts and names of domains only: nothing of a message's content.</summary>
internal static partial class Log
{
    [LoggerMessage(
        EventId = 1,
        Level = LogLevel.Information,
        Message = "Message of {AuthorDomain}: spf={Spf} dkim={Dkim} dmarc={Dmarc}, {Action}, {Lookups} lookups in {Milliseconds:0.0} ms")]
    public static partial void MessageJudged(
        ILogger logger, string authorDomain, string spf, string dkim, string dmarc, string action, int lookups, double milliseconds);

    [LoggerMessage(EventId = 2, Level = LogLevel.Debug, Message = "{Method} of a message of {AuthorDomain} ended in {Result}: {Reason}")]
    public static partial void MethodFailed(ILogger logger, string method, string authorDomain, string result, string reason);

    [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "Signatures end in temperror: {Detail}")]
    public static partial void NoCryptography(ILogger logger, string detail);

    /// <summary>Logs an outcome.</summary>
    public static void Outcome(ILogger logger, AuthenticationOutcome outcome)
    {
        if (logger.IsEnabled(LogLevel.Information))
        {
            var (spf, dkim, dmarc) = (First(outcome, "spf"), First(outcome, "dkim"), First(outcome, "dmarc"));
            var action = outcome.Disposition.Action.Keyword();
            var domain = DomainOf(outcome);
            MessageJudged(logger, domain, spf, dkim, dmarc, action, outcome.LookupCount, outcome.Elapsed.TotalMilliseconds);
        }

        if (logger.IsEnabled(LogLevel.Debug))
        {
            var domain = DomainOf(outcome);
            foreach (var result in outcome.Results)
            {
                if (result is { Result: "temperror" or "permerror", Reason: not null })
                {
                    MethodFailed(logger, result.Method, domain, result.Result, result.Reason);
                }
            }
        }
    }

    private static string DomainOf(AuthenticationOutcome outcome) => outcome.Author.Domain?.ToString() ?? "unknown";

    private static string First(AuthenticationOutcome outcome, string method) =>
        outcome.Results.FirstOrDefault(result => result.Method == method)?.Result ?? "-";
}
