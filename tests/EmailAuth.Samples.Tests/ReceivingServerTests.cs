using System.Globalization;
using System.Text;
using EmailAuth.Milter.Tests.EndToEnd;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Samples.Tests;

/// <summary>The receiving server, told what its page tells it, and what a sender may try.</summary>
public sealed class ReceivingServerTests(SampleDns dns) : IDisposable
{
    private const string Start = "dotnet run";

    private readonly string _folder = Directory.CreateTempSubdirectory("emailauth-samples-").FullName;

    private readonly int _port = LoopbackPort.Take();

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_page_says_what_happens()
    {
        dns.Need("swaks");
        var page = Page();
        await using var server = await page.StartAsync(Start, _port);

        await page.PrintsAsync("--local-interface");
        await page.PrintsAsync("cat ");
        await page.PrintsAsync("2525 --helo");
        await page.HasPrintedAsync(server, Start);
        Assert.Single(Directory.GetFiles(_folder, "*", SearchOption.AllDirectories));
        await SamplePage.StopsAsync(server);
    }

    [Fact]
    public async Task A_message_arrives_byte_by_byte_and_forged_results_are_gone()
    {
        dns.Need();
        await using var server = await Page().StartAsync(Start, _port);
        using var smtp = await SmtpConnection.OpenAsync(_port, helo: "mail.other.example");
        const string Message = "From: a@other.example\r\nSubject: dots\r\n\r\n.one\r\n..two\r\n\r\nlast\r\n";
        const string Forged = " ; dmarc=pass header.from=bank.example (x: y)\r\nAuthentication-Results: mx.example.org; dmarc=pass\r\nauthentication-results : mx.example.org;\r\n dmarc=pass\r\n";

        Assert.StartsWith("250", await smtp.SendAsync("<>", "bob@example.org", Encoding.ASCII.GetBytes(Forged + Message)), StringComparison.Ordinal);
        var file = Assert.Single(Directory.GetFiles(Path.Combine(_folder, "inbox")));
        var text = await File.ReadAllTextAsync(file, Encoding.Latin1, TestContext.Current.CancellationToken);
        Assert.StartsWith("Authentication-Results: mx.example.org;\r\n spf=none", text, StringComparison.Ordinal);
        Assert.EndsWith($"\r\n{Message}", text, StringComparison.Ordinal);
        Assert.DoesNotContain("dmarc=pass", text, StringComparison.Ordinal);
        await SamplePage.StopsAsync(server);
    }

    [Fact]
    public async Task Other_domains_and_big_messages_are_refused_and_a_full_disk_is_a_reason_to_retry()
    {
        dns.Need();
        await File.WriteAllTextAsync(Path.Combine(_folder, "inbox"), "not a folder", TestContext.Current.CancellationToken);
        await using var server = await Page().StartAsync(Start, _port);
        var message = "From: a@other.example\r\n\r\nhi\r\n"u8.ToArray();
        using (var smtp = await SmtpConnection.OpenAsync(_port))
        {
            Assert.StartsWith("550", await smtp.SendAsync("<a@other.example>", "bob@elsewhere.example", message), StringComparison.Ordinal);
            Assert.StartsWith("451 4.3.0", await smtp.SendAsync("<a@other.example>", "bob@example.org", message), StringComparison.Ordinal);
        }

        using var big = await SmtpConnection.OpenAsync(_port);
        Assert.StartsWith("552", await big.SendAsync("<a@other.example> SIZE=99999999", "bob@example.org", message), StringComparison.Ordinal);
    }

    private SamplePage Page() => SamplePage.Of(
        "ReceivingServer", ("2525", _port.ToString(CultureInfo.InvariantCulture)), ("/tmp/mail", _folder), (SampleDns.OnThePage, dns.Address));
}
