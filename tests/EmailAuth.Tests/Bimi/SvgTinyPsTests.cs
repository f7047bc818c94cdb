using System.Text;
using EmailAuth.Bimi;
using EmailAuth.Tests.TestSupport;
using FsCheck.Xunit;
using Xunit;

namespace EmailAuth.Tests.Bimi;

public class SvgTinyPsTests
{
    private const string Head = "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.2\" baseProfile=\"tiny-ps\" viewBox=\"0 0 9 9\">";
    private const string Title = "<title>Example</title>";

    [Fact]
    public void The_logo_of_the_test_data_keeps_to_the_profile()
    {
        var report = SvgTinyPs.Validate(File.ReadAllBytes(Repository.PathOf("testdata", "bimi", "logo.svg")));
        Assert.Empty(report.Violations);
        Assert.Empty(report.Advice);
        Assert.Equal("Example Learning", report.Title);
    }

    [Theory]
    [InlineData("<path d='M0 0'/>")]
    [InlineData("<g transform='scale(2)'><rect width='1' height='1' rx='1' fill='none' display='inline'/></g>")]
    [InlineData("<use xlink:href='#a' x='1' y='1'/><path id='a'/>")]
    [InlineData("<solidColor id='c' solid-color='red'/><rect fill='url(#c) none'/>")]
    [InlineData("<rect fill=\"url('#c')\"/>")]
    [InlineData("<radialGradient id='r' cx='1' cy='1' r='1'><stop offset='0'/></radialGradient>")]
    [InlineData("<textArea width='9' height='9'>a<tbreak/>b</textArea>")]
    [InlineData("<desc>any <![CDATA[text <script>]]></desc><metadata>words</metadata><!-- <script/> -->")]
    [InlineData("<path d='M0 0'><title>a part</title></path>")]
    [InlineData("<rect id='a'/><rect id='A'/>")] // XML knows case
    [InlineData("<g id=' a '><use xlink:href='#a'/></g>")] // without a DTD, the white space of id stays
    [InlineData("<rect id='a'/><rect id=' a '/>")]
    [InlineData("<polyline points='0,0' xml:space='preserve' xml:lang='en' xml:id='p'/>")]
    public void What_the_profile_has_is_allowed(string content)
    {
        var report = Check(Head + Title + content + "</svg>");
        Assert.True(report.IsValid, string.Join('\n', report.Violations));
    }

