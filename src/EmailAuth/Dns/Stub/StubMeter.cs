using System.Diagnostics;
using System.Diagnostics.Metrics;
using EmailAuth.Syntax;

namespace EmailAuth.Dns.Stub;

/// <summary>What every <see cref="StubResolver"/> of the process adds to the library's meter, which listeners know by its name.</summary>
internal static class StubMeter
{
    private static readonly Meter Meter = new("EmailAuth", typeof(StubMeter).Assembly.GetName().Version!.ToString(3));

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "emailauth.dns.lookup.duration", "s", "Time of a DNS lookup that the servers were asked for, by record type and failure.", advice:
        new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });

    /// <summary>Whether anything collects the times of lookups.</summary>
    public static bool MeasuresLookups => Duration.Enabled;

    public static Counter<long> StrayAnswers { get; } =
        Meter.CreateCounter<long>("emailauth.dns.stray_answers", "{message}", "Messages to the resolver's sockets that answer nothing that was asked.");

    public static Counter<long> TcpQueries { get; } = Meter.CreateCounter<long>("emailauth.dns.tcp_queries", "{query}", "DNS questions moved to TCP.");

    public static Counter<long> Retries { get; } = Meter.CreateCounter<long>("emailauth.dns.retries", "{query}", "Tries of DNS questions after the first.");

    public static Counter<long> Timeouts { get; } =
        Meter.CreateCounter<long>("emailauth.dns.timeouts", "{query}", "Tries of DNS questions without an answer in time.");

    /// <summary>Records the time of a lookup.</summary>
    /// <param name="time">From the question to the end.</param>
    /// <param name="type">What was asked for.</param>
    /// <param name="failure">Why there is no answer.</param>
    public static void RecordLookup(TimeSpan time, DnsRecordType type, DnsFailure failure) =>
        HostCode.Try(static lookup => Record(lookup.time, lookup.type, lookup.failure), (time, type, failure));

    private static void Record(TimeSpan time, DnsRecordType type, DnsFailure failure)
    {
        var tag = new KeyValuePair<string, object?>("emailauth.dns.record_type", Word(type));
        if (failure == DnsFailure.None)
        {
            Duration.Record(time.TotalSeconds, tag);
        }
        else
        {
            Duration.Record(time.TotalSeconds, tag, new KeyValuePair<string, object?>("error.type", Word(failure)));
        }
    }

    private static string Word(DnsRecordType type) => type switch
    {
        DnsRecordType.Txt => "TXT",
        DnsRecordType.A => "A",
        DnsRecordType.Aaaa => "AAAA",
        DnsRecordType.Mx => "MX",
        DnsRecordType.Ptr => "PTR",
        _ => throw new UnreachableException(),
    };

    private static string Word(DnsFailure failure) => failure switch
    {
        DnsFailure.Timeout => "timeout",
        DnsFailure.ServerFailure => "server_failure",
        DnsFailure.Refused => "refused",
        DnsFailure.Malformed => "malformed",
        DnsFailure.Unreachable => "unreachable",
        DnsFailure.LimitReached => "limit_reached",
        DnsFailure.ResolverFault => "resolver_fault",
        DnsFailure.None or _ => throw new UnreachableException(),
    };
}
