using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace EmailAuth.Reports.Collection;

/// <summary>The metrics of journals, in the meter <c>EmailAuth.Reports</c>. METRICS.md lists them.</summary>
public static class JournalTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "EmailAuth.Reports";

    private static readonly Meter Meter = new(MeterName, typeof(JournalTelemetry).Assembly.GetName().Version!.ToString(3));

    private static readonly Counter<long> WrittenCounter =
        Meter.CreateCounter<long>("emailauth.reports.written", "{message}", "Messages in the journal of reports, on the disk.");

    private static readonly Counter<long> BytesCounter = Meter.CreateCounter<long>("emailauth.reports.written_bytes", "By", "Bytes written to the journal of reports.");

    private static readonly Counter<long> DroppedCounter =
        Meter.CreateCounter<long>("emailauth.reports.dropped", "{message}", "Messages that reports will not count because the journal has no room for them, by reason.");

    private static readonly Counter<long> FailureCounter =
        Meter.CreateCounter<long>("emailauth.reports.flush_failures", "{attempt}", "Attempts to write the journal of reports that failed; its messages wait in memory.");

    /// <summary>Begins the counters at zero, so that a scrape has them before the first fault.</summary>
    public static void Begin()
    {
        foreach (var counter in (ReadOnlySpan<Counter<long>>)[WrittenCounter, BytesCounter, FailureCounter])
        {
            counter.Add(0);
        }

        foreach (var drop in Enum.GetValues<JournalDrop>())
        {
            if (drop != JournalDrop.None)
            {
                DroppedCounter.Add(0, Reason(drop));
            }
        }
    }

    internal static void Written(int messages, int bytes)
    {
        WrittenCounter.Add(messages);
        BytesCounter.Add(bytes);
    }

    internal static void Dropped(JournalDrop drop) => DroppedCounter.Add(1, Reason(drop));

    internal static void Failed() => FailureCounter.Add(1);

    private static KeyValuePair<string, object?> Reason(JournalDrop drop) => new("emailauth.reports.reason", drop switch
    {
        JournalDrop.JournalFull => "journal_full",
        JournalDrop.NotWritten => "not_written",
        JournalDrop.TooLong => "too_long",
        JournalDrop.Closed => "closed",
        JournalDrop.None => throw new UnreachableException(),
        _ => throw new UnreachableException(),
    });
}
