using System.Net;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>What macros expand to (RFC 7208 sections 7.2 and 7.3), against the plain way.</summary>
public class SpfMacroExpanderTests
{
    private static readonly DomainName Domain = DomainName.Parse("record.example").Value!;
    private static readonly DomainName Sender = DomainName.Parse("sender.example").Value!;

    private static readonly string[] DelimiterSets = ["", ".", "-", "+", ",", "/", "_", "=", "-.", ".-+,/_="];

    [Fact]
    public void Values_are_split_reversed_cut_and_joined()
    {
        foreach (var value in new[] { "a", "a.b", "a.b.c.d", ".a", "a.", "..", "a..b", "a-b+c,d/e_f=g", "a.b-c.d-e", "-a-", "x--y.z", "ab.cd-ef" })
        {
            foreach (var delimiters in DelimiterSets)
            {
                for (var count = 0; count <= 8; count++)
                {
                    foreach (var reverse in new[] { "", "r", "R" })
                    {
                        var digits = count == 0 ? "" : $"{count}";
                        var parts = value.Split((delimiters.Length == 0 ? "." : delimiters).ToCharArray());
                        var ordered = reverse.Length > 0 ? parts.Reverse() : parts;
                        var expected = digits.Length + reverse.Length + delimiters.Length == 0 ? value : string.Join('.', count == 0 ? ordered : ordered.TakeLast(count));
                        Assert.Equal($"<{expected}>", Explain($"<%{{l{digits}{reverse}{delimiters}}}>", value));
                    }
                }
            }
        }
    }

    // RFC 7208 section 7.3, RFC 3986 section 2.3.
    [Fact]
    public void An_upper_case_letter_escapes_all_but_unreserved_characters()
    {
        foreach (var c in Enumerable.Range(0, 0x180).Select(c => (char)c).Append('\u20ac').Where(c => c != '@'))
        {
            Assert.Equal($"x{Uri.EscapeDataString(c.ToString())}y z{(c is < ' ' or > '~' ? '?' : c)}", Explain("x%{L}y z%{l}", c.ToString()));
        }

        Assert.Equal("%21.%20x", Explain("%{Lr-}", " x-!"));
        Assert.Equal("a%20.b", Explain("%{L+}", "a +b"));
    }

    [Theory]
    [InlineData("s", "joe@sender.example")]
    [InlineData("l", "joe")]
    [InlineData("o", "sender.example")]
    [InlineData("d", "record.example")]
    [InlineData("i", "192.0.2.3")]
    [InlineData("p", "client.example")]
    [InlineData("h", "helo.example")]
    [InlineData("v", "in-addr")]
    [InlineData("c", "192.0.2.3")]
    [InlineData("r", "receiver.example")]
    [InlineData("t", "1700000000")]
    public void Each_letter_has_its_value_again_and_again(string letter, string value)
    {
        var expander = Expander("joe", receiver: "receiver.example");
        for (var again = 0; again < 2; again++)
        {
            Assert.Equal(value, expander.ExpandExplanation(Macros($"%{{{letter}}}"), Domain, "client.example", 100));
            Assert.Equal(value + value, expander.ExpandExplanation(Macros($"%{{{letter}}}%{{{letter}}}"), Domain, "client.example", 100));
        }
    }

    [Fact]
    public void What_is_not_known_is_unknown()
    {
        Assert.Equal("unknown", Expander("joe").ExpandExplanation(Macros("%{p}"), Domain, null, 7));
        Assert.Equal("unknown", Expander("joe").ExpandExplanation(Macros("%{r}"), Domain, null, 7));
        var late = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(7));
        var expander = new SpfMacroExpander(Arguments("joe"), late, null);
        Assert.Equal("7", expander.ExpandExplanation(Macros("%{t}"), Domain, null, 10));
        late.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal("12", expander.ExpandExplanation(Macros("%{t}"), Domain, null, 10));
    }

    [Fact]
    public void An_explanation_is_no_longer_than_the_limit_at_any_of_its_parts()
    {
        var whole = Explain("ab%{l}cd%{l}", "xyz")!;
        Assert.Equal("abxyzcdxyz", whole);
        for (var limit = 0; limit <= 12; limit++)
        {
            Assert.Equal(limit >= 10 ? whole : null, Expander("xyz").ExpandExplanation(Macros("ab%{l}cd%{l}"), Domain, null, limit));
        }

        Assert.Equal("", Expander("xyz").ExpandExplanation(Macros(""), Domain, null, 0));
    }

    // Of a long name the end counts: whatever is left out on the way, the name is that of the whole text.
    [Fact]
    public void A_name_of_any_length_is_that_of_its_whole_expansion()
    {
        foreach (var end in new[] { "", "." })
        {
            foreach (var spec in new[] { "%{l}.x.example", "%{l}.%{h}", "%{s}.%{l}.%{h}", "a.%{l}%{h}", "%{h}.%{l}" })
            {
                for (var length = 1; length <= 300; length++)
                {
                    var localPart = string.Join('.', new string('k', length).Chunk(9).Select(label => new string(label)));
                    var helo = $"{new string('h', 40)}.{new string('i', 40)}.{new string('j', (length % 63) + 1)}.example{end}";
                    var expander = new SpfMacroExpander(Arguments(localPart, helo), TimeProvider.System, null);
                    var whole = spec.Replace("%{l}", localPart, StringComparison.Ordinal).Replace("%{h}", helo.TrimEnd('.'), StringComparison.Ordinal)
                        .Replace("%{s}", $"{localPart}@sender.example", StringComparison.Ordinal);
                    Assert.Equal(SpfTargetName.Of(whole)?.ToString(), expander.ExpandName(SpfDomainSpec.Parse(spec, 0).Value!, Domain, null)?.ToString());
                }
            }
        }
    }

    [Theory]
    [InlineData("joe", "%{l}.x.example", "joe.x.example")]
    [InlineData("j\u00f6e", "%{l}.x.example", null)]
    [InlineData("j\u00f6e", "%{s1}.x.example", null)]
    [InlineData("j\u00f6e", "%{d}.%{o}.x.example", "record.example.sender.example.x.example")]
    [InlineData("joe", "%{p}.x.example", "unknown.x.example")]
    public void A_local_part_beyond_ASCII_is_in_no_name(string localPart, string spec, string? name) =>
        Assert.Equal(name, Expander(localPart).ExpandName(SpfDomainSpec.Parse(spec, 0).Value!, Domain, null)?.ToString());

    private static string? Explain(string text, string localPart) => Expander(localPart).ExpandExplanation(Macros(text), Domain, null, 10_000);

    private static SpfMacroString Macros(string text) => SpfMacroString.Parse(text, 0, SpfMacroUse.Explanation).Value!;

    private static SpfMacroExpander Expander(string localPart, string? receiver = null) =>
        new(Arguments(localPart), new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000)), receiver);

    private static CheckHostArguments Arguments(string localPart, string helo = "helo.example") =>
        new(IPAddress.Parse("192.0.2.3"), helo, $"{localPart}@sender.example", localPart.Length, Sender);
}
