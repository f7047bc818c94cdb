namespace EmailAuth.Reports.Collection;

/// <summary>A message in a journal. Immutable.</summary>
public sealed class JournalEntry
{
    /// <summary>The place after the message: a reader that stores it together with the message begins there the next time.</summary>
    public required JournalPosition After { get; init; }

    /// <summary>The message.</summary>
    public required CollectedMessage Message { get; init; }

    /// <summary>The policy as <see cref="CollectedMessageCodec.WritePolicy"/> writes it: messages of one report have equal bytes.</summary>
    public required ReadOnlyMemory<byte> PolicyBytes { get; init; }

    /// <summary>The row as <see cref="CollectedMessageCodec.WriteRow"/> writes it: messages of one row have equal bytes.</summary>
    public required ReadOnlyMemory<byte> RowBytes { get; init; }

    /// <summary>The message and the place.</summary>
    public override string ToString() => $"{Message} before {After}";
}
