using System.Text;
using EmailAuth.Bimi;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>All findings of logos, in whole: code, place, reason, advice, title. The page svg-findings.txt has many more than are written here.</summary>
public class SvgValidatorTests
{
    private const string Namespaces = "xmlns='http://www.w3.org/2000/svg' xmlns:xlink='http://www.w3.org/1999/xlink'";
    private const string Root = "<svg " + Namespaces + " version='1.2' baseProfile='tiny-ps' viewBox='0 0 9 9'>";
    private const string Title = "<title>t</title>";

    // What comes after the root's start tag and its title; a new line, so that columns are short.
    private static readonly string[] Contents =
    [
        "", "<g/>", "<g></g>", "text", "<![CDATA[text]]>", "<![CDATA[ ]]>", "<title>u</title>", "<title> </title>", "<title><![CDATA[u]]> v</title>", "<g><title>u</title></g>",
        "<desc>x</desc>", "<g>x</g>", "<g><![CDATA[x]]></g>", "<g> </g>", "<g xml:space='preserve'> </g>", "<text>x</text>", "<unknown>x</unknown>", "<x:title xmlns:x='urn:x'>x</x:title>",
        "<rect/>", "<rect></rect>", "<Rect/>", "<unknown/>", "<unknown><rect/></unknown>", "<unknown a='b' onclick='c' xlink:href='#d' xml:base='e'/>", "<rect><rect/></rect>", "<defs><stop/></defs>",
        "<x:rect xmlns:x='http://www.w3.org/2000/svg'/>", "<x:rect xmlns:x='http://www.w3.org/2000/svg/'/>", "<rect xmlns=''/>", "<rect xmlns='' a='b'/>", "<x xmlns='urn:x' onclick='a' id='b'/><g id='b'/>",
        "<rect id='a'/><g id='b'/><g id='a'/>", "<rect xml:id='a'/><g id='a'/>", "<rect xml:id='a'/><g xml:id='a'/>", "<rect id='a'/><g x:id='a' xmlns:x='urn:x'/>", "<use xlink:id='a'/><g id='a'/>",
        "<rect id='a'/><g class='a'/>", "<rect class='a'/><g class='a'/>", "<rect id=''/><g id=''/>",
        "<rect onclick='a'/>", "<rect ON='a'/>", "<rect o='a'/>", "<rect oN-x='a'/>", "<rect xlink:onclick='a'/>", "<rect x:onclick='a' xmlns:x='urn:x'/>", "<unknown onclick='a'/>",
        "<rect x='1' y='1'/>", "<g x='1'/>", "<rect X='1'/>", "<rect fill='a' FILL='b'/>", "<rect version='1.1' baseProfile='x' viewBox='y'/>",
        "<rect xml:base='a'/>", "<rect xml:BASE='a'/>", "<rect xml:lang='a' xml:space='default' xml:id='b'/>", "<rect xml:Lang='a'/>", "<x xmlns='urn:x' xml:base='a'/>",
        "<rect xlink:href='#a'/>", "<rect xlink:type='a'/>", "<use xlink:type='a' xlink:role='a' xlink:arcrole='a' xlink:title='a' xlink:show='a' xlink:actuate='a'/>", "<use xlink:TYPE='a'/>", "<use xlink:other='a'/>",
        "<unknown xlink:type='a'/>", "<x xmlns='urn:x' xlink:href='a'/>", "<x xmlns='urn:x' href='a' src='b'/>", "<x xmlns='urn:x' x:a='b' xmlns:x='urn:y'/>", "<x:use xmlns:x='urn:x' xlink:href='#a'/>", "<x:use xmlns:x='urn:x' xlink:title='a'/>",
        "<use xlink:href='#'/>", "<use xlink:href='#a'/>", "<use xlink:href='#ab'/>", "<use xlink:href=' #a '/>", "<use xlink:href='a'/>", "<use xlink:href=''/>", "<use xlink:href=' '/>", "<use xlink:href='ab'/>", "<use xlink:HREF='a'/>",
        "<use href='#a'/>", "<use href='a'/>", "<use HREF='a'/>", "<g x:href='a' xmlns:x='urn:x'/>", "<g x:href='#a' xmlns:x='urn:x'/>", "<g xmlns:href='a'/>",
        "<use xlink:href='##'/>", "<use xlink:href='#a#'/>", "<use xlink:href='#%'/>", "<use xlink:href='#a('/>", "<use xlink:href='#a)'/>", "<use xlink:href='#a&amp;'/>", "<use xlink:href='#a:'/>", "<use xlink:href='#a/'/>", "<use xlink:href='#a?'/>",
        "<use xlink:href='#a!$*+,-.;=@_~'/>", "<use xlink:href='#\u00e4'/>",
        "<rect fill='url(#a)'/>", "<rect fill='url(a)'/>", "<rect fill='url()'/>", "<rect fill='url('/>", "<rect fill='url'/>", "<rect fill='URL(a)'/>", "<rect fill='url(#a) url(#b)'/>", "<rect fill='url(#a) url(b)'/>", "<rect fill='url(a) url(b)'/>",
        "<rect fill='url(#a)URL(b)'/>", "<rect fill='url(#a)url(#b)url(#c)'/>", "<rect fill='url(#a)url(#b)url(c)'/>", "<rect fill='url( #a)'/>", "<rect fill='url(&#9;#a)'/>", "<rect fill='url(&#13;#a)'/>", "<rect fill='url(&#10;#a)'/>",
        "<rect fill=\"url('#a')\"/>", "<rect fill='url(\"#a\")'/>", "<rect fill='url( &#9;&#13;&#10;\"#a\")'/>", "<rect fill='url(&#11;#a)'/>", "<rect fill='url(&#160;#a)'/>", "<rect fill='url(.#a)'/>", "<rect fill='xurl(a)'/>", "<rect id='url(a)'/>",
        "<rect class='url(a)'/>", "<unknown z='url(a)'/>", "<rect opacity='url(a)'/>", "<rect fill='uurl(a)'/>", "<rect fill='url(url(#a))'/>", "<rect fill='url(#url(b))'/>",
        "<rect fill='\\'/>", "<rect id='\\'/>", "<rect d='\\'/>", "<path d='\\'/>", "<rect font-family='\\'/>", "<rect fill=']'/>", "<rect transform='\\'/>",
        "<?p?>", "<?xml-stylesheet href='a'?>", "<g><?p?></g>", "<!-- c -->", "<!-- <script/> -->", "<?p?><script/>", "&amp;", "&lt;", "&x;", "<g>&x;</g>", "<desc>&amp;&#65;</desc>",
        "<g id='a'/><use xlink:href='#a'/>", "<use id='a' xlink:href='#a'/>", "<g id='a'><use xlink:href='#a'/></g>", "<g id='a'><g><use xlink:href='#a'/></g></g>", "<g id='a'><use xlink:href='#A'/></g>",
        "<g id='a'><use xlink:href='#b'/></g><g id='b'><use xlink:href='#c'/></g><g id='c'/>", "<g id='a'><use xlink:href='#b'/></g><g id='b'><use xlink:href='#a'/></g>", "<g id='a'><use xlink:href=' #a '/></g>", "<g id='a'><use href='#a'/></g>",
        "<g id='a'><unknown xlink:href='#a'/></g>", "<g id='a'><x xmlns='urn:x' href='#a'/></g>", "<g id='a'/><g id='a'><use xlink:href='#a'/></g>",
        "<g>", "</g>", "<g></h>", "<g a='1' a='2'/>", "<g a=1/>", "<1/>", "<x:g/>", "<g", "<!DOCTYPE svg>", "</svg>", "<g>\u0001</g>", "<g>\uffff</g>", "]]>",
        "<linearGradient><stop/></linearGradient>", "<radialGradient><stop/></radialGradient>", "<textArea><tspan>a<tspan>b</tspan></tspan><tbreak/></textArea>", "<text><tbreak/></text>", "<tbreak>x</tbreak>",
    ];

