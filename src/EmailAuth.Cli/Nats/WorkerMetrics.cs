using System.Diagnostics.Metrics;

namespace EmailAuth.Cli.Nats;

/// <summary>The worker's metrics, in addition to the library's. src/WORKERS.md has the table.</summary>
internal sealed class WorkerMetrics : IDisposable
{
    public const string MeterName = "EmailAuth.Worker";

    private const string OutcomeTag = "emailauth.worker.outcome";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _messages;
    private readonly Counter<long> _redelivered;
    private readonly UpDownCounter<int> _inFlight;
    private readonly Histogram<double> _duration;

    /// <summary>Makes the instruments.</summary>
    /// <param name="failures">The number of attempts to store something that failed.</param>
    public WorkerMetrics(Func<long> failures)
    {
        _messages = _meter.CreateCounter<long>("emailauth.worker.messages", "{message}", "Deliveries of messages that were dealt with, by what was done.");
        _redelivered = _meter.CreateCounter<long>("emailauth.worker.redelivered", "{message}", "Messages that had been delivered before, to this worker or another.");
        _inFlight = _meter.CreateUpDownCounter<int>("emailauth.worker.in_flight.count", "{message}", "Messages in flight.");
        _duration = _meter.CreateHistogram<double>(
            "emailauth.worker.message.duration", "s", "From the delivery of a message to its acknowledgement.", advice:
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1, 5, 20, 60] });
        _meter.CreateObservableCounter("emailauth.worker.store_failures", failures, "{attempt}", "Attempts to store a result or a dead letter that failed; they are repeated.");
    }

    /// <summary>Begins the counters at zero, so that a scrape has them before the first event, which would not show as an increase otherwise.</summary>
    public void Begin()
    {
        _redelivered.Add(0);
        foreach (var outcome in Enum.GetValues<WorkOutcome>())
        {
            _messages.Add(0, new KeyValuePair<string, object?>(OutcomeTag, outcome.Keyword()));
        }
    }

    public void Delivered(bool isAgain)
    {
        _inFlight.Add(1);
        if (isAgain)
        {
            _redelivered.Add(1);
        }
    }

    public void Left() => _inFlight.Add(-1);

    public void Done(WorkOutcome outcome, TimeSpan duration)
    {
        _messages.Add(1, new KeyValuePair<string, object?>(OutcomeTag, outcome.Keyword()));
        _duration.Record(duration.TotalSeconds);
    }

    public void Dispose() => _meter.Dispose();
}
