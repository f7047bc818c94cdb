using System.Diagnostics;
using System.Globalization;

namespace EmailAuth.Benchmarks.Load;

/// <summary>
/// What the first messages of a fresh process cost beside those of one that is warm, by processes with several settings of the runtime, one
/// after the other: processor time a message, code that is compiled meanwhile included.
/// </summary>
internal static class FreshCommand
{
    private const int First = 10_000;
    private const int Warm = 60_000;
    private const int Measured = 10_000;

    private static readonly (string Name, string[] Variables)[] Settings =
    [
        ("the runtime's own", []),
        ("without profiles (TieredPGO=false)", ["DOTNET_TieredPGO=0"]),
        ("without profiles, loops optimized at once: the tool", ["DOTNET_TieredPGO=0", "DOTNET_TC_QuickJitForLoops=0"]),
        ("without tiers (TieredCompilation=false)", ["DOTNET_TieredCompilation=0"]),
    ];

    public static async Task<int> RunAsync(string[] arguments)
    {
        if (arguments is ["child"])
        {
            Child();
            return 0;
        }

        Console.WriteLine($"{Machine.Description}\n{Machine.Load}\n");
        var table = new Table("settings", $"messages 2 to {First:N0}, us", $"after {Warm:N0}, us", "ratio");
        foreach (var (name, variables) in Settings)
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!, [.. ProgramArguments(), "fresh", "child"]) { RedirectStandardOutput = true, UseShellExecute = false };
            foreach (var variable in variables)
            {
                start.Environment[variable.Split('=')[0]] = variable.Split('=')[1];
            }

            using var process = Process.Start(start)!;
            var figures = (await process.StandardOutput.ReadToEndAsync().ConfigureAwait(false)).Split(' ').Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
            await process.WaitForExitAsync().ConfigureAwait(false);
            table.Add([name, .. figures.Append(figures[0] / figures[1]).Select((figure, i) => figure.ToString(i < 2 ? "0" : "0.0", CultureInfo.InvariantCulture))]);
        }

        table.Write(Console.Out);
        return 0;
    }

    // Run by "dotnet", the program is the first argument.
    private static string[] ProgramArguments() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [Path.Combine(AppContext.BaseDirectory, "EmailAuth.Benchmarks.dll")] : [];

    private static void Child()
    {
        var mail = new OrdinaryMail();
        var used = Machine.ProcessorTime;
        Judge(mail, First - 1);
        var first = (Machine.ProcessorTime - used).TotalMicroseconds / (First - 1);
        Judge(mail, Warm - First);
        used = Machine.ProcessorTime;
        Judge(mail, Measured);
        Console.Write(string.Create(CultureInfo.InvariantCulture, $"{first} {(Machine.ProcessorTime - used).TotalMicroseconds / Measured}"));
    }

    private static void Judge(OrdinaryMail mail, int count)
    {
        for (var i = 0; i < count; i++)
        {
            OrdinaryMail.Complete(mail.Pipeline.AuthenticateAsync(mail.Envelope, mail.Sample.Message, CancellationToken.None));
        }
    }
}
