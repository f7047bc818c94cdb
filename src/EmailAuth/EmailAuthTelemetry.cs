using System.Diagnostics;
using System.Diagnostics.Metrics;
using EmailAuth.Results;

namespace EmailAuth;

/// <summary>
/// What the library tells of its work: one <see cref="System.Diagnostics.ActivitySource"/> and one <see cref="System.Diagnostics.Metrics.Meter"/>,
/// both named <c>EmailAuth</c>. Nothing of a message's content is in them.
/// </summary>
/// <remarks>
/// The activity <c>emailauth.message</c> spans a message from its first byte of envelope to its outcome. Instruments:
/// <c>emailauth.results</c> (results by <c>method</c> and <c>result</c>), <c>emailauth.messages</c> (messages by <c>action</c>),
/// <c>emailauth.message.duration</c> (seconds), <c>emailauth.dns.lookups</c> (lookups made), <c>emailauth.dns.cache_hits</c> (those that
/// were answered at once), and of <see cref="Dns.StubResolver"/> <c>emailauth.dns.stray_answers</c> (messages that answer nothing that was
/// asked), <c>emailauth.dns.tcp_queries</c> (questions moved to TCP), <c>emailauth.dns.retries</c> (tries after the first) and
/// <c>emailauth.dns.timeouts</c> (tries without an answer in time).
/// </remarks>
public static class EmailAuthTelemetry
{
    /// <summary>The name of the activity source and of the meter.</summary>
    public const string Name = "EmailAuth";

    private static readonly string Version = typeof(EmailAuthTelemetry).Assembly.GetName().Version!.ToString(3);
    private static readonly ActivitySource Source = new(Name, Version);
    private static readonly Meter Meter = new(Name, Version);

    private static readonly Counter<long> Results =
        Meter.CreateCounter<long>("emailauth.results", "{result}", "Results by method and result (RFC 8601 section 2.7).");

    private static readonly Counter<long> Messages = Meter.CreateCounter<long>("emailauth.messages", "{message}", "Messages by the action they lead to.");

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>("emailauth.message.duration", "s", "Time from the start of a message to its outcome.");

    private static readonly Counter<long> Lookups = Meter.CreateCounter<long>("emailauth.dns.lookups", "{lookup}", "DNS lookups made.");

    private static readonly Counter<long> CacheHits =
        Meter.CreateCounter<long>("emailauth.dns.cache_hits", "{lookup}", "DNS lookups that were answered at once, as from a cache.");

    private static readonly Counter<long> StrayAnswers =
        Meter.CreateCounter<long>("emailauth.dns.stray_answers", "{message}", "Messages from DNS servers' addresses that answer nothing that was asked.");

    private static readonly Counter<long> TcpQueries = Meter.CreateCounter<long>("emailauth.dns.tcp_queries", "{query}", "DNS questions moved to TCP.");

    private static readonly Counter<long> Retries = Meter.CreateCounter<long>("emailauth.dns.retries", "{query}", "Tries of DNS questions after the first.");

    private static readonly Counter<long> Timeouts = Meter.CreateCounter<long>("emailauth.dns.timeouts", "{query}", "Tries of DNS questions without an answer in time.");

    internal static void CountStrayAnswer() => StrayAnswers.Add(1);

    internal static void CountMoveToTcp() => TcpQueries.Add(1);

    internal static void CountRetry() => Retries.Add(1);

    internal static void CountTimeout() => Timeouts.Add(1);

    internal static Activity? StartMessage() => Source.StartActivity("emailauth.message");

    internal static void Record(AuthenticationOutcome outcome, int answeredAtOnce, Activity? activity)
    {
        if (Results.Enabled)
        {
            foreach (var result in outcome.Results)
            {
                Results.Add(1, new KeyValuePair<string, object?>("method", result.Method), new KeyValuePair<string, object?>("result", result.Result));
            }
        }

        if (Messages.Enabled)
        {
            Messages.Add(1, new KeyValuePair<string, object?>("action", OutcomeJson.Keyword(outcome.Disposition.Action)));
        }

        Duration.Record(outcome.Elapsed.TotalSeconds);
        Lookups.Add(outcome.LookupCount);
        CacheHits.Add(answeredAtOnce);
        if (activity is not null)
        {
            foreach (var result in outcome.Results)
            {
                Tag(activity, result);
            }

            activity.SetTag("emailauth.action", OutcomeJson.Keyword(outcome.Disposition.Action));
            activity.SetTag("emailauth.dns.lookups", outcome.LookupCount);
        }
    }

    // A message may have several results of a method: the first in the field's order is the one that tells most.
    private static void Tag(Activity activity, MethodResult result)
    {
        var key = "emailauth." + result.Method;
        if (activity.GetTagItem(key) is null)
        {
            activity.SetTag(key, result.Result);
        }
    }
}
