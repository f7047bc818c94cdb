using System.Runtime.InteropServices;

namespace EmailAuth.Inspection.Signatures;

/// <summary>A line that differs between what was signed and what arrived.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DiffLine
{
    /// <summary>Whether the line is of what was signed; false for what arrived.</summary>
    public required bool IsSigned { get; init; }

    /// <summary>The line, as UTF-8 if it is that and otherwise as Latin-1, at most 200 characters, with <c>... </c> where a start that does not differ was left out; it may have control characters.</summary>
    public required string Text { get; init; }

    /// <summary>The line after its sign: <c>-</c> for what was signed, <c>+</c> for what arrived.</summary>
    public override string ToString() => $"{(IsSigned ? '-' : '+')} {Text}";
}
