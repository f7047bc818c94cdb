using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace EmailAuth.Dkim;

/// <summary>Finds where text departs from the relaxed form, many bytes at a time.</summary>
internal static class WhiteSpaceSearch
{
    /// <summary>
    /// The first tab, or the first space that white space or a CR follows; -1 when there is none. A space at the very end is not one:
    /// what follows it is not known.
    /// </summary>
    public static int IndexOfIrregular(ReadOnlySpan<byte> text)
    {
        ref var start = ref MemoryMarshal.GetReference(text);
        nuint position = 0;
        var length = (nuint)text.Length;

        // Each step looks at a vector and at the same vector one byte on, so that it reads one byte more than it judges.
        if (Vector256.IsHardwareAccelerated && length > (nuint)Vector256<byte>.Count)
        {
            var last = length - (nuint)Vector256<byte>.Count - 1;
            for (; position <= last; position += (nuint)Vector256<byte>.Count)
            {
                var here = Vector256.LoadUnsafe(ref start, position);
                var next = Vector256.LoadUnsafe(ref start, position + 1);
                var space = Vector256.Equals(here, Vector256.Create((byte)' '));
                var tab = Vector256.Equals(here, Vector256.Create((byte)'\t'));
                var irregular = tab | (space & (Vector256.Equals(next, Vector256.Create((byte)' '))
                    | Vector256.Equals(next, Vector256.Create((byte)'\t'))
                    | Vector256.Equals(next, Vector256.Create((byte)'\r'))));
                if (irregular != Vector256<byte>.Zero)
                {
                    return (int)position + BitOperations.TrailingZeroCount(irregular.ExtractMostSignificantBits());
                }
            }
        }
        else if (Vector128.IsHardwareAccelerated && length > (nuint)Vector128<byte>.Count)
        {
            var last = length - (nuint)Vector128<byte>.Count - 1;
            for (; position <= last; position += (nuint)Vector128<byte>.Count)
            {
                var here = Vector128.LoadUnsafe(ref start, position);
                var next = Vector128.LoadUnsafe(ref start, position + 1);
                var space = Vector128.Equals(here, Vector128.Create((byte)' '));
                var tab = Vector128.Equals(here, Vector128.Create((byte)'\t'));
                var irregular = tab | (space & (Vector128.Equals(next, Vector128.Create((byte)' '))
                    | Vector128.Equals(next, Vector128.Create((byte)'\t'))
                    | Vector128.Equals(next, Vector128.Create((byte)'\r'))));
                if (irregular != Vector128<byte>.Zero)
                {
                    return (int)position + BitOperations.TrailingZeroCount(irregular.ExtractMostSignificantBits());
                }
            }
        }

        for (; position < length; position++)
        {
            var b = Unsafe.Add(ref start, position);
            if (b == (byte)'\t'
                || (b == (byte)' ' && position + 1 < length && Unsafe.Add(ref start, position + 1) is (byte)' ' or (byte)'\t' or (byte)'\r'))
            {
                return (int)position;
            }
        }

        return -1;
    }
}
