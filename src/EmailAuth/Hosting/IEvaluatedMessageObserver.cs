namespace EmailAuth.Hosting;

/// <summary>
/// Gets each message that was judged, once: when the host says what it did (<see cref="AuthenticationSession.ReportApplied"/>), else when
/// the connection's next message begins or its session ends; with <see cref="AuthenticationPipeline.AuthenticateAsync(SmtpEnvelope, ReadOnlyMemory{byte}, CancellationToken)"/>
/// at its end. A message whose completion was cancelled has no outcome, and observers do not get it.
/// </summary>
/// <remarks>
/// Implementations must be thread-safe: messages of different connections come at the same time.
/// </remarks>
public interface IEvaluatedMessageObserver
{
    /// <summary>
    /// Called with a message, on the thread that serves the connection, which waits for it: it must take microseconds, without I/O and without
    /// locks that others hold for long. Use <see cref="ChannelObserver"/> for anything slower.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <remarks>
    /// An exception is caught, counted (<c>emailauth.observer.failures</c>) and logged; it does not affect the message, its outcome and the
    /// other observers.
    /// </remarks>
    void OnEvaluated(EvaluatedMessage message);
}
