using System.Text;
using System.Text.Json;
using EmailAuth.Cli.Nats;
using NATS.Client.JetStream.Models;
using Xunit;

namespace EmailAuth.Cli.Tests.Nats;

/// <summary><c>emailauth submit</c>: what it puts into the stream, what it notes, and how it goes on.</summary>
public sealed class SubmitTests
{
    private const string Message = "From: a@example.com\r\nSubject: x\r\n\r\nx\r\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_folders_and_mbox_files_become_lines_and_the_manifest_has_them()
    {
        await using var server = await NatsServer.StartAsync();
        await using var work = new NatsWork(server);
        await KeepingStreamAsync(work);
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.PathOf("mail"));
        var first = folder.Write("mail/a.eml", Message);
        var second = folder.Write("mail/b.eml", Message.Replace("x", "y", StringComparison.Ordinal));
        var mailbox = folder.Write("m.mbox", $"From a@example.com Sun Nov 29 22:00:00 2026\n{Message}\nFrom b@example.com Sun Nov 29 22:00:00 2026\n{Message}\n");
        var manifest = folder.PathOf("run.jsonl");
        string[] arguments = work.SubmitArguments("--manifest", manifest, folder.PathOf("mail"), mailbox);
        var run = await CommandRun.OfAsync(arguments);
        Assert.Equal((0, "4 messages submitted\n", ""), (run.ExitCode, run.Output, run.Error));

        var lines = await work.ReadAsync($"{NatsWork.Stream}.>", NatsWork.Stream);
        string[] names = [first, second, $"{mailbox}:1", $"{mailbox}:2"];
        Assert.Equal(names, lines.Select(static line => JsonDocument.Parse(line.Data!).RootElement.GetProperty("id").GetString()));
        Assert.All(lines, static line => Assert.True(BatchLine.Parse(line.Data!).IsSuccess));
        Assert.All(lines, static line => Assert.Null(BatchLine.Parse(line.Data!).Value!.Input.ClientAddress));
        Assert.Equal(Encoding.ASCII.GetBytes(Message), BatchLine.Parse(lines[0].Data!).Value!.Input.Message!.Value.ToArray());
        Assert.Equal($"{NatsWork.Stream}.lines", lines[0].Subject);

        var noted = (await File.ReadAllLinesAsync(manifest, Cancel)).Select(static line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(NatsWork.Stream, noted[0].GetProperty("stream").GetString());
        Assert.Equal(names, noted.Skip(1).Select(static line => line.GetProperty("name").GetString()));
        Assert.Equal(lines.Select(static line => line.Metadata!.Value.Sequence.Stream), noted.Skip(1).Select(static line => line.GetProperty("sequence").GetUInt64()));
        Assert.Equal(lines.Select(static line => line.Headers![MessageName.IdHeader].ToString()), noted.Skip(1).Select(static line => line.GetProperty("id").GetString()));
        Assert.All(noted.Skip(1), line => Assert.StartsWith(noted[0].GetProperty("run").GetString()!, line.GetProperty("id").GetString(), StringComparison.Ordinal));

        // The same run again submits only what is new; another run submits everything again.
        folder.Write("mail/c.eml", Message);
        run = await CommandRun.OfAsync(arguments);
        Assert.Equal((0, "1 messages submitted, 4 were submitted before\n", ""), (run.ExitCode, run.Output, run.Error));
        run = await CommandRun.OfAsync(work.SubmitArguments("--manifest", folder.PathOf("other.jsonl"), folder.PathOf("mail"), mailbox));
        Assert.Equal((0, "5 messages submitted\n", ""), (run.ExitCode, run.Output, run.Error));
        Assert.Equal(10, await work.LinesLeftAsync());
    }

    [Fact]
    public async Task A_cut_manifest_goes_on_and_what_the_server_has_is_not_put_twice()
    {
        await using var server = await NatsServer.StartAsync();
        await using var work = new NatsWork(server);
        await KeepingStreamAsync(work);
        using var folder = new TemporaryFolder();
        var lines = folder.Write("lines.jsonl", NatsWork.Lines(50));
        var manifest = folder.PathOf("run.jsonl");
        string[] arguments = work.SubmitArguments("--manifest", manifest, "--lines", lines);
        Assert.Equal(0, (await CommandRun.OfAsync(arguments)).ExitCode);
        var whole = await File.ReadAllTextAsync(manifest, Cancel);

        // What a kill leaves: some of the lines, and a part of one.
        var noted = whole.Split('\n');
        await File.WriteAllTextAsync(manifest, string.Join('\n', noted.Take(21)) + "\n" + noted[21][..10], Cancel);
        var run = await CommandRun.OfAsync(arguments);
        Assert.Equal((0, "0 messages submitted, 30 were there already, 20 were submitted before\n", ""), (run.ExitCode, run.Output, run.Error));
        Assert.Equal(50, await work.LinesLeftAsync());
        Assert.Equal(51, (await File.ReadAllLinesAsync(manifest, Cancel)).Length);
    }

