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
        .. SessionSeries.All, .. IndicatorSeries.All, .. VectorSeries.All, .. MilterSeries.All,
    ];

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["--help" or "-h" or "-?"])
        {
            WriteHelp();
            return 0;
        }

        if (ScaleOptions.Read(arguments, All, out var options) is { } mistake)
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
            return await new ScaleRun(options, cancel.Token).RunAsync() ? 0 : Defects;
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

    private static void WriteHelp()
    {
        Console.WriteLine("""
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
            Console.WriteLine($"  {series.Name.PadRight(width)}  {series.Title}");
        }
    }
}
