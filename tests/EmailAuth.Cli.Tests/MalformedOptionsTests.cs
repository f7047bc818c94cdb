using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>What is malformed on the command line, or at the ends of the calendar, ends in one line and exit code 2, and in no stack trace.</summary>
public sealed class MalformedOptionsTests
{
    [Theory]
    [InlineData("spf", "example.com", "--mail-from")]
    [InlineData("spf", "example.com", "--mail-from", "a@example.com", "--mail-from", "b@example.com")]
    [InlineData("spf", "example.com", "--sender", "a@example.com", "--mail-from", "b@example.com")]
    [InlineData("dkim", "example.com", "--common", "--private-key")]
    [InlineData("dkim", "example.com", "--common=maybe")]
    [InlineData("domain", "--list", "x", "--csv=maybe")]
    [InlineData("reports", "preview", "example.com", "--day", "9999-12-31")]
    [InlineData("reports", "summary", "example.com", "--until", "0001-01-01")]
    [InlineData("reports", "suppress", "a@example.com", "--days", "36500", "--now", "9999-12-31T00:00:00Z")]
    [InlineData("reports", "write", "out", "--email", "dmarc@example.org", "--now", "0001-01-01T00:00:00Z")]
    [InlineData("reports", "collect", "--now", "0001-01-01T00:00:00Z")]
    public async Task A_malformed_option_ends_in_one_line(params string[] arguments)
    {
        var run = await CommandRun.OfAsync(arguments);
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("emailauth: ", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Theory]
    [InlineData("has no message", "verify", "--ip", "192.0.2.1", "--fail-on", "fail")]
    [InlineData("has no file", "reports", "read", "--offline")]
    public async Task A_folder_without_messages_is_no_success(string says, params string[] arguments)
    {
        var folder = Directory.CreateTempSubdirectory("emailauth-empty-");
        try
        {
            var run = await CommandRun.OfAsync([.. arguments, folder.FullName]);
            Assert.Equal((3, ""), (run.ExitCode, run.Output));
            Assert.Contains($"'{folder.FullName}' {says}", run.Error, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete();
        }
    }
}