    // The root's attributes beside its namespace.
    private static readonly string[] Roots =
    [
        "", "version='1.2'", "baseProfile='tiny-ps'", "VERSION='1.2' BASEPROFILE='tiny-ps' VIEWBOX='0 0 9 9'", "x:version='1.2' x:baseProfile='tiny-ps' x:viewBox='0 0 9 9' xmlns:x='urn:x'", "x='1'", "y='1'", "x='1' y='2'", "z='1'", "width='1' height='2'",
        "version='1.2 '", "version=''", "baseProfile='TINY-PS'",
    ];

    // The same beside version and baseProfile.
    private static readonly string[] RightRoots =
    [
        "", "externalResourcesRequired='true'", "externalResourcesRequired='false'", "focusable='true'", "focusable='false'", "focusable='auto'",
        "playbackOrder='forwardOnly'", "playbackOrder='all'", "snapshotTime='1s'", "snapshotTime='none'", "timelineBegin='onStart'", "timelineBegin='onLoad'", "timelineBegin='onload'", "zoomAndPan='magnify'", "zoomAndPan='disable'",
        "contentScriptType='text/ecmascript'", "preserveAspectRatio='none'", "preserveAspectRatio='xMidYMid'", "preserveAspectRatio='xMidYMid meet'", "preserveAspectRatio='none meet'", "preserveAspectRatio=' none '", "preserveAspectRatio='meet'",
        "preserveAspectRatio=''", "preserveAspectRatio='xMidYMid slice'", "preserveAspectRatio='xmidymid'", "preserveAspectRatio='none  meet'",
        "viewBox='0 0 9 9'", "viewBox='0 0 9 8'", "viewBox='0 0 8 9'", "viewBox='0,0,9,9'", "viewBox='0&#9;0&#10;9&#13;9'", "viewBox=' 0  0 , 9 ,, 9 '", "viewBox=''", "viewBox='0'", "viewBox='0 0'", "viewBox='0 0 9'", "viewBox='0 0 9 9 9'", "viewBox='0 0 9 9 9 9'", "viewBox='0 0 9 9 9 9 9 9'",
        "viewBox='0 0 0 9'", "viewBox='0 0 9 0'", "viewBox='0 0 0 0'", "viewBox='0 0 -1 -1'", "viewBox='0 0 -1 9'", "viewBox='0 0 9 -1'", "viewBox='0 0 1 1'", "viewBox='0 0 0.5 0.5'", "viewBox='0 0 0.5 9'", "viewBox='0 0 9 0.5'", "viewBox='-9 -9 1e1 10'", "viewBox='9 8 9 9'",
        "viewBox='a 0 9 9'", "viewBox='0 a 9 9'", "viewBox='0 0 a 9'", "viewBox='0 0 9 a'", "viewBox='NaN 0 9 9'", "viewBox='0 Infinity 9 9'", "viewBox='0 0 Infinity Infinity'", "viewBox='0 0 9 NaN'", "viewBox='0 0 1e999 9'", "viewBox='0&#11;0 9 9'", "viewBox='0&#160;0 9 9'", "viewBox='0!0 9 9'", "viewBox='0-0 9 9'", "viewBox='0;0;9;9'", "viewBox='0 0 1,000 1000'",
        "onload='x'", "on='x'", "style='x'", "fill='\\'", "fill='url(a)'", "id='a'", "xlink:href='#a'", "xlink:type='simple'", "xml:space='preserve'", "xml:base='a'",
    ];

