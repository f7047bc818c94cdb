using System.Diagnostics.Metrics;

namespace EmailAuth.Dns.Stub;

/// <summary>What every <see cref="StubResolver"/> of the process adds to the library's meter, which listeners know by its name.</summary>
internal static class StubMeter
{
    private static readonly Meter Meter = new("EmailAuth", typeof(StubMeter).Assembly.GetName().Version!.ToString(3));

    public static Counter<long> StrayAnswers { get; } =
        Meter.CreateCounter<long>("emailauth.dns.stray_answers", "{message}", "Messages to the resolver's sockets that answer nothing that was asked.");

    public static Counter<long> TcpQueries { get; } = Meter.CreateCounter<long>("emailauth.dns.tcp_queries", "{query}", "DNS questions moved to TCP.");

    public static Counter<long> Retries { get; } = Meter.CreateCounter<long>("emailauth.dns.retries", "{query}", "Tries of DNS questions after the first.");

    public static Counter<long> Timeouts { get; } =
        Meter.CreateCounter<long>("emailauth.dns.timeouts", "{query}", "Tries of DNS questions without an answer in time.");
}
