namespace EmailAuth.Bimi;

/// <summary>What fetching a URI gave: its bytes, or why there are none.</summary>
internal sealed record BimiDocument
{
    private BimiDocument()
    {
    }

    /// <summary>The bytes, or null.</summary>
    public byte[]? Content { get; private init; }

    /// <summary>Why there are none, in one line.</summary>
    public string? Reason { get; private init; }

    /// <summary>Whether asking later may help.</summary>
    public bool IsTemporary { get; private init; }

    public static BimiDocument Of(byte[] content) => new() { Content = content };

    public static BimiDocument Refused(string reason) => new() { Reason = reason };

    public static BimiDocument Unavailable(string reason) => new() { Reason = reason, IsTemporary = true };
}
