using System.Text;
using EmailAuth.Cli.Output;
using EmailAuth.Cli.Tests.Schemas;
using EmailAuth.Reports;
using EmailAuth.Reports.Feedback;
using EmailAuth.Reports.Reading;
using EmailAuth.Reports.Store.Tests.Delivery;
using EmailAuth.Signatures;
using Xunit;

namespace EmailAuth.Cli.Tests.Reports;

/// <summary><c>emailauth reports complain</c> as a mailbox provider runs it.</summary>
public sealed class ComplainCommandTests : IDisposable
{
    private const string Spam =
        "From: News <news@sender.example>\r\nTo: Bob <bob@provider.example>\r\nSubject: secret-plan\r\nMessage-ID: <1@sender.example>\r\nCFBL-Address: fbl@sender.example; report=arf\r\n"
        + "CFBL-Feedback-ID: 111:222:333\r\n\r\nBuy!\r\n";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Out => _folder.PathOf("out");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_complaint_goes_to_the_address_that_the_sender_signed()
    {
        var run = await ComplainAsync(await SignedAsync("From:CFBL-Address:CFBL-Feedback-ID"), "--source-ip", "192.0.2.1", "--mail-from", "b+1@sender.example", "--arrived", "2026-11-29T12:00:00Z");
        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Assert.Contains("CFBL-Address fbl@sender.example: strict", run.Error, StringComparison.Ordinal);
        var octets = await File.ReadAllBytesAsync(Assert.Single(Directory.GetFiles(Out)), Cancel);
        var text = Encoding.ASCII.GetString(octets);
        Assert.StartsWith("DKIM-Signature:", text, StringComparison.Ordinal);
        Assert.Contains("To: fbl@sender.example\r\n", text, StringComparison.Ordinal);
        foreach (var word in (string[])["bob@", "Bob <", "secret-", "Buy!"])
        {
            Assert.DoesNotContain(word, text, StringComparison.Ordinal);
        }

        // Read as its consumer reads it: RFC 9477 section 3.4 wants a valid signature.
        var pipeline = new AuthenticationPipeline(
            new EmailAuth.Testing.ZoneResolver(EmailAuth.Testing.Zone.Parse(await File.ReadAllTextAsync(_folder.PathOf("zone.json"), Cancel)).Value!), new AuthenticationOptions { AuthservId = "mx.sender.example" });
        await foreach (var report in new ReportReader(new ReportReaderOptions { Authenticate = (mail, stop) => pipeline.AuthenticateAsync(new SmtpEnvelope(null, null, null), mail, stop) }).ReadAsync(octets, Cancel))
        {
            Assert.True(report is { Kind: ReportKind.Feedback, Verdict: ReportVerdict.Conforms }, string.Join(", ", report.Findings));
            var feedback = report.Feedback!;
            Assert.Equal((FeedbackType.Abuse, "192.0.2.1", "b+1@sender.example", "sender.example"), (feedback.Type, feedback.SourceAddress, feedback.OriginalMailFrom, feedback.ReportedDomains[0]));
            Assert.Equal(("<1@sender.example>", "111:222:333"), (feedback.Original!["Message-ID"], feedback.Original["CFBL-Feedback-ID"]));
        }
    }

