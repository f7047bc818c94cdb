using System.Globalization;

namespace EmailAuth.Cli.Pages.Reports;

/// <summary>
/// Bars of the messages of each day. Places along the width are in per cent and heights in pixels, so that the text keeps its size on a narrow screen.
/// Each series has a pattern beside its color.
/// </summary>
internal static class DayChart
{
    private const int Height = 230;
    private const int Bottom = 190;
    private const int Top = 22;
    private const int MaxLabels = 14;

    private static readonly (string Title, Func<ReportedDay, long> Of)[] Series =
    [
        ("SPF and DKIM aligned", static day => day.Both),
        ("only DKIM aligned", static day => day.DkimOnly),
        ("only SPF aligned", static day => day.SpfOnly),
        ("neither aligned", static day => day.Neither),
    ];

    public static Html Of(IReadOnlyList<ReportedDay> days)
    {
        var highest = days.Count == 0 ? 0 : days.Max(static day => day.Total);
        if (highest == 0)
        {
            return Html.Empty;
        }

        var (ceiling, step) = Scale(highest);
        var (grid, bars) = (Html.Empty, Html.Empty);
        for (var value = 0L; value <= ceiling; value += step)
        {
            var y = Bottom - (int)((Bottom - Top) * value / ceiling);
            grid.Add($"<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{y}\" y2=\"{y}\"/>");
            if (value > 0)
            {
                grid.Add($"<text class=\"muted\" x=\"0\" y=\"{y - 4}\">{Grouped(value)}</text>");
            }
        }

        var every = (days.Count + MaxLabels - 1) / MaxLabels;
        for (var i = 0; i < days.Count; i++)
        {
            bars.Add(Bar(days[i], i, days.Count, ceiling));
            if (i % every == 0)
            {
                bars.Add($"<text class=\"muted\" text-anchor=\"middle\" x=\"{Per(i + .5, days.Count)}\" y=\"{Bottom + 16}\">{days[i].Day.Day}</text>");
            }
        }

        var peak = days.MaxBy(static day => day.Neither)!;
        Html text = $"From {PageTime.Day(days[0].Day)} to {PageTime.Day(days[^1].Day)}. The most messages of a day: {highest}. The most that are not aligned: {peak.Neither} on {PageTime.Day(peak.Day)}. The table below has all figures.";
        return $"""
            <figure><ul class="legend">{Series.Select(static (series, i) => (Html)$"<li><svg width=\"14\" height=\"14\" aria-hidden=\"true\"><rect class=\"s{i + 1}\" width=\"14\" height=\"14\"/>{Pattern(i, "100%", 0, 14)}</svg>{series.Title}</li>")}</ul>
            <svg width="100%" height="{Height}" role="img" aria-labelledby="chart-title chart-text"><title id="chart-title">Messages by day and alignment</title><desc id="chart-text">{text}</desc>{Definitions}{grid}{bars}</svg></figure>
            """;
    }

    // Dots, bars and a hatch in the color of the page over the color of the series; the first series is plain.
    private static Html Definitions => $"""
        <defs><pattern id="p1" width="6" height="6" patternUnits="userSpaceOnUse"><circle class="ink" cx="3" cy="3" r="1.2"/></pattern>
        <pattern id="p2" width="5" height="5" patternUnits="userSpaceOnUse"><rect class="ink" width="5" height="1.5"/></pattern>
        <pattern id="p3" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="ink" width="2" height="6"/></pattern></defs>
        """;

    private static Html Bar(ReportedDay day, int index, int count, long ceiling)
    {
        var (bar, y) = (Html.Empty, Bottom);
        for (var i = 0; i < Series.Length; i++)
        {
            var value = Series[i].Of(day);
            var height = value == 0 ? 0 : Math.Max(1, (int)((Bottom - Top) * value / ceiling));
            if (height == 0)
            {
                continue;
            }

            y -= height;
            var (x, width) = (Per(index + .14, count), Per(.72, count));
            bar.Add($"<rect class=\"s{i + 1}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>");
            bar.Add(i == 0 ? Html.Empty : $"<rect fill=\"url(#p{i})\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>");
        }

        return bar;
    }

    private static Html Pattern(int series, string width, int y, int height) =>
        series == 0 ? Html.Empty : $"<rect fill=\"url(#p{series})\" y=\"{y}\" width=\"{Shown.Attribute(width)}\" height=\"{height}\"/>";

    // The next of 1, 2 and 5 times a power of ten that at most five lines reach.
    private static (long Ceiling, long Step) Scale(long highest)
    {
        var step = 1L;
        for (var i = 0; step * 5 < highest; i++)
        {
            step = i % 3 == 1 ? step / 2 * 5 : step * 2;
        }

        return (((highest + step - 1) / step) * step, step);
    }

    private static Shown Per(double places, int count) => Shown.Attribute((places * 100 / count).ToString("0.###", CultureInfo.InvariantCulture) + "%");

    private static Shown Grouped(long value) => Shown.Drawn(value.ToString("N0", CultureInfo.InvariantCulture));
}
