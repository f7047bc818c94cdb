using System.Collections.Immutable;

namespace EmailAuth.Milter.Protocol.Trial;

/// <summary>What a milter replied to a message, step by step.</summary>
/// <remarks>Immutable; safe to share between threads.</remarks>
public sealed class MilterTrialResult
{
    /// <summary>The protocol version that the milter chose; 0 if the negotiation failed.</summary>
    public int Version { get; init; }

    /// <summary>What the milter wants to be allowed to do.</summary>
    public MilterActions Actions { get; init; }

    /// <summary>The steps that the milter asks to leave out or to shorten.</summary>
    public MilterSteps Steps { get; init; }

    /// <summary>The macros that the milter asks for, names separated by spaces; empty if it asks for no list.</summary>
    public ImmutableSortedDictionary<MilterMacroStage, string> MacroLists { get; init; } = ImmutableSortedDictionary<MilterMacroStage, string>.Empty;

    /// <summary>The steps that were sent, in order.</summary>
    public ImmutableArray<MilterTrialStep> Sent { get; init; } = [];

    /// <summary>The changes of the message, in the order in which the milter sent them.</summary>
    public ImmutableArray<MilterTrialChange> Changes { get; init; } = [];

    /// <summary>
    /// The answer to the message: that of the end of the message, or the reply that ended the dialogue earlier. Null if there was a fault.
    /// </summary>
    public MilterReply? Answer { get; init; }

    /// <summary>The SMTP reply that the milter wrote itself with its answer; null if it wrote none.</summary>
    public string? AnswerText { get; init; }

    /// <summary>Why the dialogue failed: the milter hung up, did not reply in time, or broke the protocol. Null if it did not fail.</summary>
    public string? Fault { get; init; }

    /// <summary>Header and body with the changes of the milter.</summary>
    public ReadOnlyMemory<byte> Content { get; init; }

    /// <summary>The answer or the fault, in one line.</summary>
    public override string ToString() => Fault ?? AnswerText ?? Answer?.ToString() ?? "no answer";
}