    [Fact]
    public async Task Without_the_right_signature_nobody_gets_it_and_an_address_that_was_agreed_on_does()
    {
        var path = await SignedAsync("From:CFBL-Address");
        var run = await ComplainAsync(path);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("feedback_id_not_covered", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Out));
        Assert.Equal(0, (await ComplainAsync(path, "--to", "loop@sender.example", "--type", "fraud", "--content", "header")).ExitCode);
        var text = await File.ReadAllTextAsync(Assert.Single(Directory.GetFiles(Out)), Cancel);
        Assert.Contains("To: loop@sender.example\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Feedback-Type: fraud\r\n", text, StringComparison.Ordinal);
        Assert.Contains("Subject: secret-plan\r\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Buy!", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_complaint_waits_in_the_store_and_is_sent_in_the_name_of_the_sender()
    {
        using var sender = new ReportSender();
        await sender.AddAsync();
        await using var server = new SmtpTestServer();
        var path = await SignedAsync("From:CFBL-Address:CFBL-Feedback-ID");
        for (var number = 0; number < 2; number++)
        {
            // No key and no mail server: they are the sender's.
            var run = await CommandRun.OfAsync("reports", "complain", path, "--email", ReportSender.Email, "--zone", _folder.PathOf("zone.json"), "--store", sender.Store);
            Assert.Equal((0, ""), (run.ExitCode, run.Output));
            Assert.Matches("emailauth: complaint to=fbl@sender.example id=[0-9a-f]{32} outcome=queued", run.Error);
        }

        Assert.Equal(0, server.Connections);
        var sent = await SendAsync();
        Assert.EndsWith("emailauth: 2 sent, 0 deferred, 0 refused, 0 suppressed, 0 given up\n", sent.Error, StringComparison.Ordinal);
        Assert.Matches("emailauth: delivery complaint id=[0-9a-f]{32} to=fbl@sender.example part=1/1 attempt=1 outcome=sent", sent.Error);
        Assert.Equal(["fbl@sender.example", "fbl@sender.example"], server.Mails.Select(static mail => mail.Recipient));
        foreach (var mail in server.Mails)
        {
            Assert.StartsWith("DKIM-Signature:", Encoding.ASCII.GetString(mail.Message), StringComparison.Ordinal);
            Assert.Equal("Message-ID: <1@sender.example>", ReportSender.Field(mail.Message, "Message-ID: <1@"));
            Assert.StartsWith("dmarc+", mail.MailFrom, StringComparison.Ordinal);
        }

        // An address that asked for no more gets none.
        Assert.Equal(0, (await CommandRun.OfAsync("reports", "suppress", "fbl@sender.example", "--store", sender.Store)).ExitCode);
        await CommandRun.OfAsync("reports", "complain", path, "--email", ReportSender.Email, "--zone", _folder.PathOf("zone.json"), "--store", sender.Store);
        Assert.EndsWith("emailauth: 0 sent, 0 deferred, 0 refused, 1 suppressed, 0 given up\n", (await SendAsync()).Error, StringComparison.Ordinal);
        Assert.Equal(2, server.Mails.Count);

        // What the store knows of it, as JSON and on the page.
        var status = await CommandRun.OfAsync("reports", "status", "--store", sender.Store, "--json");
        Assert.Empty((await CheckedSchema.OfAsync(OutputSchema.ReportStatus)).Faults(status.Output));
        var failures = System.Text.Json.JsonDocument.Parse(status.Output).RootElement.GetProperty("failures");
        Assert.Equal((2, 1, 0), (failures.GetProperty("complaints").GetProperty("sent").GetInt32(), failures.GetProperty("complaints").GetProperty("suppressed").GetInt32(), failures.GetProperty("held").GetInt32()));
        var page = (await CommandRun.OfAsync("reports", "status", "--store", sender.Store)).Output;
        Assert.Matches("complaints: +2 sent, 1 suppressed\n", page);

        Task<CommandRun> SendAsync() => CommandRun.OfAsync(["reports", "send", .. sender.Identity, "--store", sender.Store, "--smarthost", $"127.0.0.1:{server.Port}", "--helo", "mail.receiver.example", "--pause", "0"]);
    }

    [Fact]
    public async Task At_once_a_complaint_goes_to_the_mail_server_without_the_store()
    {
        await using var server = new SmtpTestServer();
        string[] arguments =
        [
            "reports", "complain", await SignedAsync("From:CFBL-Address:CFBL-Feedback-ID"), "--email", "fbl@provider.example", "--key", _folder.PathOf("key.pem"), "--selector", "s", "--zone", _folder.PathOf("zone.json"),
            "--smarthost", $"127.0.0.1:{server.Port}", "--helo", "mail.provider.example", "--at-once",
        ];
        var run = await CommandRun.OfAsync(arguments);
        Assert.Equal((0, ""), (run.ExitCode, run.Output));
        Assert.Contains("complaint to=fbl@sender.example outcome=sent reply=\"250 ", run.Error, StringComparison.Ordinal);
        Assert.Equal("fbl@sender.example", Assert.Single(server.Mails).Recipient);
        var both = await CommandRun.OfAsync([.. arguments, "--store", "x"]);
        Assert.Equal(2, both.ExitCode);
        Assert.Contains("--at-once and --store exclude each other", both.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_a_key_cannot_be_looked_up_a_complaint_is_to_be_tried_again()
    {
        var path = await SignedAsync("From:CFBL-Address:CFBL-Feedback-ID");
        var zone = _folder.Write("away.json", """{ "s._domainkey.sender.example": [ { "type": "SERVFAIL" } ] }""");
        var run = await CommandRun.OfAsync("reports", "complain", path, "--email", "fbl@provider.example", "--zone", zone, "--store", _folder.PathOf("none.db"));
        Assert.Equal(75, run.ExitCode);
        Assert.Contains("could not be looked up", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_store_a_complaint_is_to_be_tried_again()
    {
        var run = await CommandRun.OfAsync(
            "reports", "complain", await SignedAsync("From:CFBL-Address:CFBL-Feedback-ID"), "--email", "fbl@provider.example", "--zone", _folder.PathOf("zone.json"), "--store", _folder.PathOf("none.db"));
        Assert.Equal(75, run.ExitCode);
        Assert.Contains("does not exist", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_is_no_complaint_about_a_report()
    {
        var path = _folder.PathOf("report.eml");
        await File.WriteAllTextAsync(path, "Content-Type: multipart/report; report-type=feedback-report; boundary=b\r\n" + Spam, Cancel);
        await PrepareAsync();
        var run = await ComplainAsync(path, "--to", "loop@sender.example");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("there are no complaints about reports", run.Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(Out));
    }

    [Fact]
    public async Task An_unsigned_complaint_to_CFBL_Address_is_refused()
    {
        var run = await CommandRun.OfAsync(
            "reports", "complain", await SignedAsync("From:CFBL-Address:CFBL-Feedback-ID"), "--email", "fbl@provider.example", "--zone", _folder.PathOf("zone.json"), "--dry-run", Out);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains("must be signed", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--to", "two words@example.com")]
    [InlineData("--type", "annoying")]
    [InlineData("--content", "body")]
    [InlineData("--source-ip", "somewhere")]
    public async Task A_wrong_value_is_named(string option, string value)
    {
        var run = await CommandRun.OfAsync("reports", "complain", "-", "--email", "fbl@provider.example", option, value);
        Assert.Equal(2, run.ExitCode);
        Assert.Contains(option, run.Error, StringComparison.Ordinal);
    }

    private async Task<string> SignedAsync(string fields)
    {
        await PrepareAsync();
        var run = await CommandRun.WithInputAsync(Encoding.ASCII.GetBytes(Spam), "sign", "-", "--domain", "sender.example", "--selector", "s", "--key", _folder.PathOf("key.pem"), "--headers", fields);
        Assert.True(run.ExitCode == 0, run.Error);
        var path = _folder.PathOf("spam.eml");
        await File.WriteAllTextAsync(path, run.Output, Cancel);
        return path;
    }

    private async Task PrepareAsync()
    {
        Directory.CreateDirectory(Out);
        var pem = PemSigningKey.Create();
        var path = _folder.PathOf("key.pem");
        await File.WriteAllTextAsync(path, pem, Cancel);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        using var key = PemSigningKey.Load(pem);
        await File.WriteAllTextAsync(
            _folder.PathOf("zone.json"),
            $$"""
            {
              "s._domainkey.sender.example": [ { "type": "TXT", "data": "{{key.Record}}" } ],
              "s._domainkey.provider.example": [ { "type": "TXT", "data": "{{key.Record}}" } ],
              "_dmarc.provider.example": [ { "type": "TXT", "data": "v=DMARC1; p=reject" } ]
            }
            """,
            Cancel);
    }

    private Task<CommandRun> ComplainAsync(string path, params string[] more) => CommandRun.OfAsync(
        ["reports", "complain", path, "--email", "fbl@provider.example", "--key", _folder.PathOf("key.pem"), "--selector", "s", "--zone", _folder.PathOf("zone.json"), "--dry-run", Out, .. more]);
}
