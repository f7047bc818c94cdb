using EmailAuth.Messages;
using EmailAuth.Policy;

namespace EmailAuth.Hosting;

/// <summary>
/// A message that was judged, for those who observe: who sent it to whom, when, what was found, and what was done. Immutable; may be kept and
/// read by several threads.
/// </summary>
public sealed class EvaluatedMessage
{
    /// <summary>What the SMTP dialogue told, recipients included.</summary>
    public required SmtpEnvelope Envelope { get; init; }

    /// <summary>When the message had arrived whole, by the clock of <see cref="AuthenticationOptions.TimeProvider"/>.</summary>
    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>What was found, and what to do by local policy.</summary>
    public required AuthenticationOutcome Outcome { get; init; }

    /// <summary>
    /// What the host did, as it told by <see cref="AuthenticationSession.ReportApplied"/>; null when it said nothing, which is not to be read
    /// as if <see cref="AuthenticationOutcome.Disposition"/> had been applied.
    /// </summary>
    public AppliedAction? Applied { get; init; }

    /// <summary>
    /// The header fields as they were judged, with their line ends, as far as <see cref="MessageLimits"/> let them be read; null unless
    /// <see cref="AuthenticationOptions.KeepHeader"/>. Failure reports (RFC 9991) quote them. They are the sender's words: not for logs.
    /// </summary>
    public ReadOnlyMemory<byte>? Header { get; init; }

    /// <summary>How many of the lookups were answered at once, as from a cache.</summary>
    internal int LookupsAnsweredAtOnce { get; init; }

    /// <summary>The author domain and the action.</summary>
    public override string ToString() =>
        $"message of {Outcome.Author.Domain?.ToString() ?? "unknown"}: {(Applied?.Action ?? Outcome.Disposition.Action).Keyword()}{(Applied is null ? " (advised)" : null)}";
}
