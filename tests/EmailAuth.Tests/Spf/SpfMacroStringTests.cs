using EmailAuth.Spf;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>Macro-strings character by character (RFC 7208 section 7.1).</summary>
public class SpfMacroStringTests
{
    private static readonly SpfMacroUse[] Uses = Enum.GetValues<SpfMacroUse>();

    private static IEnumerable<char> Characters => Enumerable.Range(0, 0x100).Select(c => (char)c).Append('\u2028').Append('\uff41');

    [Fact]
    public void Visible_ASCII_is_literal_and_a_space_is_in_explanations()
    {
        foreach (var use in Uses)
        {
            foreach (var c in Characters.Where(c => c != '%'))
            {
                var parsed = SpfMacroString.Parse($"ab{c}", 100, use);
                if (c is > ' ' and <= '~' || (c == ' ' && use == SpfMacroUse.Explanation))
                {
                    Assert.Equal(($"ab{c}", 1, 0), (parsed.Value!.Constant, parsed.Value.Parts.Length, parsed.Value.EndOfLastMacro));
                }
                else
                {
                    AssertError(parsed, SyntaxErrorCode.Malformed, 102, $"the character U+{(int)c:X4} is not allowed here");
                }
            }
        }
    }

    [Fact]
    public void A_percent_sign_is_followed_by_one_of_four_characters()
    {
        foreach (var use in Uses)
        {
            foreach (var c in Characters.Where(c => c != '{'))
            {
                var parsed = SpfMacroString.Parse($"a%{c}bc", 5, use);
                if (c is '%' or '_' or '-')
                {
                    Assert.Equal((c switch { '%' => "a%bc", '_' => "a bc", _ => "a%20bc" }, 3), (parsed.Value!.Constant, parsed.Value.EndOfLastMacro));
                }
                else
                {
                    AssertError(parsed, SyntaxErrorCode.Malformed, 6, "\"%\" must be followed by \"{\", \"%\", \"_\" or \"-\"");
                }
            }

            AssertError(SpfMacroString.Parse("abc%", 5, use), SyntaxErrorCode.Malformed, 8, "\"%\" must be followed by \"{\", \"%\", \"_\" or \"-\"");
            AssertError(SpfMacroString.Parse("abc%{d", 5, use), SyntaxErrorCode.Missing, 8, "the macro has no closing \"}\"");
            AssertError(SpfMacroString.Parse("%{d}%{", 5, use), SyntaxErrorCode.Missing, 9, "the macro has no closing \"}\"");
        }
    }

    [Fact]
    public void The_letters_of_macros_are_eleven_of_which_three_are_not_for_domains()
    {
        foreach (var use in Uses)
        {
            foreach (var c in Characters)
            {
                var parsed = SpfMacroString.Parse($"x%{{{c}}}", 20, use);
                var lower = char.ToLowerInvariant(c);
                if (c is '}' || !"slodiphvcrt".Contains(lower, StringComparison.Ordinal))
                {
                    AssertError(parsed, SyntaxErrorCode.Unsupported, 23, "not a macro letter");
                }
                else if (use == SpfMacroUse.DomainSpec && lower is 'c' or 'r' or 't')
                {
                    AssertError(parsed, SyntaxErrorCode.Inconsistent, 23, $"the macro letter \"{c}\" is allowed in explanations only");
                }
                else
                {
                    var part = parsed.Value!.Parts[1];
                    Assert.Equal((lower, c != lower, 0, false, ".", false, null), (part.Letter, part.IsEscaped, part.PartCount, part.IsReversed, part.Delimiters, part.IsSplit, part.Literal));
                    Assert.Equal((null, 5, 2), (parsed.Value.Constant, parsed.Value.EndOfLastMacro, parsed.Value.Parts.Length));
                    Assert.All("slodiphvcrt", letter => Assert.Equal(letter == lower, parsed.Value.Uses(letter)));
                }
            }

            AssertError(SpfMacroString.Parse("%{}", 20, use), SyntaxErrorCode.Unsupported, 22, "not a macro letter");
        }
    }

