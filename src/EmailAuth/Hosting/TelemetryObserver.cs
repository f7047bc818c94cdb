namespace EmailAuth.Hosting;

/// <summary>Counts messages in <see cref="EmailAuthTelemetry"/>.</summary>
internal sealed class TelemetryObserver : IEvaluatedMessageObserver
{
    public void OnEvaluated(EvaluatedMessage message) => EmailAuthTelemetry.Record(message.Outcome, message.LookupsAnsweredAtOnce);
}
