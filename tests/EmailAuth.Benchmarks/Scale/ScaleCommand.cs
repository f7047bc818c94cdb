using System.Diagnostics;
using System.Globalization;

namespace EmailAuth.Benchmarks.Scale;

/// <summary>Measures how the cost of verification grows with whatever a stranger can pile up, and judges: worse than linear is a defect.</summary>
internal static class ScaleCommand
{
    private const int Defects = 1;
    private const int Usage = 2;
    private const int Cancelled = 130;

    private static readonly IReadOnlyList<ScaleSeries> All =
    [
        .. BodySeries.All, .. HeaderSeries.All, .. AuthorSeries.All, .. SignatureSeries.All, .. SpfSeries.All, .. DomainSeries.All,
        .. SessionSeries.All, .. IndicatorSeries.All, .. VectorSeries.All,
    ];

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["--help" or "-h" or "-?"])
        {
            WriteHelp(Console.Out);
            return 0;
        }

        if (Options.Read(arguments, out var options) is { } mistake)
        {
            await Console.Error.WriteLineAsync($"scale: {mistake}");
            return Usage;
        }

        using var cancel = new CancellationTokenSource();
        ConsoleCancelEventHandler onCancel = (_, e) =>
        {
            e.Cancel = true;
            cancel.Cancel();
        };
        Console.CancelKeyPress += onCancel;
        try
        {
            return await RunAsync(options, cancel.Token);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("scale: cancelled");
            return Cancelled;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"scale: the plots cannot be written to '{options.Plots}': {e.Message}");
            return Usage;
        }
        finally
        {
            Console.CancelKeyPress -= onCancel;
        }
    }

    private static async Task<int> RunAsync(Options options, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.Plots);
        var started = Stopwatch.GetTimestamp();
        Console.WriteLine($"{options.Series.Count} series on {Environment.ProcessorCount} processors. Times are the least of up to 51 runs. {PowerFit.Explanation}");
        await Stopwatches.WarmUpAsync(SessionSeries.Ordinary, cancellationToken);
        var defects = new List<string>();
        var summary = new Table("series", "of", "to", "longest", "exponent");
        for (var i = 0; i < options.Series.Count; i++)
        {
            var series = options.Series[i];
            await Console.Error.WriteLineAsync($"scale: {i + 1} of {options.Series.Count}: {series.Name}");
            var (exponent, longest) = await RunAsync(series, options, cancellationToken);
            summary.Add(series.Name, series.Unit, Quantity.Count(series.Sizes[^1]), Quantity.Time(longest), Quantity.Exponent(exponent));
            if (exponent > series.MaxExponent)
            {
                defects.Add(string.Create(CultureInfo.InvariantCulture, $"{series.Name} ({exponent:0.00})"));
            }
        }

        Console.WriteLine();
        Console.WriteLine("### All series");
        Console.WriteLine();
        summary.Write(Console.Out);
        Console.WriteLine();
        Console.WriteLine(defects.Count == 0
            ? $"Verdict: nothing grows worse than linearly; {options.Series.Count} series in {Quantity.Time(Stopwatch.GetElapsedTime(started).TotalSeconds)}."
            : $"Verdict: {defects.Count} of {options.Series.Count} series grow worse than linearly, which is a defect: {string.Join(", ", defects)}.");
        return defects.Count == 0 ? 0 : Defects;
    }

    // What exceeds is measured once more: a machine that was busy for a moment is no defect.
    private static async Task<(double Exponent, double Longest)> RunAsync(ScaleSeries series, Options options, CancellationToken cancellationToken)
    {
        var points = await MeasureAsync(series, options, cancellationToken);
        var fit = FitOf(points);
        if (fit.Exponent > series.MaxExponent)
        {
            var again = await MeasureAsync(series, options, cancellationToken);
            points = [.. points.Zip(again, (first, second) => first.Seconds <= second.Seconds ? first : second)];
            fit = FitOf(points);
        }

        Write(series, points, fit);
        var plot = Path.Combine(options.Plots, $"scale-{series.Name}.svg");
        await File.WriteAllTextAsync(plot, SvgPlot.Draw(series.Title, series.Unit, Coordinates(points), fit.Exponent), cancellationToken);
        return (fit.Exponent, points[^1].Seconds);
    }

    private static Task<List<ScalePoint>> MeasureAsync(ScaleSeries series, Options options, CancellationToken cancellationToken) => new Stopwatches(options.IsProcessorTime).MeasureAsync(
        series,
        point => Console.Error.WriteLine($"scale:   {Quantity.Count(point.Size)} {series.Unit}: {Quantity.Time(point.Seconds)}"),
        cancellationToken);

    private static (double Exponent, double From) FitOf(List<ScalePoint> points) => PowerFit.Of(Coordinates(points));

    private static List<(double X, double Seconds)> Coordinates(List<ScalePoint> points) => points.ConvertAll(point => ((double)point.Size, point.Seconds));

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

    private static void WriteHelp(TextWriter output)
    {
        output.WriteLine("""
            Measures how the cost of verification grows with what a message, a record or a server may have many of.

            usage: scale [--only SERIES]... [--plots FOLDER] [--cpu]

              --only SERIES   one series, or all whose names start with it and a hyphen; may stand several times
              --plots FOLDER  where an SVG of each series goes (default artifacts/plots)
              --cpu           measure the processor's time instead of the clock's, on a machine that is busy with other things

            Tables go to standard output, progress to standard error. The exit code is 1 when something grows worse than linearly.

            series:
            """);
        var width = All.Max(series => series.Name.Length);
        foreach (var series in All)
        {
            output.WriteLine($"  {series.Name.PadRight(width)}  {series.Title}");
        }
    }

    private sealed record Options(IReadOnlyList<ScaleSeries> Series, string Plots, bool IsProcessorTime)
    {
        // Null when there is nothing to complain of.
        public static string? Read(string[] arguments, out Options options)
        {
            var plots = Path.Combine("artifacts", "plots");
            var only = new List<ScaleSeries>();
            options = new Options(All, plots, IsProcessorTime: false);
            var isProcessorTime = false;
            for (var i = 0; i < arguments.Length; i += 2)
            {
                if (arguments[i] == "--cpu")
                {
                    isProcessorTime = true;
                    i--;
                    continue;
                }

                if (arguments[i] is not ("--only" or "--plots"))
                {
                    return $"'{arguments[i]}' is no option; see scale --help";
                }

                if (i + 1 == arguments.Length || arguments[i + 1].Length == 0)
                {
                    return $"{arguments[i]} needs a value; see scale --help";
                }

                var value = arguments[i + 1];
                if (arguments[i] == "--plots")
                {
                    plots = value;
                    continue;
                }

                var named = All.Where(series => series.Name == value || series.Name.StartsWith(value + "-", StringComparison.Ordinal)).ToList();
                if (named.Count == 0)
                {
                    return $"there is no series '{value}'; scale --help lists them";
                }

                only.AddRange(named.Except(only));
            }

            options = new Options(only.Count == 0 ? All : only, plots, isProcessorTime);
            return null;
        }
    }
}
