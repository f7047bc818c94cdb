using System.Diagnostics;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Cli.Tests;

/// <summary>One run of the command as a user runs it: the published binary when EMAILAUTH_COMMAND names it, else the built one.</summary>
internal sealed record CommandRun(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    public static Task<CommandRun> OfAsync(params string[] arguments) => WithInputAsync(ReadOnlyMemory<byte>.Empty, arguments);

    public static Task<CommandRun> InFolderAsync(string folder, params string[] arguments)
    {
        var start = StartInfo(arguments);
        start.WorkingDirectory = folder;
        return RunAsync(start, ReadOnlyMemory<byte>.Empty);
    }

    public static Task<CommandRun> WithInputAsync(ReadOnlyMemory<byte> input, params string[] arguments) => RunAsync(StartInfo(arguments), input);

    public static Task<CommandRun> WithEnvironmentAsync(string variable, string value, params string[] arguments)
    {
        var start = StartInfo(arguments);
        start.Environment[variable] = value;
        return RunAsync(start, ReadOnlyMemory<byte>.Empty);
    }

    private static async Task<CommandRun> RunAsync(ProcessStartInfo start, ReadOnlyMemory<byte> input)
    {
        using var limit = new CancellationTokenSource(Limit);
        using var process = Process.Start(start) ?? throw new InvalidOperationException("The command did not start.");
        var output = process.StandardOutput.ReadToEndAsync(limit.Token);
        var error = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(input, limit.Token);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // The command ended before it read its input; what it said is the result.
        }

        await process.WaitForExitAsync(limit.Token);
        return new CommandRun(process.ExitCode, await output, await error);
    }

    public static ProcessStartInfo StartInfo(string[] arguments)
    {
        var published = Environment.GetEnvironmentVariable("EMAILAUTH_COMMAND");
        var start = new ProcessStartInfo(published ?? "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        if (published is null)
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "EmailAuth.Cli.dll"));
        }

        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return start;
    }

    /// <summary>The same, hearing an interrupt also where the tests were started so that they hear none (in a script, with &amp;).</summary>
    public static ProcessStartInfo InterruptibleStartInfo(string[] arguments)
    {
        var start = StartInfo(arguments);
        if (OperatingSystem.IsLinux())
        {
            start.ArgumentList.Insert(0, start.FileName);
            start.ArgumentList.Insert(0, "--default-signal=INT");
            start.FileName = "env"; // which becomes the command, under the same number
        }

        return start;
    }
}
