using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Samples.Tests;

/// <summary>
/// The page of a sample: its commands, and what they print. They are run as they are written, but for ports and folders, of which each run has its own,
/// and for <c>dotnet run</c>, because the samples are built already.
/// </summary>
internal sealed class SamplePage
{
    private const string Run = "dotnet run --project ";

    /// <summary>What differs between two runs of a command.</summary>
    private const string Any = "...";

    private readonly List<(string Language, string Text)> _blocks = [];

    private readonly Dictionary<string, string> _replacements = new(StringComparer.Ordinal);

    private SamplePage(string name) => Name = name;

    public string Name { get; }

    /// <summary>Reads the page of a sample.</summary>
    /// <param name="name">The sample.</param>
    /// <param name="replacements">What this run has in place of a text of the page, such as a port.</param>
    public static SamplePage Of(string name, params (string OnThePage, string Here)[] replacements)
    {
        var page = new SamplePage(name);
        foreach (var (onThePage, here) in replacements)
        {
            page._replacements.Add(onThePage, here);
        }

        string[] lines = File.ReadAllLines(Repository.PathOf("src", "Samples", name, "README.md"));
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].StartsWith("```", StringComparison.Ordinal))
            {
                var end = Array.IndexOf(lines, "```", i + 1);
                page._blocks.Add((lines[i][3..], string.Join('\n', lines[(i + 1)..end])));
                i = end;
            }
        }

        return page;
    }

    /// <summary>Starts the program of the command that has a text, and waits until it listens.</summary>
    public Task<Daemon> StartAsync(string part, int port) =>
        Daemon.StartAsync("/bin/bash", ["-c", $"cd '{Repository.Root}'; exec {Command(part)}"], () => Daemon.ListensAsync(port));

    /// <summary>The command that has a text, as this run has it.</summary>
    public string Command(string part) => Here(Find("sh", part));

    /// <summary>Runs the command that has a text, and compares what it prints with the block below it.</summary>
    public async Task PrintsAsync(string part)
    {
        var command = Command(part);
        var (_, output) = await Daemon.RunAsync("/bin/bash", "-c", $"exec 2>&1; unset CI; cd '{Repository.Root}'; {command}");
        Equal(Here(Below(part)), output, command);
    }

    /// <summary>Runs the command that has a text, of which the page shows no output.</summary>
    public async Task RunAsync(string part)
    {
        var command = Command(part);
        var (exit, output) = await Daemon.RunAsync("/bin/bash", "-c", $"exec 2>&1; unset CI; set -e; cd '{Repository.Root}'; {command}");
        Assert.True(exit == 0, $"{command}\n{output}");
    }

    /// <summary>Waits until a program has printed what the page shows below the command that started it.</summary>
    public async Task HasPrintedAsync(Daemon program, string part)
    {
        var expected = Here(Below(part));
        await Eventually.True(() => Matches(expected, program.Output), () => $"{expected}\n-- is not what {Name} prints:\n{program.Output}");
    }

    /// <summary>Ends a program as the system does, and waits for it; its exit code must be 0.</summary>
    public static async Task StopsAsync(Daemon program)
    {
        await Daemon.RunAsync("/bin/sh", "-c", $"kill -TERM {program.Process.Id}");
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await program.Process.WaitForExitAsync(patience.Token);
        Assert.True(program.Process.ExitCode == 0, $"exit code {program.Process.ExitCode}: {program.Output}");
    }

    private static void Equal(string expected, string actual, string command) =>
        Assert.True(Matches(expected, actual), $"{command}\n-- prints\n{actual}\n-- and its page says\n{expected}");

    // "..." on the page is any text.
    private static bool Matches(string expected, string actual)
    {
        expected = expected.Trim();
        var parts = (expected.EndsWith(Any, StringComparison.Ordinal) ? expected : $"{expected}\n").Split(Any);
        actual = $"{actual.ReplaceLineEndings("\n").Trim()}\n";
        if (!actual.StartsWith(parts[0], StringComparison.Ordinal) || !actual.EndsWith(parts[^1], StringComparison.Ordinal))
        {
            return false;
        }

        var at = 0;
        foreach (var part in parts)
        {
            var found = actual.IndexOf(part, at, StringComparison.Ordinal);
            if (found < 0)
            {
                return false;
            }

            at = found + part.Length;
        }

        return parts.Length > 1 || actual.Length == at;
    }

    private string Find(string language, string part) => Assert.Single(_blocks, block => block.Language == language && block.Text.Contains(part, StringComparison.Ordinal)).Text;

    private string Below(string part)
    {
        var at = _blocks.FindIndex(block => block.Language == "sh" && block.Text.Contains(part, StringComparison.Ordinal));
        Assert.Equal("text", _blocks[at + 1].Language);
        return _blocks[at + 1].Text;
    }

    private string Here(string text)
    {
        foreach (var (onThePage, here) in _replacements)
        {
            Assert.True(_blocks.Exists(block => block.Text.Contains(onThePage, StringComparison.Ordinal)), $"The page of {Name} has no {onThePage}.");
            text = text.Replace(onThePage, here, StringComparison.Ordinal);
        }

        // dotnet run --project src/Samples/Name -- arguments
        for (var at = text.IndexOf(Run, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Run, at, StringComparison.Ordinal))
        {
            var project = text[(at + Run.Length)..].Split([' ', '\n'], 2)[0];
            var rest = text[(at + Run.Length + project.Length)..];
            text = $"{text[..at]}dotnet {Binary(project)}{(rest.StartsWith(" --", StringComparison.Ordinal) ? rest[3..] : rest)}";
        }

        return text;
    }

    private static string Binary(string project)
    {
        var name = Path.GetFileName(project);
        var configuration = Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd('/'))!);
        return Repository.PathOf([.. project.Split('/'), "bin", configuration, "net10.0", $"{name}.dll"]);
    }
}
