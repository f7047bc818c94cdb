using System.Text;
using System.Text.Json;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests;

public class VerifyCommandTests
{
    private const string Message = "testdata/messages/rfc8463-a3.eml";
    private const string Zone = "testdata/zones/rfc8463.json";

    // 256 characters.
    private const string LongName =
        "1234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
        + "123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456";

    private static readonly string[] Envelope =
    [
        "--zone", "testdata/zones/rfc8463.json", "--ip", "192.0.2.1", "--helo", "mail.football.example.com",
        "--mail-from", "joe@football.example.com", "--authserv-id", "mx.example.org",
    ];

    [Fact]
    public async Task The_example_of_rfc_8463_passes_every_check()
    {
        var run = await CommandRun.OfAsync(["verify", Message, "--field", .. Envelope]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("Authentication-Results: mx.example.org;", run.Output, StringComparison.Ordinal);
        Assert.Equal(2, Count(run.Output, "dkim=pass"));
        Assert.Contains("header.a=rsa-sha256", run.Output, StringComparison.Ordinal);
        Assert.Contains("header.a=ed25519-sha256", run.Output, StringComparison.Ordinal);
        Assert.Contains("spf=pass", run.Output, StringComparison.Ordinal);
        Assert.Contains("dmarc=pass", run.Output, StringComparison.Ordinal);
        Assert.All(run.Output.TrimEnd('\n').Split('\n'), line => Assert.InRange(line.Length, 1, 78));
    }

    [Fact]
    public async Task A_result_of_BIMI_is_in_a_second_field()
    {
        using var zone = new TemporaryFile((await File.ReadAllTextAsync(Repository.PathOf(Zone), TestContext.Current.CancellationToken)).TrimEnd()[..^1]
            + ", \"default._bimi.football.example.com\": [{\"type\": \"TXT\", \"data\": \"v=BIMI1; l=; a=\"}]}");
        foreach (var form in (string[])["--field", "--explain"])
        {
            var run = await CommandRun.OfAsync("verify", Message, "--ip", "192.0.2.1", "--zone", zone.Path, "--authserv-id", "mx.example.org", form);
            Assert.Contains("Authentication-Results: mx.example.org;\n bimi=declined", run.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        }

        var json = await CommandRun.OfAsync("verify", Message, "--ip", "192.0.2.1", "--zone", zone.Path, "--authserv-id", "mx.example.org", "--json");
        Assert.StartsWith(
            "mx.example.org; bimi=declined",
            JsonDocument.Parse(json.Output).RootElement.GetProperty("extended_authentication_results").GetString(),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_body_fails_both_signatures_with_the_body_hash_named_and_spf_still_decides_dmarc()
    {
        var changed = Encoding.UTF8.GetString(await ReadMessageAsync()).Replace("We lost the game", "We lost the gamf", StringComparison.Ordinal);
        var run = await CommandRun.WithInputAsync(Encoding.UTF8.GetBytes(changed), ["verify", "-", "--field", .. Envelope]);
        Assert.Equal(0, run.ExitCode);
        Assert.Equal(2, Count(run.Output, "dkim=fail"));
        Assert.Equal(2, Count(run.Output.ReplaceLineEndings(" ").Replace("  ", " ", StringComparison.Ordinal), "body hash"));
        Assert.Contains("dmarc=pass", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_with_lf_line_ends_is_read_as_crlf()
    {
        var lf = Encoding.UTF8.GetString(await ReadMessageAsync()).Replace("\r\n", "\n", StringComparison.Ordinal);
        var run = await CommandRun.WithInputAsync(Encoding.UTF8.GetBytes(lf), ["verify", "-", "--field", .. Envelope]);
        Assert.Equal(2, Count(run.Output, "dkim=pass"));
    }

    [Fact]
    public async Task Without_the_envelope_spf_is_none_with_the_reason_and_the_others_still_run()
    {
        var run = await CommandRun.OfAsync("verify", Message, "--zone", "testdata/zones/rfc8463.json");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains("- none           not checked: the client's address is not known", run.Output, StringComparison.Ordinal);
        Assert.Equal(2, Count(run.Output, "DKIM: pass"));
        Assert.Contains("\nFrom    joe@football.example.com\nDMARC   PASS  football.example.com asks: reject", run.Output.ReplaceLineEndings("\n"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_explanation_names_each_check_the_record_that_decided_and_the_lookups()
    {
        var run = await CommandRun.OfAsync(["verify", Message, .. Envelope, "--explain"]);
        Assert.Equal(0, run.ExitCode);
        foreach (var expected in new[] { "SPF", "DKIM", "DMARC", "v=spf1", "v=DMARC1", "brisbane._domainkey.football.example.com", "_dmarc.football.example.com" })
        {
            Assert.Contains(expected, run.Output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_outcome_as_json_holds_every_method()
    {
        var run = await CommandRun.OfAsync(["verify", Message, .. Envelope, "--json"]);
        using var outcome = JsonDocument.Parse(run.Output);
        var root = outcome.RootElement;
        Assert.Equal("pass", root.GetProperty("spf").GetProperty("result").GetString());
        Assert.Equal(["pass", "pass"], root.GetProperty("dkim").EnumerateArray().Select(d => d.GetProperty("result").GetString()));
        Assert.Equal("pass", root.GetProperty("dmarc").GetProperty("result").GetString());
        Assert.StartsWith("mx.example.org;", root.GetProperty("authentication_results").GetString(), StringComparison.Ordinal);
    }

    // "verify <(zcat message.gz)": a pipe has its bytes once.
    [Fact]
    public async Task A_pipe_gives_the_same_result_as_the_file()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "Pipes with a name are made by mkfifo.");
        using var folder = new TemporaryFolder();
        var pipe = folder.MakePipe("message");
        var message = await File.ReadAllBytesAsync(EmailAuth.Tests.TestSupport.Repository.PathOf(Message), TestContext.Current.CancellationToken);
        var run = CommandRun.OfAsync("verify", pipe, "--brief", "--zone", Zone, "--now", "2018-06-10T13:40:00Z", "--authserv-id", "mx.example.org");
        await using (var writer = TemporaryFolder.OpenPipe(pipe))
        {
            await writer.WriteAsync(message, TestContext.Current.CancellationToken);
        }

        var ofFile = await CommandRun.OfAsync("verify", Message, "--brief", "--zone", Zone, "--now", "2018-06-10T13:40:00Z", "--authserv-id", "mx.example.org");
        Assert.Equal(ofFile.Output, (await run).Output);
        Assert.Contains("DKIM  football.example.com  + pass", ofFile.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("verify", Message, "--zone", Zone)]
    [InlineData("verify", Message, Message, "--zone", Zone, "--explain")]
    [InlineData("vectors", "testdata/vectors/iprev.jsonl", "--outcomes")]
    [InlineData("dmarc", "example.com", "--zone", Zone)]
    [InlineData("--help")]
    public async Task A_run_ends_silently_when_the_reader_closes_the_pipe(params string[] arguments)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "A pipe without a reader is told apart on Unix only.");
        using var process = System.Diagnostics.Process.Start(CommandRun.StartInfo(arguments))!;
        process.StandardOutput.Close();
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((3, ""), (process.ExitCode, error));
    }

    [Theory]
    [InlineData("-")]
    [InlineData("pipe")]
    [InlineData("pipes")]
    public async Task An_interrupt_ends_a_run_that_waits_for_its_input(string input)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() || OperatingSystem.IsMacOS(), "The interrupt is sent by kill.");
        using var folder = new TemporaryFolder();
        var pipe = folder.MakePipe("message");
        using var process = System.Diagnostics.Process.Start(
            CommandRun.InterruptibleStartInfo(["verify", .. input switch { "-" => ["-"], "pipe" => [pipe], _ => new[] { pipe, pipe } }, "--zone", Zone]))!;
        // What it reads of either is the sign that it is at it: a pipe opens at both ends at once, and holds no megabyte.
        await using var writer = input == "-" ? process.StandardInput.BaseStream : TemporaryFolder.OpenPipe(pipe);
        if (input == "-")
        {
            await writer.WriteAsync(new byte[1024 * 1024], TestContext.Current.CancellationToken);
        }

        using var kill = System.Diagnostics.Process.Start("kill", ["-INT", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(130, process.ExitCode);
    }

    [Theory]
    [InlineData(2, "--ip must be an IPv4 or IPv6 address", "verify", Message, "--ip", "nonsense")]
    [InlineData(2, "--ip must be an IPv4 or IPv6 address, not '1.2.3'", "verify", Message, "--ip", "1.2.3")]
    [InlineData(2, "--ip must be an IPv4 or IPv6 address, not '010.0.0.1'", "verify", Message, "--ip", "010.0.0.1")] // 8.0.0.1 of old
    [InlineData(2, "--ip must be an IPv4 or IPv6 address, not 'fe80::1%1'", "verify", Message, "--ip", "fe80::1%1")]
    [InlineData(2, "--now must be a time", "verify", Message, "--now", "yesterday")]
    [InlineData(2, "--now must be a time", "verify", Message, "--now", "13:40")]
    [InlineData(2, "choose one", "verify", Message, "--json", "--explain")]
    [InlineData(2, "choose one", "verify", Message, "--brief", "--field", "--ip", "192.0.2.1")]
    [InlineData(2, "--field needs an envelope that is not a guess", "verify", Message, "--field")]
    [InlineData(3, "there is no field, because the envelope is not known: no Received field is by mx.example.org", "verify", Message, "--zone", Zone, "--field", "--border", "mx.example.org")]
    [InlineData(2, "choose one", "verify", Message, "--zone", "a.json", "--dns", "127.0.0.1")]
    [InlineData(2, "--dns must be", "verify", Message, "--dns", "127.0.0.1:http")]
    [InlineData(2, "--dns must be", "verify", Message, "--dns", "010.0.0.1")] // 8.0.0.1 in the old form
    [InlineData(2, "--dns must be", "verify", Message, "--dns", "010.0.0.1:5353")]
    [InlineData(2, "--dns must be", "verify", Message, "--dns", "192.0.53")]
    [InlineData(2, "--dns must be", "verify", Message, "--dns", "1")]
    [InlineData(2, "there is no command 'verfy': did you mean 'verify'?", "verfy")]
    [InlineData(2, "there is no command 'frobnicate' (see 'emailauth --help')", "frobnicate")]
    [InlineData(3, "standard input is empty, which is not a message: send a message, or give a MESSAGE", "verify")]
    [InlineData(2, "--mail-from must be an address such as joe@example.com, or \"\" for a bounce, not 'joe@@x'", "verify", Message, "--mail-from", "joe@@x")]
    [InlineData(2, "--mail-from must be an address", "verify", Message, "--mail-from", "joe")]
    [InlineData(2, "--mail-from must be an address", "verify", Message, "--mail-from", "<joe@example.com")]
    [InlineData(2, "there is no command 'README.md': did you mean 'emailauth verify README.md'?", "README.md")]
    [InlineData(2, "there is no command 'testdata': did you mean 'emailauth verify testdata'?", "testdata")]
    [InlineData(3, "'@x' does not exist", "verify", "@x")]
    [InlineData(3, "'@README.md' does not exist", "verify", "@README.md")]
    [InlineData(2, "there is no command '@README.md'", "@README.md")]
    [InlineData(3, "'@README.md' does not exist: name a zone file", "verify", Message, "--zone", "@README.md")]
    [InlineData(2, "--help", "verify", Message, "--no-such-option")]
    [InlineData(2, "--authserv-id", "verify", Message, "--authserv-id", "")]
    [InlineData(2, "--authserv-id must have at most 255 characters and no control characters", "verify", Message, "--authserv-id", "a\tb")]
    [InlineData(2, "--authserv-id must have at most 255 characters and no control characters", "batch", "--authserv-id", LongName)]
    [InlineData(3, "does not exist", "verify", "no/such/file")]
    [InlineData(3, "'x?[31m' does not exist", "verify", "x\u001b[31m")]
    [InlineData(3, "'no/such/zone.json' does not exist: name a zone file", "verify", Message, "--zone", "no/such/zone.json")]
    [InlineData(3, "is not a zone file: line 1: the relative name", "verify", Message, "--zone", Message)]
    public async Task A_mistake_ends_in_one_line_that_says_what_to_do(int exitCode, string says, params string[] arguments)
    {
        var run = await CommandRun.OfAsync(arguments);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.StartsWith("emailauth: ", run.Error, StringComparison.Ordinal);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
        Assert.Equal(1, Count(run.Error, "\n"));
    }

    [Fact]
    public async Task Help_and_version_are_printed()
    {
        var help = await CommandRun.OfAsync("verify", "--help");
        Assert.Equal(0, help.ExitCode);
        Assert.Contains("--mail-from", help.Output, StringComparison.Ordinal);
        Assert.Equal(0, (await CommandRun.OfAsync("--version")).ExitCode);
        Assert.Contains("completions", (await CommandRun.OfAsync()).Output, StringComparison.Ordinal);
    }

    private static Task<byte[]> ReadMessageAsync() => File.ReadAllBytesAsync(Repository.PathOf(Message.Split('/')));

    private static int Count(string text, string part) => text.Split(part).Length - 1;
}
