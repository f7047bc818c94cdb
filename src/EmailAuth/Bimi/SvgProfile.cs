using System.Collections.Frozen;

namespace EmailAuth.Bimi;

/// <summary>
/// What SVG Tiny PS allows (draft-svg-tiny-ps-abrotman, on top of SVG Tiny 1.2): elements, what each may hold, and its attributes. A list
/// of what is allowed, not of what is known to be bad.
/// </summary>
internal static class SvgProfile
{
    public const string Namespace = "http://www.w3.org/2000/svg";
    public const string XLinkNamespace = "http://www.w3.org/1999/xlink";
    public const string XmlNamespace = "http://www.w3.org/XML/1998/namespace";

    private const string Description = "desc title metadata";
    private const string Structure = Description + " path rect circle line ellipse polyline polygon solidColor textArea linearGradient radialGradient text g defs use";

    private const string Core = "id class role rel rev typeof content datatype resource about property";
    private const string Conditional = "requiredFonts systemLanguage";

    private const string Properties =
        "fill fill-opacity fill-rule stroke stroke-opacity stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit "
        + "stroke-width color color-rendering vector-effect direction unicode-bidi solid-color solid-opacity display-align line-increment "
        + "stop-color stop-opacity font-family font-size font-style font-variant font-weight text-anchor text-align "
        + "display visibility image-rendering shape-rendering text-rendering buffered-rendering viewport-fill viewport-fill-opacity";

    private const string Shape = Core + " " + Conditional + " " + Properties + " transform ";

    public static readonly FrozenDictionary<string, SvgElementRule> Elements = new Dictionary<string, SvgElementRule>(StringComparer.Ordinal)
    {
        ["svg"] = Rule(
            Structure,
            Core + " " + Properties + " width height viewBox baseProfile version preserveAspectRatio contentScriptType "
            + "externalResourcesRequired focusable playbackOrder snapshotTime timelineBegin zoomAndPan"),
        ["g"] = Rule(Structure, Shape),
        ["defs"] = Rule(Structure, Core + " " + Properties),
        ["use"] = Rule(Description, Shape + "x y"),
        ["title"] = Text(string.Empty, Core + " " + Conditional + " " + Properties),
        ["desc"] = Text(string.Empty, Core + " " + Conditional + " " + Properties),
        ["metadata"] = Text(string.Empty, Core),
        ["path"] = Rule(Description, Shape + "d pathLength"),
        ["rect"] = Rule(Description, Shape + "x y width height rx ry"),
        ["circle"] = Rule(Description, Shape + "cx cy r"),
        ["ellipse"] = Rule(Description, Shape + "cx cy rx ry"),
        ["line"] = Rule(Description, Shape + "x1 y1 x2 y2"),
        ["polyline"] = Rule(Description, Shape + "points"),
        ["polygon"] = Rule(Description, Shape + "points"),
        ["solidColor"] = Rule(Description, Core + " " + Properties),
        ["linearGradient"] = Rule("stop " + Description, Core + " " + Properties + " gradientUnits x1 y1 x2 y2"),
        ["radialGradient"] = Rule("stop " + Description, Core + " " + Properties + " gradientUnits cx cy r"),
        ["stop"] = Rule(Description, Core + " " + Properties + " offset"),
        ["text"] = Text("tspan " + Description, Shape + "x y rotate"),
        ["tspan"] = Text("tspan " + Description, Core + " " + Conditional + " " + Properties),
        ["textArea"] = Text("tspan tbreak " + Description, Shape + "x y width height"),
        ["tbreak"] = Rule(string.Empty, Core + " " + Conditional),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The attributes whose value a renderer reads as CSS.</summary>
    public static readonly FrozenSet<string> PropertyNames = Properties.Split(' ').ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The attributes of XLink that <c>use</c> may have beside <c>href</c>; they change nothing.</summary>
    public static readonly FrozenSet<string> XLinkAttributes =
        FrozenSet.ToFrozenSet(["href", "type", "role", "arcrole", "title", "show", "actuate"], StringComparer.Ordinal);

    public static readonly FrozenSet<string> XmlAttributes = FrozenSet.ToFrozenSet(["id", "lang", "space"], StringComparer.Ordinal);

    /// <summary>Attributes of the root that may have one value only: the one that switches the feature off.</summary>
    public static readonly FrozenDictionary<string, string> RootValues = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["version"] = "1.2",
        ["baseProfile"] = "tiny-ps",
        ["externalResourcesRequired"] = "false",
        ["focusable"] = "false",
        ["playbackOrder"] = "all",
        ["snapshotTime"] = "none",
        ["timelineBegin"] = "onLoad",
        ["zoomAndPan"] = "disable",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Why the elements that people try are not allowed.</summary>
    private static readonly FrozenDictionary<string, string> Forbidden = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["script"] = "scripts",
        ["handler"] = "scripts",
        ["listener"] = "scripts",
        ["a"] = "interactivity",
        ["animate"] = "animation",
        ["animateColor"] = "animation",
        ["animateMotion"] = "animation",
        ["animateTransform"] = "animation",
        ["animation"] = "animation",
        ["set"] = "animation",
        ["mpath"] = "animation",
        ["discard"] = "animation",
        ["image"] = "raster images",
        ["foreignObject"] = "foreign objects",
        ["audio"] = "media",
        ["video"] = "media",
        ["prefetch"] = "external references",
        ["style"] = "style sheets",
        ["switch"] = "conditional processing by switch",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string? WhyForbidden(string element) => Forbidden.GetValueOrDefault(element);

    private static SvgElementRule Rule(string children, string attributes) => new(Set(children), Set(attributes), AllowsText: false);

    private static SvgElementRule Text(string children, string attributes) => new(Set(children), Set(attributes), AllowsText: true);

    private static FrozenSet<string> Set(string names) =>
        names.Split(' ', StringSplitOptions.RemoveEmptyEntries).ToFrozenSet(StringComparer.Ordinal);
}

/// <summary>What one element may hold.</summary>
internal sealed record SvgElementRule(FrozenSet<string> Children, FrozenSet<string> Attributes, bool AllowsText);
