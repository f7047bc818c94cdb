using System.Net;
using EmailAuth;
using EmailAuth.Dns;
using EmailAuth.Policy;
using EmailAuth.Testing;
using Xunit;

/// <summary>No network and no waiting: the zone is the DNS, and the script decides when it fails and when it answers.</summary>
public sealed class SupportInboxTests
{
    private static readonly byte[] Message = "From: Alice <alice@example.com>\r\nSubject: Help\r\n\r\nIt is broken.\r\n"u8.ToArray();

    private readonly ScriptedResolver _dns = new(new Zone()
        .Add("example.com", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.10 -all")
        .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject"));

    private readonly SupportInbox _inbox;

    public SupportInboxTests() => _inbox = new SupportInbox(new AuthenticationPipeline(_dns, new AuthenticationOptions
    {
        AuthservId = "mx.example.org",
        LocalPolicy = new LocalPolicy { OnTemporaryError = DispositionAction.TempFail },
    }));

    [Fact]
    public async Task A_genuine_message_becomes_a_ticket()
    {
        Assert.Equal("250 2.0.0 Ok", await SendAsync("192.0.2.10"));
        Assert.Equal(["example.com"], _inbox.Tickets);
    }

    [Fact]
    public async Task A_forged_message_is_refused()
    {
        Assert.StartsWith("550 5.7.26 ", await SendAsync("203.0.113.66"), StringComparison.Ordinal);
        Assert.Empty(_inbox.Tickets.Concat(_inbox.Unproven));
    }

    [Fact]
    public async Task The_client_tries_again_when_the_policy_cannot_be_looked_up()
    {
        _dns.Script = static (_, question, _) => question.Name.ToString() == "_dmarc.example.com"
            ? static () => ValueTask.FromResult(DnsResponse.Failed(DnsFailure.ServerFailure))
            : null;

        Assert.StartsWith("451 4.4.3 ", await SendAsync("203.0.113.66"), StringComparison.Ordinal);
        Assert.Contains("TXT _dmarc.example.com", _dns.Asked);
    }

    [Fact]
    public async Task A_client_that_leaves_while_the_dns_is_silent_leaves_nothing_behind()
    {
        using var client = new CancellationTokenSource();
        _dns.IsHolding = true;
        Task<string> sending = SendAsync("192.0.2.10", client.Token);
        await client.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        Assert.Empty(_inbox.Tickets.Concat(_inbox.Unproven));
    }

    private Task<string> SendAsync(string client, CancellationToken? cancellationToken = null) => _inbox.TakeAsync(
        new SmtpEnvelope(IPAddress.Parse(client), "mail.example.com", "alice@example.com"), Message, cancellationToken ?? TestContext.Current.CancellationToken);
}