    private static readonly string[] Documents =
    [
        "x", "<", "<svg", "<svg>", "<svg/>", "<svg></svg>", "<html/>", "<html xmlns='http://www.w3.org/2000/svg'/>", "<rect xmlns='http://www.w3.org/2000/svg' x='1'/>", "<title xmlns='http://www.w3.org/2000/svg'>x</title>", "<svg xmlns='urn:x'/>", "<SVG xmlns='http://www.w3.org/2000/svg'/>",
        "<svg xmlns='urn:x' version='1.2' x='1' onload='a'><title>x</title><rect xmlns='http://www.w3.org/2000/svg'/></svg>", "<x:svg xmlns:x='http://www.w3.org/2000/svg'><x:title>x</x:title></x:svg>", "<x:svg xmlns:x='http://www.w3.org/2000/svg'><title>x</title></x:svg>",
        "<?xml version='1.0'?>" + Root + Title + "</svg>", "<?xml version='1.0' encoding='UTF-8'?>" + Root + Title + "</svg>", "<?xml version='1.0' encoding='Utf-8' standalone='yes'?>\n" + Root + Title + "</svg>", "<?xml version='1.0' encoding='us-ascii'?>" + Root + Title + "</svg>",
        "<?xml version='1.0' encoding='utf8'?>" + Root + Title + "</svg>", "<?xml version='1.0' encoding='windows-1252'?>" + Root + "<script/></svg>", "<?xml version='1.0' standalone='yes'?>" + Root + Title + "</svg>", " <?xml version='1.0'?>" + Root + Title + "</svg>", "\ufeff" + Root + Title + "</svg>", "\ufeff<?xml version='1.0'?>" + Root + Title + "</svg>",
        "<!DOCTYPE svg>" + Root + Title + "</svg>", "\n <!DOCTYPE svg>" + Root + Title + "</svg>", "<!-- a -->\n\n<!DOCTYPE svg SYSTEM 'x'>" + Root + Title + "</svg>", "<!DOCTYPE svg [<!ENTITY a '<!DOCTYPE'>]>" + Root + "</svg>", "<?p?>\n<!DOCTYPE svg>" + Root,
        "<?p?>" + Root + Title + "</svg>", Root + Title + "</svg><?p?>", Root + Title + "</svg>x", Root + Title + "</svg><svg/>", Root + Title + "</svg><!-- a -->", "<!-- a -->" + Root + Title + "</svg>", Root + Title + "</svg>\n ",
        Root + "<title>a</title><title>b</title></svg>", Root + "<title/><title>b</title></svg>", Root + "<title>\u00a0</title></svg>", Root + "<title> a\n b </title></svg>", Root + "<desc>a</desc></svg>", Root + "<g><title>a</title></g></svg>", Root + "<x:title xmlns:x='urn:x'>a</x:title></svg>",
        Root + "<title>a<desc>b</desc></title></svg>", Root + "<title><title>b</title></title></svg>", Root + "<title>a<!-- c -->b</title></svg>", Root + "<title>a<?p?>b</title></svg>", Root + "<title>a<x xmlns='urn:x'>b</x>c</title></svg>",
    ];

