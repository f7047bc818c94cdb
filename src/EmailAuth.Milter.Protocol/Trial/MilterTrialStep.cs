namespace EmailAuth.Milter.Protocol.Trial;

/// <summary>One step of a trial: what was sent, and the milter's reply.</summary>
/// <remarks>Immutable; safe to share between threads.</remarks>
public sealed class MilterTrialStep
{
    /// <summary>The step as a person calls it, such as <c>MAIL</c>, <c>header field</c> or <c>end of message</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What was sent: a host name, a path, the name of a field, the number of octets. May be empty.</summary>
    public string Detail { get; init; } = string.Empty;

    /// <summary>The reply that ended the step; null if the milter asked to send none, or if it sent none.</summary>
    public MilterReply? Reply { get; init; }

    /// <summary>The SMTP reply that the milter wrote itself, such as <c>550 5.7.1 text</c>; null if it wrote none.</summary>
    public string? Text { get; init; }

    /// <summary>The time from the end of sending to the reply; zero when there is no reply.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The step and its reply, in one line.</summary>
    public override string ToString() => $"{Name} {Detail}: {(Text ?? Reply?.ToString() ?? "no reply")}";
}