    [Fact]
    public void Transformers_and_delimiters_are_read_in_their_order()
    {
        foreach (var c in Characters.Where(c => c != '}'))
        {
            foreach (var (before, isLast) in new[] { ("d", false), ("d1", false), ("dr", true), ("d2r", true), ("d-", true), ("d2r.=", true) })
            {
                var parsed = SpfMacroString.Parse($"%{{{before}{c}}}", 1, SpfMacroUse.DomainSpec);
                var isDelimiter = ".-+,/_=".Contains(c, StringComparison.Ordinal);
                var isAllowed = isDelimiter || (!isLast && ((char.IsAsciiDigit(c) && (c != '0' || before == "d1")) || c is 'r' or 'R'));
                Assert.True(isAllowed == parsed.IsSuccess, $"{before}{c}");
                if (c == '0' && before == "d")
                {
                    AssertError(parsed, SyntaxErrorCode.OutOfRange, 4, "the number of parts must not be zero");
                }
                else if (!isAllowed)
                {
                    AssertError(parsed, SyntaxErrorCode.Malformed, 3 + before.Length, $"the character U+{(int)c:X4} is not a delimiter");
                }
                else
                {
                    var part = parsed.Value!.Parts.Single();
                    Assert.True(part.IsSplit);
                    Assert.Equal(c is 'r' or 'R' || before.Contains('r', StringComparison.Ordinal), part.IsReversed);
                    var delimiters = before.TrimStart('d', '1', '2', 'r') + (isDelimiter ? c.ToString() : "");
                    Assert.Equal(delimiters.Length == 0 ? "." : delimiters, part.Delimiters);
                }
            }
        }
    }

    [Fact]
    public void A_number_of_parts_past_the_longest_name_is_that_of_the_longest_name()
    {
        for (var number = 1; number <= 300; number++)
        {
            foreach (var digits in new[] { $"{number}", $"00{number}" })
            {
                var part = SpfMacroString.Parse($"%{{d{digits}}}", 0, SpfMacroUse.DomainSpec).Value!.Parts.Single();
                Assert.Equal((Math.Min(number, 253), true, false), (part.PartCount, part.IsSplit, part.IsReversed));
            }
        }

        Assert.Equal(253, SpfMacroString.Parse("%{d99999999999999999999r-}", 0, SpfMacroUse.DomainSpec).Value!.Parts.Single().PartCount);
        AssertError(SpfMacroString.Parse("%{d000r}", 7, SpfMacroUse.DomainSpec), SyntaxErrorCode.OutOfRange, 10, "the number of parts must not be zero");
    }

    [Theory]
    [InlineData("", "", 0)]
    [InlineData("abc", "abc", 0)]
    [InlineData("a%%b%_c%-", "a%b c%20", 9)]
    [InlineData("%{d}", "{d0.=}", 4)]
    [InlineData("%{d}%{L2r-}", "{d0.=}|{l!2r-}", 11)]
    [InlineData("a%{i}b.c", "a|{i0.=}|b.c", 5)]
    [InlineData("%%%{o3}%_x%{h.,}yz", "%|{o3.}| x|{h0.,}|yz", 16)]
    [InlineData("a}b%{s}}", "a}b|{s0.=}|}", 7)]
    public void Parts_are_in_order_and_the_end_of_the_last_macro_is_known(string text, string parts, int end)
    {
        var parsed = SpfMacroString.Parse(text, 0, SpfMacroUse.DomainSpec).Value!;
        Assert.Equal((parts, end), (string.Join('|', parsed.Parts.Select(SpfRecordParserTests.Describe)), parsed.EndOfLastMacro));
        Assert.Equal(parts.Contains('{', StringComparison.Ordinal) ? null : parts, parsed.Constant);
        Assert.False(parsed.Uses('p'));
    }

    private static void AssertError(ParseResult<SpfMacroString> parsed, SyntaxErrorCode code, int position, string reason)
    {
        Assert.False(parsed.IsSuccess);
        Assert.Equal((code, position, reason + " (RFC 7208 section 7.1)"), (parsed.Error.Code, parsed.Error.Position, parsed.Error.Reason));
    }
}
