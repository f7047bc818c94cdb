namespace EmailAuth.Syntax;

/// <summary>
/// The domain names that were read recently. Most messages name domains of earlier ones; the same text then gives the same object.
/// Thread-safe.
/// </summary>
/// <remarks>
/// Bounded whatever senders send: there is a fixed number of places with one name each, and a later name replaces an earlier one. Names whose
/// hashes share their low bits share a row of places, so that two names of the same message do not push each other out each time. Names that
/// are long or have many labels, and so many parents, are not kept. Two threads may change a row at the same time and lose a name; that is
/// harmless, because names are immutable and compared as a whole.
/// </remarks>
internal static class RecentNames
{
    private const int RowCount = 1024;
    private const int RowLength = 4;
    private const int MaxLength = 64;
    private const int MaxLabels = 8;

    private static readonly DomainName?[] Places = new DomainName?[RowCount * RowLength];

    /// <summary>The name of a text that is already checked and lower case.</summary>
    public static DomainName Of(ReadOnlySpan<char> text)
    {
        var hash = string.GetHashCode(text, StringComparison.Ordinal);
        var row = Places.AsSpan((hash & (RowCount - 1)) * RowLength, RowLength);
        for (var place = 0; place < RowLength && Volatile.Read(ref row[place]) is { } known; place++)
        {
            if (known.Is(text, hash))
            {
                return known;
            }
        }

        var name = new DomainName(text.ToString(), hash);
        if (text.Length <= MaxLength && text.Count('.') < MaxLabels)
        {
            for (var place = RowLength - 1; place > 0; place--)
            {
                Volatile.Write(ref row[place], Volatile.Read(ref row[place - 1]));
            }

            Volatile.Write(ref row[0], name);
        }

        return name;
    }
}
