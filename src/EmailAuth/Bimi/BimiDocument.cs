namespace EmailAuth.Bimi;

/// <summary>A fetched document: its bytes, or why they could not be fetched.</summary>
internal sealed record BimiDocument
{
    private BimiDocument()
    {
    }

    /// <summary>The bytes, or null.</summary>
    public byte[]? Content { get; private init; }

    /// <summary>Why the document could not be fetched, in one line; null when it was.</summary>
    public string? Reason { get; private init; }

    /// <summary>Whether a later attempt may succeed.</summary>
    public bool IsTemporary { get; private init; }

    /// <summary>The media type that the server gives, or null.</summary>
    public string? MediaType { get; private init; }

    public static BimiDocument Of(byte[] content, string? mediaType = null) => new() { Content = content, MediaType = mediaType };

    public static BimiDocument Refused(string reason) => new() { Reason = reason };

    public static BimiDocument Unavailable(string reason) => new() { Reason = reason, IsTemporary = true };
}
