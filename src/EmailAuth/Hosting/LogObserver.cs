using System.Text;
using EmailAuth.Policy;
using Microsoft.Extensions.Logging;

namespace EmailAuth.Hosting;

/// <summary>Logs one line for each message, and the checks that ended in an error. Verdicts and domain names only.</summary>
internal sealed class LogObserver(ILogger logger) : IEvaluatedMessageObserver
{
    public static bool IsListening(ILogger logger) => logger.IsEnabled(LogLevel.Information) || logger.IsEnabled(LogLevel.Debug);

    public void OnEvaluated(EvaluatedMessage message)
    {
        var outcome = message.Outcome;
        var domain = outcome.Author.Domain?.ToString() ?? "unknown";
        if (logger.IsEnabled(LogLevel.Information))
        {
            var (results, action) = (ResultsOf(outcome), outcome.Disposition.Action.Keyword());
            Log.MessageJudged(logger, domain, results, action, outcome.LookupCount, outcome.Elapsed.TotalMilliseconds);
            foreach (var exception in outcome.Exceptions)
            {
                var line = exception.ToString();
                Log.ExceptionUsed(logger, domain, line);
            }
        }

        if (logger.IsEnabled(LogLevel.Debug))
        {
            foreach (var result in outcome.Results)
            {
                if (result is { Result: "temperror" or "permerror", Reason: not null })
                {
                    Log.MethodFailed(logger, result.Method, domain, result.Result, result.Reason);
                }
            }
        }
    }

    // A message may have several results of a method: the first in the field's order says most.
    private static string ResultsOf(AuthenticationOutcome outcome)
    {
        var text = new StringBuilder();
        string? last = null;
        foreach (var result in outcome.Results)
        {
            if (result.Method != last)
            {
                text.Append(text.Length == 0 ? string.Empty : " ").Append(result.Method).Append('=').Append(result.Result);
                last = result.Method;
            }
        }

        return text.ToString();
    }
}
