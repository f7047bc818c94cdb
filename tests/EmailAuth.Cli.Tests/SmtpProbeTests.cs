using System.Net;
using System.Net.Sockets;
using System.Text;
using EmailAuth.Cli.Domains;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary>The dialogue of <c>--probe-mailboxes</c> with a mail host on loopback: it never sends a message.</summary>
public class SmtpProbeTests
{
    private static readonly DomainName Domain = DomainName.Parse("example.com").Value!;
    private static readonly TimeSpan LongTime = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData("250 fine", "250 fine", true, true)]
    [InlineData("250-first\r\n250 last", "550 5.1.1 no such user", true, false)]
    [InlineData("450 greylisted", "252 perhaps", null, true)]
    [InlineData("551 elsewhere", "\u0007250 not a reply", false, null)]
    [InlineData("550 no such user", "553 5.1.3 not an address", false, false)]
    [InlineData("550 5.2.1 disabled", "554 5.1.1 no such user", false, false)]
    [InlineData("504 5.5.2 <vm>: Helo command rejected: need fully-qualified hostname", "554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked", null, null)]
    [InlineData("550 5.7.1 not from this network", "550 Denied by policy (#5.7.1)", null, null)]
    [InlineData("550 5.1.8 bad sender", "501 syntax", null, null)]
    [InlineData("552 5.2.2 mailbox full", "554", null, null)]
    public async Task The_replies_for_both_addresses_count(string postmaster, string abuse, bool? first, bool? second)
    {
        using var host = new Host(["220 host", "250-host\r\n250 SIZE", "250 ok", postmaster, abuse, "221 bye"]);
        var found = await new SmtpProbe(host.Port, "client.example", LongTime).AskAsync(Domain, IPAddress.Loopback, TestContext.Current.CancellationToken);
        Assert.Equal([first, second], found.Select(role => role.IsAccepted));
        Assert.Equal(["postmaster@example.com", "abuse@example.com"], found.Select(role => role.Address));
        Assert.Equal(
            ["EHLO client.example", "MAIL FROM:<>", "RCPT TO:<postmaster@example.com>", "RCPT TO:<abuse@example.com>", "QUIT"], await host.CommandsAsync());
    }

    // RFC 5321 section 4.1.3. Many hosts refuse a name without a dot.
    [Fact]
    public async Task A_host_without_a_full_name_says_its_address()
    {
        using var host = new Host(["220 host", "250 SIZE", "250 ok", "250 ok", "250 ok", "221 bye"]);
        await new SmtpProbe(host.Port, "vm", LongTime).AskAsync(Domain, IPAddress.Loopback, TestContext.Current.CancellationToken);
        Assert.Equal("EHLO [127.0.0.1]", (await host.CommandsAsync())[0]);
    }

    [Theory]
    [InlineData("554 no service here")]
    [InlineData("x")]
    [InlineData("")]
    public async Task A_host_that_does_not_begin_leaves_both_unknown(string greeting)
    {
        using var host = new Host([greeting]);
        var found = await new SmtpProbe(host.Port, "client.example", LongTime).AskAsync(Domain, IPAddress.Loopback, TestContext.Current.CancellationToken);
        Assert.All(found, role => Assert.Null(role.IsAccepted));
        Assert.Empty(await host.CommandsAsync());
    }

    [Fact]
    public async Task A_reply_without_end_is_cut_off()
    {
        using var host = new Host([new string('2', 100_000)]);
        var found = await new SmtpProbe(host.Port, "client.example", LongTime).AskAsync(Domain, IPAddress.Loopback, TestContext.Current.CancellationToken);
        Assert.All(found, role => Assert.Contains("too long", role.Reply, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_that_never_answers_leaves_both_unknown()
    {
        using var host = new Host([]);
        var found = await new SmtpProbe(host.Port, "client.example", TimeSpan.FromMilliseconds(1)).AskAsync(Domain, IPAddress.Loopback, TestContext.Current.CancellationToken);
        Assert.All(found, role => Assert.Null(role.IsAccepted));
    }

    /// <summary>Says the given replies, one after each command.</summary>
    private sealed class Host : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task<List<string>> _dialogue;
        private readonly CancellationTokenSource _stop = new();

        public Host(string[] replies)
        {
            _listener.Start();
            _dialogue = TalkAsync(replies);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public Task<List<string>> CommandsAsync() => _dialogue;

        public void Dispose()
        {
            _stop.Cancel();
            _listener.Dispose();
            _stop.Dispose();
        }

        private async Task<List<string>> TalkAsync(string[] replies)
        {
            var commands = new List<string>();
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                await using var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII);
                foreach (var reply in replies)
                {
                    await stream.WriteAsync(Encoding.ASCII.GetBytes(reply + "\r\n"), _stop.Token);
                    if (reply.StartsWith("221", StringComparison.Ordinal) || await reader.ReadLineAsync(_stop.Token) is not { } command)
                    {
                        return commands;
                    }

                    commands.Add(command);
                }

                await reader.ReadLineAsync(_stop.Token);
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                // The client has gone.
            }

            return commands;
        }
    }
}
