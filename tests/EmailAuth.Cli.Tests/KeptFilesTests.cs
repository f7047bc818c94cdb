using EmailAuth.Cli.Input;
using EmailAuth.Cli.Nats;
using EmailAuth.Cli.Output;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>A command does not write over what it reads, nor over an earlier file before there is something to write.</summary>
public class KeptFilesTests
{
    private const string Message = "From: a@example.com\n\nx\n";
    private const string Zone = "example.com. TXT \"v=spf1 -all\"\n";
    private const string Earlier = "{\"domain\":\"a.example\"}\n{\"domain\":null,\"error\":\"line 2\"}\n";

    // The file m is the message, z the zone, and o the output.
    public static TheoryData<string, string, string> Commands => new()
    {
        { "verify m --zone z --record m", "m", "the message" },
        { "verify m --zone z --html m", "m", "the message" },
        { "verify m --zone z --record ./m", "m", "the message by another path" },
        { "verify m --zone z --record z", "z", "the zone" },
        { "verify m --zone z --html z", "z", "the zone" },
        { "verify m --zone z --options s --record s", "s", "the settings" },
        { "verify m --zone z --against o --record o", "o", "the copy to compare with" },
        { "verify m --zone z --record n --html n", "m", "two outputs in one file" },
        { "verify m --zone z --record link", "m", "a link to the message" },
        { "verify link --zone z --record m", "m", "the message by a link" },
        { "verify . --zone z --record n.jsonl", "m", "a file that would be read as a message" },
        { "verify folder --zone z --record m.jsonl", "m.jsonl", "a file in the folder, which the folder's link leads to" },
        { "domain example.com --zone z --html z", "z", "the zone" },
        { "domain example.com --zone z --message m --html m", "m", "the message" },
        { "domain --list o --zone z --output z --resume", "z", "the zone" },
        { "milter-test inet:1@127.0.0.1 m --output m", "m", "the message" },
        { "bimi example.com --zone z --svg o --save o", "o", "the logo" },
        { "bimi example.com --zone z --save z", "z", "the zone" },
        { "reports summary example.com --store o --html o", "o", "the store" },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task An_output_that_is_an_input_is_refused(string command, string file, string why)
    {
        using var folder = FolderOf();
        File.CreateSymbolicLink(folder.PathOf("link"), "m");
        Directory.CreateSymbolicLink(folder.PathOf("folder"), ".");
        var before = File.ReadAllText(folder.PathOf(file));
        var run = await RunAsync(folder, command);
        Assert.Equal((2, "", before, why), (run.ExitCode, run.Output, File.ReadAllText(folder.PathOf(file)), why));
        Assert.Contains(" for the output", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.PathOf("n")) || File.Exists(folder.PathOf("n.jsonl")));
    }

