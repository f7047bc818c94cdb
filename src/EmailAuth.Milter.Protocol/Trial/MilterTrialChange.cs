namespace EmailAuth.Milter.Protocol.Trial;

/// <summary>One change that a milter made at the end of the message.</summary>
/// <remarks>Immutable; safe to share between threads.</remarks>
public sealed class MilterTrialChange
{
    /// <summary>The kind of the change, such as <see cref="MilterReply.InsertHeader"/> or <see cref="MilterReply.Quarantine"/>.</summary>
    public required MilterReply Kind { get; init; }

    /// <summary>
    /// The index of an inserted field (0 is the very top, above the field Received of the MTA), or which of the fields of the name a changed
    /// one is, counted from 1; otherwise 0.
    /// </summary>
    public int Index { get; init; }

    /// <summary>The name of the field, every character one byte; the path of a recipient or sender; otherwise empty.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>
    /// The value of the field, lines separated by LF, empty when the field is removed; the arguments of a path; the reason of a quarantine.
    /// Bytes that are not UTF-8 become U+FFFD. Empty for a body, see <see cref="Body"/>.
    /// </summary>
    public string Value { get; init; } = string.Empty;

    /// <summary>The piece of the new body; empty for other changes.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The change, in one line.</summary>
    public override string ToString() => $"{Kind} {Name}{(Value.Length > 0 ? $": {Value.ReplaceLineEndings(" ")}" : string.Empty)}";
}
