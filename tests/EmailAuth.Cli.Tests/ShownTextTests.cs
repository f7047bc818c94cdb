using System.Text;
using System.Text.Json;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>The display name and the Subject are shown apart from what is verified, and can say nothing in its place.</summary>
public sealed class ShownTextTests
{
    [Theory]
    [InlineData("From: \"CEO, Example\" <joe@example.com>\r\nSubject: Hi\r\n", "CEO, Example", "Hi")]
    [InlineData("From: =?utf-8?B?w4Rubmk=?= <joe@example.com>\r\nSubject: =?utf-8?Q?gr=C3=BCn?=\r\n", "\u00c4nni", "gr\u00fcn")]
    [InlineData("From: joe@example.com\r\n", null, null)]
    [InlineData("Subject: first\r\nSubject: second\r\nFrom: joe@example.com\r\n", null, "first")]
    [InlineData("From: \"ceo@bank.example\" <joe@example.com>\r\nSubject: dmarc=pass\r\n", "ceo@bank.example", "dmarc=pass")]
    [InlineData("From: <<<>>>, ;\r\nSubject:  \r\n", null, null)]
    public async Task They_are_in_json_as_unverified(string header, string? name, string? subject)
    {
        var run = await RunAsync(header, "--json");
        using var json = JsonDocument.Parse(run.Output);
        var shown = json.RootElement.GetProperty("unverified");
        Assert.Equal(name, shown.GetProperty("display_name").GetString());
        Assert.Equal(subject, shown.GetProperty("subject").GetString());
    }

    [Fact]
    public async Task They_are_in_the_explanation_as_unverified()
    {
        var run = await RunAsync("From: CEO <joe@example.com>\r\nSubject: Hi\r\n", "--explain");
        Assert.Contains("Name       \"CEO\" (unverified", run.Output, StringComparison.Ordinal);
        Assert.Contains("Subject    \"Hi\" (unverified)", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_cannot_move_the_cursor_or_fill_the_screen()
    {
        var name = Convert.ToBase64String(Encoding.UTF8.GetBytes("\u001b[2J\r\nAuthor     bank.example"));
        var run = await RunAsync($"From: =?utf-8?B?{name}?= <joe@example.com>\r\nSubject: {new string('x', 900)}\r\n", "--explain");
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.DoesNotContain("\nAuthor     bank.example", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(new string('x', 257), run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--brief")]
    [InlineData("--explain")]
    public async Task Trace_fields_and_results_of_others_cannot_move_the_cursor_or_turn_the_text(string form)
    {
        var run = await RunAsync(
            "Received: from a\u001b[2J.example ([192.0.2.1]) by \u202Eb.example with E\u001b]0;x\u0007SMTP\r\nAuthentication-Results: x\u001b[2J; dmarc=pass header.from=\u001b[1m\r\n"
            + "Authentication-Results: spf=pass; dkim=pass header.d=\u001b[31mexample.com\r\nList-Id: <l\u001b[2Jist>\r\nFrom: joe@example.com\r\n", form);
        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain(run.Output, c => c is '\u001b' or '\u0007' or '\u202E' or '\u009b');
    }

    private static async Task<CommandRun> RunAsync(string header, string form)
    {
        using var zone = new TemporaryFile("{}");
        return await CommandRun.WithInputAsync(Encoding.ASCII.GetBytes(header + "\r\nHi\r\n"), "verify", "-", form, "--zone", zone.Path);
    }
}
