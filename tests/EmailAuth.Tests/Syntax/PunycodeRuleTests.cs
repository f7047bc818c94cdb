using System.Numerics;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Syntax;

/// <summary>Punycode against RFC 3492 section 6 written down plainly, for every text that is near one that is right.</summary>
public class PunycodeRuleTests
{
    private const string Digits = "abcdefghijklmnopqrstuvwxyz0123456789";

    public static TheoryData<string> Texts => ["egbpdaj6bu4bxfgehfvwxn", "ihqwcrb4cv8a8dqg056pqjye", "3b-ww4c5e180e575a65lsy2b", "-with-super-monkeys-pc58ag80a8qai00g7n9n", "bcher-kva", "tda", "ls8h", "example-", "qk4kca", "a-b-tda", ""];

    [Theory]
    [MemberData(nameof(Texts))]
    public void Each_text_a_character_away_decodes_as_the_rule_says(string text)
    {
        Assert.Equal(Plainly(text), Decode(text, 63));
        foreach (var (_, _, changed) in OneCharacterEdits.Of(text, "abyz089-AZ_/:@[`{\u0080\u00e1"))
        {
            Assert.True(Equals(Plainly(changed), Decode(changed, 63)), changed);
        }
    }

    [Fact]
    public void Each_short_text_decodes_as_the_rule_says()
    {
        foreach (var text in ShortTexts.Of("abz09-A", 5))
        {
            Assert.True(Equals(Plainly(text), Decode(text, 63)), text);
        }
    }

    [Fact]
    public void Each_digit_is_read_in_both_cases_and_no_other_character_is_one()
    {
        for (var code = 0; code < 256; code++)
        {
            var text = $"a{(char)code}a";
            Assert.True(Equals(Plainly(text), Decode(text, 63)), text);
        }
    }

    // Letters of ASCII before a character at every distance, and another one behind: the second number is written by what the first has set.
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void Every_distance_is_written_as_the_rule_says(int basic)
    {
        for (var code = 0x80; code <= 0x10FFFE; code += 331)
        {
            if (code is < 0xD7FE or > 0xDFFF)
            {
                int[] label = [.. Enumerable.Repeat('x' + 0, basic), code, code + 1, code];
                var text = PlainText(label);
                Assert.Equal(text, Encode(label, 63));
                Assert.Equal(string.Join(' ', label), Decode(text, 63));
            }
        }
    }

    [Fact]
    public void Any_label_is_written_as_the_rule_says_and_reads_back()
    {
        var random = new Random(20261130);
        int[] limits = [0x7f, 0x80, 0x81, 0xff, 0x3000, 0xD800, 0x110000];
        for (var round = 0; round < 3000; round++)
        {
            int[] label = [.. Enumerable.Range(0, random.Next(1, 12)).Select(_ => random.Next(limits[random.Next(limits.Length)])).Select(static code => code is >= 0xD800 and <= 0xDFFF ? 0x7f : code)];
            var text = PlainText(label);
            Assert.Equal(text, Encode(label, 100));
            Assert.Equal(string.Join(' ', label), Decode(text, 63));
        }
    }

    // The first code points that are not in a plane, and those that are not characters.
    [Theory]
    [InlineData(0x80, true)]
    [InlineData(0xD7FF, true)]
    [InlineData(0xD800, false)]
    [InlineData(0xDBFF, false)]
    [InlineData(0xDFFF, false)]
    [InlineData(0xE000, true)]
    [InlineData(0xFFFF, true)]
    [InlineData(0x10FFFF, true)]
    [InlineData(0x110000, false)]
    public void A_code_point_is_a_character_or_refused(int code, bool isRead)
    {
        Assert.Equal(isRead ? code.ToString(System.Globalization.CultureInfo.InvariantCulture) : null, Decode(PlainText([code]), 63));
        Assert.Equal(isRead ? $"97 {code} 98" : null, Decode(PlainText(['a', code, 'b']), 63));
    }

    [Theory]
    [MemberData(nameof(Texts))]
    public void Both_ways_fit_exactly_into_their_room(string text)
    {
        var characters = Decode(text, 63) is { Length: > 0 } decoded ? decoded.Split(' ').Select(int.Parse).ToArray() : [];
        for (var room = 0; room <= text.Length + 1; room++)
        {
            Assert.Equal(room >= text.Length ? text : null, Encode(characters, room));
        }

        for (var room = 0; room <= characters.Length + 1; room++)
        {
            Assert.Equal(room >= characters.Length ? string.Join(' ', characters) : null, Decode(text, room));
        }
    }