    [Fact]
    public void The_findings_are_those_of_the_page() => ApprovedPage.Verify("bimi", "svg-findings.txt", [
        .. Contents.Select(static content => $"== {content}\n{SvgFindingsText.Of(Root + Title + "\n" + content + "</svg>")}"),
        .. Roots.Select(static attributes => $"== svg {attributes}\n{SvgFindingsText.Of($"<svg {Namespaces}\n {attributes}>{Title}</svg>")}"),
        .. RightRoots.Select(static attributes => $"== svg {attributes}\n{SvgFindingsText.Of($"<svg {Namespaces} version='1.2' baseProfile='tiny-ps'\n {attributes}>{Title}</svg>")}"),
        .. Documents.Select(static document => $"== {document.Replace('\n', '|')}\n{SvgFindingsText.Of(document)}"),
    ]);

    [Fact]
    public void What_is_found_depends_on_each_character_as_the_page_says()
    {
        const string Logo = "<svg xmlns='http://www.w3.org/2000/svg' version='1.2' baseProfile='tiny-ps' viewBox='0 0 9 9'><title>t</title><g id='a'><use x='1'/></g><rect fill='url(#b)'>\n</rect></svg>";
        ApprovedPage.Verify("bimi", "svg-edits.txt", OneCharacterEdits.Outcomes(Logo, " '<a\\", static (text, _) =>
        {
            if (text.Length == 0)
            {
                return "nothing";
            }

            var findings = SvgTinyPs.Validate(Encoding.UTF8.GetBytes(text));
            return string.Join(' ', [.. findings.Violations.Select(static problem => problem.Code), .. findings.Advice.Select(static problem => "advice"), findings.Title is null ? "-" : $"[{findings.Title}]"]);
        }));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" \n")]
    [InlineData("<!-- a -->")]
    public void A_document_without_an_element_is_not_well_formed(string document) =>
        Assert.StartsWith("not_well_formed 0:0 not well-formed: ", SvgFindingsText.Of(document), StringComparison.Ordinal);

    [Fact]
    public void The_largest_limit_is_a_limit() =>
        Assert.Equal("valid, title [t]", SvgFindingsText.Of(Root + Title + "</svg>", new SvgLimits { MaxDrawnElements = int.MaxValue }));

    [Fact]
    public void A_right_logo_has_no_finding_but_its_title() => Assert.Equal("valid, title [t]", SvgFindingsText.Of(Root + Title + "<g><rect x='1'/></g></svg>"));

    [Theory]
    [InlineData(new byte[] { 0xff }, "not_utf8 0:0 the document is not UTF-8")]
    [InlineData(new byte[] { 0xc3 }, "not_utf8 0:0 the document is not UTF-8")]
    [InlineData(new byte[] { 0 }, "not_utf8 0:0 the document is not UTF-8")]
    public void Octets_that_are_not_UTF_8_are_refused_whatever_is_around_them(byte[] octets, string expected) =>
        Assert.Equal(expected + "\nnot valid, no title", SvgFindingsText.Of([.. Encoding.UTF8.GetBytes(Root + Title), .. octets, .. "</svg>"u8]));

    [Fact]
    public void The_size_is_exact()
    {
        var document = Root + Title + "</svg>";
        Assert.Equal("valid, title [t]", SvgFindingsText.Of(document, new SvgLimits { MaxBytes = document.Length }));
        Assert.Equal(
            $"too_large 0:0 the document of {document.Length} bytes exceeds {document.Length - 1} (MaxBytes)\nnot valid, no title",
            SvgFindingsText.Of(document, new SvgLimits { MaxBytes = document.Length - 1 }));
    }

    [Fact]
    public void The_depth_is_exact()
    {
        var document = Root + Title + "<g><g/></g></svg>";
        Assert.Equal("valid, title [t]", SvgFindingsText.Of(document, new SvgLimits { MaxDepth = 3 }));
        var place = document.IndexOf("<g/>", StringComparison.Ordinal) + 2;
        Assert.Equal($"too_deep 1:{place} elements nest deeper than 2 (MaxDepth)\nnot valid, title [t]", SvgFindingsText.Of(document, new SvgLimits { MaxDepth = 2 }));
        Assert.Equal($"too_deep 1:{Root.Length + 2} elements nest deeper than 1 (MaxDepth)\nnot valid, no title", SvgFindingsText.Of(document, new SvgLimits { MaxDepth = 1 }));
    }

    // Reading ends there: what follows is not looked at.
    [Fact]
    public void The_number_of_violations_is_exact()
    {
        const string Document = Root + "<a/><title>t</title><a/><a/>&x;";
        string[] found = [.. SvgFindingsText.Of(Document).Split('\n')];
        Assert.Equal(5, found.Length);
        Assert.StartsWith("not_well_formed", found[3], StringComparison.Ordinal);
        Assert.Equal([found[0], "not valid, no title"], SvgFindingsText.Of(Document, new SvgLimits { MaxViolations = 1 }).Split('\n'));
        Assert.Equal([.. found[..2], "not valid, title [t]"], SvgFindingsText.Of(Document, new SvgLimits { MaxViolations = 2 }).Split('\n'));
        Assert.Equal([.. found[..3], "not valid, title [t]"], SvgFindingsText.Of(Document, new SvgLimits { MaxViolations = 3 }).Split('\n'));
        Assert.Equal(found, SvgFindingsText.Of(Document, new SvgLimits { MaxViolations = 4 }).Split('\n'));
    }

    // The one that fills the list at the end of the document leaves no room for what is found in the whole.
    [Fact]
    public void A_full_list_has_no_findings_of_the_whole()
    {
        const string Document = "<svg " + Namespaces + " version='1.2' viewBox='0 0 9 9' baseProfile='tiny-ps'><a/></svg>";
        Assert.Single(SvgTinyPs.Validate(Encoding.UTF8.GetBytes(Document), new SvgLimits { MaxViolations = 1 }).Violations);
        Assert.Equal(["element", "title"], SvgTinyPs.Validate(Encoding.UTF8.GetBytes(Document), new SvgLimits { MaxViolations = 2 }).Violations.Select(static problem => problem.Code));
    }

    [Theory]
    [InlineData("<g/><g/>", 4)] // the root, its title, and two
    [InlineData("<use xlink:href='#a'/><g id='a'/>", 5)]
    [InlineData("<use xlink:href='#a'/><g id='a'><g/></g>", 7)]
    [InlineData("<use xlink:href='#b'/><g id='a'><g/></g>", 5)] // refers to nothing
    public void The_number_of_drawn_elements_is_exact(string content, int drawn)
    {
        var document = Root + Title + content + "</svg>";
        Assert.Equal("valid, title [t]", SvgFindingsText.Of(document, new SvgLimits { MaxDrawnElements = drawn }));
        Assert.Equal(
            $"too_many_elements 0:0 with every use followed, more than {drawn - 1} elements are drawn (MaxDrawnElements)\nnot valid, title [t]",
            SvgFindingsText.Of(document, new SvgLimits { MaxDrawnElements = drawn - 1 }));
    }

    [Fact]
    public void Names_of_others_are_shown_by_their_first_60_characters()
    {
        var (fits, long_) = (new string('n', 60), new string('n', 61));
        Assert.Equal($"element 1:{Root.Length + 2} the element {fits} is not allowed: SVG Tiny PS has no such element", SvgFindingsText.Of(Root + $"<{fits}/></svg>").Split('\n')[0]);
        Assert.Equal($"element 1:{Root.Length + 2} the element {fits}\u2026 is not allowed: SVG Tiny PS has no such element", SvgFindingsText.Of(Root + $"<{long_}/></svg>").Split('\n')[0]);
    }

    // What the framework says of a malformed document is shown by its first 200 characters.
    [Fact]
    public void The_readers_message_is_shortened()
    {
        var reason = SvgFindingsText.Of(Root + $"<{new string('n', 300)}></g></svg>").Split('\n')[1];
        Assert.StartsWith("not_well_formed ", reason, StringComparison.Ordinal);
        Assert.Equal("not well-formed: ".Length + 201, reason[(reason.IndexOf("not well-formed", StringComparison.Ordinal))..].Length);
    }
}
