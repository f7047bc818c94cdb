using System.Text;
using EmailAuth.Bimi;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>What is wrong with a logo has a code that stays as it is, beside a reason that may be worded otherwise.</summary>
public class BimiProblemTests
{
    private const string Head = "<svg xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink' version='1.2' baseProfile='tiny-ps' viewBox='0 0 9 9'>";
    private const string Title = "<title>x</title>";

    [Theory]
    [InlineData(Head + Title + "<script/></svg>", "element")]
    [InlineData(Head + Title + "<title>y</title><title/><b:c xmlns:b='urn:x'/></svg>", "foreign_element")]
    [InlineData(Head + Title + "<rect opacity='1'/></svg>", "attribute")]
    [InlineData(Head + Title + "<rect onload='x()'/></svg>", "event")]
    [InlineData(Head + Title + "<use xlink:href='https://evil.example/a.svg#x'/></svg>", "reference")]
    [InlineData(Head + Title + "<rect fill='u\\72l(https://evil.example/)'/></svg>", "reference")]
    [InlineData(Head + Title + "<rect id='a'/><rect id='a'/></svg>", "repeated_id")]
    [InlineData(Head + Title + "<g>text</g></svg>", "text")]
    [InlineData(Head + Title + "<g id='a'><use xlink:href='#a'/></g></svg>", "use_loop")]
    [InlineData(Head + Title + "<?xml-stylesheet href='a.css'?></svg>", "processing_instruction")]
    [InlineData("<!DOCTYPE svg>" + Head + Title + "</svg>", "document_type")]
    [InlineData("<?xml version='1.0' encoding='latin1'?>" + Head + Title + "</svg>", "not_utf8")]
    [InlineData(Head + Title + "<path>", "not_well_formed")]
    [InlineData(Head + "</svg>", "title")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' version='1.1' baseProfile='tiny-ps' viewBox='0 0 9 9'>" + Title + "</svg>", "attribute_value")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' version='1.2' viewBox='0 0 9 9'>" + Title + "</svg>", "root")]
    public void The_code_of_a_logos_first_problem(string document, string code)
    {
        var indicator = BimiIndicator.Read(Encoding.UTF8.GetBytes(document)).Value!;
        Assert.False(indicator.IsValid);
        Assert.Equal(code, indicator.Problems[0].Code);
    }

    [Fact]
    public void Advice_has_a_code_and_leaves_the_logo_valid()
    {
        var indicator = BimiIndicator.Read(Encoding.UTF8.GetBytes(Head.Replace("0 0 9 9", "0 0 9 8", StringComparison.Ordinal) + Title + "</svg>")).Value!;
        Assert.True(indicator.IsValid);
        Assert.Equal("x", indicator.Title);
        Assert.Equal("view_box", Assert.Single(indicator.Advice).Code);
    }

    [Fact]
    public void The_limits_have_codes()
    {
        var deep = Head + Title + string.Concat(Enumerable.Repeat("<g>", 70));
        Assert.Equal("too_deep", BimiIndicator.Read(Encoding.UTF8.GetBytes(deep)).Value!.Problems[0].Code);
        var drawn = BimiIndicator.Read(Encoding.UTF8.GetBytes(Head + Title + "<g/><g/></svg>"), new SvgLimits { MaxDrawnElements = 1 }).Value!;
        Assert.Equal("too_many_elements", drawn.Problems[0].Code);
        var compressed = new BimiOptions { MaxIndicatorBytes = 10 };
        Assert.Contains("exceeds 10", BimiIndicator.Read(Encoding.UTF8.GetBytes(Head), compressed).Error!.Reason, StringComparison.Ordinal);
        Assert.Equal(64, compressed.IndicatorLimits.MaxDepth);
    }

    [Fact]
    public void Every_code_has_a_word_of_its_own()
    {
        AssertWords(Enum.GetValues<SvgProblemCode>().Select(static code => code.Keyword()));
        AssertWords(Enum.GetValues<MarkCertificateProblemCode>().Select(static code => code.Keyword()));
    }

    private static void AssertWords(IEnumerable<string> words)
    {
        var all = words.ToArray();
        Assert.Equal(all.Length, all.Distinct(StringComparer.Ordinal).Count());
        Assert.All(all, word => Assert.DoesNotContain(word, c => c != '_' && !char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c)));
    }
}
