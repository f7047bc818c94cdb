using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using EmailAuth.Syntax;

namespace EmailAuth.Signatures;

/// <summary>Reduces white space for the relaxed body canonicalization (RFC 6376 section 3.4.4), many octets at a time.</summary>
/// <remarks>
/// The last octet of a run of white space stays, as a space, unless CRLF follows. So whether an octet stays depends only on the two after it,
/// and a whole vector of octets can be judged at once, however often white space appears.
/// </remarks>
internal static class WhiteSpaceReduction
{
    private const int GroupLength = 8;

    // For each choice of eight octets (a bit set for one that stays) the places of those that stay, one after the other.
    private static readonly byte[] Places = CreatePlaces();

    /// <summary>Writes text with each run of white space as one space, and without white space before CRLF.</summary>
    /// <param name="text">The text. White space at its very end stays, as the octets after it are not known.</param>
    /// <param name="destination">At least as long as the text.</param>
    /// <returns>How many octets were written.</returns>
    public static int Reduce(ReadOnlySpan<byte> text, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, text.Length, nameof(destination));
        ref var source = ref MemoryMarshal.GetReference(text);
        ref var target = ref MemoryMarshal.GetReference(destination);
        nuint position = 0;
        nuint written = 0;

        // Whole vectors are written, which never goes past the octets that were read.
        for (var left = text.Length; left >= Vector256<byte>.Count + 2; left -= Vector256<byte>.Count)
        {
            var octets = Vector256.LoadUnsafe(ref source, position);
            var next = Vector256.LoadUnsafe(ref source, position + 1);
            var afterNext = Vector256.LoadUnsafe(ref source, position + 2);
            var tabs = Vector256.Equals(octets, Vector256.Create((byte)'\t'));
            var lineEnds = Vector256.Equals(next, Vector256.Create((byte)'\r')) & Vector256.Equals(afterNext, Vector256.Create((byte)'\n'));
            var dropped = (tabs | Spaces(octets)) & (Spaces(next) | Vector256.Equals(next, Vector256.Create((byte)'\t')) | lineEnds);
            Vector256.ConditionalSelect(tabs, Vector256.Create((byte)' '), octets).StoreUnsafe(ref target, written);
            written = dropped == Vector256<byte>.Zero
                ? written + (nuint)Vector256<byte>.Count
                : Close(ref target, written, ~dropped.ExtractMostSignificantBits());
            position += (nuint)Vector256<byte>.Count;
        }

        for (var index = (int)position; index < text.Length; index++)
        {
            if (!IsDropped(text[index..]))
            {
                destination[(int)written++] = text[index] == (byte)'\t' ? (byte)' ' : text[index];
            }
        }

        return (int)written;
    }

    private static Vector256<byte> Spaces(Vector256<byte> octets) => Vector256.Equals(octets, Vector256.Create((byte)' '));

    // Moves the octets of a vector that stay to its start, group by group; returns where the next one goes.
    private static nuint Close(ref byte target, nuint start, uint kept)
    {
        var end = start;
        for (var group = start; group < start + (nuint)Vector256<byte>.Count; group += GroupLength)
        {
            var choice = (byte)kept;
            kept >>= GroupLength;
            var octets = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref target, group))).AsByte();
            var places = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<ulong>(ref Places[choice * GroupLength])).AsByte();
            Unsafe.WriteUnaligned(ref Unsafe.Add(ref target, end), Vector128.ShuffleNative(octets, places).AsUInt64().ToScalar());
            end += (nuint)BitOperations.PopCount((uint)choice);
        }

        return end;
    }

    private static bool IsDropped(ReadOnlySpan<byte> text) =>
        CharacterClasses.IsWsp(text[0]) && text.Length > 1 && (CharacterClasses.IsWsp(text[1]) || text[1..].StartsWith("\r\n"u8));

    private static byte[] CreatePlaces()
    {
        var places = new byte[(1 << GroupLength) * GroupLength];
        for (var choice = 0; choice < 1 << GroupLength; choice++)
        {
            var next = choice * GroupLength;
            for (var place = 0; place < GroupLength; place++)
            {
                if ((choice & (1 << place)) != 0)
                {
                    places[next++] = (byte)place;
                }
            }
        }

        return places;
    }
}
