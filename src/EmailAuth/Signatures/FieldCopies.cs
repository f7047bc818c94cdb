using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EmailAuth.Messages;

namespace EmailAuth.Signatures;

/// <summary>
/// Which of the <see cref="SingleFields"/> a message has in copies that differ: a signature that covers one of them and leaves another open
/// does not protect what people are shown (RFC 6376 section 8.15). Found once for a message, in time linear in its header.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct FieldCopies
{
    private const HeaderDefects Disguises =
        HeaderDefects.BareCarriageReturn | HeaderDefects.BareLineFeed | HeaderDefects.NullByte | HeaderDefects.MalformedField;

    private static readonly ImmutableArray<int> Hashes = [.. SingleFields.Names.Select(HeaderFieldIndex.HashOf)];

    private readonly uint _differing;
    private readonly uint _disguised;

    private FieldCopies(uint differing, uint disguised)
    {
        _differing = differing;
        _disguised = disguised;
    }

    public static FieldCopies Find(HeaderFieldIndex fields)
    {
        var differing = 0u;
        for (var index = 0; index < SingleFields.Names.Length; index++)
        {
            if (AreDifferent(fields, fields.LowestOf(SingleFields.Names[index], Hashes[index])))
            {
                differing |= 1u << index;
            }
        }

        return new FieldCopies(differing, (fields.Header.Defects & Disguises) == HeaderDefects.None ? 0 : FindDisguised(fields));
    }

    /// <summary>The fields that a signature names (<c>h=</c>) and of which it leaves a copy open that differs from another.</summary>
    /// <param name="fields">The fields of the message, those of the signature selected.</param>
    /// <param name="names">The names of <c>h=</c> in lower case.</param>
    public uint LeftOpen(HeaderFieldIndex fields, ImmutableArray<string> names)
    {
        var open = 0u;
        for (var left = _differing | _disguised; left != 0; left &= left - 1)
        {
            var bit = left & (~left + 1);
            var name = SingleFields.Names[System.Numerics.BitOperations.TrailingZeroCount(bit)];
            if (names.Contains(name, StringComparer.Ordinal) && ((_disguised & bit) != 0 || fields.HasUnselected(name)))
            {
                open |= bit;
            }
        }

        return open;
    }

    // All are compared with the lowest, which every signature that names the field covers: when all are equal, any instance that a program
    // shows has the signed text.
    private static bool AreDifferent(HeaderFieldIndex fields, int lowest)
    {
        if (lowest < 0)
        {
            return false;
        }

        var signed = fields.Header[lowest].Value;
        for (var field = fields.Above(lowest); field >= 0; field = fields.Above(field))
        {
            if (!DisguisedLines.AreAlike(signed, fields.Header[field].Value))
            {
                return true;
            }
        }

        return false;
    }

    // A signature does not treat a line that only lenient programs read as a field as one, so such a line is never selected.
    private static uint FindDisguised(HeaderFieldIndex fields)
    {
        var found = 0u;
        for (var field = 0; field < fields.Header.Count; field++)
        {
            var lines = new DisguisedLines(fields.Header[field]);
            while (lines.TryRead(out var index, out var value))
            {
                var lowest = fields.LowestOf(SingleFields.Names[index]);
                if (lowest < 0 || !DisguisedLines.AreAlike(fields.Header[lowest].Value, value))
                {
                    found |= 1u << index;
                }
            }
        }

        return found;
    }
}
