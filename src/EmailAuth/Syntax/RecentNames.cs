using System.Runtime.InteropServices;

namespace EmailAuth.Syntax;

/// <summary>
/// The domain names that were read recently. Most messages name domains of earlier ones; the same text then gives the same object.
/// Thread-safe.
/// </summary>
/// <remarks>
/// Bounded whatever senders send: there is a fixed number of places with one name each, and a later name replaces an earlier one. Names whose
/// hashes share their low bits share a row of places, so that two names of the same message do not push each other out each time. Names that
/// are long or have many labels, and so many parents, are not kept. Two threads may change a row at the same time and lose a name; that is
/// harmless, as is a hash beside the name of another one, because names are immutable and compared as a whole.
/// </remarks>
internal static class RecentNames
{
    private const int RowCount = 1024;
    private const int RowLength = 4;
    private const int MaxLength = 64;
    private const int MaxLabels = 8;

    private static readonly Place[] Places = new Place[RowCount * RowLength];

    /// <summary>The name of a text that is already checked and lower case.</summary>
    public static DomainName Of(ReadOnlySpan<char> text)
    {
        var hash = string.GetHashCode(text, StringComparison.Ordinal);
        var row = Places.AsSpan((hash & (RowCount - 1)) * RowLength, RowLength);
        foreach (ref readonly var place in row)
        {
            // The hash lies in the row; the names lie anywhere in memory, and most of a row are others.
            if (place.Hash == hash && place.Name is { } known && known.Is(text, hash))
            {
                return known;
            }
        }

        var name = new DomainName(text.ToString(), hash);
        if (text.Length <= MaxLength && text.Count('.') < MaxLabels)
        {
            row[..^1].CopyTo(row[1..]);
            row[0] = new Place(hash, name);
        }

        return name;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Place(int Hash, DomainName? Name);
}
