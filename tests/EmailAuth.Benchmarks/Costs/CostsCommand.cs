using System.Diagnostics;
using System.Globalization;

namespace EmailAuth.Benchmarks.Costs;

/// <summary>
/// What a message costs with every answer at hand, part by part, in one minute: alone, or beside builds of other commits, each in a process
/// of its own that takes turns with the others. Processor time, of which the least counts, so that a busy machine spoils little.
/// </summary>
internal static class CostsCommand
{
    private const string LinesArgument = "--lines";
    private const int DefaultRounds = 7;
    private const string Usage =
        """
        costs [--turns N] [--rounds N] [--only TEXT] [COMMIT=PROGRAM ...]

        Writes what each part costs in this build and in others, whose programs have this command too, in N turns each (default 2).
          --rounds N    how many rounds a turn has, of which the least counts; default 7.
          --only TEXT   the parts alone whose names contain the text.
        """;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var (turns, rounds, only, lines, builds) = (2, DefaultRounds, string.Empty, false, new List<(string Name, string Program)>());
        for (var i = 0; i < arguments.Length; i++)
        {
            switch (arguments[i])
            {
                case LinesArgument:
                    lines = true;
                    break;
                case "--turns" when i + 1 < arguments.Length && int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out turns) && turns > 0:
                    i++;
                    break;
                case "--rounds" when i + 1 < arguments.Length && int.TryParse(arguments[i + 1], NumberStyles.None, CultureInfo.InvariantCulture, out rounds) && rounds > 0:
                    i++;
                    break;
                case "--only" when i + 1 < arguments.Length:
                    only = arguments[++i];
                    break;
                case var other when other.Split('=', 2) is [var name, var program]:
                    builds.Add((name, program));
                    break;
                default:
                    Console.Error.WriteLine(Usage);
                    return 2;
            }
        }

        if (lines)
        {
            await foreach (var part in MailParts.AllAsync(only).ConfigureAwait(false))
            {
                Console.WriteLine(part.Measure(rounds));
            }

            return 0;
        }

        builds.Add(("this build", Environment.ProcessPath!));
        await WriteTableAsync(builds, turns, rounds, only).ConfigureAwait(false);
        return 0;
    }

    private static async Task WriteTableAsync(List<(string Name, string Program)> builds, int turns, int rounds, string only)
    {
        Console.WriteLine(Machine.Description);
        Console.WriteLine(Machine.Load);
        var costs = new Dictionary<(string Part, string Build), Cost>();
        var parts = new List<string>();
        for (var turn = 0; turn < turns; turn++)
        {
            foreach (var (name, program) in builds)
            {
                foreach (var cost in await MeasureAsync(program, rounds, only).ConfigureAwait(false))
                {
                    costs[(cost.Name, name)] = costs.TryGetValue((cost.Name, name), out var former) ? former.LesserOf(cost) : cost;
                    if (!parts.Contains(cost.Name))
                    {
                        parts.Add(cost.Name);
                    }
                }
            }
        }

        Console.WriteLine(Machine.Load);
        Console.WriteLine();
        var table = new Table(["part", .. builds.SelectMany(build => new[] { build.Name + ", us", "of its least", "bytes" }), .. builds.SkipLast(1).Select(build => "of " + build.Name)]);
        foreach (var part in parts)
        {
            var row = builds.Select(build => costs.GetValueOrDefault((part, build.Name))).ToArray();
            table.Add([part, .. row.SelectMany(Cells), .. row.SkipLast(1).Select(former => former is null ? "-" : Text(row[^1]!.Microseconds / former.Microseconds, "0.00"))]);
        }

        table.Write(Console.Out);
    }

    private static string[] Cells(Cost? cost) => cost is null
        ? ["-", "-", "-"]
        : [Text(cost.Microseconds, cost.Microseconds < 10 ? "0.00" : "0.0"), Text(cost.Microseconds / cost.Least, "0.00"), Text(cost.Bytes, "N0")];

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static async Task<List<Cost>> MeasureAsync(string program, int rounds, string only)
    {
        var start = new ProcessStartInfo(program, ["costs", LinesArgument, "--rounds", rounds.ToString(CultureInfo.InvariantCulture), "--only", only]) { RedirectStandardOutput = true, UseShellExecute = false };

        // The compiler counts calls from the start, so that the warm-up is short.
        start.Environment["DOTNET_TC_CallCountingDelayMs"] = "0";
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false);
        await process.WaitForExitAsync().ConfigureAwait(false);
        return process.ExitCode == 0
            ? [.. output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Cost.Parse)]
            : throw new InvalidOperationException($"{program} ended with {process.ExitCode}.");
    }
}
