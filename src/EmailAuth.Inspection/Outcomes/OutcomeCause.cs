using System.Collections.Immutable;
using System.Diagnostics;

namespace EmailAuth.Inspection.Outcomes;

/// <summary>A cause of a verdict: a code with its arguments, and what to do about it. Immutable.</summary>
/// <remarks>
/// Programs decide by <see cref="Code"/>; <see cref="Text"/> is made from it for people and may be worded differently in any version. An argument
/// can be a text of the sender, so what shows the text must not interpret it.
/// </remarks>
[DebuggerDisplay("{Text,nq}")]
public sealed class OutcomeCause
{
    /// <summary>The cause.</summary>
    public required CauseCode Code { get; init; }

    /// <summary>The values in the text, in the order of the code's documentation; empty when the code has no arguments.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>Whether the results prove the cause. False for a guess, such as who changed a message.</summary>
    public bool IsCertain => OutcomeTexts.Of(Code).IsCertain;

    /// <summary>What to do about it, the most useful first; empty when nothing helps.</summary>
    public ImmutableArray<OutcomeAdvice> Advice =>
        [.. OutcomeTexts.Of(Code).Advice.Select(code => new OutcomeAdvice { Code = code, Arguments = Arguments })];

    /// <summary>The cause in one line of English; each call creates it.</summary>
    public string Text => FindingText.Of(OutcomeTexts.Of(Code).Template, section: null, Arguments);
}
