using System.Text;
using EmailAuth.Results;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Results;

/// <summary>How texts become tokens, dot-atoms, quoted-strings and comments.</summary>
public class FieldTextTests
{
    private const string Alphanumeric = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

    // RFC 2045 section 5.1, RFC 5322 section 3.2.3, and what a label of a host name has.
    private const string TokenCharacters = Alphanumeric + "!#$%&'*+-.^_`{|}~";
    private const string AtomCharacters = Alphanumeric + "!#$%&'*+-/=?^_`{|}~";
    private const string LabelCharacters = Alphanumeric + "-_";

    private delegate void Writing(ref FieldText text);

    [Fact]
    public void A_value_is_a_token_or_quoted()
    {
        foreach (var (text, c) in Placed())
        {
            AssertWritten(TokenCharacters.Contains(c, StringComparison.Ordinal), text, (ref t) => t.Value(text, 400));
        }

        AssertWritten(false, string.Empty, (ref t) => t.Value(string.Empty, 400));
        AssertWritten(true, "..a..", (ref t) => t.Value("..a..", 400));
    }

    [Fact]
    public void A_propertys_value_is_a_token_without_stray_dots_or_an_address_or_quoted()
    {
        foreach (var (text, c) in Placed())
        {
            var isAt = c == '@' && text[^1] != '@';
            var isDotAtAnEnd = c == '.' && (text[0] == '.' || text[^1] == '.');
            AssertWritten(isAt || (TokenCharacters.Contains(c, StringComparison.Ordinal) && !isDotAtAnEnd), text, (ref t) => t.PropertyValue(text, 400));

            var address = $"b@{text}";
            AssertWritten(LabelCharacters.Contains(c, StringComparison.Ordinal) || (c == '.' && !isDotAtAnEnd), address, (ref t) => t.PropertyValue(address, 400));
            address = $"{text}@b";
            AssertWritten(TokenCharacters.Contains(c, StringComparison.Ordinal) && !isDotAtAnEnd, address, (ref t) => t.PropertyValue(address, 400));
        }

        foreach (var text in ShortTexts.Of("a.@", 6))
        {
            var parts = text.Split('@');
            var isPlain = parts.Length <= 2 && IsDotted(parts[^1]) && (parts.Length == 1 || parts[0].Length == 0 || IsDotted(parts[0]));
            AssertWritten(isPlain, text, (ref t) => t.PropertyValue(text, 400));
        }
    }

