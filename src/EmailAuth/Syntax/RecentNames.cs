namespace EmailAuth.Syntax;

/// <summary>
/// The domain names met lately. Most messages name domains that earlier ones named, so the same text gives the same object and costs no
/// new one. Thread-safe.
/// </summary>
/// <remarks>
/// Bounded whatever senders send: a fixed number of places, a name for each, the later one takes the place of the earlier. Names that are
/// long or have many labels, and so many parents, are not kept. That two threads may put different names into a place does no harm, as
/// names are immutable and compared whole.
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
