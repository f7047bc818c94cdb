using System.Text;
using System.Text.Json;
using EmailAuth.Reports.Store.Tests.Delivery;
using Xunit;

namespace EmailAuth.Cli.Tests.Reports;

/// <summary>Addresses that get no reports: <c>emailauth reports bounced</c> and <c>suppress</c>, and what <c>status</c> says of them.</summary>
public sealed class SuppressionCommandTests : IDisposable
{
    private readonly ReportSender _sender = new();

    [Fact]
    public async Task An_operator_lists_adds_and_removes_addresses()
    {
        await _sender.AddAsync("example.com");
        Assert.Equal((0, "", ""), Parts(await SuppressAsync()));
        Assert.Equal((0, "", ""), Parts(await SuppressAsync("R@Example.com", "--days", "30", "--reason", "they asked")));
        Assert.Equal((0, "r@example.com until 2026-12-21T00:00:00Z, 1 refusals: they asked\n", ""), Parts(await SuppressAsync()));
        using (var json = JsonDocument.Parse((await SuppressAsync("--json")).Output))
        {
            var one = json.RootElement.EnumerateArray().Single();
            Assert.Equal(
                ("r@example.com", true, "2026-11-21T00:00:00Z", "2026-12-21T00:00:00Z", 1, "they asked"),
                (one.GetProperty("address").GetString(), one.GetProperty("suppressed").GetBoolean(), one.GetProperty("since").GetString(), one.GetProperty("until").GetString(), one.GetProperty("refusals").GetInt32(), one.GetProperty("reason").GetString()));
        }

        await using var server = new SmtpTestServer();
        Assert.EndsWith("0 sent, 0 deferred, 0 refused, 1 suppressed, 0 given up\n", (await _sender.SendAsync(server.Port)).Error, StringComparison.Ordinal);
        Assert.Equal(0, server.Connections);
        Assert.Contains("r@example.com: gets none until 2026-12-21T00:00:00Z: they asked", (await StatusAsync()).Output, StringComparison.Ordinal);

        Assert.Equal((0, "", ""), Parts(await SuppressAsync("r@example.com", "--remove")));
        Assert.Equal((1, "", "emailauth: r@example.com is not suppressed\n"), Parts(await SuppressAsync("r@example.com", "--remove")));
        Assert.Equal("", (await SuppressAsync()).Output);
    }

    [Fact]
    public async Task A_refusal_for_good_is_in_the_status_and_suppresses_the_address()
    {
        await _sender.AddAsync("example.com", "b.example");
        await using var server = new SmtpTestServer { Script = static command => command.StartsWith("RCPT TO:<r@b.", StringComparison.Ordinal) ? "550 5.1.1 no such \u001b[31muser" : null };
        var run = await _sender.SendAsync(server.Port);
        Assert.Contains(" to=r@b.example part=1/1 attempt=1 outcome=refused reply=\"550 5.1.1 no such", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', run.Error);
        var page = (await StatusAsync()).Output;
        Assert.Contains("r@b.example: refused, 2026-11-21T00:00:00Z: 550 5.1.1 no such", page, StringComparison.Ordinal);
        Assert.Contains("r@b.example: gets none until 2026-11-22T00:00:00Z: 550 5.1.1 no such", page, StringComparison.Ordinal);
        using var json = JsonDocument.Parse((await StatusAsync("--json")).Output);
        var deliveries = json.RootElement.GetProperty("deliveries");
        Assert.Equal((1, 1, 0), (deliveries.GetProperty("sent").GetInt32(), deliveries.GetProperty("refused").GetInt32(), deliveries.GetProperty("open").GetInt32()));
        Assert.Equal("refused", json.RootElement.GetProperty("refused")[0].GetProperty("outcome").GetString());
        Assert.Equal("r@b.example", json.RootElement.GetProperty("suppressed")[0].GetProperty("address").GetString());
    }

    [Fact]
    public async Task A_bounce_by_the_token_of_the_return_path_suppresses_the_address_that_got_the_mail()
    {
        await _sender.AddAsync("example.com", "b.example");
        await using var server = new SmtpTestServer();
        Assert.Equal(0, (await _sender.SendAsync(server.Port)).ExitCode);
        var path = server.Mails.Single(static mail => mail.Recipient == "r@b.example").MailFrom;

        // What is not a bounce of ours changes nothing, and the mail server keeps no such mail.
        foreach (var (mail, said) in ((string, string)[])
        [
            (Notice(path, "delayed"), "it does not say that the mail failed"),
            ($"To: {path}\r\nAuto-Submitted: auto-replied\r\nSubject: away\r\n\r\n", "it is an automatic answer"),
            (Notice("dmarc+abcdefghijkmnpqrstuv@receiver.example", "failed"), "it is about no report of this store"),
            (Notice("r@b.example", "failed"), "it is about no report of this store"),
        ])
        {
            Assert.Equal((0, "", $"emailauth: nothing is done: {said}\n"), Parts(await BouncedAsync(mail)));
        }

        Assert.Equal("", (await SuppressAsync()).Output);
        Assert.Equal((0, "", "emailauth: r@b.example gets no reports for a time: 5.1.1 smtp; 550 no such user\n"), Parts(await BouncedAsync(Notice(path, "failed"))));
        Assert.Equal("1 Sent, 1 Bounced", await _sender.CountsAsync());
        Assert.Contains("r@b.example: gets none until 2026-11-22T00:00:00Z: bounced: 5.1.1 smtp; 550 no such user", (await StatusAsync()).Output, StringComparison.Ordinal);

        // The address that the mail server names decides, also when the text has none.
        var other = server.Mails.Single(static mail => mail.Recipient == "r@example.com").MailFrom;
        Assert.StartsWith("emailauth: r@example.com gets no reports", (await BouncedAsync("Subject: x\r\n\r\n", "--recipient", other)).Error, StringComparison.Ordinal);
        Assert.Equal("2 Bounced", await _sender.CountsAsync());
    }

    public void Dispose() => _sender.Dispose();

    private static (int ExitCode, string Output, string Error) Parts(CommandRun run) => (run.ExitCode, run.Output, run.Error);

    private static string Notice(string to, string action) =>
        $"To: {to}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        + $"Reporting-MTA: dns; mx.example\r\n\r\nAction: {action}\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such user\r\n\r\n--b--\r\n";

    private Task<CommandRun> SuppressAsync(params string[] arguments) => CommandRun.OfAsync(["reports", "suppress", .. arguments, "--store", _sender.Store, "--now", ReportSender.Now]);

    private Task<CommandRun> StatusAsync(params string[] arguments) => CommandRun.OfAsync(["reports", "status", .. arguments, "--store", _sender.Store, "--now", ReportSender.Now]);

    private Task<CommandRun> BouncedAsync(string mail, params string[] arguments) => CommandRun.WithInputAsync(
        Encoding.ASCII.GetBytes(mail), ["reports", "bounced", "-", "--return-path", ReportSender.Email, .. arguments, "--store", _sender.Store, "--now", ReportSender.Now]);
}