    [Fact]
    public async Task A_message_that_the_server_does_not_take_is_reported_and_the_others_are_submitted()
    {
        await using var server = await NatsServer.StartAsync("max_payload: 16384");
        await using var work = new NatsWork(server);
        await KeepingStreamAsync(work);
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.PathOf("mail"));
        folder.Write("mail/1.eml", Message);
        var large = folder.Write("mail/2.eml", Message + new string('z', 20_000));
        var none = folder.Write("mail/3.eml", "");
        folder.Write("mail/4.eml", Message);
        var manifest = folder.PathOf("run.jsonl");
        var run = await CommandRun.OfAsync(work.SubmitArguments("--manifest", manifest, folder.PathOf("mail")));
        Assert.Equal((3, "2 messages submitted, 2 could not be submitted\n"), (run.ExitCode, run.Output));
        Assert.Contains($"emailauth: {large}: its line has ", run.Error, StringComparison.Ordinal);
        Assert.Contains("and the server takes 15872 (max_payload)", run.Error, StringComparison.Ordinal);
        Assert.Contains($"'{none}' is not a message: it is empty", run.Error, StringComparison.Ordinal);
        Assert.Equal(2, await work.LinesLeftAsync());
        var errors = (await File.ReadAllLinesAsync(manifest, Cancel)).Where(static line => line.Contains("\"error\"", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, errors.Count);

        // They are tried again, and the others are not.
        run = await CommandRun.OfAsync(work.SubmitArguments("--manifest", manifest, folder.PathOf("mail")));
        Assert.Equal((3, "0 messages submitted, 2 were submitted before, 2 could not be submitted\n"), (run.ExitCode, run.Output));
    }

    [Fact]
    public async Task The_envelope_is_what_the_user_says_and_never_a_guess()
    {
        await using var server = await NatsServer.StartAsync();
        await using var work = new NatsWork(server);
        await KeepingStreamAsync(work);
        var trace = "Return-Path: <joe@example.com>\r\nReceived: from mail.example.com (mail.example.com [192.0.2.7])\r\n\tby mx.example.org with ESMTP; Fri, 1 May 2026 10:00:00 +0000\r\n" + Message;
        using var file = new TemporaryFile(trace, ".eml");
        Assert.Equal(0, (await CommandRun.OfAsync(work.SubmitArguments(file.Path))).ExitCode);
        Assert.Equal(0, (await CommandRun.OfAsync(work.SubmitArguments("--border", "mx.example.org", "--authserv-id", "archive.example", file.Path))).ExitCode);
        Assert.Equal(0, (await CommandRun.OfAsync(work.SubmitArguments("--ip", "192.0.2.9", "--helo", "h.example", "--mail-from", "", file.Path))).ExitCode);
        var inputs = (await work.ReadAsync($"{NatsWork.Stream}.>", NatsWork.Stream)).Select(static line => BatchLine.Parse(line.Data!).Value!.Input).ToList();
        Assert.Equal([null, "192.0.2.7", "192.0.2.9"], inputs.Select(static input => input.ClientAddress?.ToString()));
        Assert.Equal([null, "joe@example.com", ""], inputs.Select(static input => input.MailFrom));
        Assert.Equal([null, "mail.example.com", "h.example"], inputs.Select(static input => input.Helo));
        Assert.Equal([null, new DateTimeOffset(2026, 5, 1, 10, 0, 0, TimeSpan.Zero), null], inputs.Select(static input => input.Now));
        Assert.Equal([null, "archive.example", null], inputs.Select(static input => input.Options.AuthservId));
    }

    [Theory]
    [InlineData("nonsense\n", "is not a manifest: line 1 cannot be read")]
    [InlineData("{\"run\":\"0123456789abcdef\",\"stream\":\"OTHER\"}\n", "is of the stream 'OTHER', not of 'MAIL'")]
    [InlineData("{\"run\":\"x.>\",\"stream\":\"MAIL\"}\n", "is not a manifest: line 1 cannot be read")]
    [InlineData("{\"run\":\"0123456789abcdef\",\"stream\":\"MAIL\"}\n[]\n", "is not a manifest: line 2 cannot be read")]
    [InlineData("\n\n", "is not a manifest: it has no line")]
    public async Task A_file_that_is_not_the_manifest_of_the_run_is_not_touched(string content, string reason)
    {
        using var file = new TemporaryFile(content, ".jsonl");
        var error = await Assert.ThrowsAsync<CommandException>(() => Manifest.OpenAsync(file.Path, NatsWork.Stream, Cancel));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Equal(3, error.ExitCode);
        Assert.Equal(content, await File.ReadAllTextAsync(file.Path, Cancel));
    }

    [Fact]
    public async Task A_manifest_serves_one_run_at_a_time()
    {
        using var folder = new TemporaryFolder();
        await using var one = await Manifest.OpenAsync(folder.PathOf("run.jsonl"), NatsWork.Stream, Cancel);
        var error = await Assert.ThrowsAsync<CommandException>(() => Manifest.OpenAsync(folder.PathOf("run.jsonl"), NatsWork.Stream, Cancel));
        Assert.Contains("cannot be used", error.Message, StringComparison.Ordinal);
    }

    // It keeps what is read from it.
    private static async Task KeepingStreamAsync(NatsWork work) => await work.Context.CreateStreamAsync(
        new StreamConfig(NatsWork.Stream, [$"{NatsWork.Stream}.>"]) { DuplicateWindow = TimeSpan.FromHours(1) }, Cancel);
}
