using EmailAuth.Messages;
using EmailAuth.Policy;

namespace EmailAuth.Hosting;

/// <summary>
/// A message that was judged, as observers see it: who sent it to whom, when, what was found, and what was done. Immutable; several threads
/// may keep and read it.
/// </summary>
public sealed class EvaluatedMessage
{
    internal EvaluatedMessage(SmtpEnvelope envelope, AuthenticationOutcome outcome) => (Envelope, Outcome) = (envelope, outcome);

    /// <summary>What the client said in the SMTP dialogue, recipients included.</summary>
    public SmtpEnvelope Envelope { get; }

    /// <summary>When the message had arrived whole, by the clock of <see cref="AuthenticationOptions.TimeProvider"/>.</summary>
    public DateTimeOffset ReceivedAt { get; internal init; }

    /// <summary>What was found, and what to do by local policy.</summary>
    public AuthenticationOutcome Outcome { get; }

    /// <summary>
    /// What the host did, as it said by <see cref="AuthenticationSession.ReportApplied"/>; null when it said nothing, which does not mean that
    /// <see cref="AuthenticationOutcome.Disposition"/> was applied.
    /// </summary>
    public AppliedAction? Applied { get; internal init; }

    /// <summary>
    /// The header fields as they were judged, with their line ends, as far as <see cref="MessageLimits"/> let them be read; null unless
    /// <see cref="AuthenticationOptions.KeepHeader"/>. Failure reports (RFC 9991) quote them. The sender chose every byte of them: keep them out of logs.
    /// </summary>
    public ReadOnlyMemory<byte>? Header { get; internal init; }

    /// <summary>
    /// Whether the message says of itself that it is a report about mail (DMARC, TLS, a bounce, a complaint) or an answer to one, by its header: a
    /// collector of reports sends none because of such mail alone, so that two receivers do not report about their reports for ever. The sender chose it: let
    /// nothing else depend on it.
    /// </summary>
    public bool IsReport { get; internal init; }

    /// <summary>How many of the lookups were answered at once, as from a cache.</summary>
    internal int LookupsAnsweredAtOnce { get; init; }

    /// <summary>The author domain and the action.</summary>
    public override string ToString() =>
        $"message of {Outcome.Author.Domain?.ToString() ?? "unknown"}: {(Applied?.Action ?? Outcome.Disposition.Action).Keyword()}{(Applied is null ? " (advised)" : null)}";
}
