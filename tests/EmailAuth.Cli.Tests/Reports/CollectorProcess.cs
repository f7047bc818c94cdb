using Xunit;

namespace EmailAuth.Cli.Tests.Reports;

/// <summary>Collectors in processes of their own.</summary>
internal static class CollectorProcess
{
    /// <summary>Starts one that follows.</summary>
    public static CommandProcess Start(string store, params IEnumerable<string> journals) => CommandProcess.Start([.. Arguments(store, journals), "--follow"]);

    /// <summary>Imports what is left, with a collector that ends by itself.</summary>
    public static async Task FinishAsync(string store, params IEnumerable<string> journals)
    {
        var run = await CommandRun.OfAsync(Arguments(store, journals));
        Assert.True(run.ExitCode == 0, run.Error);
    }

    private static string[] Arguments(string store, IEnumerable<string> journals) =>
        ["reports", "collect", "--store", store, "--keep", "0", "--batch", "300", .. journals.SelectMany(static folder => new[] { "--journal", folder })];
}
