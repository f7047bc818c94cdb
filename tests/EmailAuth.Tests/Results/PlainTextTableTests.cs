using System.Text;
using EmailAuth.Results;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Results;

/// <summary>Every character, every word and every limit of what is plain.</summary>
public class PlainTextTableTests
{
    private static readonly string[] Methods =
        ["adsp", "arc", "atps", "auth", "bimi", "dkim", "dmarc", "dnswl", "domainkeys", "iprev", "rrvs", "sender-id", "smime", "spf", "vbr"];

    private static readonly string[] Words = ["action", "reason", "client-ip", "envelope-from", "helo", "identity", "mechanism", "problem", "receiver"];

    public static TheoryData<string> Keys => [.. Methods, .. Words];

    public static TheoryData<string> PropertyTypes => ["body", "header", "policy", "smtp"];

    [Fact]
    public void The_methods_that_readers_look_for_are_those_that_are_registered() => Assert.Equal(Methods, CommonReaders.RegisteredMethods);

    [Fact]
    public void Each_character_alone_is_replaced_or_stays()
    {
        for (var c = '\0'; c < '\uffff'; c++)
        {
            var text = $"a{c}b";
            var written = $"{PlainText.OfValue(text)} {PlainText.OfValue(text, keepsUnicode: true)} {PlainText.OfReason(text, 400)} {PlainText.OfComment(text)}";
            var expected = $"a{Alone(c, false, '?', '?', '?', '?')}b a{Alone(c, true, '?', '?', '?', '?')}b a{Alone(c, false, '\'', ',', '[', ']')}b a{Alone(c, false, '\'', ',', '[', ']')}b";
            if (expected != written)
            {
                Assert.Fail($"{(int)c:x4}: {written}, not {expected}");
            }
        }
    }

    [Fact]
    public void Characters_beside_each_other_are_replaced_by_what_they_make_together()
    {
        foreach (var text in ShortTexts.Of("a=?;\"\r\n\ud83d\ude00é", 4))
        {
            AssertEqual(Replaced(text, false, '?', '?', '?', '?'), PlainText.OfValue(text), text);
            AssertEqual(Replaced(text, true, '?', '?', '?', '?'), PlainText.OfValue(text, keepsUnicode: true), text);
            AssertEqual(Replaced(text, false, '\'', ',', '[', ']'), PlainText.OfComment(text), text);
            AssertEqual(Replaced(text, false, '\'', ',', '(', ')'), PlainText.OfReason(text, 400), text);
            Assert.Equal(Replaced(text, false, '?', '?', '?', '?') == text, PlainText.IsValue(text, keepsUnicode: false));
            Assert.Equal(Replaced(text, true, '?', '?', '?', '?') == text, PlainText.IsValue(text, keepsUnicode: true));
        }
    }

    [Fact]
    public void Parentheses_of_a_reason_stay_in_pairs_side_by_side()
    {
        foreach (var text in ShortTexts.Of("()a", 6))
        {
            var marks = text.Replace("a", string.Empty, StringComparison.Ordinal);
            var isPaired = marks == string.Concat(Enumerable.Repeat("()", marks.Length / 2));
            AssertEqual(isPaired ? text : text.Replace('(', '[').Replace(')', ']'), PlainText.OfReason(text, 6), text);
            AssertEqual(text.Replace('(', '[').Replace(')', ']'), PlainText.OfReason(text, text.Length - 1), text);
            AssertEqual(isPaired ? text : text.Replace('(', '[').Replace(')', ']'), PlainText.OfReason(text, text.Length), text);
        }
    }

    [Theory]
    [MemberData(nameof(Keys))]
    public void A_key_before_an_equals_sign_is_seen_in_each_form(string key)
    {
        foreach (var form in (string[])[key, key.ToUpperInvariant(), $"x{key}", $"x {key}", $"({key}"])
        {
            foreach (var space in (string[])["", " ", "\t", "\r", "\n", " \t\r\n "])
            {
                AssertKey($"{form}{space}", "=pass");
                AssertKey($"{form}{space}/1", "=pass");
                AssertKey($"{form}/{space}1", "=pass");
                AssertKey($"{form}/0123456789{space}", "=pass");
            }

            AssertNoKey($"{form}-", "=pass");
            AssertNoKey($"{form}1", "=pass");
            AssertNoKey($"{form}/", "=pass");
            AssertNoKey($"{form}/x", "=pass");
            AssertNoKey($"{form}0/1x", "=pass");
            AssertNoKey($"{form}/1/1", "=pass");
            AssertNoKey($"{form}", ":pass");
        }

        // Without one of its letters it is not a key, unless what is left ends like another one.
        var others = Methods.Concat(Words).Where(other => other != key).ToArray();
        for (var i = 0; i < key.Length; i++)
        {
            var shorter = key.Remove(i, 1);
            if (!others.Any(other => shorter.EndsWith(other, StringComparison.Ordinal)))
            {
                AssertNoKey(shorter, "=pass");
                AssertNoKey($"{key[..i]}q{key[(i + 1)..]}", "=pass");
            }
        }
    }

