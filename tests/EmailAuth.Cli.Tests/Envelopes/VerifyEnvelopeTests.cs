using System.Text;
using System.Text.Json;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests.Envelopes;

/// <summary><c>emailauth verify</c> without <c>--ip</c>, and <c>--border</c> and <c>--fail-on</c>, as a user runs them.</summary>
public class VerifyEnvelopeTests
{
    private const string Zone = "testdata/zones/rfc8463.json";

    // The signatures were made on 2018-06-10 at 13:38:29 UTC. A verifier refuses one from its future.
    private const string Trace =
        "Return-Path: <joe@football.example.com>\r\n"
        + "Received: from mail.football.example.com (mail.football.example.com [192.0.2.1])\r\n"
        + "\tby mx.example.org (Postfix) with ESMTPS id 1; Sun, 10 Jun 2018 13:40:00 +0000 (UTC)\r\n";

    [Fact]
    public async Task A_guess_is_said_first_with_how_to_change_it_and_prints_no_field()
    {
        var run = await VerifyAsync(Trace);

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.Contains("192.0.2.1, a guess from Received 1", run.Output, StringComparison.Ordinal);
        Assert.Contains("--border mx.example.org", run.Output, StringComparison.Ordinal);
        Assert.Contains("--ip", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Authentication-Results:", run.Output, StringComparison.Ordinal);

        using var json = JsonDocument.Parse((await VerifyAsync(Trace, "--json")).Output);
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("authentication_results").ValueKind);
        Assert.Equal("pass", json.RootElement.GetProperty("dmarc").GetProperty("result").GetString());
        var envelope = json.RootElement.GetProperty("envelope");
        Assert.Equal(
            (true, "192.0.2.1", "joe@football.example.com", "2018-06-10T13:40:00Z", 1),
            (envelope.GetProperty("is_reconstructed").GetBoolean(), envelope.GetProperty("client_address").GetString(),
                envelope.GetProperty("mail_from").GetString(), envelope.GetProperty("time").GetString(), envelope.GetProperty("received_line").GetInt32()));
    }