    // One violation each, with what the reason must say.
    [Theory]
    [InlineData("<script>alert(1)</script>", "script")]
    [InlineData("<handler/>", "scripts")]
    [InlineData("<a xlink:href='#x'/>", "interactivity")]
    [InlineData("<animate attributeName='x'/>", "animation")]
    [InlineData("<set attributeName='x'/>", "animation")]
    [InlineData("<image width='1' height='1'/>", "raster")]
    [InlineData("<foreignObject/>", "foreign objects")]
    [InlineData("<style>a{}</style>", "style sheets")]
    [InlineData("<video/>", "media")]
    [InlineData("<switch/>", "switch")]
    [InlineData("<filter/>", "no such element")]
    [InlineData("<svg/>", "not allowed inside svg")]
    [InlineData("<Path/>", "no such element")] // XML knows case
    [InlineData("<stop/>", "not allowed inside svg")]
    [InlineData("<defs><tspan/></defs>", "not allowed inside defs")]
    [InlineData("<iframe xmlns='http://www.w3.org/1999/xhtml'/>", "another namespace")]
    [InlineData("<metadata><x xmlns='urn:x'/></metadata>", "another namespace")]
    [InlineData("<rect onclick='x()'/>", "event attribute onclick")]
    [InlineData("<rect ONLOAD='x()'/>", "event attribute ONLOAD")]
    [InlineData("<rect style='fill:red'/>", "attribute style")]
    [InlineData("<rect opacity='1'/>", "attribute opacity")] // SVG Tiny 1.2 has it for images alone
    [InlineData("<rect filter='url(#f)'/>", "attribute filter")]
    [InlineData("<rect xlink:title='x'/>", "xlink:title")]
    [InlineData("<g xml:base='https://evil.example/'/>", "xml:base")]
    [InlineData("<g x:label='x' xmlns:x='urn:x'/>", "another namespace")]
    [InlineData("<use xlink:href='https://evil.example/a.svg#x'/>", "leaves the document")]
    [InlineData("<use xlink:href='data:image/svg+xml,x'/>", "leaves the document")]
    [InlineData("<use xlink:href='//evil.example/#x'/>", "leaves the document")]
    [InlineData("<use xlink:href=''/>", "leaves the document")]
    [InlineData("<use xlink:href='#%61'/>", "plain #fragment")] // a renderer decodes it: counted as another name
    [InlineData("<use xlink:href='#xpointer(id(a))'/>", "plain #fragment")]
    [InlineData("<rect fill='url(https://evil.example/#x)'/>", "refers out of the document")]
    [InlineData("<rect fill='red URL( \"https://evil.example/\" )'/>", "refers out of the document")]
    [InlineData("<rect fill='u\\72l(https://evil.example/)'/>", "CSS escape")]
    [InlineData("<g>text</g>", "text is not allowed")]
    [InlineData("<?xml-stylesheet href='https://evil.example/a.css'?>", "processing instruction")]
    [InlineData("<rect id='a'/><rect id='a'/>", "appears twice")]
    [InlineData("<g id='a'><use xlink:href='#a'/></g>", "refers to itself")]
    [InlineData("<g id='a'><use xlink:href='#b'/></g><g id='b'><use xlink:href='#a'/></g>", "refers to itself")]
    [InlineData("<g xml:id=' a '><use xlink:href='#a'/></g>", "refers to itself")] // that of xml:id is normalized
    [InlineData("<g xml:id='&#9;a&#13;&#10;'><use xlink:href='#a'/></g>", "refers to itself")]
    [InlineData("<g xml:id='a  b'><use xlink:href='#a b'/></g>", "refers to itself")]
    [InlineData("<rect id='a'/><rect xml:id=' a'/>", "appears twice")]
    [InlineData("&x;", "not well-formed")]
    [InlineData("<path>", "not well-formed")]
    [InlineData("<rect x='1' x='2'/>", "not well-formed")]
    public void What_the_profile_lacks_is_a_violation(string content, string expected)
    {
        var report = Check(Head + Title + content + "</svg>");
        var violation = Assert.Single(report.Violations);
        Assert.Contains(expected, violation.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("version='1.2' baseProfile='tiny-ps'", null)]
    [InlineData("version='1.1' baseProfile='tiny-ps'", "version must be \"1.2\"")]
    [InlineData("baseProfile='tiny-ps'", "version is missing")]
    [InlineData("version='1.2' baseProfile='tiny'", "baseProfile must be \"tiny-ps\"")]
    [InlineData("version='1.2' baseProfile='Tiny-PS'", "baseProfile must be")]
    [InlineData("version='1.2'", "baseProfile is missing")]
    [InlineData("version='1.2' baseProfile='tiny-ps' x='0'", "must not have the attribute x")]
    [InlineData("version='1.2' baseProfile='tiny-ps' y='0'", "must not have the attribute y")]
    [InlineData("version='1.2' baseProfile='tiny-ps' onload='x()'", "event attribute")]
    [InlineData("version='1.2' baseProfile='tiny-ps' zoomAndPan='magnify'", "zoomAndPan must be")]
    [InlineData("version='1.2' baseProfile='tiny-ps' externalResourcesRequired='true'", "externalResourcesRequired must be")]
    [InlineData("version='1.2' baseProfile='tiny-ps' preserveAspectRatio='xMinYMin slice'", "preserveAspectRatio")]
    [InlineData("version='1.2' baseProfile='tiny-ps' preserveAspectRatio='none'", null)]
    [InlineData("version='1.2' baseProfile='tiny-ps' preserveAspectRatio='xMidYMid'", null)]
    [InlineData("version='1.2' baseProfile='tiny-ps' preserveAspectRatio=' xMidYMid meet '", null)]
    [InlineData("version='1.2' baseProfile='tiny-ps' preserveAspectRatio='none meet'", null)]
    [InlineData("version='1.2' baseProfile='tiny-ps' viewBox='0 0 0 9'", "viewBox")]
    [InlineData("version='1.2' baseProfile='tiny-ps' viewBox='0 0 9'", "viewBox")]
    [InlineData("version='1.2' baseProfile='tiny-ps' viewBox='0 0 NaN 9'", "viewBox")]
    public void The_root_says_which_profile_it_keeps_to(string attributes, string? expected)
    {
        var report = Check($"<svg xmlns='http://www.w3.org/2000/svg' {attributes}>{Title}</svg>");
        Assert.Equal(expected is null ? 0 : 1, report.Violations.Length);
        Assert.Contains(expected ?? string.Empty, expected is null ? string.Empty : report.Violations[0].Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<title/>")]
    [InlineData("<title>  \n </title>")]
    [InlineData("<g><title>not the root's</title></g>")]
    public void The_root_needs_a_title_with_text(string content) =>
        Assert.Contains("title", Assert.Single(Check(Head + content + "</svg>").Violations).Reason, StringComparison.Ordinal);

    [Theory]
    [InlineData("<html/>")]
    [InlineData("<svg/>")] // of no namespace
    [InlineData("<svg:svg xmlns:svg='http://www.w3.org/1999/xhtml'/>")]
    public void Another_root_is_a_violation(string document) =>
        Assert.Contains(Check(document).Violations, v => v.Reason.Contains("the root is not svg", StringComparison.Ordinal));

    [Fact]
    public void A_prefix_for_the_SVG_namespace_is_fine() =>
        Assert.True(Check("<s:svg xmlns:s='http://www.w3.org/2000/svg' version='1.2' baseProfile='tiny-ps' viewBox='0 0 1 1'><s:title>x</s:title></s:svg>").IsValid);

    [Theory]
    [InlineData("<!DOCTYPE svg>")]
    [InlineData("<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd'>")]
    [InlineData("<!DOCTYPE svg SYSTEM 'file:///etc/passwd'>")]
    [InlineData("<!DOCTYPE svg [<!ENTITY x 'y'>]>")]
    [InlineData("<!DOCTYPE svg [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'><!ENTITY c '&b;&b;&b;&b;&b;&b;'>]>")]
    public void A_DTD_ends_the_reading(string dtd)
    {
        var violation = Assert.Single(Check(dtd + Head + Title + "<desc>&c;</desc></svg>").Violations);
        Assert.Contains("DTD", violation.Reason, StringComparison.Ordinal);
        Assert.Equal(1, violation.Line);
    }

    [Fact]
    public void Every_violation_is_listed_with_its_line_and_column()
    {
        var report = Check(Head + "\n" + Title + "\n  <script/>\n  <rect onclick='x' style='y'/>\n</svg>");
        Assert.Equal([(3, 4), (4, 9), (4, 21)], report.Violations.Select(v => (v.Line, v.Column)));
        Assert.StartsWith("line 3, column 4: ", report.Violations[0].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_image_that_is_not_square_is_advised_against()
    {
        var report = Check(Head.Replace("0 0 9 9", "0 0 9 10", StringComparison.Ordinal) + Title + "</svg>");
        Assert.True(report.IsValid);
        Assert.Contains("not square", Assert.Single(report.Advice).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Only_UTF_8_is_read()
    {
        Assert.Contains("not UTF-8", Assert.Single(SvgTinyPs.Validate(Encoding.Unicode.GetBytes(Head + Title + "</svg>")).Violations).Reason, StringComparison.Ordinal);
        Assert.Contains("not UTF-8", Assert.Single(SvgTinyPs.Validate(Encoding.Latin1.GetBytes(Head + "<title>\u00e4</title></svg>")).Violations).Reason, StringComparison.Ordinal);
        Assert.True(SvgTinyPs.Validate((byte[])[0xef, 0xbb, 0xbf, .. Encoding.UTF8.GetBytes(Head + Title + "</svg>")]).IsValid);
        Assert.True(Check("<?xml version='1.0' encoding='utf-8'?>" + Head + Title + "</svg>").IsValid);
        foreach (var encoding in (string[])["ISO-8859-1", "utf-7", "utf-16", "iso-2022-jp"])
        {
            // What another decoder would read in the same bytes is not what was checked.
            Assert.Single(Check($"<?xml version='1.0' encoding='{encoding}'?>" + Head + Title + "</svg>").Violations);
        }
    }

    [Fact]
    public void Depth_size_and_violations_are_limited()
    {
        var deep = Head + Title + string.Concat(Enumerable.Repeat("<g>", 2000)) + string.Concat(Enumerable.Repeat("</g>", 2000)) + "</svg>";
        Assert.Contains("MaxDepth", Assert.Single(Check(deep).Violations).Reason, StringComparison.Ordinal);

        var large = Head + Title + "<desc>" + new string('x', 40_000) + "</desc></svg>";
        Assert.Contains("MaxBytes", Assert.Single(Check(large).Violations).Reason, StringComparison.Ordinal);

        var wrong = Head + Title + string.Concat(Enumerable.Repeat("<x/>", 1000)) + "</svg>";
        Assert.Equal(100, Check(wrong).Violations.Length);
    }

    [Fact]
    public void References_that_multiply_are_counted_without_being_followed()
    {
        // Ten levels of ten: what is drawn is ten billion, and it takes six hundred bytes.
        var bomb = new StringBuilder(Head + Title + "<path id='l0'/>");
        for (var level = 1; level <= 10; level++)
        {
            bomb.Append($"<g id='l{level}'>").Insert(bomb.Length, $"<use xlink:href='#l{level - 1}'/>", 10).Append("</g>");
        }

        Assert.Contains("MaxDrawnElements", Assert.Single(Check(bomb + "</svg>").Violations).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_limit_below_one_is_the_callers_mistake() => Assert.Throws<ArgumentOutOfRangeException>(() => new SvgLimits { MaxDepth = 0 });

    [Property]
    public void No_document_makes_it_throw(string text, byte[] bytes)
    {
        _ = SvgTinyPs.Validate(bytes ?? []);
        _ = Check(Head + Title + text + "</svg>");
        _ = Check(Head + Title + "<rect fill=\"" + text + "\"/></svg>");
    }

    private static SvgFindings Check(string document) => SvgTinyPs.Validate(Encoding.UTF8.GetBytes(document));

    // The framework's reader throws something else than XmlException on these.
    [Fact]
    public void A_long_malformed_XML_declaration_is_not_well_formed()
    {
        for (var length = 1; length < 6000; length += 37)
        {
            var document = System.Text.Encoding.UTF8.GetBytes("<?xml version=\"1.0" + new string('\u00e9', length) + "<svg xmlns=\"http://www.w3.org/2000/svg\"/>");
            Assert.NotEmpty(BimiIndicator.Read(document).Value!.Problems);
        }
    }

    // Where the reader itself fails it knows no place; a later one may name the fault and its place.
    [Fact]
    public void A_document_that_the_reader_fails_on_is_not_well_formed()
    {
        var problem = Assert.Single(Check("<?xml version=\"1.0TT\u00e9\"?>").Violations);
        Assert.Equal("not_well_formed", problem.Code);
        Assert.Equal(problem.Reason.StartsWith("not well-formed: the XML reader fails on it (", StringComparison.Ordinal) ? (0, 0) : (1, problem.Column), (problem.Line, problem.Column));
    }
}
