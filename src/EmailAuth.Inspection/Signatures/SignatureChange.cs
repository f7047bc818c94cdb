using System.Collections.Immutable;
using System.Diagnostics;

namespace EmailAuth.Inspection.Signatures;

/// <summary>A change that keeps a signature from holding: a code with its arguments, and the lines that differ. Immutable.</summary>
/// <remarks>Programs decide by <see cref="Code"/>; <see cref="Text"/> and <see cref="Advice"/> are for people and may be worded differently in any version.</remarks>
[DebuggerDisplay("{Code}: {Text}")]
public sealed class SignatureChange
{
    /// <summary>What was changed.</summary>
    public required ChangeCode Code { get; init; }

    /// <summary>The values in the text, in the order of the code's documentation; empty when the code has no arguments.</summary>
    public ImmutableArray<string> Arguments { get; init; } = [];

    /// <summary>
    /// Whether it is proven: with the change taken back, the hash is exactly the signed one; or the key record shows it. False for the best
    /// explanation of what is seen.
    /// </summary>
    public required bool IsProven { get; init; }

    /// <summary>The lines that differ, at most 40; empty when there is nothing to show.</summary>
    public ImmutableArray<DiffLine> Diff { get; init; } = [];

    /// <summary>The section of the standard behind it.</summary>
    public string Section => ChangeRules.Of(Code).Section;

    /// <summary>The change in one line of English; it has text of the message.</summary>
    public string Text => FindingText.Of(ChangeRules.Of(Code).Template, Section, Arguments);

    /// <summary>What to do, in one line of English.</summary>
    public string Advice => ChangeRules.Of(Code).Advice;

    internal SignatureChange With(ImmutableArray<DiffLine> diff) => new() { Code = Code, Arguments = Arguments, IsProven = IsProven, Diff = diff };

    internal SignatureChange Unproven() => new() { Code = Code, Arguments = Arguments, IsProven = false, Diff = Diff };

    /// <summary>The text.</summary>
    public override string ToString() => Text;
}
