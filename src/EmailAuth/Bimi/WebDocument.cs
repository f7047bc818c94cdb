using System.Collections.Immutable;

namespace EmailAuth.Bimi;

/// <summary>A document that was fetched from a web server, or why it could not be. Immutable.</summary>
public sealed class WebDocument
{
    internal WebDocument(BimiDocument document)
    {
        Content = document.Content is { } content ? [.. content] : default;
        MediaType = document.MediaType;
        Reason = document.Reason;
        IsTemporary = document.IsTemporary;
    }

    /// <summary>The bytes; default when the document could not be fetched.</summary>
    public ImmutableArray<byte> Content { get; }

    /// <summary>The media type that the server gives, without parameters; null without one, or without a document.</summary>
    public string? MediaType { get; }

    /// <summary>Why the document could not be fetched, in one line; null when it was.</summary>
    public string? Reason { get; }

    /// <summary>Whether a later attempt may succeed.</summary>
    public bool IsTemporary { get; }
}
