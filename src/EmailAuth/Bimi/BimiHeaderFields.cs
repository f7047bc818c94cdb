using System.Collections.Immutable;
using System.Text;
using EmailAuth.Messages;

namespace EmailAuth.Bimi;

/// <summary>
/// The fields that only the receiving site may set: BIMI-Location, BIMI-Indicator and BIMI-Logo-Preference (BIMI draft section 5). Whatever
/// BIMI's result is, those that arrive with a message are to be removed (section 7.8): a mail reader would believe them.
/// </summary>
public static class BimiHeaderFields
{
    private static readonly string[] Names = ["BIMI-Location", "BIMI-Indicator", "BIMI-Logo-Preference"];

    private static readonly int LongestName = Names.Max(name => name.Length);

    /// <summary>
    /// Whether a field's name is one of them under the most lenient reading: without regard to case, white space, control bytes and bytes
    /// beyond ASCII, as some reader may drop or fold any of those.
    /// </summary>
    /// <param name="name">What stands before the colon.</param>
    public static bool IsReserved(ReadOnlySpan<byte> name)
    {
        Span<byte> visible = stackalloc byte[LongestName];
        var length = 0;
        foreach (var b in name)
        {
            if (b is <= (byte)' ' or >= 0x7f)
            {
                continue;
            }

            if (length == visible.Length)
            {
                return false;
            }

            visible[length++] = b;
        }

        foreach (var reserved in Names)
        {
            if (reserved.Length == length && Ascii.EqualsIgnoreCase(visible[..length], reserved))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The fields of a message that are to be removed before it is handed on: those whose name is reserved, and any in which a bare CR or
    /// LF starts a line that a lenient reader would take for such a field.
    /// </summary>
    /// <param name="header">The header as it arrived.</param>
    /// <returns>Their indexes in <paramref name="header"/>, ascending.</returns>
    public static ImmutableArray<int> FindArriving(HeaderBlock header)
    {
        ArgumentNullException.ThrowIfNull(header);
        ImmutableArray<int>.Builder? found = null;
        for (var index = 0; index < header.Count; index++)
        {
            if (HoldsReserved(header[index].Raw.Span))
            {
                (found ??= ImmutableArray.CreateBuilder<int>()).Add(index);
            }
        }

        return found?.ToImmutable() ?? [];
    }

    private static bool HoldsReserved(ReadOnlySpan<byte> raw)
    {
        // The name up to its colon, folding inside or after it included.
        var colon = raw.IndexOf((byte)':');
        if (colon < 0)
        {
            return false;
        }

        if (IsReserved(raw[..colon]))
        {
            return true;
        }

        for (var end = raw.IndexOfAny((byte)'\r', (byte)'\n'); end >= 0; end = raw.IndexOfAny((byte)'\r', (byte)'\n'))
        {
            raw = raw[(end + 1)..];

            // A line that starts with white space continues the one before it.
            if (StartsReserved(raw))
            {
                return true;
            }
        }

        return false;
    }

    private static bool StartsReserved(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || line[0] is (byte)' ' or (byte)'\t')
        {
            return false;
        }

        var colon = line.IndexOfAny((byte)':', (byte)'\r', (byte)'\n');
        return colon > 0 && line[colon] == ':' && IsReserved(line[..colon]);
    }
}