    // A number is refused when there is no code point as far as that, even in a label that is long.
    [Fact]
    public void A_number_past_all_code_points_is_refused_in_a_label_of_any_length()
    {
        foreach (var basic in (int[])[0, 1, 2, 10, 300])
        {
            var start = basic == 0 ? string.Empty : new string('a', basic) + "-";
            for (var digits = 1; digits < 12; digits++)
            {
                var text = start + new string('9', digits) + "a";
                Assert.True(Equals(Plainly(text), Decode(text, 400)), text);
            }
        }
    }

    private static string? Decode(string text, int room)
    {
        var label = new int[room];
        return Punycode.TryDecode(text, label, out var length) ? string.Join(' ', label[..length]) : null;
    }

    private static string? Encode(int[] label, int room)
    {
        var text = new char[room];
        return Punycode.TryEncode(label, text, out var length) ? new string(text, 0, length) : null;
    }

    // RFC 3492 section 6.2, with numbers of any size.
    private static string? Plainly(string text)
    {
        var delimiter = text.LastIndexOf('-');
        var label = delimiter > 0 ? text[..delimiter].Select(static c => (int)c).ToList() : [];
        if (label.Exists(static code => code >= 0x80))
        {
            return null;
        }

        var (rest, place) = (text[(delimiter > 0 ? delimiter + 1 : 0)..], 0);
        var (n, i, bias) = ((BigInteger)0x80, BigInteger.Zero, (BigInteger)72);
        while (place < rest.Length)
        {
            var (old, weight, k) = (i, BigInteger.One, 36);
            while (true)
            {
                var digit = place < rest.Length && rest[place] < 0x80 ? Digits.IndexOf(char.ToLowerInvariant(rest[place]), StringComparison.Ordinal) : -1;
                place++;
                if (digit < 0)
                {
                    return null;
                }

                i += digit * weight;
                var threshold = Threshold(k, bias);
                if (digit < threshold)
                {
                    break;
                }

                (weight, k) = (weight * (36 - threshold), k + 36);
            }

            bias = Adapt(i - old, label.Count + 1, old == 0);
            n += i / (label.Count + 1);
            i %= label.Count + 1;
            if (n > 0x10FFFF || (n >= 0xD800 && n <= 0xDFFF))
            {
                return null;
            }

            label.Insert((int)i, (int)n);
            i++;
        }

        return string.Join(' ', label);
    }

    // RFC 3492 section 6.3.
    private static string PlainText(int[] label)
    {
        var text = string.Concat(label.Where(static code => code < 0x80).Select(static code => (char)code));
        var (basic, handled) = (text.Length, text.Length);
        text += basic > 0 ? "-" : string.Empty;
        var (n, delta, bias) = (0x80, BigInteger.Zero, (BigInteger)72);
        while (handled < label.Length)
        {
            var next = label.Where(code => code >= n).Min();
            delta += (BigInteger)(next - n) * (handled + 1);
            n = next;
            foreach (var code in label)
            {
                if (code < n)
                {
                    delta++;
                }
                else if (code == n)
                {
                    var q = delta;
                    var k = 36;
                    for (; q >= Threshold(k, bias); k += 36)
                    {
                        var threshold = Threshold(k, bias);
                        text += Digits[(int)(threshold + ((q - threshold) % (36 - threshold)))];
                        q = (q - threshold) / (36 - threshold);
                    }

                    text += Digits[(int)q];
                    bias = Adapt(delta, handled + 1, handled == basic);
                    (delta, handled) = (0, handled + 1);
                }
            }

            (delta, n) = (delta + 1, n + 1);
        }

        return text;
    }

    private static BigInteger Threshold(int k, BigInteger bias) => k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;

    // RFC 3492 section 6.1.
    private static BigInteger Adapt(BigInteger delta, int points, bool isFirst)
    {
        delta /= isFirst ? 700 : 2;
        delta += delta / points;
        var k = 0;
        for (; delta > 455; k += 36)
        {
            delta /= 35;
        }

        return k + (36 * delta / (delta + 38));
    }
}
