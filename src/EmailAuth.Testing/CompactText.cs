using System.Text;

namespace EmailAuth.Testing;

/// <summary>A text that takes one byte a character where it is long and all ASCII, as the records of a large zone are. Compares as its text does.</summary>
internal readonly struct CompactText : IEquatable<CompactText>
{
    // Shorter texts gain nothing: an array has a header too.
    private const int LeastLength = 32;

    // A string, or a byte[] of ASCII; null for no text.
    private readonly object? _text;

    public CompactText(string? text) =>
        _text = text is { Length: >= LeastLength } && Ascii.IsValid(text) ? Encoding.ASCII.GetBytes(text) : text;

    public bool Equals(CompactText other) => _text is byte[] ours && other._text is byte[] theirs
        ? ours.AsSpan().SequenceEqual(theirs)
        : string.Equals(_text as string, other._text as string, StringComparison.Ordinal) && _text is byte[] == other._text is byte[];

    public override bool Equals(object? obj) => obj is CompactText other && Equals(other);

    public override int GetHashCode() => Value is { } text ? string.GetHashCode(text, StringComparison.Ordinal) : 0;

    /// <summary>The text, or null.</summary>
    public string? Value => _text is byte[] bytes ? Encoding.ASCII.GetString(bytes) : (string?)_text;
}
