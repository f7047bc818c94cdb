using System.Globalization;
using System.Text;
using System.Xml;

namespace EmailAuth.Benchmarks.Scale;

/// <summary>One line of measurements in an SVG of its own: both axes logarithmic, beside it what linear growth would be.</summary>
internal static class SvgPlot
{
    private const int Width = 720;
    private const int Height = 440;
    private const int Left = 84;
    private const int Right = 24;
    private const int Top = 48;
    private const int Bottom = 56;

    // No script and no font to fetch; the colours follow the reader's light or dark page.
    private const string Style = """
        .page { fill: #ffffff } .grid { stroke: #d8dee4; stroke-width: 1 } .axis { stroke: #59636e; stroke-width: 1 }
        text { fill: #1f2328; font: 13px system-ui, sans-serif } .title { font-size: 14px; font-weight: 600 }
        .line { fill: none; stroke: #0969da; stroke-width: 2 } .dot { fill: #0969da } .linear { stroke: #9a6700; stroke-width: 1.5; stroke-dasharray: 6 4 }
        @media (prefers-color-scheme: dark) {
          .page { fill: #0d1117 } .grid { stroke: #2b323b } .axis { stroke: #9198a1 } text { fill: #e6edf3 }
          .line { stroke: #4493f8 } .dot { fill: #4493f8 } .linear { stroke: #d29922 }
        }
        """;

    /// <summary>Draws a plot.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="unit">What is counted along the x axis.</param>
    /// <param name="points">By rising x; both numbers above zero.</param>
    /// <param name="exponent">The exponent that was fitted.</param>
    public static string Draw(string title, string unit, IReadOnlyList<(double X, double Seconds)> points, double exponent)
    {
        var x = new Axis(points.Select(point => point.X), Left, Width - Right);
        var y = new Axis(points.Select(point => point.Seconds), Height - Bottom, Top);
        var text = new StringBuilder();
        using (var svg = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true, NewLineChars = "\n" }))
        {
            svg.WriteStartElement("svg", "http://www.w3.org/2000/svg");
            Attributes(svg, ("viewBox", Invariant($"0 0 {Width} {Height}")), ("width", Invariant($"{Width}")), ("height", Invariant($"{Height}")), ("role", "img"));
            svg.WriteElementString("title", Invariant($"{title}: exponent {exponent:0.00}"));
            svg.WriteElementString("style", "\n" + Style + "\n");
            Element(svg, "rect", ("class", "page"), ("width", Invariant($"{Width}")), ("height", Invariant($"{Height}")));
            Label(svg, title, 24, 28, "start", "title");
            WriteGrid(svg, x, y);
            WriteLinear(svg, x, y, points);
            Element(svg, "polyline", ("class", "line"), ("points", string.Join(' ', points.Select(point => $"{Number(x.At(point.X))},{Number(y.At(point.Seconds))}"))));
            foreach (var point in points)
            {
                Element(svg, "circle", ("class", "dot"), ("cx", Number(x.At(point.X))), ("cy", Number(y.At(point.Seconds))), ("r", "4"));
            }

            Label(svg, unit, Left, Height - 14, "start");
            Label(svg, Invariant($"measured, exponent {exponent:0.00}; dashed: linear"), Width - Right, Height - 14, "end");
            svg.WriteEndElement();
        }

        return text.Append('\n').ToString();
    }

    private static void WriteGrid(XmlWriter svg, Axis x, Axis y)
    {
        foreach (var value in x.Ticks)
        {
            Line(svg, "grid", x.At(value), Top, x.At(value), Height - Bottom);
            Label(svg, Quantity.Short(value), x.At(value), Height - Bottom + 20, "middle");
        }

        foreach (var value in y.Ticks)
        {
            Line(svg, "grid", Left, y.At(value), Width - Right, y.At(value));
            Label(svg, Quantity.Time(value, digits: 0), Left - 8, y.At(value) + 4, "end");
        }

        Line(svg, "axis", Left, Top, Left, Height - Bottom);
        Line(svg, "axis", Left, Height - Bottom, Width - Right, Height - Bottom);
    }

    // A line of slope one through the last point, as far down as the plot goes.
    private static void WriteLinear(XmlWriter svg, Axis x, Axis y, IReadOnlyList<(double X, double Seconds)> points)
    {
        var (lastX, lastSeconds) = points[^1];
        var fromX = Math.Max(x.Least, lastX * y.Least / lastSeconds);
        Line(svg, "linear", x.At(fromX), y.At(lastSeconds * fromX / lastX), x.At(lastX), y.At(lastSeconds));
    }

    private static void Line(XmlWriter svg, string kind, double x1, double y1, double x2, double y2) =>
        Element(svg, "line", ("class", kind), ("x1", Number(x1)), ("y1", Number(y1)), ("x2", Number(x2)), ("y2", Number(y2)));

    private static void Label(XmlWriter svg, string text, double x, double y, string anchor, string? kind = null)
    {
        svg.WriteStartElement("text");
        Attributes(svg, ("x", Number(x)), ("y", Number(y)), ("text-anchor", anchor));
        if (kind is not null)
        {
            svg.WriteAttributeString("class", kind);
        }

        svg.WriteString(text);
        svg.WriteEndElement();
    }

    private static void Element(XmlWriter svg, string name, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        svg.WriteStartElement(name);
        Attributes(svg, attributes);
        svg.WriteEndElement();
    }

    private static void Attributes(XmlWriter svg, params ReadOnlySpan<(string Name, string Value)> attributes)
    {
        foreach (var (name, value) in attributes)
        {
            svg.WriteAttributeString(name, value);
        }
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    /// <summary>A logarithmic axis over a decade or more, with some room at both ends.</summary>
    private sealed class Axis
    {
        private const double Room = 0.06;

        private readonly double _low;
        private readonly double _high;
        private readonly double _from;
        private readonly double _to;

        public Axis(IEnumerable<double> values, double from, double to)
        {
            var powers = values.Select(Math.Log10).ToList();
            var (low, high) = (powers.Min(), powers.Max());
            var missing = Math.Max(0, 1 - (high - low)) / 2;
            (low, high) = (low - missing, high + missing);
            (_low, _high) = (low - (Room * (high - low)), high + (Room * (high - low)));
            (_from, _to) = (from, to);
        }

        public double Least => Math.Pow(10, _low);

        // The powers of ten; where few of them are in sight, twice and five times those as well.
        public IEnumerable<double> Ticks
        {
            get
            {
                int[] factors = _high - _low < 2.5 ? [1, 2, 5] : [1];
                return
                    from power in Enumerable.Range((int)Math.Floor(_low), (int)Math.Ceiling(_high) - (int)Math.Floor(_low) + 1)
                    from factor in factors
                    let tick = factor * Math.Pow(10, power)
                    where Math.Log10(tick) >= _low && Math.Log10(tick) <= _high
                    select tick;
            }
        }

        public double At(double value) => _from + ((_to - _from) * (Math.Log10(value) - _low) / (_high - _low));
    }
}
