using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary><c>emailauth verify</c> over folders and mbox files, and its recordings.</summary>
public class VerifyManyTests
{
    private const string Message = "testdata/messages/rfc8463-a3.eml";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly string[] Envelope =
    [
        "--zone", "testdata/zones/rfc8463.json", "--ip", "192.0.2.1", "--helo", "mail.football.example.com",
        "--mail-from", "joe@football.example.com", "--authserv-id", "mx.example.org",
    ];

    [Fact]
    public async Task A_folder_gives_a_line_a_message_and_a_summary()
    {
        var folder = Directory.CreateTempSubdirectory("emailauth-");
        try
        {
            foreach (var name in new[] { "rfc6376-a2.eml", "rfc8463-a3.eml" })
            {
                Directory.CreateDirectory(Path.Combine(folder.FullName, "cur"));
                File.Copy(Repository.PathOf("testdata", "messages", name), Path.Combine(folder.FullName, "cur", name));
            }

            var run = await CommandRun.OfAsync(["verify", folder.FullName, .. Envelope]);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            var lines = Lines(run.Output);
            Assert.StartsWith($"{folder.FullName}/cur/rfc6376-a2.eml  football.example.com  spf=pass dkim=permerror", lines[0], StringComparison.Ordinal);
            Assert.StartsWith($"{folder.FullName}/cur/rfc8463-a3.eml  football.example.com  spf=pass dkim=pass", lines[1], StringComparison.Ordinal);
            Assert.Contains("2 messages", lines);
            Assert.Contains("  dkim      pass 1, permerror 1", lines);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Each_message_of_an_mbox_is_read_as_it_was_sent()
    {
        // The body of the first has a line that starts with "From ", quoted as mboxrd does; its lines end in LF.
        var message = await File.ReadAllTextAsync(Repository.PathOf(Message.Split('/')), TestContext.Current.CancellationToken);
        var lf = message.Replace("\r\n", "\n", StringComparison.Ordinal);
        using var mailbox = new TemporaryFile(
            $"From joe@football.example.com Fri Jul 11 21:00:37 2003\n{lf}\nFrom joe@football.example.com Fri Jul 11 21:00:38 2003\n{lf}", ".mbox");
        var run = await CommandRun.OfAsync(["verify", mailbox.Path, "--json", .. Envelope]);
        var outcomes = Lines(run.Output).Where(line => line.Length > 0).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal([$"{mailbox.Path}:1", $"{mailbox.Path}:2"], outcomes.Select(outcome => outcome.GetProperty("message").GetString()));
        Assert.All(outcomes, outcome => Assert.Equal(
            ["pass", "pass"], outcome.GetProperty("dkim").EnumerateArray().Select(signature => signature.GetProperty("result").GetString())));
    }

    [Theory]
    [InlineData(">From the start")]
    [InlineData(">>From deeper")]
    public async Task A_quoted_From_line_loses_one_mark(string quoted)
    {
        using var mailbox = new TemporaryFile($"From a@example.com Fri Jul 11 21:00:37 2003\nFrom: a@example.com\n\n{quoted}\n\nnext\n", ".mbox");
        using var recording = new TemporaryFile(string.Empty, ".jsonl");
        var run = await CommandRun.OfAsync("verify", mailbox.Path, "--zone", "testdata/zones/rfc8463.json", "--record", recording.Path);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using var vector = JsonDocument.Parse(await File.ReadAllTextAsync(recording.Path, TestContext.Current.CancellationToken));
        var message = Encoding.ASCII.GetString(vector.RootElement.GetProperty("input").GetProperty("message_b64").GetBytesFromBase64());
        Assert.Equal($"From: a@example.com\r\n\r\n{quoted[1..]}\r\n\r\nnext\r\n", message);
    }

    [Fact]
    public async Task A_recording_replays_to_the_same_outcome_without_any_dns()
    {
        using var recording = new TemporaryFile(string.Empty);
        var live = await CommandRun.OfAsync(["verify", Message, "--json", "--record", recording.Path, .. Envelope]);
        var replay = await CommandRun.OfAsync("vectors", recording.Path, "--outcomes");
        Assert.Equal(0, replay.ExitCode);
        Assert.Equal("1 vector: 1 passed, 0 failed", replay.Error.TrimEnd());
        var found = JsonNode.Parse(live.Output)!.AsObject();
        found.Remove("signature_diagnoses"); // a search that the verdict does not depend on
        found.Remove("copy_comparisons");
        Assert.Equal(WithoutTimes(found), WithoutTimes(JsonNode.Parse(replay.Output)!));
    }

    [Fact]
    public async Task A_message_that_cannot_be_read_is_reported_and_the_others_are_verified()
    {
        var folder = Directory.CreateTempSubdirectory("emailauth-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "a.eml"), "From: a@example.com\n\nx\n", TestContext.Current.CancellationToken);
            File.CreateSymbolicLink(Path.Combine(folder.FullName, "b.eml"), Path.Combine(folder.FullName, "absent"));
            var run = await CommandRun.OfAsync("verify", folder.FullName, "--zone", "testdata/zones/rfc8463.json");
            Assert.Equal(3, run.ExitCode);
            Assert.Contains("b.eml", run.Error, StringComparison.Ordinal);
            Assert.Contains("1 message, 1 cannot be read", run.Output, StringComparison.Ordinal);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("testdata/messages", "one.json", "ends in .jsonl")]
    [InlineData(Message, "no/such/folder/one.json", "cannot be written")]
    public async Task A_recording_that_cannot_be_made_is_refused_before_the_work(string messages, string path, string says)
    {
        var run = await CommandRun.OfAsync("verify", messages, "--zone", "testdata/zones/rfc8463.json", "--record", path);
        Assert.NotEqual(0, run.ExitCode);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").Split('\n');

    private static string WithoutTimes(JsonNode outcome) =>
        string.Join('\n', Lines(outcome.ToJsonString(Indented)).Where(line => !line.Contains("elapsed", StringComparison.Ordinal)));
}
