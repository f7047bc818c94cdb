using System.Diagnostics;
using System.Globalization;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>One run of the command in a terminal of tmux, which has a width and a height and keeps what scrolled off.</summary>
internal static class TerminalSession
{
    private const string Tmux = "/usr/bin/tmux";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    /// <summary>What the terminal shows in the end, with everything that scrolled off.</summary>
    /// <param name="width">The number of columns.</param>
    /// <param name="height">The number of rows.</param>
    /// <param name="environment">Variables for the command, such as <c>NO_COLOR=1</c>; empty for none.</param>
    /// <param name="after">What follows the command, such as a pipe; empty for nothing.</param>
    /// <param name="arguments">The arguments of the command.</param>
    /// <param name="hasColours">Whether the colours are in the text, as escape sequences.</param>
    public static async Task<string> ShowAsync(int width, int height, string environment, string after, string[] arguments, bool hasColours = false)
    {
        Assert.SkipUnless(File.Exists(Tmux), "The terminal is made by tmux.");
        var server = $"emailauth-{Guid.NewGuid():N}";
        var start = CommandRun.StartInfo(arguments);
        var command = string.Join(' ', start.ArgumentList.Prepend(start.FileName).Select(static part => $"'{part}'"));

        // The signal says that all is written; cat keeps the pane open until it is read.
        var script = $"env {environment} {command} {after}; {Tmux} -L {server} wait-for -S done; exec cat";
        try
        {
            await RunAsync(
                server, "-u", "-f", "/dev/null", "new-session", "-d", "-x", Text(width), "-y", Text(height), "-c", Repository.Root, script);
            await RunAsync(server, "wait-for", "done");
            return await RunAsync(server, hasColours ? ["capture-pane", "-p", "-e", "-S", "-"] : ["capture-pane", "-p", "-S", "-"]);
        }
        finally
        {
            await RunAsync(server, "kill-server");
        }
    }

    private static async Task<string> RunAsync(string server, params string[] arguments)
    {
        using var limit = new CancellationTokenSource(Limit);
        var start = new ProcessStartInfo(Tmux, ["-L", server, .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };

        // A tmux inside a tmux refuses to start.
        start.Environment.Remove("TMUX");
        using var process = Process.Start(start) ?? throw new InvalidOperationException("tmux did not start.");
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        await process.WaitForExitAsync(limit.Token);
        Assert.True(process.ExitCode == 0, await error);
        return await output;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
