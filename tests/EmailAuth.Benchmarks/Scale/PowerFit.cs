namespace EmailAuth.Benchmarks.Scale;

/// <summary>The exponent e of t = k * x^e, by least squares of log t over log x.</summary>
internal static class PowerFit
{
    private const int LeastPoints = 3;

    // What is this many times the least time is no longer ruled by what every size costs alike.
    private const double AboveConstant = 4;

    /// <summary>How the exponent is found, in one line.</summary>
    public const string Explanation =
        "The exponent is that of t = k * x^e, by least squares of log t over log x, taken over the points that need at least four times the "
        + "least time (so that what every size costs alike does not hide the growth), or over the last three.";

    /// <summary>The exponent over the upper part of a series, with the first point that counts.</summary>
    /// <param name="points">Two or more, by rising x; both numbers above zero.</param>
    public static (double Exponent, double From) Of(IReadOnlyList<(double X, double Seconds)> points)
    {
        var least = points.Min(point => point.Seconds);
        var first = 0;
        while (first < points.Count && points[first].Seconds < AboveConstant * least)
        {
            first++;
        }

        first = Math.Max(0, Math.Min(first, points.Count - LeastPoints));
        return (Slope(points.Skip(first).Select(point => (Math.Log(point.X), Math.Log(point.Seconds))).ToList()), points[first].X);
    }

    private static double Slope(List<(double X, double Y)> points)
    {
        var (meanX, meanY) = (points.Average(point => point.X), points.Average(point => point.Y));
        return points.Sum(point => (point.X - meanX) * (point.Y - meanY)) / points.Sum(point => (point.X - meanX) * (point.X - meanX));
    }
}
