namespace EmailAuth.Hosting;

/// <summary>
/// Is told of each message that was judged, once: when the host says what it did (<see cref="AuthenticationSession.ReportApplied"/>), else when
/// the connection's next message begins or its session ends; of <see cref="AuthenticationPipeline.AuthenticateAsync(SmtpEnvelope, ReadOnlyMemory{byte}, CancellationToken)"/>
/// at its end. A message whose completion was cancelled has no outcome, and is not told of.
/// </summary>
/// <remarks>
/// Implementations must be thread-safe: messages of different connections are told of at the same time.
/// </remarks>
public interface IEvaluatedMessageObserver
{
    /// <summary>
    /// Takes note of a message. It runs on the thread that serves the connection, which waits for it: no I/O, no locks that others hold for
    /// long, microseconds. <see cref="ChannelObserver"/> is there for whatever takes longer.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <remarks>
    /// What it throws is caught, counted (<c>emailauth.observer.failures</c>) and logged; the message, its outcome and the other observers are
    /// none the worse.
    /// </remarks>
    void OnEvaluated(EvaluatedMessage message);
}