    [Fact]
    public void A_value_of_Received_SPF_is_a_dot_atom_or_quoted()
    {
        foreach (var (text, c) in Placed())
        {
            var isDotInside = c == '.' && text[0] != '.' && text[^1] != '.';
            AssertWritten(isDotInside || (AtomCharacters.Contains(c, StringComparison.Ordinal) && text[0] != '?'), text, (ref t) => t.DotAtomOrQuotedString(text, 400));
        }

        foreach (var text in ShortTexts.Of("a.=?", 5))
        {
            var isPlain = IsDotted(text) && text[0] != '?' && !text.Contains("=?", StringComparison.Ordinal);
            AssertWritten(isPlain, text, (ref t) => t.DotAtomOrQuotedString(text, 400));
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(32)]
    [InlineData(400)]
    public void What_is_longer_than_the_limit_is_quoted_and_cut(int limit)
    {
        var (fits, exceeds) = (new string('x', limit), new string('x', limit + 1));
        var cut = $"\"{new string('x', limit - 3)}...\"";
        Assert.Equal((fits, cut), (Written((ref t) => t.Value(fits, limit)), Written((ref t) => t.Value(exceeds, limit))));
        Assert.Equal((fits, cut), (Written((ref t) => t.PropertyValue(fits, limit)), Written((ref t) => t.PropertyValue(exceeds, limit))));
        Assert.Equal((fits, cut), (Written((ref t) => t.DotAtomOrQuotedString(fits, limit)), Written((ref t) => t.DotAtomOrQuotedString(exceeds, limit))));
        Assert.Equal(($"\"{fits}\"", cut), (Written((ref t) => t.QuotedString(fits, limit)), Written((ref t) => t.QuotedString(exceeds, limit))));
        Assert.Equal(($"({fits})", $"({cut[1..^1]})"), (Written((ref t) => t.Comment(fits, limit)), Written((ref t) => t.Comment(exceeds, limit))));
    }

    [Fact]
    public void Each_character_is_escaped_or_replaced_or_stays_and_a_text_is_cut_behind_one()
    {
        foreach (var text in ShortTexts.Of("a=?\\\"()\r\n\t\u0001\u2028\ud83d\ude00é漢", 3).Concat(Longer()))
        {
            AssertEscaped(text, 400);
            AssertEscaped(text, 6);
        }
    }

    [Fact]
    public void Every_character_is_written_as_its_kind_and_counts_its_octets()
    {
        foreach (var c in Enumerable.Range(0, 0x900).Concat(Enumerable.Range(0x2000, 0x100)).Concat(Enumerable.Range(0xd7f0, 0x820)).Concat(Enumerable.Range(0xfef0, 0x110)))
        {
            var text = $"aaaa{(char)c}";
            var expected = Unit(text, 4, 'a', '(', ')').Written;
            var octets = Encoding.UTF8.GetByteCount(expected);
            var (written, whole, cut) = (Written((ref t) => t.Comment(text, 400)), Written((ref t) => t.Comment(text, 4 + octets)), Written((ref t) => t.Comment(text, 3 + octets)));
            if ((written, whole, cut) != ($"(aaaa{expected})", $"(aaaa{expected})", $"({new string('a', octets)}...)"))
            {
                Assert.Fail($"{c:x4}: {written}, {whole}, {cut}");
            }
        }
    }

    // A quote or a parenthesis makes that each character is looked at.
    [Fact]
    public void Each_character_beside_a_delimiter_is_escaped_as_in_the_model()
    {
        for (var c = ' '; c < '\u0100'; c++)
        {
            AssertEscaped($"\"(a{c}b)", 400);
        }
    }

    [Theory]
    [InlineData(0, "0")]
    [InlineData(-1, "-1")]
    [InlineData(1234567890, "1234567890")]
    [InlineData(int.MaxValue, "2147483647")]
    [InlineData(int.MinValue, "-2147483648")]
    public void A_number_is_written_in_digits(int number, string digits) => Assert.Equal(digits, Written((ref t) => t.Number(number)));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(27)]
    public void A_text_grows_from_any_room(int room)
    {
        for (var length = 0; length < 60; length++)
        {
            var text = new FieldText(new char[room]);
            text.Literal(new string('x', length));
            text.Number(int.MinValue);
            text.Literal(';');
            text.Literal(new string('y', 3 * length));
            text.QuotedString("z\\", 400);
            Assert.Equal($"{new string('x', length)}-2147483648;{new string('y', 3 * length)}\"z\\\\\"", text.Fold([], 0));
            text.Dispose();
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(10, 0)]
    [InlineData(682, 0)]
    [InlineData(683, 0)]
    [InlineData(2000, 0)]
    [InlineData(10, 2010)]
    [InlineData(10, 2060)]
    [InlineData(10, 5000)]
    public void As_many_lines_as_there_are_line_ends_are_folded(int lines, int prefix)
    {
        var name = new string('p', prefix);
        var text = new FieldText(new char[16]);
        for (var i = 0; i < lines; i++)
        {
            text.NewLine();
        }

        text.Literal("end");
        Assert.Equal($"{name}{string.Concat(Enumerable.Repeat("\r\n ", lines))}end", text.Fold(name, 0));
        text.Dispose();
    }

    [Theory]
    [InlineData(0, 10)]
    [InlineData(60, 10)]
    [InlineData(63, 10)]
    [InlineData(64, 10)]
    [InlineData(65, 10)]
    [InlineData(66, 0)]
    [InlineData(67, 0)]
    [InlineData(68, 0)]
    public void A_line_may_end_where_a_space_is(int column, int prefix)
    {
        var name = new string('p', prefix);
        var text = new FieldText(new char[16]);
        text.Literal("ab;");
        text.Space();
        text.Literal("cd;");
        text.Space();
        text.Literal("ef;");
        text.NewLine();
        text.Literal("gh");
        var (first, second) = (column + prefix + 3 + 4, column + prefix + 3 + 4 + 4);
        var expected = first > 78 ? "ab;\r\n cd; ef;\r\n gh" : second > 78 ? "ab; cd;\r\n ef;\r\n gh" : "ab; cd; ef;\r\n gh";
        Assert.Equal(name + expected, text.Fold(name, column));
        text.Dispose();
    }

    private static IEnumerable<(string Text, char Character)> Placed() =>
        Enumerable.Range(0, 0x100).Append(0x2028).Append(0xff41).SelectMany(c => (string[])[$"a{(char)c}a", $"{(char)c}a", $"a{(char)c}"], static (c, text) => (text, (char)c));

    private static bool IsDotted(string text) => text.Split('.').All(static part => part.Length > 0);

    private static IEnumerable<string> Longer()
    {
        var random = new Random(2045);
        for (var i = 0; i < 300; i++)
        {
            yield return new string(random.GetItems<char>("abcdef ;,.<>@=?\\\"()\r\n\ud83d\ude00é漢", random.Next(4, 14)));
        }
    }

    private static void AssertWritten(bool isPlain, string text, Writing writing)
    {
        var written = Written(writing);
        if (written != (isPlain ? text : Escaped(text, 400, '"', '"')))
        {
            Assert.Fail($"{VisibleText.Of(text)}: {VisibleText.Of(written)}");
        }
    }

    private static void AssertEscaped(string text, int limit)
    {
        var (quoted, comment) = (Written((ref t) => t.QuotedString(text, limit)), Written((ref t) => t.Comment(text, limit)));
        if (quoted != Escaped(text, limit, '"', '"') || comment != Escaped(text, limit, '(', ')'))
        {
            Assert.Fail($"{VisibleText.Of(text)} in {limit}: {VisibleText.Of(quoted)} {VisibleText.Of(comment)}");
        }
    }

    // On one line, whatever its length.
    private static string Written(Writing writing)
    {
        var text = new FieldText(stackalloc char[8]);
        writing(ref text);
        var written = text.Fold([], -1_000_000);
        text.Dispose();
        return written;
    }

    private static string Escaped(string text, int limit, char open, char close)
    {
        var (written, kept) = (new StringBuilder().Append(open), 1);
        for (var i = 0; i < text.Length;)
        {
            var (unit, length) = Unit(text, i, written[^1], open, close);
            written.Append(unit);
            i += length;
            var octets = Encoding.UTF8.GetByteCount(written.ToString(1, written.Length - 1));
            kept = octets <= limit - 3 ? written.Length : kept;
            if (octets > limit)
            {
                return $"{written.ToString(0, kept)}...{close}";
            }
        }

        return written.Append(close).ToString();
    }

    private static (string Written, int Length) Unit(string text, int at, char before, char open, char close)
    {
        var c = text[at];
        var next = at + 1 < text.Length ? text[at + 1] : '\0';
        return c switch
        {
            '\\' => ("\\\\", 1),
            '\r' when next == '\n' => (" ", 2),
            '\r' or '\n' or '\t' or '\u2028' or '\u2029' => (" ", 1),
            _ when c == open || c == close => ($"\\{c}", 1),
            _ when char.IsSurrogatePair(c, next) => ($"{c}{next}", 2),
            '?' or < ' ' or (>= '\x7f' and <= '\x9f') or (>= '\ud800' and <= '\udfff') => (before == '=' ? "\\?" : "?", 1),
            _ => ($"{c}", 1),
        };
    }
}
