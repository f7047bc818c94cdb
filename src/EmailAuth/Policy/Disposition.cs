namespace EmailAuth.Policy;

/// <summary>What to do with a message: what the domain owner asks for (RFC 9989), after local policy. Immutable.</summary>
public sealed class Disposition
{
    /// <summary>What to do.</summary>
    public required DispositionAction Action { get; init; }

    /// <summary>Why, in one line.</summary>
    public required string Reason { get; init; }

    /// <summary>The reason as one of the words in REASONS.md, such as <c>dmarc_policy</c>; <c>other</c> for a disposition that the caller made.</summary>
    public string ReasonCode => ReasonKind.Keyword();

    /// <summary>The same for decisions.</summary>
    internal DispositionReason ReasonKind { get; init; }

    /// <summary>
    /// The SMTP reply to refuse the message with (RFC 5321, enhanced codes of RFC 7372), such as <c>550 5.7.26 …</c>; null unless
    /// <see cref="Action"/> is <see cref="DispositionAction.Reject"/> or <see cref="DispositionAction.TempFail"/>.
    /// </summary>
    public SmtpReply? Reply { get; init; }
}
