using EmailAuth.Policy;

namespace EmailAuth.Hosting;

/// <summary>What the host did with a message, which may differ from the advice of <see cref="Disposition"/>. Immutable.</summary>
public sealed class AppliedAction
{
    /// <summary>What was done.</summary>
    public required DispositionAction Action { get; init; }

    /// <summary>Whether the Authentication-Results field was written into the message that was handed on. Default false.</summary>
    public bool IsAnnotated { get; init; }

    /// <summary>Why, in one line that the host writes; null when it has nothing to add.</summary>
    public string? Reason { get; init; }

    /// <summary>
    /// The SMTP reply that the message was refused with, such as <c>550 5.7.26 …</c>; null when it was taken, or the reply is not known.
    /// </summary>
    public string? SmtpReply { get; init; }

    /// <summary>The action and the reply or reason.</summary>
    public override string ToString() => (SmtpReply ?? Reason) is { } why ? $"{Action.Keyword()}: {why}" : Action.Keyword();
}