    [Theory]
    [InlineData("--border", "mx.example.org")]
    [InlineData("--border", "1")]
    [InlineData("--ip", "192.0.2.1", "--helo", "mail.football.example.com", "--mail-from", "joe@football.example.com")]
    public async Task The_user_makes_it_firm_and_the_field_is_printed(params string[] options)
    {
        var run = await VerifyAsync(Trace, ["--field", .. options]);

        Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
        Assert.StartsWith("Authentication-Results: mx.example.org;", run.Output, StringComparison.Ordinal);
        Assert.Contains("spf=pass", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_client_dmarc_is_not_decided_where_it_would_fail()
    {
        const string Unsigned = "From: joe@football.example.com\r\nSubject: x\r\n\r\nHello\r\n";
        using var guess = JsonDocument.Parse((await RunAsync(Unsigned, "--json")).Output);
        Assert.Equal(("temperror", "spf_not_checked"), ResultOf(guess));
        Assert.Equal("the message has no Received field", guess.RootElement.GetProperty("envelope").GetProperty("problem").GetString());

        // As a host judges it.
        using var firm = JsonDocument.Parse((await RunAsync(Unsigned, "--json", "--ip", "198.51.100.1", "--mail-from", "joe@football.example.com")).Output);
        Assert.Equal(("fail", "not_authenticated"), ResultOf(firm));
        Assert.False(firm.RootElement.TryGetProperty("envelope", out _));
        var lines = await RunAsync(Unsigned, "--brief");
        Assert.Contains("NOT DECIDED", lines.Output, StringComparison.Ordinal);

        static (string?, string?) ResultOf(JsonDocument outcome) => (
            outcome.RootElement.GetProperty("dmarc").GetProperty("result").GetString(), outcome.RootElement.GetProperty("dmarc").GetProperty("reason_code").GetString());
    }

    [Fact]
    public async Task Each_message_of_a_mailbox_and_of_a_folder_has_an_envelope_and_a_time_of_its_own()
    {
        var message = await MessageAsync();
        string[] traces = [Trace, Trace.Replace("2018", "2017", StringComparison.Ordinal), Trace.Replace("192.0.2.1", "198.51.100.1", StringComparison.Ordinal)];
        using var mailbox = new TemporaryFile(
            string.Concat(traces.Select(trace => $"From x@y.example Sun Jun 10 13:40:00 2018\r\n{trace}{message}\r\n")), ".mbox");
        using var folder = new TemporaryFolder();
        for (var number = 0; number < traces.Length; number++)
        {
            await File.WriteAllTextAsync(Path.Combine(folder.Path, $"{number}"), traces[number] + message, TestContext.Current.CancellationToken);
        }

        foreach (var path in new[] { mailbox.Path, folder.Path })
        {
            var run = await CommandRun.OfAsync("verify", path, "--zone", Zone, "--json");
            Assert.Equal((0, string.Empty), (run.ExitCode, run.Error));
            var found = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(static line => JsonDocument.Parse(line).RootElement).Select(static outcome => (
                outcome.GetProperty("spf").GetProperty("result").GetString(),
                outcome.GetProperty("dkim")[0].GetProperty("result").GetString(),
                outcome.GetProperty("envelope").GetProperty("client_address").GetString()));
            Assert.Equal([("pass", "pass", "192.0.2.1"), ("pass", "permerror", "192.0.2.1"), ("fail", "pass", "198.51.100.1")], found);
        }

        var lines = await CommandRun.OfAsync("verify", mailbox.Path, "--zone", Zone);
        Assert.StartsWith("Envelope", lines.Output, StringComparison.Ordinal);
        Assert.Contains("--border", lines.Output.Split('\n')[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_time_that_the_user_gives_counts_more_than_that_of_the_field()
    {
        using var json = JsonDocument.Parse((await VerifyAsync(Trace, "--json", "--now", "2017-01-01T00:00:00Z")).Output);
        Assert.Equal("permerror", json.RootElement.GetProperty("dkim")[0].GetProperty("result").GetString());
        Assert.Equal("option", json.RootElement.GetProperty("envelope").GetProperty("time_source").GetString());
    }

    [Theory]
    [InlineData(0, "fail", "--ip", "192.0.2.1", "--mail-from", "joe@football.example.com")]
    [InlineData(0, "temperror", "--border", "1")]
    [InlineData(1, "fail", "--ip", "198.51.100.1", "--mail-from", "joe@football.example.com", "changed")]
    [InlineData(1, "temperror", "--ip", "198.51.100.1", "--mail-from", "joe@football.example.com", "changed")]
    [InlineData(3, "fail", "--border", "mx.example.com")]
    [InlineData(3, "fail", "--border", "2")]
    [InlineData(1, "fail", "--ip", "192.0.2.1", "--mail-from", "joe@football.example.com", "two authors")]
    public async Task Fail_on_gives_the_exit_code(int exitCode, string limit, params string[] options)
    {
        var change = options[^1] is "changed" or "two authors" ? options[^1] : null;
        var message = Trace + (await MessageAsync()).Replace("We lost the game", change == "changed" ? "We won the game" : "We lost the game", StringComparison.Ordinal);
        message = change == "two authors" ? "From: a@b.example\r\n" + message : message;

        var run = await RunAsync(message, ["--now", "2018-06-10T13:40:00Z", "--fail-on", limit, .. change is null ? options : options[..^1]]);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(exitCode == 3, run.Error.Contains("is not judged for --fail-on", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0, "fail")]
    [InlineData(1, "temperror")]
    public async Task An_undecided_verdict_fails_a_run_that_asks_for_it(int exitCode, string limit)
    {
        using var zone = new TemporaryFile("""{"_dmarc.football.example.com": [{"type": "TIMEOUT"}]}""");
        var run = await CommandRun.WithInputAsync(
            "From: joe@football.example.com\r\n\r\nx\r\n"u8.ToArray(), "verify", "--zone", zone.Path, "--ip", "198.51.100.1", "--mail-from", "", "--helo", "x", "--fail-on", limit);
        Assert.Equal((exitCode, string.Empty), (run.ExitCode, run.Error));
    }

    [Fact]
    public async Task One_message_of_many_that_fails_fails_the_run()
    {
        var message = await MessageAsync();
        using var mailbox = new TemporaryFile(
            $"From x@y.example Sun Jun 10 13:40:00 2018\r\n{Trace}{message}\r\nFrom x@y.example Sun Jun 10 13:40:00 2018\r\n"
            + $"{Trace.Replace("192.0.2.1", "198.51.100.1", StringComparison.Ordinal)}From: joe@football.example.com\r\n\r\nHi\r\n",
            ".mbox");

        Assert.Equal(1, (await CommandRun.OfAsync("verify", mailbox.Path, "--zone", Zone, "--border", "1", "--fail-on", "fail")).ExitCode);
        Assert.Equal(0, (await CommandRun.OfAsync("verify", mailbox.Path, "--zone", Zone, "--border", "1")).ExitCode);
    }

    [Theory]
    [InlineData("--fail-on needs an envelope that is not a guess", "--fail-on", "fail")]
    [InlineData("--field needs an envelope that is not a guess", "--field")]
    [InlineData("--ip and --border exclude each other", "--ip", "192.0.2.1", "--border", "1")]
    [InlineData("--border must be the name of a host or the number of a Received field", "--border", "0")]
    [InlineData("--border must be the name of a host or the number of a Received field", "--border", "a b")]
    [InlineData("--border must be the name of a host or the number of a Received field", "--border", "1000")]
    public async Task A_wrong_combination_is_refused_before_the_work(string says, params string[] options)
    {
        var run = await RunAsync("From: a@b.example\r\n\r\nx\r\n", options);
        Assert.Equal((2, string.Empty), (run.ExitCode, run.Output));
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recording_of_a_guess_replays_to_what_a_host_would_find()
    {
        using var recording = new TemporaryFile(string.Empty);
        var live = await VerifyAsync(Trace, "--json", "--record", recording.Path);
        Assert.Equal((0, string.Empty), (live.ExitCode, live.Error));
        Assert.Contains("guessed", await File.ReadAllTextAsync(recording.Path, TestContext.Current.CancellationToken), StringComparison.Ordinal);

        var replay = await CommandRun.OfAsync("vectors", recording.Path);
        Assert.Equal((0, "1 vector: 1 passed, 0 failed"), (replay.ExitCode, replay.Output.TrimEnd()));
    }

    // Where a host could set it, its verdict would be a guess. Of mail that carries reports, and of mail to complain about, no more than its signatures
    // counts; the sample audits mail that was delivered.
    [Fact]
    public void Only_the_command_marks_an_envelope_as_reconstructed() => Assert.Equal(
        ["EmailAuth.Cli/Commands/Reports/ComplainCommand.cs", "EmailAuth.Cli/Commands/Reports/IncomingFiles.cs", "EmailAuth.Cli/Envelopes/StoredEnvelopeReader.cs", "Samples/MailboxAudit/StoredEnvelope.cs"],
        Directory.EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(static file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && File.ReadLines(file).Any(static line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal) && line.Contains("IsReconstructed =", StringComparison.Ordinal)))
            .Select(static file => Path.GetRelativePath(Repository.PathOf("src"), file)).Order(StringComparer.Ordinal));

    private static async Task<CommandRun> VerifyAsync(string trace, params string[] options) => await RunAsync(trace + await MessageAsync(), options);

    private static Task<CommandRun> RunAsync(string message, params string[] options) =>
        CommandRun.WithInputAsync(Encoding.UTF8.GetBytes(message), ["verify", "--zone", Zone, "--authserv-id", "mx.example.org", .. options]);

    private static Task<string> MessageAsync() =>
        File.ReadAllTextAsync(Repository.PathOf("testdata", "messages", "rfc8463-a3.eml"), TestContext.Current.CancellationToken);
}
