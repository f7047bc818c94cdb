using System.Text.Json;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>Values that start with "@": they come from envelopes, and so from strangers, and are never read as files of arguments.</summary>
public class ResponseFileTests
{
    private const string Message = "testdata/messages/rfc8463-a3.eml";

    [Theory]
    [InlineData("--helo")]
    [InlineData("--authserv-id")]
    public async Task A_file_named_by_a_value_is_not_read(string option)
    {
        using var file = new TemporaryFile("--authserv-id evil.example --json", ".txt");
        var run = await CommandRun.OfAsync(
            "verify", Message, "--field", "--zone", "testdata/zones/rfc8463.json", "--ip", "192.0.2.1", "--mail-from", "", option, $"@{file.Path}");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.DoesNotContain("evil", run.Output, StringComparison.Ordinal);
        Assert.StartsWith("Authentication-Results: ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_error_contains_a_line_of_a_file()
    {
        using var file = new TemporaryFile("secret line", ".txt");
        var run = await CommandRun.OfAsync("verify", Message, "--mail-from", $"@{file.Path}");
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.DoesNotContain("secret", run.Error, StringComparison.Ordinal);
        Assert.Contains("--mail-from must be an address", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("@a.example:joe@example.com")]
    [InlineData("<@a.example:joe@example.com>")]
    [InlineData("@a.example,@b.example:joe@example.com")]
    public async Task A_source_route_is_a_reverse_path(string path)
    {
        using var zone = SharedCases.ZoneOf("cli/response-file");
        var run = await CommandRun.OfAsync(
            "verify", Message, "--ip", "192.0.2.1", "--helo", "mail.example.com", "--mail-from", path, "--zone", zone.Path, "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using var outcome = JsonDocument.Parse(run.Output);
        Assert.Equal("pass", outcome.RootElement.GetProperty("spf").GetProperty("result").GetString());
    }

    [Theory]
    [InlineData("spf")]
    [InlineData("dmarc")]
    [InlineData("vectors")]
    [InlineData("seal")]
    [InlineData("bimi")]
    public async Task No_command_reads_a_positional_value_as_a_file_of_arguments(string command)
    {
        using var file = new TemporaryFile("--help", ".txt");
        var run = await CommandRun.OfAsync(command, $"@{file.Path}");
        Assert.InRange(run.ExitCode, 2, 3);
        Assert.DoesNotContain("Usage:", run.Output, StringComparison.Ordinal);
    }
}
