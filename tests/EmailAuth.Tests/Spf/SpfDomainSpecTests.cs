using System.Text.RegularExpressions;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>Where a domain-spec may end, and what it depends on (RFC 7208 section 7.1).</summary>
public partial class SpfDomainSpecTests
{
    private const string Alphabet = "aZ09-_.";

    // RFC 7208 section 7.1: toplabel = ( *alphanum ALPHA *alphanum ) / ( 1*alphanum "-" *( alphanum / "-" ) alphanum )
    [GeneratedRegex(@"\.(?:[0-9A-Za-z]*[A-Za-z][0-9A-Za-z]*|[0-9A-Za-z]+-[0-9A-Za-z-]*[0-9A-Za-z])\.?\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex TopLabelEnd { get; }

    [Fact]
    public void It_ends_in_a_top_level_label()
    {
        foreach (var text in ShortTexts.Of(Alphabet, 5).Skip(1).Concat(Enumerable.Range('!', '~' - '!' + 1).Where(c => c != '%').SelectMany(c => new[] { $"{(char)c}.bc", $"a.{(char)c}c", $"a.b{(char)c}c", $"a.b{(char)c}", $"a.bc{(char)c}", $"a.0{(char)c}" })))
        {
            var isEnd = TopLabelEnd.IsMatch(text);
            AssertParsed(SpfDomainSpec.Parse(text, 30), isEnd, 30, text);
            AssertParsed(SpfDomainSpec.Parse("%{d}%%" + text, 30), isEnd, 36, text);
        }
    }

    [Fact]
    public void It_may_end_in_a_macro()
    {
        foreach (var text in new[] { "%{d}", "a%{d}", "%%", "a%_", "a.b.%-", "..%{l}" })
        {
            Assert.Equal(text, SpfDomainSpec.Parse(text, 0).Value?.Text);
        }

        var empty = SpfDomainSpec.Parse("", 9).Error!;
        Assert.Equal((SyntaxErrorCode.Missing, 9, "the domain-spec is empty (RFC 7208 section 7.1)"), (empty.Code, empty.Position, empty.Reason));
        var letter = SpfDomainSpec.Parse("a.%{c}", 9).Error!;
        Assert.Equal((SyntaxErrorCode.Inconsistent, 13), (letter.Code, letter.Position));
    }

    [Fact]
    public void What_it_depends_on_is_said_by_its_letters()
    {
        foreach (var letter in "slodiphv")
        {
            foreach (var written in new[] { letter, char.ToUpperInvariant(letter) })
            {
                var spec = SpfDomainSpec.Parse($"x.%{{{written}}}.example", 0).Value!;
                Assert.Equal((letter == 'p', letter is 'l' or 's', false, null), (spec.AsksPointers, spec.UsesLocalPart, spec.IsConstant, spec.Name));
            }
        }

        var both = SpfDomainSpec.Parse("%{p}%{l}", 0).Value!;
        Assert.Equal((true, true), (both.AsksPointers, both.UsesLocalPart));
        var constant = SpfDomainSpec.Parse("X%%y.Example.", 0).Value!;
        Assert.Equal((false, false, true, "x%y.example"), (constant.AsksPointers, constant.UsesLocalPart, constant.IsConstant, constant.Name?.ToString()));
        var nothing = SpfDomainSpec.Parse("a..example", 0).Value!;
        Assert.Equal((true, null, "a..example"), (nothing.IsConstant, nothing.Name, nothing.Text));
    }

    private static void AssertParsed(ParseResult<SpfDomainSpec> parsed, bool isEnd, int position, string text)
    {
        Assert.True(isEnd == parsed.IsSuccess, text);
        if (!isEnd)
        {
            Assert.Equal(
                (SyntaxErrorCode.Malformed, position, "a domain-spec must end in a macro or in \".\" and a top-level label (RFC 7208 section 7.1)"),
                (parsed.Error!.Code, parsed.Error.Position, parsed.Error.Reason));
        }
    }
}
