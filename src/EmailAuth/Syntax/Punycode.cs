using System.Buffers;

namespace EmailAuth.Syntax;

/// <summary>Punycode (RFC 3492), between the code points of a label and the letters, digits and hyphens after its <c>xn--</c>. It does not throw.</summary>
/// <remarks>Encoding takes a pass over the label for each distinct character: callers pass labels that fit into the DNS.</remarks>
internal static class Punycode
{
    // RFC 3492 section 5: the parameters of Punycode.
    private const int Base = 36;
    private const int TMin = 1;
    private const int TMax = 26;
    private const int Skew = 38;
    private const int Damp = 700;
    private const int InitialBias = 72;
    private const int InitialN = 0x80;
    private const int MaxCodePoint = 0x10FFFF;

    private static readonly SearchValues<char> Digits = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>RFC 3492 section 6.3. False when the text is longer than <paramref name="text"/>.</summary>
    public static bool TryEncode(ReadOnlySpan<int> label, Span<char> text, out int length)
    {
        length = 0;
        foreach (var code in label)
        {
            if (code < InitialN && !TryAppend(text, ref length, (char)code))
            {
                return false;
            }
        }

        var basic = length;
        var handled = basic;
        if (basic > 0 && !TryAppend(text, ref length, '-'))
        {
            return false;
        }

        var (n, delta, bias) = (InitialN, 0L, InitialBias);
        while (handled < label.Length)
        {
            var next = int.MaxValue;
            foreach (var code in label)
            {
                next = code >= n && code < next ? code : next;
            }

            delta += (long)(next - n) * (handled + 1);
            n = next;
            foreach (var code in label)
            {
                delta += code < n ? 1 : 0;
                if (code != n)
                {
                    continue;
                }

                if (!TryAppendNumber(text, ref length, delta, bias))
                {
                    return false;
                }

                bias = Adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled++;
            }

            delta++;
            n++;
        }

        return true;
    }

    /// <summary>RFC 3492 section 6.2. False when it is not Punycode, or the label is longer than <paramref name="label"/>.</summary>
    public static bool TryDecode(ReadOnlySpan<char> text, Span<int> label, out int length)
    {
        length = 0;
        var delimiter = text.LastIndexOf('-');
        for (var index = 0; index < delimiter; index++)
        {
            if (length == label.Length || text[index] >= InitialN)
            {
                return false;
            }

            label[length++] = text[index];
        }

        var position = delimiter > 0 ? delimiter + 1 : 0;
        var (n, i, bias) = ((long)InitialN, 0L, InitialBias);
        while (position < text.Length)
        {
            if (length == label.Length || !TryReadNumber(text, ref position, bias, out var delta))
            {
                return false;
            }

            length++;
            bias = Adapt(delta, length, i == 0);
            i += delta;
            n += i / length;
            i %= length;
            if (n > MaxCodePoint || n is >= 0xD800 and <= 0xDFFF)
            {
                return false;
            }

            label[(int)i..(length - 1)].CopyTo(label[((int)i + 1)..]);
            label[(int)i++] = (int)n;
        }

        return true;
    }

    // A generalized variable-length integer (RFC 3492 section 3.3).
    private static bool TryReadNumber(ReadOnlySpan<char> text, ref int position, int bias, out long number)
    {
        number = 0;
        var weight = 1L;
        for (var k = Base; ; k += Base)
        {
            if (position == text.Length || !Digits.Contains(text[position]))
            {
                return false;
            }

            var digit = DigitOf(text[position++]);
            number += digit * weight;
            var threshold = Threshold(k, bias);
            if (digit < threshold)
            {
                return true;
            }

            weight *= Base - threshold;

            // RFC 3492 section 6.4: past this there are no more code points.
            if (number > int.MaxValue || weight > int.MaxValue)
            {
                return false;
            }
        }
    }

    private static bool TryAppendNumber(Span<char> text, ref int length, long number, int bias)
    {
        for (var k = Base; ; k += Base)
        {
            var threshold = Threshold(k, bias);
            if (number < threshold)
            {
                return TryAppend(text, ref length, DigitFor((int)number));
            }

            if (!TryAppend(text, ref length, DigitFor(threshold + (int)((number - threshold) % (Base - threshold)))))
            {
                return false;
            }

            number = (number - threshold) / (Base - threshold);
        }
    }

    private static bool TryAppend(Span<char> text, ref int length, char c)
    {
        if (length == text.Length)
        {
            return false;
        }

        text[length++] = c;
        return true;
    }

    // RFC 3492 section 6.1.
    private static int Adapt(long delta, int points, bool isFirst)
    {
        delta = isFirst ? delta / Damp : delta / 2;
        delta += delta / points;
        var k = 0;
        while (delta > (Base - TMin) * TMax / 2)
        {
            delta /= Base - TMin;
            k += Base;
        }

        return k + (int)((Base - TMin + 1) * delta / (delta + Skew));
    }

    private static int Threshold(int k, int bias) => Math.Clamp(k - bias, TMin, TMax);

    private static int DigitOf(char c) => char.IsAsciiDigit(c) ? c - '0' + 26 : (c | 0x20) - 'a';

    private static char DigitFor(int digit) => (char)(digit < 26 ? digit + 'a' : digit - 26 + '0');
}
