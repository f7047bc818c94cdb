using System.Diagnostics;
using System.Runtime.Versioning;
using System.Text;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Cli.Tests.Serve;

/// <summary>The samples of <c>emailauth serve</c>: a caller in Python, and Exim.</summary>
[UnsupportedOSPlatform("windows")]
public class ServeSampleTests
{
    private const string Python = "/usr/bin/python3";

    private static readonly string Samples = Repository.PathOf("src", "Samples", "Serve");

    private static readonly string? Exim = ((string[])[Repository.PathOf("artifacts", "exim", "usr", "sbin", "exim4"), "/usr/sbin/exim4"]).FirstOrDefault(File.Exists);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_python_caller_gets_the_verdict()
    {
        Assert.SkipUnless(File.Exists(Python), "Python is not installed.");
        await using var run = await ServeRun.StartAsync(Token);
        string[] envelope = [Path.Combine(Samples, "check.py"), run.SocketPath];
        var (genuine, output) = await RunAsync(Python, [.. envelope, "192.0.2.1", "mail.football.example.com", "joe@football.example.com"], ServeRun.Message);
        var (forged, refusal) = await RunAsync(
            Python, [.. envelope, "198.51.100.9", "a b&c", "\"a +%\"@football.example.com"], "From: joe@football.example.com\r\n\r\nhi\r\n"u8.ToArray());
        await run.StopAsync(Token);
        var (gone, none) = await RunAsync(Python, [.. envelope, "192.0.2.1", "a", "a@example.com"], ServeRun.Message);

        Assert.Equal((0, 0, 1), (genuine, forged, gone));
        Assert.StartsWith("accept\nAuthentication-Results: mx.example.org; spf=pass", output, StringComparison.Ordinal);
        Assert.StartsWith("reject\n550 5.7.26 ", refusal, StringComparison.Ordinal);
        Assert.StartsWith("451 4.7.0 ", none, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("b'', '192.0.2.1', 'a', 'a@example.com', ['b' * 100] * 1000", "None", "414 URI Too Long")]
    [InlineData("b'', '192.0.2.1', 'a', 'a@example.com'", "'x' * 17000", "431 Request Header Fields Too Large")]
    [InlineData("b'', '192.0.2.300', 'a', 'a@example.com'", "None", "the query is not clear")]
    public async Task The_python_caller_has_one_exception_for_all_that_is_no_verdict(string call, string token, string reason)
    {
        Assert.SkipUnless(File.Exists(Python), "Python is not installed.");
        await using var run = await ServeRun.StartAsync(Token);
        var program = $"""
            import sys
            sys.path.insert(0, '{Samples}')
            import check
            try:
                check.Checker('{run.SocketPath}', token={token}).check({call})
            except check.CheckFailed as error:
                print(error)
            """;
        var (code, output) = await RunAsync(Python, ["-c", program], []);
        Assert.Equal(0, code);
        Assert.Contains(reason, output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_messages_have_the_right_verdict_and_the_service_ends_well()
    {
        Assert.SkipUnless(File.Exists(Python) && OperatingSystem.IsLinux(), "Python is not installed.");
        var command = CommandRun.StartInfo([]);
        var (code, output) = await RunAsync(
            Python, [Repository.PathOf("tests", "EmailAuth.Cli.Tests", "Serve", "load.py"), "500", "0", command.FileName, .. command.ArgumentList], []);
        TestContext.Current.TestOutputHelper?.WriteLine(output);
        Assert.True(code == 0, output);
        Assert.Contains("exit code 0; 0 wrong verdicts", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exim_adds_the_field_refuses_forged_mail_and_defers_without_the_service()
    {
        Assert.SkipWhen(Exim is null || !Environment.IsPrivilegedProcess, "Exim is not installed, or the tests are not root's.");
        await using var run = await ServeRun.StartAsync(Token);
        using var spool = new TemporaryFolder();
        var configuration = WriteConfiguration(spool.Path, run.SocketPath);
        var genuine = await SubmitAsync(
            configuration, "192.0.2.1", "mail.football.example.com", "joe@football.example.com",
            "Authentication-Results: mx.example.org; dmarc=fail\r\n" + Encoding.Latin1.GetString(ServeRun.Message));
        var forged = await SubmitAsync(
            configuration, "198.51.100.9", "evil.example", "\"a&helo=x %41+#b\"@football.example.com", "From: joe@football.example.com\r\n\r\nhi\r\n.dot\r\n");
        await run.StopAsync(Token);
        var undecided = await SubmitAsync(configuration, "192.0.2.1", "a.example", "a@example.com", Encoding.Latin1.GetString(ServeRun.Message));

        Assert.Contains("\n250 OK id=", genuine, StringComparison.Ordinal);
        Assert.Contains("\n550-5.7.26 Not accepted", forged, StringComparison.Ordinal);
        Assert.Contains("\n451 4.7.0 cannot check", undecided, StringComparison.Ordinal);

        // In Exim's spool a header field begins with its length and a flag; "*" is a field that was removed.
        var fields = await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Path.Combine(spool.Path, "input"), "*-H")), Token);
        Assert.Matches(@"\n\d{3}  Authentication-Results: mx\.example\.org;\n spf=pass (.|\n)* dmarc=pass ", fields);
        Assert.Matches(@"\n\d{3}\* Authentication-Results: mx\.example\.org; dmarc=fail\n", fields);
    }

    [Fact]
    public async Task Exim_removes_the_forged_fields_of_each_name_and_no_others()
    {
        Assert.SkipWhen(Exim is null || !Environment.IsPrivilegedProcess, "Exim is not installed, or the tests are not root's.");
        await using var run = await ServeRun.StartAsync(Token);
        const string Own = "Authentication-Results: mx.example.org; dmarc=pass\r\n";
        const string Other = "Authentication-Results: other.example; dmarc=pass\r\n";
        const string Sealed = "ARC-Authentication-Results: i=1; mx.example.org; dmarc=pass\r\n";
        foreach (var (forged, isSealed, isOwn) in ((string, bool, bool)[])
            [(Other + Sealed, true, false), (Own + Sealed, true, true), (Sealed + Own, true, true), (Own, false, true), (Other, false, false)])
        {
            using var spool = new TemporaryFolder();
            await SubmitAsync(
                WriteConfiguration(spool.Path, run.SocketPath), "192.0.2.1", "mail.football.example.com", "joe@football.example.com",
                forged + Encoding.Latin1.GetString(ServeRun.Message));
            var fields = await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Path.Combine(spool.Path, "input"), "*-H")), Token);
            Assert.Equal((forged, isSealed), (forged, fields.Contains("* ARC-Authentication-Results: i=1; mx.example.org", StringComparison.Ordinal)));
            Assert.Equal((forged, isOwn), (forged, fields.Contains("* Authentication-Results: ", StringComparison.Ordinal)));
            Assert.Matches(@"\n\d{3}  Authentication-Results: mx\.example\.org;\n spf=pass ", fields);
        }
    }

    [Fact]
    public async Task Exim_removes_the_fields_of_BIMI_that_only_a_receiver_may_write()
    {
        Assert.SkipWhen(Exim is null || !Environment.IsPrivilegedProcess, "Exim is not installed, or the tests are not root's.");
        await using var run = await ServeRun.StartAsync(Token);
        using var spool = new TemporaryFolder();
        await SubmitAsync(
            WriteConfiguration(spool.Path, run.SocketPath), "192.0.2.1", "mail.football.example.com", "joe@football.example.com",
            "BIMI-Indicator: x\r\nBIMI-Location: v=BIMI1; l=https://evil.example/logo.svg\r\nBIMI-Selector: v=BIMI1; s=default\r\nbimi-logo-preference: brand\r\n"
            + Encoding.Latin1.GetString(ServeRun.Message));
        var fields = await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Path.Combine(spool.Path, "input"), "*-H")), Token);
        Assert.All((string[])["* BIMI-Indicator: ", "* BIMI-Location: ", "* bimi-logo-preference: ", "  BIMI-Selector: "], name => Assert.Contains(name, fields, StringComparison.Ordinal));
    }

    // The names are those that the library reports, so that a new one is not forgotten here.
    [Fact]
    public async Task The_sample_for_Exim_removes_each_field_that_only_a_receiver_may_write()
    {
        var forged = "Authentication-Results: mx.example.org; none\r\nARC-Authentication-Results: i=1; mx.example.org; none\r\n"
            + "BIMI-Indicator: x\r\nBIMI-Location: x\r\nBIMI-Logo-Preference: x\r\n\r\nx\r\n";
        var outcome = await new AuthenticationPipeline(new ZoneResolver(new Zone()), new AuthenticationOptions { AuthservId = "mx.example.org" })
            .AuthenticateAsync(new SmtpEnvelope(System.Net.IPAddress.Loopback, "a.example", "a@a.example"), Encoding.ASCII.GetBytes(forged), Token);
        var sample = await File.ReadAllTextAsync(Path.Combine(Samples, "exim.conf"), Token);
        Assert.Equal(5, outcome.FieldsToRemove.Length);
        Assert.All(outcome.FieldsToRemove, field => Assert.Contains($"(?i:{field.Name})[,\\n]\\N}}}}\n       remove_header = {field.Name}\n", sample, StringComparison.Ordinal));
    }

    // Exim speaks SMTP at its standard input (-bs); only root may say who the client is (-oMa).
    private static async Task<string> SubmitAsync(string configuration, string client, string helo, string mailFrom, string message)
    {
        var dialogue = new StringBuilder($"EHLO {helo}\r\nMAIL FROM:<{mailFrom}>\r\nRCPT TO:<bob@example.org>\r\nDATA\r\n")
            .Append(message.Replace("\r\n.", "\r\n..", StringComparison.Ordinal)).Append(".\r\nQUIT\r\n");
        return (await RunAsync(Exim!, ["-C", configuration, "-bs", "-oMa", client, "-oMaa", ""], Encoding.Latin1.GetBytes(dialogue.ToString()))).Output;
    }

    private static string WriteConfiguration(string folder, string socket)
    {
        const string Socket = "/run/emailauth-serve/serve.sock";
        var sample = File.ReadAllText(Path.Combine(Samples, "exim.conf"));
        Assert.Contains($"EMAILAUTH_SOCKET = {Socket}\n", sample, StringComparison.Ordinal);
        var path = Path.Combine(folder, "exim.conf");
        File.WriteAllText(path, $"""
            exim_user = root
            exim_group = root
            spool_directory = {folder}
            log_file_path = {folder}/log-%s
            primary_hostname = mx.example.org
            queue_only
            host_lookup =
            keep_environment =
            acl_smtp_rcpt = accept

            {sample.Replace($"EMAILAUTH_SOCKET = {Socket}", $"EMAILAUTH_SOCKET = {socket}", StringComparison.Ordinal)}
            """);
        return path;
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, string[] arguments, byte[] input)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        await process.StandardInput.BaseStream.WriteAsync(input, Token);
        process.StandardInput.Close();
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, await output + await error);
    }
}
