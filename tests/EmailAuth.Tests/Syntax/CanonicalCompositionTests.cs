using System.Globalization;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Syntax;

/// <summary>Normalization form C against UAX #15 written down plainly over the same tables.</summary>
public class CanonicalCompositionTests
{
    private static readonly Dictionary<int, int[]> Composites = UnicodeTables.Composites.Split(' ').Select(static item => item.Split('+').Select(Hex).ToArray())
        .ToDictionary(static item => item[0], static item => item[1..]);

    private static readonly Dictionary<(int, int), int> Pairs = Composites.ToDictionary(static item => (item.Value[0], item.Value[1]), static item => item.Key);
    private static readonly int[] Classes = ReadClasses();

    [Fact]
    public void Each_code_point_has_the_class_of_the_table()
    {
        // Where the class changes, and some in between.
        foreach (var code in Enumerable.Range(1, Classes.Length - 2).Where(static code => code % 53 == 0 || Classes[code] != Classes[code - 1] || Classes[code] != Classes[code + 1]))
        {
            if (CanonicalComposition.ClassOf(code) != Classes[code])
            {
                Assert.Fail($"U+{code:X4} has class {CanonicalComposition.ClassOf(code)} and not {Classes[code]}");
            }
        }

        Assert.Equal(0, CanonicalComposition.ClassOf(-1));
        Assert.Equal(0, CanonicalComposition.ClassOf(int.MaxValue));
    }

    [Fact]
    public void Each_composite_and_its_parts_are_composed_as_the_rule_says()
    {
        foreach (var (whole, parts) in Composites)
        {
            foreach (var text in (int[][])[[whole], parts, [whole, 0x301], [whole, 0x323], [.. parts, 0x323], [parts[0], 0x323, parts[1]], [parts[1], parts[0]], ['a', .. parts], [whole, parts[1]]])
            {
                Check(text);
            }
        }
    }

    [Fact]
    public void Hangul_is_composed_as_the_rule_says_at_every_end_of_its_parts()
    {
        int[] leading = [0x10FF, 0x1100, 0x1101, 0x1112, 0x1113];
        int[] vowels = [0x1160, 0x1161, 0x1162, 0x1175, 0x1176];
        int[] trailing = [0x11A6, 0x11A7, 0x11A8, 0x11A9, 0x11C2, 0x11C3];
        foreach (var first in leading)
        {
            foreach (var second in vowels)
            {
                Check([first, second]);
                foreach (var third in trailing)
                {
                    Check([first, second, third]);
                    Check([first, third, second]);
                    Check([first, 0x323, second, third]);
                }
            }
        }

        for (var syllable = 0xABFF; syllable <= 0xD7A5; syllable += syllable is < 0xAC40 or > 0xD780 ? 1 : 9)
        {
            Check([syllable]);
            Check([syllable, 0x11A7]);
            Check([syllable, 0x11A8]);
            Check([syllable, 0x11C2]);
            Check([syllable, 0x11C3]);
        }
    }

    [Fact]
    public void Any_letters_and_marks_are_composed_as_the_rule_says()
    {
        int[] parts = ['a', 'q', 'e', 0xE0, 0xE2, 0x1EA5, 0x300, 0x301, 0x302, 0x323, 0x327, 0x345, 0x3B1, 0x1F00, 0x313, 0x334, 0x93C, 0x928, 0x3099, 0x304B, 0x1100, 0x1161, 0x11A8, 0xAC00, 0x9C7, 0x9BE];
        var random = new Random(20261130);
        for (var round = 0; round < 4_000; round++)
        {
            Check([.. Enumerable.Range(0, random.Next(1, 7)).Select(_ => parts[random.Next(parts.Length)])]);
        }
    }

