using System.Text;
using EmailAuth.Cli.Output;
using EmailAuth.Cli.Tests.Schemas;
using EmailAuth.Dkim;
using EmailAuth.Reports.Store.Tests.Delivery;
using EmailAuth.Signatures;
using MimeKit;
using Xunit;

namespace EmailAuth.Cli.Tests.Reports;

/// <summary><c>emailauth reports send</c> and <c>check</c>.</summary>
public sealed class SendCommandTests : IDisposable
{
    private readonly ReportSender _sender = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Reports_that_are_due_are_mailed_once_signed_and_with_a_line_for_each()
    {
        await _sender.AddAsync("example.com", "b.example");
        await using var server = new SmtpTestServer();
        var run = await _sender.SendAsync(server.Port);
        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        var lines = run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(5, lines.Length);
        Assert.Contains(lines, static line => line.StartsWith("emailauth: report domain=b.example period=2026-11-20T00:00:00Z id=", StringComparison.Ordinal) && line.EndsWith(" outcome=planned text=\"1 of 1 addresses get it\"", StringComparison.Ordinal));
        Assert.Contains(lines, static line => line.Contains(" to=r@example.com part=1/1 attempt=1 outcome=sent reply=\"250 2.0.0 queued as 1\"", StringComparison.Ordinal));
        Assert.Equal("emailauth: 2 sent, 0 deferred, 0 refused, 0 suppressed, 0 given up", lines[^1]);
        Assert.Equal(["r@b.example", "r@example.com"], server.Mails.Select(static mail => mail.Recipient).Order(StringComparer.Ordinal));
        var verifier = new DkimVerifier(new ZoneResolver(Zone.Load(_sender.Zone).Value!));
        foreach (var (mailFrom, recipient, message, _) in server.Mails)
        {
            Assert.Equal(SignatureResultCode.Pass, Assert.Single((await verifier.VerifyAsync(message, Cancel)).Signatures).Code);
            Assert.StartsWith("dmarc+", mailFrom, StringComparison.Ordinal);
            Assert.EndsWith("@receiver.example", mailFrom, StringComparison.Ordinal);
            using var mail = await MimeMessage.LoadAsync(new MemoryStream(message), Cancel);
            Assert.StartsWith($"Report Domain: {recipient[2..]} Submitter: receiver.example Report-ID: ", mail.Subject, StringComparison.Ordinal);
        }

        Assert.Equal("emailauth: 0 sent, 0 deferred, 0 refused, 0 suppressed, 0 given up\n", (await _sender.SendAsync(server.Port)).Error);
        Assert.Equal(2, server.Mails.Count);
    }

