namespace EmailAuth.Syntax;

/// <summary>
/// The domain names that were read recently. Most messages name domains of earlier ones; the same text then gives the same object.
/// Thread-safe.
/// </summary>
/// <remarks>
/// Bounded whatever senders send: there is a fixed number of places with one name each, and a later name replaces an earlier one. Names that are
/// long or have many labels, and so many parents, are not kept. Two threads may put different names into a place; that is harmless, because
/// names are immutable and compared as a whole.
/// </remarks>
internal static class RecentNames
{
    private const int PlaceCount = 4096;
    private const int MaxLength = 64;
    private const int MaxLabels = 8;

    private static readonly DomainName?[] Places = new DomainName?[PlaceCount];

    /// <summary>The name of a text that is already checked and lower case.</summary>
    public static DomainName Of(ReadOnlySpan<char> text)
    {
        var hash = string.GetHashCode(text, StringComparison.Ordinal);
        ref var place = ref Places[hash & (PlaceCount - 1)];
        if (Volatile.Read(ref place) is { } known && known.Is(text, hash))
        {
            return known;
        }

        var name = new DomainName(text.ToString(), hash);
        if (text.Length <= MaxLength && text.Count('.') < MaxLabels)
        {
            Volatile.Write(ref place, name);
        }

        return name;
    }
}