    // UAX #15 section 13 names 30 marks as enough.
    [Theory]
    [InlineData(29, true)]
    [InlineData(30, true)]
    [InlineData(31, false)]
    public void A_letter_has_at_most_30_marks(int count, bool isTaken)
    {
        int[] marks = [.. Enumerable.Range(0, count).Select(static number => number % 2 == 0 ? 0x334 : 0x345)];
        foreach (var text in (int[][])[marks, ['q', .. marks], ['q', .. marks, 'q', .. marks], ['q', 0x301, 'x', .. marks]])
        {
            var composed = new List<int>();
            Assert.Equal(isTaken, CanonicalComposition.TryCompose(text, composed));
            Assert.Equal(isTaken ? Plainly(text) : [], composed);
            Assert.False(count > 1 && CanonicalComposition.IsComposed(text));
        }
    }

    private static void Check(int[] text)
    {
        var composed = new List<int>();
        Assert.True(CanonicalComposition.TryCompose(text, composed));
        var expected = Plainly(text);
        if (!composed.SequenceEqual(expected) || CanonicalComposition.IsComposed(text) != text.SequenceEqual(expected))
        {
            Assert.Fail($"{string.Join(' ', text.Select(static code => code.ToString("X4", CultureInfo.InvariantCulture)))} gives {string.Join(' ', composed.Select(static code => code.ToString("X4", CultureInfo.InvariantCulture)))}");
        }
    }

    // Decompose, order the marks, compose (The Unicode Standard sections 3.11 and 3.12).
    private static List<int> Plainly(int[] text)
    {
        var parts = text.SelectMany(Decomposed).ToList();
        for (var start = 0; start < parts.Count; start++)
        {
            var count = parts.Skip(start).TakeWhile(static code => Classes[code] > 0).Count();
            if (count > 0)
            {
                var sorted = parts.GetRange(start, count).OrderBy(static code => Classes[code]).ToList();
                parts.RemoveRange(start, count);
                parts.InsertRange(start, sorted);
                start += count - 1;
            }
        }

        for (var index = 1; index < parts.Count; index++)
        {
            var starter = parts.FindLastIndex(index - 1, static code => Classes[code] == 0);
            var between = starter < 0 ? [] : parts.GetRange(starter + 1, index - starter - 1);
            if (starter >= 0 && between.TrueForAll(code => Classes[code] < Classes[parts[index]]) && Composed(parts[starter], parts[index]) is { } whole)
            {
                parts[starter] = whole;
                parts.RemoveAt(index--);
            }
        }

        return parts;
    }

    private static IEnumerable<int> Decomposed(int code)
    {
        if (code is >= 0xAC00 and < 0xAC00 + 11172)
        {
            var (leading, vowel, trailing) = ((code - 0xAC00) / 588, (code - 0xAC00) / 28 % 21, (code - 0xAC00) % 28);
            return trailing == 0 ? [0x1100 + leading, 0x1161 + vowel] : [0x1100 + leading, 0x1161 + vowel, 0x11A7 + trailing];
        }

        return Composites.TryGetValue(code, out var parts) ? parts.SelectMany(Decomposed) : [code];
    }

    private static int? Composed(int first, int second) =>
        first is >= 0x1100 and <= 0x1112 && second is >= 0x1161 and <= 0x1175 ? 0xAC00 + ((first - 0x1100) * 588) + ((second - 0x1161) * 28)
        : first is >= 0xAC00 and < 0xAC00 + 11172 && (first - 0xAC00) % 28 == 0 && second is >= 0x11A8 and <= 0x11C2 ? first + second - 0x11A7
        : Pairs.TryGetValue((first, second), out var whole) ? whole : null;

    private static int[] ReadClasses()
    {
        var classes = new int[0x110000];
        var current = 0;
        foreach (var item in UnicodeTables.CombiningClasses.Split(' '))
        {
            if (item[^1] == ':')
            {
                current = int.Parse(item[..^1], CultureInfo.InvariantCulture);
            }
            else
            {
                var ends = item.Split('-').Select(Hex).ToArray();
                Array.Fill(classes, current, ends[0], ends[^1] - ends[0] + 1);
            }
        }

        return classes;
    }

    private static int Hex(string text) => int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