    [Fact]
    public async Task A_service_sends_what_is_due_goes_on_and_ends_when_it_is_told_to()
    {
        await _sender.AddAsync("example.com");
        await using var server = new SmtpTestServer();
        using var process = CommandProcess.Start(_sender.Arguments(server.Port, "--follow"));
        while (!process.HasExited && !(await _sender.CountsAsync()).Contains("1 Sent", StringComparison.Ordinal))
        {
            await Task.Delay(50, Cancel);
        }

        Assert.False(process.HasExited);
        var run = await process.StopAsync();
        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Assert.Contains(" to=r@example.com part=1/1 attempt=1 outcome=sent ", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("emailauth: 1 sent, 0 deferred, 0 refused, 0 suppressed, 0 given up\n", run.Error, StringComparison.Ordinal);
        Assert.Single(server.Mails);
    }

    [Fact]
    public async Task A_rehearsal_writes_the_mails_into_a_folder_and_changes_nothing()
    {
        await _sender.AddAsync("example.com", "b.example");
        Assert.Equal(0, (await CommandRun.OfAsync("reports", "suppress", "r@b.example", "--store", _sender.Store, "--reason", "they asked", "--now", ReportSender.Now)).ExitCode);
        var folder = _sender.NewFolder("out");
        await using var server = new SmtpTestServer();

        // Nobody has to pass for a rehearsal, and a second one is the same.
        string[] names = [];
        for (var time = 0; time < 2; time++)
        {
            var run = await CommandRun.OfAsync("reports", "send", "--email", ReportSender.Email, "--zone", _sender.Write("empty.json", "{}"), "--store", _sender.Store, "--smarthost", $"127.0.0.1:{server.Port}", "--settle", "0", "--now", ReportSender.Now, "--dry-run", folder);
            Assert.Equal((0, ""), (run.ExitCode, run.Output));
            Assert.Contains(" to=r@b.example part=1/1 attempt=0 outcome=suppressed reply=\"r@b.example until ", run.Error, StringComparison.Ordinal);
            Assert.EndsWith("emailauth: 1 mails written, none sent\n", run.Error, StringComparison.Ordinal);
            var file = Assert.Single(Directory.GetFiles(folder));
            Assert.Equal("00001-r@example.com.eml", Path.GetFileName(file));
            using var mail = await MimeMessage.LoadAsync(file, Cancel);
            names = [.. names, ((MimePart)mail.Attachments.Single()).FileName!];
        }

        Assert.Equal(names[0], names[1]);
        Assert.Equal(0, server.Connections);
        Assert.Equal(string.Empty, await _sender.CountsAsync());

        // What it showed is what is sent then.
        Assert.Equal(0, (await _sender.SendAsync(server.Port)).ExitCode);
        Assert.Contains(names[0], Encoding.ASCII.GetString(Assert.Single(server.Mails).Message), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Failure_reports_are_in_the_status_and_in_a_rehearsal_before_they_are_sent()
    {
        await _sender.AddFailuresAsync("example.com", 7);
        Assert.Equal("1 0 1 0 0", await FailuresAsync());
        var page = (await CommandRun.OfAsync("reports", "status", "--store", _sender.Store, "--now", "2026-11-20T12:00:00Z")).Output;
        Assert.Matches("failures today: +1 reports begun, 0 failures in none\n", page);
        Assert.Matches("held: +1 failure reports\n", page);
        var folder = _sender.NewFolder("out");
        await using var server = new SmtpTestServer();
        var run = await CommandRun.OfAsync("reports", "send", "--email", ReportSender.Email, "--zone", _sender.Write("empty.json", "{}"), "--store", _sender.Store, "--now", "2026-11-20T12:01:00Z", "--dry-run", folder);
        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Assert.Contains("emailauth: report domain=example.com failures=7 id=", run.Error, StringComparison.Ordinal);
        Assert.EndsWith("emailauth: 1 mails written, none sent\n", run.Error, StringComparison.Ordinal);
        var text = await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(folder)), Cancel);
        Assert.Contains("To: f@example.com\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Incidents: 7\r\n", text, StringComparison.Ordinal);
        Assert.Equal("1 0 1 0 0", await FailuresAsync());

        Assert.EndsWith("emailauth: 1 sent, 0 deferred, 0 refused, 0 suppressed, 0 given up\n", (await _sender.SendAsync(server.Port)).Error, StringComparison.Ordinal);
        Assert.Equal("1 0 0 0 1", await FailuresAsync());

        async Task<string> FailuresAsync()
        {
            var status = await CommandRun.OfAsync("reports", "status", "--store", _sender.Store, "--now", "2026-11-20T12:00:00Z", "--json");
            Assert.Empty((await CheckedSchema.OfAsync(OutputSchema.ReportStatus)).Faults(status.Output));
            var failures = System.Text.Json.JsonDocument.Parse(status.Output).RootElement.GetProperty("failures");
            return string.Join(' ', new[] { "begun_today", "left_out_today", "held", "given_up_without_mail" }.Select(name => failures.GetProperty(name).GetInt32()).Append(failures.GetProperty("reports").GetProperty("sent").GetInt32()));
        }
    }

    public static TheoryData<string, int, string> Unfit => new()
    {
        { ReportSender.ZoneText("v=DKIM1; p=" + Convert.ToBase64String(Encoding.ASCII.GetBytes("no key"))), 1, "nothing is sent" },
        { ReportSender.ZoneText("v=DKIM1; p="), 1, "nothing is sent" },
        { "{}", 1, "nothing is sent" },
        { """{ "_dmarc.receiver.example": [ { "type": "SERVFAIL" } ] }""", 3, "nothing is sent" },
    };

    [Theory]
    [MemberData(nameof(Unfit))]
    public async Task Nothing_is_sent_when_our_own_mail_would_not_pass_DMARC_unless_it_is_demanded(string zone, int exitCode, string said)
    {
        await _sender.AddAsync("example.com");
        await using var server = new SmtpTestServer();
        var file = _sender.Write("other.json", zone);
        string[] arguments = [.. _sender.Arguments(server.Port).Select(argument => argument == _sender.Zone ? file : argument)];
        var run = await CommandRun.OfAsync(arguments);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.Contains(said, Assert.Single(run.Error.TrimEnd('\n').Split('\n')), StringComparison.Ordinal);
        Assert.Contains("--unchecked sends anyway", run.Error, StringComparison.Ordinal);
        Assert.Equal((0, string.Empty), (server.Connections, await _sender.CountsAsync()));

        var check = await CommandRun.OfAsync("reports", "check", "--email", ReportSender.Email, "--key", _sender.Key, "--selector", "s1", "--zone", file);
        Assert.Equal((exitCode, ""), (check.ExitCode, check.Error));
        Assert.Contains("sends: no, unless --unchecked is given", check.Output, StringComparison.Ordinal);

        var forced = await CommandRun.OfAsync([.. arguments, "--unchecked"]);
        Assert.True(forced.ExitCode == 0, forced.Error);
        Assert.Single(server.Mails);
    }

    [Fact]
    public async Task A_check_says_what_passes_in_text_and_JSON()
    {
        var page = await CommandRun.OfAsync(["reports", "check", .. _sender.Identity]);
        Assert.Equal((0, ""), (page.ExitCode, page.Error));
        Assert.Contains("sends: yes", page.Output, StringComparison.Ordinal);
        Assert.Contains("spf: none: the address of the mail server is not known: give --client-ip", page.Output, StringComparison.Ordinal);
        var json = await CommandRun.OfAsync(["reports", "check", .. _sender.Identity, "--client-ip", "192.0.2.25", "--helo", "mail.receiver.example", "--json"]);
        using var document = System.Text.Json.JsonDocument.Parse(json.Output);
        var root = document.RootElement;
        Assert.True(root.GetProperty("passes").GetBoolean());
        Assert.All((string[])["dkim", "spf", "dmarc"], name => Assert.Equal("pass", root.GetProperty(name).GetProperty("result").GetString()));

        // By SPF alone, from the address that it names.
        Assert.Equal(0, (await CommandRun.OfAsync("reports", "check", "--email", ReportSender.Email, "--zone", _sender.Zone, "--client-ip", "192.0.2.25")).ExitCode);
        Assert.Equal(1, (await CommandRun.OfAsync("reports", "check", "--email", ReportSender.Email, "--zone", _sender.Zone, "--client-ip", "192.0.2.26")).ExitCode);

        // A return path of another organization is not aligned.
        Assert.Equal(1, (await CommandRun.OfAsync("reports", "check", "--email", ReportSender.Email, "--return-path", "b@elsewhere.example", "--zone", _sender.Zone, "--client-ip", "192.0.2.25")).ExitCode);
    }

    [Theory]
    [InlineData("send", "--email", "--key", "--selector", "--smarthost", "--mx", "--tls", "--follow", "--dry-run", "--unchecked", "--pause", "--spread", "--lease", "--max-size", "Exit codes: 0 nothing is due any more")]
    [InlineData("check", "--client-ip", "--helo", "--json", "Exit codes: 0 it passes")]
    [InlineData("bounced", "--recipient", "--return-path", "master.cf", "75 the store is away")]
    [InlineData("suppress", "--remove", "--days", "--reason", "--json", "Exit codes: 0 done")]
    public async Task The_help_has_the_options_and_the_exit_codes(string command, params string[] expected)
    {
        var run = await CommandRun.OfAsync("reports", command, "--help");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.All(expected, text => Assert.Contains(text, run.Output, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(2, "--email is missing", "send")]
    [InlineData(2, "--email is missing", "check")]
    [InlineData(2, "--email must be an address", "send", "--email", "nobody")]
    [InlineData(2, "--email must be an address without quotes", "send", "--email", "\"a\"@example.org")]
    [InlineData(2, "--key and --selector belong together", "send", "--email", "d@example.org", "--selector", "s")]
    [InlineData(2, "--follow and --dry-run exclude each other", "send", "--email", "d@example.org", "--follow", "--dry-run", ".")]
    [InlineData(2, "--tls must be opportunistic, required, verified, implicit or none, not 'maybe'", "send", "--email", "d@example.org", "--tls", "maybe")]
    [InlineData(2, "--smarthost must be HOST or HOST:PORT, not 'mail:x'", "send", "--email", "d@example.org", "--smarthost", "mail:x")]
    [InlineData(2, "--pause must be a number from 0 to 3600000, not '-1'", "send", "--email", "d@example.org", "--pause", "-1")]
    [InlineData(2, "--lease must be a number from 5 to 86400, not '1'", "send", "--email", "d@example.org", "--lease", "1")]
    [InlineData(2, "--return-path must be an address", "send", "--email", "d@example.org", "--return-path", "x")]
    [InlineData(2, "--client-ip must be an IP address, not 'here'", "check", "--email", "d@example.org", "--client-ip", "here")]
    [InlineData(2, "--store must not have a password", "send", "--email", "d@example.org", "--store", "postgres://u:secret@db.example/x")]
    [InlineData(3, "does not exist", "check", "--email", "d@example.org", "--key", "no/such.pem", "--selector", "s")]
    [InlineData(3, "does not exist: \"emailauth reports collect\" makes it", "send", "--email", "d@example.org", "--unchecked", "--store", "no/such/file")]
    [InlineData(3, "does not answer", "send", "--email", "d@example.org", "--unchecked", "--store", "postgres://u@127.0.0.1:9/x")]
    [InlineData(2, "--return-path", "bounced", "-")]
    [InlineData(2, "MESSAGE is missing", "bounced", "--return-path", "d@example.org")]
    [InlineData(2, "--return-path must be an address, such as bounces@example.org, not 'x'", "bounced", "-", "--return-path", "x")]
    [InlineData(3, "no/such.eml", "bounced", "no/such.eml", "--return-path", "d@example.org")]
    [InlineData(75, "does not exist", "bounced", "-", "--return-path", "d@example.org", "--store", "no/such/file")]
    [InlineData(75, "does not answer", "bounced", "-", "--return-path", "d@example.org", "--store", "postgres://u@127.0.0.1:9/x")]
    [InlineData(2, "ADDRESS must be a mail address", "suppress", "nobody", "--store", "x")]
    [InlineData(2, "ADDRESS is missing", "suppress", "--remove", "--store", "x")]
    [InlineData(2, "--days must be a number from 1 to 36500, not '0'", "suppress", "a@example.org", "--days", "0")]
    [InlineData(3, "does not exist", "suppress", "--store", "no/such/file")]
    public async Task What_is_wrong_is_said_in_one_line(int exitCode, string expected, params string[] arguments)
    {
        var run = await CommandRun.WithInputAsync("To: x@example.org\r\n\r\n"u8.ToArray(), ["reports", .. arguments]);
        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.Contains(expected, run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Error.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task A_folder_that_is_missing_and_a_long_return_path_are_said()
    {
        await _sender.AddAsync("example.com");
        var folder = await _sender.SendAsync(9, "--dry-run", "no/such");
        Assert.Equal(3, folder.ExitCode);
        Assert.Contains("the folder 'no/such' does not exist", folder.Error, StringComparison.Ordinal);
        var path = await _sender.SendAsync(9, "--return-path", $"{new string('b', 44)}@receiver.example");
        Assert.Equal(2, path.ExitCode);
        Assert.Contains("has at most 43 characters", path.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _sender.Dispose();
}
