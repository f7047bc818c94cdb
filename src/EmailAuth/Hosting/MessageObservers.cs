using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace EmailAuth.Hosting;

/// <summary>Those who are told of messages: telemetry, the log, and whom the host gave. None can harm a message or another observer.</summary>
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

    /// <summary>Whether the host gave any: telemetry and log need neither envelope nor header.</summary>
    public bool AreGiven => !_given.IsEmpty;

    /// <summary>Whether anybody wants to be told; when not, no message is made for them.</summary>
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

    // A log that cannot say it may listen: it is told, and what it throws then is counted.
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

    // The log, or who listens to what is counted, may be what is broken.
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

    // Whether it was counted. A listener of the meter that throws keeps the count from those behind it, and nobody is left to tell.
    private static bool TryCount(Type observer)
    {
        try
        {
            EmailAuthTelemetry.CountFailure(observer);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }
}
