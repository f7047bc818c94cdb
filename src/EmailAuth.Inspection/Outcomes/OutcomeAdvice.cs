using System.Collections.Immutable;
using System.Diagnostics;

namespace EmailAuth.Inspection.Outcomes;

/// <summary>What to do about a cause: a code with the arguments of the cause. Immutable.</summary>
[DebuggerDisplay("{Text,nq}")]
public sealed class OutcomeAdvice
{
    /// <summary>What to do.</summary>
    public required AdviceCode Code { get; init; }

    /// <summary>The arguments of the cause; empty when it has none.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>The advice in one line of English; each call creates it.</summary>
    public string Text => FindingText.Of(OutcomeTexts.Of(Code), section: null, Arguments);
}
