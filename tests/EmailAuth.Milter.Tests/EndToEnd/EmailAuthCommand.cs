using EmailAuth.Reports.Tests.TestSupport;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>The command as a user runs it: the published binary when EMAILAUTH_COMMAND names it, else the built one.</summary>
internal static class EmailAuthCommand
{
    /// <summary>Runs it to its end, which has to be a success, and returns what it printed.</summary>
    public static async Task<string> RunAsync(params string[] arguments) => (await RunToEndAsync(arguments)).Text;

    /// <summary>Runs it to its end, which has to be a success, and returns what it printed and said.</summary>
    public static async Task<(string Text, string Said)> RunToEndAsync(params string[] arguments)
    {
        var line = LineIn(Folder);
        var (code, text, errors) = await PeerProgram.RunAsync(line[0], [.. line[1..], .. arguments]);
        Assert.True(code == 0, errors);
        return (text, errors);
    }

    /// <summary>Copies the command into a folder that every account can read, and returns what starts it there.</summary>
    public static async Task<string> CopyForAllAsync(string folder)
    {
        foreach (var arguments in (string[][])[["cp", "-rL", $"{Folder}/.", folder], ["chmod", "-R", "a+rX", folder]])
        {
            var (exit, output) = await Daemon.RunAsync(arguments[0], arguments[1..]);
            Assert.True(exit == 0, output);
        }

        return string.Join(' ', LineIn(folder));
    }

    private static string? Published => Environment.GetEnvironmentVariable("EMAILAUTH_COMMAND");

    private static string Folder => Published is { } published
        ? Path.GetDirectoryName(published)!
        : Path.Combine(Repository.Root, "src/EmailAuth.Cli/bin", Configuration, "net10.0");

    // Where this test was built: bin/Debug or bin/Release.
    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory.TrimEnd('/')).Parent!.Name;

    private static string[] LineIn(string folder) =>
        Published is { } published ? [Path.Combine(folder, Path.GetFileName(published))] : [Programs.Find("dotnet")!, Path.Combine(folder, "EmailAuth.Cli.dll")];
}
