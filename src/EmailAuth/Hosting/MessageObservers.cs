using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace EmailAuth.Hosting;

/// <summary>The observers of messages: telemetry, the log, and those of the host. An exception of one affects neither the message nor the others.</summary>
internal sealed class MessageObservers
{
    private readonly ILogger _logger;
    private readonly bool _recordsTelemetry;
    private readonly ImmutableArray<IEvaluatedMessageObserver> _given;
    private readonly ImmutableArray<IEvaluatedMessageObserver> _all;

    public MessageObservers(ILogger logger, bool recordsTelemetry, ImmutableArray<IEvaluatedMessageObserver> given)
    {
        _logger = logger;
        _recordsTelemetry = recordsTelemetry;
        _given = given;
        _all = recordsTelemetry ? [new TelemetryObserver(), new LogObserver(logger), .. given] : [new LogObserver(logger), .. given];
    }

    /// <summary>Whether the host has observers: telemetry and log need neither envelope nor header.</summary>
    public bool AreGiven => !_given.IsEmpty;

    /// <summary>Whether any observer listens; if not, no message is made for them.</summary>
    public bool AreListening => AreGiven || (_recordsTelemetry && EmailAuthTelemetry.IsListening) || IsLogListening();

    /// <summary>The same with telemetry, or without it.</summary>
    public MessageObservers With(bool recordsTelemetry) => new(_logger, recordsTelemetry, _given);

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

    // A log that throws here may still listen: it gets the message, and a further exception is counted.
    private bool IsLogListening()
    {
        try
        {
            return LogObserver.IsListening(_logger);
        }
        catch (Exception)
        {
            return true;
        }
    }

    // The log or a listener of the meter may be the faulty part.
    private void Failed(IEvaluatedMessageObserver observer, Exception exception)
    {
        TryCount(observer.GetType());
        try
        {
            Log.ObserverFailed(_logger, observer.GetType().Name, exception);
        }
        catch (Exception)
        {
            TryCount(typeof(LogObserver));
        }
    }

    // When a listener of the meter throws, the listeners behind it miss the count.
    private static void TryCount(Type observer)
    {
        try
        {
            EmailAuthTelemetry.CountFailure(observer);
        }
        catch (Exception)
        {
            // There is nothing left to report it to.
        }
    }
}
