using System.Diagnostics.Metrics;
using EmailAuth.Milter.Dialogue;

namespace EmailAuth.Milter;

/// <summary>The service's own metrics, in addition to the library's.</summary>
internal sealed class MilterMetrics
{
    public const string MeterName = "EmailAuth.Milter";

    private readonly UpDownCounter<int> _connections;
    private readonly Counter<long> _messages;
    private readonly Counter<long> _passed;
    private readonly Counter<long> _signings;
    private readonly Counter<long> _trusted;
    private readonly Counter<long> _acceptFailures;
    private readonly Counter<long> _internalErrors;
    private readonly Counter<long> _violations;
    private readonly Counter<long> _refused;
    private readonly Histogram<double> _wait;

    public MilterMetrics(IMeterFactory meterFactory)
    {
        var meter = meterFactory.Create(MeterName);
        _connections = meter.CreateUpDownCounter<int>("emailauth.milter.connection.count", "{connection}", "Open connections of MTAs.");
        _messages = meter.CreateCounter<long>("emailauth.milter.messages", "{message}", "Messages decided, by decision.");
        _passed = meter.CreateCounter<long>("emailauth.milter.passed", "{message}", "Messages not judged, by reason.");
        _signings = meter.CreateCounter<long>(
            "emailauth.milter.signings", "{message}", "Messages of clients whose mail is signed, by result: signed, or the code of the reason why not.");
        _trusted = meter.CreateCounter<long>(
            "emailauth.milter.trusted_clients", "{connection}", "Connections of clients whose mail is not judged because they are in UncheckedClients.");
        _acceptFailures = meter.CreateCounter<long>(
            "emailauth.milter.accept_failures", "{attempt}", "Connections that could not be accepted at once, for example without free file descriptors; they wait.");
        _internalErrors = meter.CreateCounter<long>("emailauth.milter.internal_errors", "{error}", "Internal errors of the milter.");
        _violations = meter.CreateCounter<long>(
            "emailauth.milter.protocol_violations", "{connection}", "Connections closed because they broke the protocol.");
        _refused = meter.CreateCounter<long>("emailauth.milter.refused", "{connection}", "Connections refused because there were too many.");
        _wait = meter.CreateHistogram<double>(
            "emailauth.milter.end_of_message.duration", "s", "From the end of a message to its verdict.", advice:
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 20] });
    }

    /// <summary>
    /// Begins the counters of faults at zero, so that a scrape has them before the first fault. Otherwise the first one of a counter would not
    /// show as an increase.
    /// </summary>
    public void Begin()
    {
        foreach (var counter in (ReadOnlySpan<Counter<long>>)[_acceptFailures, _internalErrors, _violations, _refused])
        {
            counter.Add(0);
        }

        foreach (var decision in Enum.GetValues<MilterDecision>())
        {
            _messages.Add(0, new KeyValuePair<string, object?>("emailauth.milter.decision", decision.Keyword()));
        }
    }

    public void ConnectionOpened() => _connections.Add(1);

    public void ConnectionClosed() => _connections.Add(-1);

    public void ConnectionRefused() => _refused.Add(1);

    public void ProtocolViolated() => _violations.Add(1);

    public void InternalError() => _internalErrors.Add(1);

    public void Passed(string why) => _passed.Add(1, new KeyValuePair<string, object?>("emailauth.milter.reason", why));

    public void Signed(string result) => _signings.Add(1, new KeyValuePair<string, object?>("emailauth.milter.signing_result", result));

    public void ClientTrusted() => _trusted.Add(1);

    public void CannotAccept() => _acceptFailures.Add(1);

    public void Decided(MilterDecision decision, TimeSpan wait)
    {
        _messages.Add(1, new KeyValuePair<string, object?>("emailauth.milter.decision", decision.Keyword()));
        _wait.Record(wait.TotalSeconds);
    }
}