    [Fact]
    public async Task A_file_of_standard_input_and_a_hard_link_are_found_too()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux says which file standard input is.");
        using var folder = FolderOf();
        Shell(folder, "ln m hard");
        Assert.Equal(2, (await RunAsync(folder, "verify m --zone z --record hard")).ExitCode);
        var command = CommandRun.StartInfo(["verify", "-", "--zone", "z", "--record", "m"]);
        Assert.Equal(2, Shell(folder, $"'{command.FileName}' {string.Join(' ', command.ArgumentList.Select(argument => $"'{argument}'"))} < m 2> error"));
        Assert.Equal(Message, File.ReadAllText(folder.PathOf("m")));
    }

    [Theory]
    [InlineData("verify absent --zone z --record o")]
    [InlineData("verify gz --zone z --record o")]
    [InlineData("verify m --zone absent --record o")]
    [InlineData("verify gz --zone z --html o")]
    [InlineData("verify empty --zone z --record o.jsonl")]
    [InlineData("verify m gz --zone absent --record o.jsonl")]
    [InlineData("verify gz gz --zone z --record o.jsonl")]
    [InlineData("reports summary example.com --store absent --html o")]
    public async Task A_run_that_has_nothing_to_write_leaves_the_earlier_file(string command)
    {
        using var folder = FolderOf();
        folder.Write("gz", "\u001F\u008B\u0008 not a message");
        folder.Write("o.jsonl", "earlier\n");
        Directory.CreateDirectory(folder.PathOf("empty"));
        await RunAsync(folder, command);
        Assert.Equal(("earlier\n", "earlier\n"), (File.ReadAllText(folder.PathOf("o")), File.ReadAllText(folder.PathOf("o.jsonl"))));
        Assert.DoesNotContain(Directory.GetFiles(folder.Path), static file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_earlier_file_is_replaced_with_its_mode_also_behind_a_link()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no modes.");
            return;
        }

        using var folder = FolderOf();
        File.SetUnixFileMode(folder.PathOf("o"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.CreateSymbolicLink(folder.PathOf("link"), "o");
        var run = await RunAsync(folder, "verify m --zone z --brief --record link");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("\"zone\"", File.ReadAllText(folder.PathOf("o")), StringComparison.Ordinal);
        Assert.Equal((UnixFileMode.UserRead | UnixFileMode.UserWrite, "o"), (File.GetUnixFileMode(folder.PathOf("o")), new FileInfo(folder.PathOf("link")).LinkTarget));
        Assert.DoesNotContain(Directory.GetFiles(folder.Path), static file => file.EndsWith(".tmp", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("/dev/stdout", "\"zone\"")]
    [InlineData("/dev/null", "")]
    public async Task A_device_is_written_to(string device, string part)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only Linux says what is a device.");
        using var folder = FolderOf();
        var run = await RunAsync(folder, $"verify m --zone z --brief --record {device}");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains(part, run.Output, StringComparison.Ordinal);
        Assert.True(FileStatus.IsSpecial("/dev/null"));
    }

    [Theory]
    [InlineData("", "precious", "not the JSON of an earlier run", "a file without a line end, all of which would be cut")]
    [InlineData("", "a\nb\nprecious", "not the JSON of an earlier run", "lines of another form")]
    [InlineData("", "{\"a\":1}\n{\"b\":2}", "not the JSON of an earlier run", "JSON of another kind")]
    [InlineData("", "{\"domain\":\"a.example\"}\n[]\n{\"domain", "not the JSON of an earlier run", "one line of another kind")]
    [InlineData("", "{\"domain\":\"\\ud800\"}\n", "not the JSON of an earlier run", "half a character")]
    [InlineData("", DomainCsv.Header + "\na.example,sends,0", "not the JSON of an earlier run", "the CSV of an earlier run")]
    [InlineData("--csv", "precious", "not the CSV of an earlier run", "a file without a line end")]
    [InlineData("--csv", Earlier, "not the CSV of an earlier run", "the JSON of an earlier run, to which lines of CSV would be added")]
    [InlineData("--csv", DomainCsv.Header + ",more\n", "not the CSV of an earlier run", "other columns")]
    public async Task A_file_that_no_list_wrote_is_not_resumed(string option, string content, string says, string why)
    {
        using var folder = FolderOf();
        folder.Write("list", "b.example\n");
        folder.Write("o", content);
        var run = await RunAsync(folder, $"domain --list list --zone z --output o --resume {option}".TrimEnd());
        Assert.Equal((3, content, why), (run.ExitCode, File.ReadAllText(folder.PathOf("o")), why));
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "", "")]
    [InlineData("", Earlier, Earlier)]
    [InlineData("", Earlier + "{\"domain\":\"b.exa", Earlier)]
    [InlineData("", "{\"dom", "")]
    [InlineData("--csv", "domain,prof", "")]
    [InlineData("--csv", DomainCsv.Header + "\na.example,sends", DomainCsv.Header + "\n")]
    public async Task The_output_of_a_list_is_resumed_after_its_last_whole_line(string option, string content, string kept)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Lines of CSV end in another way.");
        using var folder = FolderOf();
        folder.Write("list", "example.com\n");
        folder.Write("o", content);
        Assert.InRange((await RunAsync(folder, $"domain --list list --zone z --output o --resume {option}".TrimEnd())).ExitCode, 0, 1);
        var text = File.ReadAllText(folder.PathOf("o"));
        Assert.StartsWith(kept + (option.Length > 0 && kept.Length == 0 ? DomainCsv.Header : option.Length > 0 ? "example.com," : "{\"domain\":\"example.com\""), text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("precious")]
    [InlineData("a\nb\nprecious")]
    [InlineData("{\"domain\":\"a.example\"}\n{\"do")]
    public async Task A_file_that_is_not_a_manifest_is_not_cut(string content)
    {
        using var folder = FolderOf();
        var path = folder.Write("manifest", content);
        var error = await Assert.ThrowsAsync<CommandException>(() => Manifest.OpenAsync(path, "MAIL", TestContext.Current.CancellationToken));
        Assert.Contains("is not a manifest", error.Message, StringComparison.Ordinal);
        Assert.Equal(content, File.ReadAllText(path));
    }

    private static TemporaryFolder FolderOf()
    {
        var folder = new TemporaryFolder();
        folder.Write("m", Message);
        folder.Write("m.jsonl", Message);
        folder.Write("z", Zone);
        folder.Write("s", "{}");
        folder.Write("o", "earlier\n");
        return folder;
    }

    private static async Task<CommandRun> RunAsync(TemporaryFolder folder, string command) =>
        await CommandRun.InFolderAsync(folder.Path, command.Split(' '));

    private static int Shell(TemporaryFolder folder, string script)
    {
        var start = new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", script]) { WorkingDirectory = folder.Path };
        using var process = System.Diagnostics.Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
