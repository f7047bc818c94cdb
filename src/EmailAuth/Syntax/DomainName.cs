using System.Diagnostics.CodeAnalysis;

namespace EmailAuth.Syntax;

/// <summary>
/// A domain name in the form in which the DNS is asked: A-labels (RFC 5890), lower case, no trailing dot,
/// each label 1 to 63 octets, 253 characters in all (255 octets in a query, RFC 1035 section 2.3.4).
/// </summary>
/// <remarks>Names compare without regard to case (RFC 4343): their text is in lower case.</remarks>
public sealed class DomainName : IEquatable<DomainName>
{
    /// <summary>The longest label, in octets (RFC 1035 section 2.3.4).</summary>
    internal const int MaxLabelLength = 63;

    /// <summary>The longest name, in characters without the trailing dot (RFC 1035 section 2.3.4: 255 octets with lengths and root).</summary>
    internal const int MaxLength = 253;

    // Longer names are rare.
    private const int UsualLength = 64;

    private readonly string _text;
    private readonly int _hashCode;
    private DomainName? _parent;

    /// <summary>A name whose text is already checked and lower case, and has the given hash code.</summary>
    internal DomainName(string text, int hashCode)
    {
        _text = text;
        _hashCode = hashCode;
    }

    /// <summary>How many labels the name has; 1 for a top-level domain.</summary>
    internal int LabelCount => _text.AsSpan().Count('.') + 1;

    /// <summary>The name without its leftmost label, or null for a name of one label.</summary>
    public DomainName? Parent
    {
        get
        {
            // Two threads may both compute it; the values are equal, so it does not matter which one is kept.
            if (_parent is null && _text.IndexOf('.', StringComparison.Ordinal) is var dot and >= 0)
            {
                _parent = RecentNames.Of(_text.AsSpan(dot + 1));
            }

            return _parent;
        }
    }

    /// <summary>
    /// Reads a host or mail domain: labels of letters, digits, hyphens and underscores; labels in Unicode become A-labels (RFC 5891).
    /// </summary>
    /// <param name="text">The name, without a trailing dot.</param>
    /// <returns>The name, or what is wrong with it and where.</returns>
    public static ParseResult<DomainName> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Parse(text.AsSpan());
    }

    /// <inheritdoc cref="Parse(string)"/>
    public static ParseResult<DomainName> Parse(ReadOnlySpan<char> text) => DomainNameParser.ParseHost(text);

    /// <summary>
    /// Reads a name as the DNS allows it: labels of any visible ASCII or space (RFC 2181 section 11). One trailing dot is dropped.
    /// For names that a record's author built, such as the result of an SPF macro (RFC 7208 section 7).
    /// </summary>
    /// <param name="text">The name.</param>
    /// <returns>The name, or what is wrong with it and where.</returns>
    public static ParseResult<DomainName> ParseDnsName(ReadOnlySpan<char> text) => DomainNameParser.ParseDnsName(text);

    /// <summary>Puts labels before this name, as in <c>_dmarc.example.com</c>.</summary>
    /// <param name="labels">One or more labels that a <see cref="Parse(string)"/> would accept, without a trailing dot.</param>
    /// <returns>The longer name, or null when it exceeds 253 characters.</returns>
    /// <exception cref="ArgumentException"><paramref name="labels"/> are not labels.</exception>
    public DomainName? Prepend(string labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        if (!DomainNameParser.IsHost(labels))
        {
            throw new ArgumentException("Not a sequence of DNS labels.", nameof(labels));
        }

        return PrependChecked(labels);
    }

    /// <summary>The name of the given number of rightmost labels of this one; this name when it does not have more.</summary>
    /// <param name="labels">How many labels to keep; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="labels"/> is less than 1.</exception>
    internal DomainName TakeLast(int labels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(labels, 1);
        var start = _text.Length + 1;
        for (var kept = 0; kept < labels && start > 0; kept++)
        {
            start = _text.LastIndexOf('.', start - 2) + 1;
        }

        // The parent is kept; names between this one and a name further up are not made.
        return start == 0 ? this
            : !_text.AsSpan(0, start - 1).Contains('.') ? Parent!
            : RecentNames.Of(_text.AsSpan(start));
    }

    /// <summary>Whether this name is <paramref name="ancestor"/> or is below it.</summary>
    /// <param name="ancestor">The other name.</param>
    public bool IsEqualToOrBelow(DomainName ancestor)
    {
        ArgumentNullException.ThrowIfNull(ancestor);
        var (text, other) = (_text, ancestor._text);
        return text.EndsWith(other, StringComparison.Ordinal)
            && (text.Length == other.Length || text[text.Length - other.Length - 1] == '.');
    }

    /// <inheritdoc/>
    public bool Equals([NotNullWhen(true)] DomainName? other) =>
        ReferenceEquals(this, other)
        || (other is not null && _hashCode == other._hashCode && string.Equals(_text, other._text, StringComparison.Ordinal));

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => Equals(obj as DomainName);

    /// <inheritdoc/>
    public override int GetHashCode() => _hashCode;

    /// <summary>The name: A-labels, lower case, no trailing dot.</summary>
    public override string ToString() => _text;

    /// <summary>Whether two names are equal.</summary>
    public static bool operator ==(DomainName? left, DomainName? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two names differ.</summary>
    public static bool operator !=(DomainName? left, DomainName? right) => !(left == right);

    /// <summary>A name whose text is already checked and lower case.</summary>
    internal static DomainName FromChecked(ReadOnlySpan<char> text) => RecentNames.Of(text);

    /// <summary>Whether this is the name of a text that has the given hash code.</summary>
    internal bool Is(ReadOnlySpan<char> text, int hashCode) => _hashCode == hashCode && text.SequenceEqual(_text);

    /// <summary>The name with labels before it that are already checked and lower case, or null when it would be too long.</summary>
    internal DomainName? PrependChecked(ReadOnlySpan<char> labels)
    {
        var length = labels.Length + 1 + _text.Length;
        if (length > MaxLength)
        {
            return null;
        }

        Span<char> text = length <= UsualLength ? stackalloc char[UsualLength] : stackalloc char[MaxLength];
        labels.ToLowerInvariant(text);
        text[labels.Length] = '.';
        _text.CopyTo(text[(labels.Length + 1)..]);
        return RecentNames.Of(text[..length]);
    }
}
