using System.Collections.Frozen;
using System.Text;
using EmailAuth.Bimi;
using Xunit;

namespace EmailAuth.Tests.Bimi;

/// <summary>draft-svg-tiny-ps-abrotman, appendix A: each element with what it may hold.</summary>
public class SvgProfileTests
{
    private const string Describing = "desc title metadata";

    private const string Drawing =
        Describing + " path rect circle line ellipse polyline polygon solidColor textArea linearGradient radialGradient text g defs use";

    private const string Common = "id class role rel rev typeof content datatype resource about property ";
    private const string Tests = "requiredFonts systemLanguage ";

    private const string Painting =
        "fill fill-opacity fill-rule stroke stroke-opacity stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-width "
        + "color color-rendering vector-effect direction unicode-bidi solid-color solid-opacity display-align line-increment stop-color stop-opacity "
        + "font-family font-size font-style font-variant font-weight text-anchor text-align display visibility image-rendering shape-rendering "
        + "text-rendering buffered-rendering viewport-fill viewport-fill-opacity ";

    private const string Shape = Common + Tests + Painting + "transform ";

    // The element, its children, its attributes, whether it may have text.
    public static TheoryData<string, string, string, bool> Elements => new()
    {
        {
            "svg", Drawing,
            Common + Painting + "width height viewBox baseProfile version preserveAspectRatio contentScriptType externalResourcesRequired focusable playbackOrder snapshotTime timelineBegin zoomAndPan",
            false
        },
        { "g", Drawing, Shape, false },
        { "defs", Drawing, Common + Painting, false },
        { "use", Describing, Shape + "x y", false },
        { "title", "", Common + Tests + Painting, true },
        { "desc", "", Common + Tests + Painting, true },
        { "metadata", "", Common, true },
        { "path", Describing, Shape + "d pathLength", false },
        { "rect", Describing, Shape + "x y width height rx ry", false },
        { "circle", Describing, Shape + "cx cy r", false },
        { "ellipse", Describing, Shape + "cx cy rx ry", false },
        { "line", Describing, Shape + "x1 y1 x2 y2", false },
        { "polyline", Describing, Shape + "points", false },
        { "polygon", Describing, Shape + "points", false },
        { "solidColor", Describing, Common + Painting, false },
        { "linearGradient", "stop " + Describing, Common + Painting + "gradientUnits x1 y1 x2 y2", false },
        { "radialGradient", "stop " + Describing, Common + Painting + "gradientUnits cx cy r", false },
        { "stop", Describing, Common + Painting + "offset", false },
        { "text", "tspan " + Describing, Shape + "x y rotate", true },
        { "tspan", "tspan " + Describing, Common + Tests + Painting, true },
        { "textArea", "tspan tbreak " + Describing, Shape + "x y width height", true },
        { "tbreak", "", Common + Tests, false },
    };

    [Theory]
    [MemberData(nameof(Elements))]
    public void An_element_has_these_children_and_attributes_and_no_other(string name, string children, string attributes, bool hasText)
    {
        var rule = SvgProfile.Elements[name];
        AssertSet(children, rule.Children);
        AssertSet(attributes, rule.Attributes);
        Assert.Equal(hasText, rule.AllowsText);
        Assert.False(SvgProfile.Elements.ContainsKey(name.ToUpperInvariant()));
    }

    [Fact]
    public void There_are_no_other_elements() =>
        AssertSet(string.Join(' ', Elements.Select(static row => row.Data.Item1)), SvgProfile.Elements.Keys.ToFrozenSet());

    [Fact]
    public void The_other_lists_are_these()
    {
        AssertSet(Painting, SvgProfile.PropertyNames);
        AssertSet("href type role arcrole title show actuate", SvgProfile.XLinkAttributes);
        AssertSet("id lang space", SvgProfile.XmlAttributes);
        Assert.Equal(
            "baseProfile=tiny-ps externalResourcesRequired=false focusable=false playbackOrder=all snapshotTime=none timelineBegin=onLoad version=1.2 zoomAndPan=disable",
            string.Join(' ', SvgProfile.RootValues.OrderBy(static pair => pair.Key, StringComparer.Ordinal).Select(static pair => $"{pair.Key}={pair.Value}")));
        Assert.False(SvgProfile.RootValues.ContainsKey("VERSION"));
    }

    [Theory]
    [InlineData("script", "scripts")]
    [InlineData("handler", "scripts")]
    [InlineData("listener", "scripts")]
    [InlineData("a", "interactivity")]
    [InlineData("animate", "animation")]
    [InlineData("animateColor", "animation")]
    [InlineData("animateMotion", "animation")]
    [InlineData("animateTransform", "animation")]
    [InlineData("animation", "animation")]
    [InlineData("set", "animation")]
    [InlineData("mpath", "animation")]
    [InlineData("discard", "animation")]
    [InlineData("image", "raster images")]
    [InlineData("foreignObject", "foreign objects")]
    [InlineData("audio", "media")]
    [InlineData("video", "media")]
    [InlineData("prefetch", "external references")]
    [InlineData("style", "style sheets")]
    [InlineData("switch", "conditional processing by switch")]
    public void An_element_that_people_try_is_refused_by_its_reason(string name, string reason)
    {
        Assert.Equal(reason, SvgProfile.WhyForbidden(name));
        Assert.Null(SvgProfile.WhyForbidden(name.ToUpperInvariant()));
        Assert.False(SvgProfile.Elements.ContainsKey(name));
        Assert.Equal(
            $"element 1:{Root.Length + 2} the element {name} is not allowed: SVG Tiny PS has no {reason}",
            SvgFindingsText.Of(Root + $"<{name}/><title>t</title></svg>").Split('\n')[0]);
    }

    // Each element of the profile inside each other: allowed as the table says.
    [Fact]
    public void Each_element_may_be_where_the_table_allows_it()
    {
        var names = Elements.Select(static row => row.Data.Item1).ToArray();
        foreach (var row in Elements)
        {
            var (parent, children) = (row.Data.Item1, row.Data.Item2.Split(' '));
            foreach (var child in names)
            {
                var document = parent == "svg" ? Root + $"<{child}/><title>t</title></svg>" : Root + $"<title>t</title><text><{parent}><{child}/></{parent}></text></svg>";
                var refused = SvgTinyPs.Validate(Encoding.UTF8.GetBytes(document)).Violations.Select(static violation => violation.Reason);
                Assert.Equal(!children.Contains(child, StringComparer.Ordinal), refused.Contains($"the element {child} is not allowed inside {parent}"));
            }
        }
    }

    private const string Root = "<svg xmlns='http://www.w3.org/2000/svg' version='1.2' baseProfile='tiny-ps' viewBox='0 0 9 9'>";

    private static void AssertSet(string expected, FrozenSet<string> actual)
    {
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
        Assert.DoesNotContain(actual, name => actual.Contains(name.ToUpperInvariant()));
    }
}
