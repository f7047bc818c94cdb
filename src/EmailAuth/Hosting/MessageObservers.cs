using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace EmailAuth.Hosting;

/// <summary>Those who are told of messages: telemetry, the log, and whom the host gave. None can harm a message or another observer.</summary>
internal sealed class MessageObservers
{
    private readonly ILogger _logger;
    private readonly bool _recordsTelemetry;
    private readonly ImmutableArray<IEvaluatedMessageObserver> _all;

    public MessageObservers(ILogger logger, bool recordsTelemetry, IEnumerable<IEvaluatedMessageObserver>? given)
    {
        _logger = logger;
        _recordsTelemetry = recordsTelemetry;
        ImmutableArray<IEvaluatedMessageObserver> others = [.. given ?? []];
        AreGiven = !others.IsEmpty;
        _all = recordsTelemetry ? [new TelemetryObserver(), new LogObserver(logger), .. others] : [new LogObserver(logger), .. others];
    }

    /// <summary>Whether the host gave any: telemetry and log need neither envelope nor header.</summary>
    public bool AreGiven { get; }

    /// <summary>Whether anybody wants to be told; when not, no message is made for them.</summary>
    public bool AreListening => AreGiven || (_recordsTelemetry && EmailAuthTelemetry.IsListening) || LogObserver.IsListening(_logger);

    public void Tell(EvaluatedMessage message)
    {
        foreach (var observer in _all)
        {
            try
            {
                observer.OnEvaluated(message);
            }
            catch (Exception exception)
            {
                Failed(observer, exception);
            }
        }
    }

    // The log may be what is broken.
    private void Failed(IEvaluatedMessageObserver observer, Exception exception)
    {
        EmailAuthTelemetry.CountFailure(observer.GetType());
        try
        {
            Log.ObserverFailed(_logger, observer.GetType().Name, exception);
        }
        catch (Exception)
        {
            EmailAuthTelemetry.CountFailure(typeof(LogObserver));
        }
    }
}
