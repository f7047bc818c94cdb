using System.Diagnostics;
using System.Globalization;

namespace EmailAuth.Benchmarks.Scale;

/// <summary>Measures series, writes a table and a plot of each, and judges them.</summary>
internal sealed class ScaleRun(ScaleOptions options, CancellationToken cancellationToken)
{
    // Pools fill up, and the runtime allocates for itself now and then.
    private const long AllocatesAlike = 64 * 1024;

    // Less of the time than this for work that never waits: something else has the processors.
    private const double IdleShare = 0.9;

    private readonly Stopwatches _stopwatches = new(options.IsProcessorTime);
    private readonly Table _summary = new("series", "of", "to", "longest", "exponent");
    private readonly List<string> _defects = [];

    /// <summary>Whether nothing grows worse than linearly.</summary>
    public async Task<bool> RunAsync()
    {
        Directory.CreateDirectory(options.Plots);
        var started = Stopwatch.GetTimestamp();
        Console.WriteLine($"{options.Series.Count} series on {Environment.ProcessorCount} processors. Times are the least of up to 51 runs.");
        Console.WriteLine(PowerFit.Explanation);
        await Stopwatches.WarmUpAsync(SessionSeries.Ordinary, cancellationToken);
        for (var i = 0; i < options.Series.Count; i++)
        {
            await Console.Error.WriteLineAsync($"scale: {i + 1} of {options.Series.Count}: {options.Series[i].Name}");
            await RunAsync(options.Series[i]);
        }

        WriteSummary(Stopwatch.GetElapsedTime(started));
        return _defects.Count == 0;
    }

    private async Task RunAsync(ScaleSeries series)
    {
        var points = await MeasureAsync(series);
        var fit = FitOf(points);
        if (fit.Exponent > series.MaxExponent)
        {
            // Once more: a machine that was busy for a moment is no defect.
            var again = await MeasureAsync(series);
            points = [.. points.Zip(again, (first, second) => first.Seconds <= second.Seconds ? first : second)];
            fit = FitOf(points);
        }

        Judge(series, points, fit.Exponent);
        Write(series, points, fit);
        await File.WriteAllTextAsync(
            Path.Combine(options.Plots, $"scale-{series.Name}.svg"),
            SvgPlot.Draw(series.Title, series.Unit, Coordinates(points), fit.Exponent),
            cancellationToken);
    }

    private Task<List<ScalePoint>> MeasureAsync(ScaleSeries series) => _stopwatches.MeasureAsync(
        series,
        point => Console.Error.WriteLine($"scale:   {Quantity.Count(point.Size)} {series.Unit}: {Quantity.Time(point.Seconds)}"),
        cancellationToken);

    private void Judge(ScaleSeries series, List<ScalePoint> points, double exponent)
    {
        _summary.Add(series.Name, series.Unit, Quantity.Count(points[^1].Size), Quantity.Time(points[^1].Seconds), Quantity.Exponent(exponent));
        if (exponent > series.MaxExponent)
        {
            _defects.Add($"{series.Name} ({Quantity.Exponent(exponent)})");
        }

        if (series.HoldsNothing && points.Max(point => point.Allocated) - points.Min(point => point.Allocated) > AllocatesAlike)
        {
            _defects.Add($"{series.Name} (it holds what it reads)");
        }
    }

    private static void Write(ScaleSeries series, List<ScalePoint> points, (double Exponent, double From) fit)
    {
        Console.WriteLine();
        Console.WriteLine($"### {series.Name}: {series.Title}");
        Console.WriteLine();
        string[] columns = [series.Unit, "time", "time for each", "bytes allocated"];
        var table = new Table(series.Observed is null ? columns : [.. columns, series.Observed]);
        foreach (var point in points)
        {
            string[] cells = [Quantity.Count(point.Size), Quantity.Time(point.Seconds), Quantity.Time(point.Seconds / point.Size), Quantity.Count(point.Allocated)];
            table.Add(series.Observed is null ? cells : [.. cells, Quantity.Count(point.Observed)]);
        }

        table.Write(Console.Out);
        Console.WriteLine();
        var verdict = fit.Exponent <= series.MaxExponent ? string.Empty : $": a defect, as at most {Quantity.Exponent(series.MaxExponent)} is linear";
        Console.WriteLine($"Exponent {Quantity.Exponent(fit.Exponent)} from {Quantity.Count(fit.From)} {series.Unit} on{verdict}.");
    }

    private void WriteSummary(TimeSpan elapsed)
    {
        Console.WriteLine();
        Console.WriteLine("### All series");
        Console.WriteLine();
        _summary.Write(Console.Out);
        Console.WriteLine();
        if (!options.IsProcessorTime && _stopwatches.Share < IdleShare)
        {
            var share = _stopwatches.Share.ToString("P0", CultureInfo.InvariantCulture);
            Console.WriteLine($"The machine was busy with other things: {share} of the time was ours. Long runs look longer than they are; see --cpu.");
        }

        Console.WriteLine(_defects.Count == 0
            ? $"Verdict: nothing grows worse than linearly; {options.Series.Count} series in {Quantity.Time(elapsed.TotalSeconds)}."
            : $"Verdict: defects, as they grow worse than linearly: {string.Join(", ", _defects)}.");
    }

    private static (double Exponent, double From) FitOf(List<ScalePoint> points) => PowerFit.Of(Coordinates(points));

    private static List<(double X, double Seconds)> Coordinates(List<ScalePoint> points) => points.ConvertAll(point => ((double)point.Size, point.Seconds));
}
