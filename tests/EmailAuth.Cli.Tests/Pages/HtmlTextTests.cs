using EmailAuth.Cli.Pages;
using Xunit;

namespace EmailAuth.Cli.Tests.Pages;

/// <summary>Text of strangers in HTML.</summary>
public class HtmlTextTests
{
    public static TheoryData<string, string, string> Values => new()
    {
        { "plain", "plain", "as it is" },
        { "<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;", "the characters of HTML" },
        { "a\u202Eb", "a<span class=\"esc\">U+202E</span>b", "a mark that reverses the text after it" },
        { "a\u200Bb\u00ADc", "a<span class=\"esc\">U+200B</span>b<span class=\"esc\">U+00AD</span>c", "characters without width" },
        { "a\u0007\u0085", "a<span class=\"esc\">U+0007</span><span class=\"esc\">U+0085</span>", "control characters of both sets" },
        { "a\r\nb\tc", "a<span class=\"esc\">U+000D</span><span class=\"esc\">U+000A</span>b c", "line ends in a value, and a tab" },
        { "\uD800x", "<span class=\"esc\">U+D800</span>x", "half a pair" },
        { "\U000E0041", "<span class=\"esc\">U+E0041</span>", "an invisible tag character" },
        { "\u3164\u2800", "<span class=\"esc\">U+3164</span><span class=\"esc\">U+2800</span>", "letters that show nothing" },
        { "a\u0300\u0300\u0300\u0300", "a\u0300\u0300\u0300<span class=\"esc\">U+0300</span>", "a tower of accents" },
        { "a@b", "a<wbr>@b", "a place to break" },
        { "a+b=c,d", "a+<wbr>b=<wbr>c,<wbr>d", "more of them" },
        { "日本語 é", "日本語 é", "other scripts" },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void A_value_is_escaped(string value, string expected, string why)
    {
        Html html = $"<p>{value}</p>";
        Assert.True(html.ToString() == $"<p>{expected}</p>", $"{why}: {html}");
    }

    [Fact]
    public void A_long_value_is_cut_and_kept_whole_for_the_end()
    {
        var value = new string('x', 159) + "\U0001F600yz";
        Html html = $"{value}{value}";
        Assert.StartsWith($"<span class=\"long\">{new string('x', 159)}<span class=\"cut\">", html.ToString(), StringComparison.Ordinal);
        Assert.Equal([value], html.Cut);
        Html outer = $"<div>{html}</div>";
        Assert.Equal([value], outer.Cut);
    }

    [Fact]
    public void Every_form_escapes()
    {
        const string Value = "<i>\"\u202E";
        Html html = $"{Shown.Code(Value)}{Shown.Name(Value)}{Shown.Sentence(Value)}{Shown.Whole(Value)}{Shown.Block(Value)}{Shown.Attribute(Value)}{Shown.Drawn(Value)}{Badge.Of(State.Pass, Value)}";
        Assert.DoesNotContain("<i>", html.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain('\u202E', html.ToString());
        Html attribute = $"{Shown.Attribute("a\" onload='x' <")}";
        Assert.Equal("a&#34; onload=&#39;x&#39; &#60;", attribute.ToString());
    }
}
