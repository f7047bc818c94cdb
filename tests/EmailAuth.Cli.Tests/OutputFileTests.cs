using System.Diagnostics;
using System.Text;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>Several commands that share one output file, as a shell's loop or a job's log does.</summary>
public class OutputFileTests
{
    private const string Verify = "verify testdata/messages/rfc8463-a3.eml --zone testdata/zones/rfc8463.json --authserv-id mx.example.org --now 2018-06-10T13:40:00Z --ip 192.0.2.1";
    private const string Line = """{"id": "1", "zone": {}, "input": {"ip": "192.0.2.1", "mail_from": "a@example.com"}}""";

    [Theory]
    [InlineData($"for i in 1 2 3; do $EMAILAUTH {Verify}; done > \"$OUT\"", "Evidence", 3)]
    [InlineData($"for i in 1 2 3; do $EMAILAUTH {Verify}; done >> \"$OUT\"", "Evidence", 3)]
    [InlineData($"($EMAILAUTH {Verify} --explain; $EMAILAUTH {Verify}; echo done) > \"$OUT\"", "done", 1)]
    [InlineData($"($EMAILAUTH {Verify} --explain; $EMAILAUTH {Verify}; echo done) > \"$OUT\"", "Evidence", 2)]
    [InlineData($"exec > \"$OUT\" 2>&1; echo before; $EMAILAUTH {Verify}; $EMAILAUTH verify no-such-file; $EMAILAUTH {Verify}", "Evidence", 2)]
    [InlineData($"exec > \"$OUT\" 2>&1; echo before; $EMAILAUTH {Verify}; $EMAILAUTH verify no-such-file; $EMAILAUTH {Verify}", "emailauth: 'no-such-file' does not exist", 1)]
    [InlineData($"exec > \"$OUT\" 2>&1; echo before; $EMAILAUTH {Verify}", "before", 1)]
    [InlineData($"for i in 1 2 3; do echo '{Line}' | $EMAILAUTH batch; done > \"$OUT\"", "\"spf\":", 3)]
    [InlineData("for i in 1 2 3; do $EMAILAUTH vectors testdata/vectors/iprev.jsonl; done > \"$OUT\"", "passed, 0 failed", 3)]
    [InlineData("for i in 1 2; do $EMAILAUTH dmarc example.com --zone testdata/zones/published.json; done > \"$OUT\"", "DMARC of example.com", 2)]
    [InlineData("for i in 1 2; do $EMAILAUTH dmarc example.com --json --zone testdata/zones/published.json; done > \"$OUT\"", "\"domain\": \"example.com\"", 2)]
    [InlineData("($EMAILAUTH --help; $EMAILAUTH completions bash; $EMAILAUTH --help) > \"$OUT\"", "Usage:", 2)]
    public async Task Nothing_is_overwritten(string script, string part, int count)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "The loop is one of a Unix shell.");
        using var output = new TemporaryFile(string.Empty, ".txt");
        await RunAsync(script, output.Path);
        var text = await File.ReadAllTextAsync(output.Path, TestContext.Current.CancellationToken);
        Assert.DoesNotContain('\0', text);
        var found = text.Split('\n').Count(line => line.Contains(part, StringComparison.Ordinal));
        Assert.True(found == count, $"{found} times in:\n{text}");
    }

    [Fact]
    public async Task A_sealed_message_is_added_to_what_the_file_holds()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "The loop is one of a Unix shell.");
        using var rsa = System.Security.Cryptography.RSA.Create(2048);
        using var key = new TemporaryFile(rsa.ExportPkcs8PrivateKeyPem(), ".pem");
        using var output = new TemporaryFile(string.Empty, ".txt");
        const string Seal = "$EMAILAUTH seal testdata/messages/rfc8463-a3.eml --selector s --domain list.example --zone testdata/zones/rfc8463.json --key";
        await RunAsync($"({Seal} '{key.Path}'; {Seal} '{key.Path}') > \"$OUT\"", output.Path);
        Assert.Equal(2, (await File.ReadAllTextAsync(output.Path, TestContext.Current.CancellationToken)).Split("ARC-Seal: i=1").Length - 1);
    }

    [Fact]
    public async Task A_full_disk_is_an_error_in_one_line()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "There is no /dev/full.");
        var (exitCode, error) = await RunAsync($"$EMAILAUTH {Verify} > /dev/full", string.Empty);
        Assert.Equal(3, exitCode);
        Assert.StartsWith("emailauth: ", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData(">&-")] // closed
    [InlineData("1< /dev/null")] // open for reading only
    public async Task An_output_that_cannot_be_written_is_an_error_in_one_line(string redirection)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "The redirection is one of a Unix shell.");
        var (exitCode, error) = await RunAsync($"$EMAILAUTH {Verify} {redirection}", string.Empty);
        Assert.Equal(3, exitCode);
        Assert.StartsWith("emailauth: ", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    private static async Task<(int ExitCode, string Error)> RunAsync(string script, string output)
    {
        var command = CommandRun.StartInfo([]);
        var words = new StringBuilder($"'{command.FileName}'");
        foreach (var argument in command.ArgumentList)
        {
            words.Append(System.Globalization.CultureInfo.InvariantCulture, $" '{argument}'");
        }

        var start = new ProcessStartInfo("/bin/sh", ["-c", script.Replace("$EMAILAUTH", words.ToString(), StringComparison.Ordinal)])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        start.Environment["OUT"] = output;
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, error);
    }
}
