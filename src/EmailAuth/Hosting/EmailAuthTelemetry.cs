using System.Diagnostics;
using System.Diagnostics.Metrics;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Policy;
using EmailAuth.Results;
using EmailAuth.Syntax;

namespace EmailAuth.Hosting;

/// <summary>
/// What the library reports about its work: one <see cref="System.Diagnostics.ActivitySource"/> and one <see cref="System.Diagnostics.Metrics.Meter"/>,
/// both named <c>EmailAuth</c>. They have nothing of a message's content.
/// </summary>
/// <remarks>
/// The activity <c>emailauth.message</c> spans a message from MAIL FROM (or its first header field) to its outcome; that of a message which is
/// abandoned has no verdicts. Its parent is the activity that was current when the message began, and the caller's stays current. Only messages with an outcome are counted, and those of a pipeline whose
/// <see cref="AuthenticationOptions.RecordsTelemetry"/> is false are not. METRICS.md lists the instruments, their units and attributes; the names follow
/// the naming rules of OpenTelemetry, and each attribute has few values, none of which a sender can choose.
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

    private static readonly Counter<long> Undecided = Meter.CreateCounter<long>(
        "emailauth.dmarc.undecided", "{message}", "Messages of which a failed DNS query left DMARC undecided, by cause and action.");

    private static readonly Counter<long> Exceptions = Meter.CreateCounter<long>(
        "emailauth.policy.exceptions", "{exception}", "Exceptions of the operator that changed something for a message, by action.");

    private static readonly Histogram<double> Duration =
        Meter.CreateHistogram<double>(
            "emailauth.message.duration", "s", "Time from the start of a message to its outcome.", advice:
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });

    private static readonly Counter<long> Lookups = Meter.CreateCounter<long>("emailauth.dns.lookups", "{lookup}", "DNS lookups made.");

    private static readonly Counter<long> CacheHits =
        Meter.CreateCounter<long>("emailauth.dns.cache_hits", "{lookup}", "DNS lookups that were answered at once, as from a cache.");

    private static readonly Counter<long> UnsignedCopies = Meter.CreateCounter<long>(
        "emailauth.dkim.unsigned_copies",
        "{signature}",
        "Signatures that hold while the message has a further, differing and unsigned instance of a field they sign, by field (RFC 6376 section 8.15).");

    private static readonly Counter<long> ObserverFailures = Meter.CreateCounter<long>(
        "emailauth.observer.failures", "{message}", "Messages of which an observer threw, by observer.");

    private static readonly Counter<long> ObserverDropped = Meter.CreateCounter<long>(
        "emailauth.observer.dropped", "{message}", "Messages that an observer had no room for.");

    /// <summary>Whether anything collects the counts of messages.</summary>
    internal static bool IsListening =>
        Results.Enabled || Messages.Enabled || Exceptions.Enabled || Undecided.Enabled || UnsignedCopies.Enabled || Duration.Enabled || Lookups.Enabled || CacheHits.Enabled;

    /// <summary>Starts the activity of a message below the caller's, which stays current; null when nothing listens, and when what listens throws.</summary>
    internal static Activity? StartMessage()
    {
        // The first look at Activity.Current opens /dev/urandom, which a process without a free descriptor cannot.
        if (!Source.HasListeners())
        {
            return null;
        }

        var caller = Activity.Current;
        Activity? message = null;
        try
        {
            message = Source.StartActivity("emailauth.message");
        }
        catch (Exception)
        {
            // A listener of the host's threw: the message goes on without an activity.
        }

        if (Activity.Current != caller)
        {
            MessageActivityScope.Restore(caller);
        }

        return message;
    }

    /// <summary>Ends the activity of a message. The caller's stays current, also one that began after the message's.</summary>
    internal static void EndMessage(Activity? message)
    {
        using var scope = new MessageActivityScope(message);
        if (message is not null)
        {
            HostCode.Try(static ended => ended.Dispose(), message);
        }
    }

    internal static void CountFailure(Type observer) =>
        ObserverFailures.Add(1, Tag("emailauth.observer", observer.Name));

    internal static void CountDropped() => ObserverDropped.Add(1);

    /// <summary>Tags the activity of a message with what was found.</summary>
    internal static void Tag(Activity activity, AuthenticationOutcome outcome)
    {
        foreach (var result in outcome.Results)
        {
            Tag(activity, result);
        }

        activity.SetTag("emailauth.action", outcome.Disposition.Action.Keyword());
        activity.SetTag("emailauth.dns.lookups", outcome.LookupCount);
    }

    internal static void Record(AuthenticationOutcome outcome, int answeredAtOnce)
    {
        if (Results.Enabled)
        {
            foreach (var result in outcome.Results)
            {
                Count(result);
            }
        }

        if (Messages.Enabled)
        {
            Messages.Add(1, Tag("emailauth.action", outcome.Disposition.Action.Keyword()));
        }

        if (Exceptions.Enabled)
        {
            foreach (var exception in outcome.Exceptions)
            {
                Exceptions.Add(1, Tag("emailauth.exception_action", exception.Action));
            }
        }

        if (Undecided.Enabled && outcome.Dmarc is { FailedQuery: not DmarcFailedQuery.None and var failed })
        {
            Undecided.Add(
                1,
                Tag("emailauth.cause", failed.Keyword()),
                Tag("emailauth.action", outcome.Disposition.Action.Keyword()));
        }

        if (UnsignedCopies.Enabled)
        {
            foreach (var signature in outcome.Dkim?.Signatures ?? [])
            {
                Count(signature);
            }
        }

        Duration.Record(outcome.Elapsed.TotalSeconds);
        Lookups.Add(outcome.LookupCount);
        CacheHits.Add(answeredAtOnce);
    }

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);

    // SPF has a result for each of two identities, which say different things.
    private static void Count(MethodResult result)
    {
        var (method, verdict) = (Tag("emailauth.method", result.Method), Tag("emailauth.result", result.Result));
        if (result.Method == "spf")
        {
            var identity = result.Properties is [{ Name: "helo" }, ..] ? "helo" : "mailfrom";
            Results.Add(1, method, verdict, Tag("emailauth.identity", identity));
        }
        else
        {
            Results.Add(1, method, verdict);
        }
    }

    private static void Count(DkimResult signature)
    {
        if (signature is { HeaderCheck: DkimCheck.Matches, BodyCheck: DkimCheck.Matches })
        {
            foreach (var field in signature.UnsignedCopies)
            {
                UnsignedCopies.Add(1, Tag("emailauth.field", field));
            }
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