    [Fact]
    public void What_follows_a_key_is_a_digit_of_a_version_or_white_space()
    {
        Assert.Equal("0009-000a 000d 0020", NumberRanges.OfCharacters(c => IsKey($"spf{c}") && IsKey($"spf/1{c}"), 0x300));
        Assert.Equal("0009-000a 000d 0020 0030-0039", NumberRanges.OfCharacters(c => IsKey($"spf/1{c}"), 0x300));
        Assert.Equal("0030-0039", NumberRanges.OfCharacters(c => IsKey($"spf/{c}"), 0x300));
        Assert.Equal("002f", NumberRanges.OfCharacters(c => IsKey($"spf{c}1"), 0x300));
        Assert.Equal("0053 0073", NumberRanges.OfCharacters(c => IsKey($"atp{c}"), 0xd800));
        Assert.Equal("004b 006b", NumberRanges.OfCharacters(c => IsKey($"d{c}im"), 0x300));
        Assert.Equal("0009-000a 000d 0020 2028-2029", NumberRanges.OfCharacters(c => IsKey($"spf{c}")));

        // In an internationalized message: white space and what cannot be seen, letters of another case, full width.
        Assert.Equal(
            "0009-000a 000d 0020 00a0 00ad 034f 0600-0605 061c 06dd 070f 0890-0891 08e2 115f-1160 1680 17b4-17b5 180b-180f 2000-200f 2028-202f 205f-206f 2800 3000 3164 fe00-fe0f feff ffa0 fff9-fffb",
            NumberRanges.OfCharacters(c => IsUnicodeKey($"spf{c}")));
        Assert.Equal("0053 0073 017f ff33 ff53", NumberRanges.OfCharacters(c => IsUnicodeKey($"atp{c}")));
        Assert.Equal("004b 006b 212a ff2b ff4b", NumberRanges.OfCharacters(c => IsUnicodeKey($"d{c}im")));
        Assert.Equal("0049 0069 0130-0131 ff29 ff49", NumberRanges.OfCharacters(c => IsUnicodeKey($"dk{c}m")));
        Assert.Equal("002e ff0e", NumberRanges.OfCharacters(c => IsUnicodeKey($"smtp{c}x")));
    }

    [Theory]
    [MemberData(nameof(PropertyTypes))]
    public void A_property_before_an_equals_sign_is_seen_up_to_its_longest_keyword(string type)
    {
        foreach (var form in (string[])[type, type.ToUpperInvariant(), $"x{type}", $"x {type}", $"a.b-c_9{type}"])
        {
            AssertKey($"{form}.", "=x");
            AssertKey($"{form}.d", "=x");
            AssertKey($"{form}.d \t\r\n", "=x");
            AssertKey($"{form}.d/1", "=x");
            AssertNoKey($"{form}", "=x");
            AssertNoKey($"{form}. x", "=x");
            AssertNoKey($"{form}:d", "=x");
        }

        // 64 characters in all.
        AssertKey($"{type}.{new string('p', 63 - type.Length)}", "=x");
        AssertNoKey($"{type}.{new string('p', 64 - type.Length)}", "=x");
        AssertKey($"q{type}.{new string('p', 63 - type.Length)}", "=x");
        AssertNoKey($"{type[1..]}.d", "=x");
        Assert.Equal("002d-002e 0030-0039 0041-005a 005f 0061-007a", NumberRanges.OfCharacters(c => IsKey($"{type}.a{c}b"), 0x300));
    }

    [Theory]
    [InlineData("=spf=x spf=", "=spf?x spf?")]
    [InlineData("a=b=spf=c", "a=b=spf?c")]
    [InlineData("spf==", "spf?=")]
    [InlineData("=spf=?", "=spf??")]
    [InlineData("a==spf", "a==spf")]
    [InlineData("x=;spf=", "x??spf?")]
    public void Each_equals_sign_is_looked_at(string text, string plain) => Assert.Equal(plain, PlainText.OfValue(text));

    private static bool IsKey(string before) => PlainText.OfValue($"{before}=x").EndsWith("?x", StringComparison.Ordinal);

    private static bool IsUnicodeKey(string before) => PlainText.OfValue($"{before}=x", keepsUnicode: true).EndsWith("?x", StringComparison.Ordinal);

    private static void AssertKey(string before, string rest) => Assert.True(IsKeyIn(before, rest), $"{before}{rest}");

    private static void AssertNoKey(string before, string rest) => Assert.False(IsKeyIn(before, rest), $"{before}{rest}");

    private static bool IsKeyIn(string before, string rest) => PlainText.OfComment($"{before}{rest}").EndsWith($"?{rest[1..]}", StringComparison.Ordinal);

    private static void AssertEqual(string expected, string plain, string text)
    {
        if (expected != plain)
        {
            Assert.Fail($"{VisibleText.Of(text)}: {VisibleText.Of(plain)}, not {VisibleText.Of(expected)}");
        }
    }

    private static char Alone(char c, bool keepsUnicode, char quote, char semicolon, char open, char close) => c switch
    {
        '"' => quote,
        ';' => semicolon,
        '(' => open,
        ')' => close,
        '\\' or '\x7f' or '\ufffd' or (>= '\ud800' and <= '\udfff') => '?',
        '\t' or '\n' or '\r' or '\u2028' or '\u2029' => ' ',
        < ' ' or (>= '\x80' and <= '\x9f') => '?',
        <= '~' => c,
        _ => keepsUnicode ? c : '?',
    };

    // One character, pair of surrogates or line end after the other; before a question mark equals signs become such ones.
    private static string Replaced(string text, bool keepsUnicode, char quote, char semicolon, char open, char close)
    {
        var written = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var isPair = i + 1 < text.Length && char.IsSurrogatePair(text[i], text[i + 1]);
            var isLineEnd = text[i] == '\r' && i + 1 < text.Length && text[i + 1] == '\n';
            var next = isLineEnd ? " " : !isPair ? Alone(text[i], keepsUnicode, quote, semicolon, open, close).ToString() : keepsUnicode ? text.Substring(i, 2) : "?";
            for (var last = written.Length - 1; next == "?" && last >= 0 && written[last] == '='; last--)
            {
                written[last] = '?';
            }

            written.Append(next);
            i += isPair || isLineEnd ? 1 : 0;
        }

        return written.ToString();
    }
}
