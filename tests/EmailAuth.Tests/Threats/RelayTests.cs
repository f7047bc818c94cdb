using System.Collections.Immutable;
using System.Net;
using System.Text;
using EmailAuth.Dmarc;
using EmailAuth.Hosting;
using EmailAuth.Iprev;
using EmailAuth.Policy;
using EmailAuth.Spf;
using EmailAuth.Tests.TestSupport;
using Xunit;
using static EmailAuth.Tests.Threats.RelayedMail;

namespace EmailAuth.Tests.Threats;

/// <summary>Mail through the site's own relays: judged by the client that the last of them recorded, whatever the sender wrote below.</summary>
public class RelayTests
{
    [Theory]
    [InlineData(Genuine)]
    [InlineData(Forger)]
    public async Task A_verdict_is_as_if_the_client_had_connected_itself(string client)
    {
        var direct = await JudgeAsync(client, Content, Options);
        var relayed = await JudgeAsync(Gateway, Line(client) + Content, Options);
        var named = await JudgeAsync(Backup, Line(client) + Content, ByName);

        foreach (var outcome in (AuthenticationOutcome[])[relayed, named])
        {
            Assert.Equal(
                (direct.Spf!.Code, direct.SpfHelo!.Code, direct.Dmarc!.Code, direct.Iprev!.Code, direct.Iprev.Address, direct.Disposition.Action),
                (outcome.Spf!.Code, outcome.SpfHelo!.Code, outcome.Dmarc!.Code, outcome.Iprev!.Code, outcome.Iprev.Address, outcome.Disposition.Action));
            Assert.Equal(Unfolded(direct.Header), Unfolded(outcome.Header).Replace($" (client {client} by relay gw.site.example)", "", StringComparison.Ordinal));
            Assert.Equal((client, "mail.author.example", "gw.site.example", null), (outcome.Relay!.Address?.ToString(), outcome.Relay.Helo, outcome.Relay.Relay, outcome.Relay.Problem));
        }

        Assert.Null(direct.Relay);
        Assert.DoesNotContain("relay", direct.Header, StringComparison.Ordinal);
        Assert.DoesNotContain("\"relay\"", direct.ToJson(), StringComparison.Ordinal);
        Assert.Contains("\"relay\"", relayed.ToJson(), StringComparison.Ordinal);
    }

    public static TheoryData<string, string> Forgeries => new()
    {
        { "a line below, as the relay writes it", Line(Forger) + Line(Genuine) },
        { "two lines below", Line(Forger) + Line(Genuine) + Line(Genuine) },
        { "a line below that names the relay as its client", Line(Forger) + Line(Gateway) + Line(Genuine) },
        { "a line of another form", Line(Forger) + "Received: from out.author.example ([192.0.2.1] helo=mail.author.example)\r\n\tby gw.site.example with esmtp (Exim 4.96) id 1; x\r\n" },
        { "a line of Exchange Online", Line(Forger) + "Received: from a.prod.outlook.com (2603:10a6:1::1) by b.prod.outlook.com (2603:10a6:1::2) with Microsoft SMTP Server id 1; x\r\n" + Line(Genuine) },
        { "a line of qmail-queue", Line(Forger) + "Received: (qmail 1 invoked from network); x\r\n" + Line(Genuine) },
        { "the relay calls itself otherwise, the line below has the name that it is known by", Line(Forger, by: "inner.example") + Line(Genuine, by: "gw.site.example") },
        { "HELO as an address literal", Line(Forger, helo: "[192.0.2.1]") },
        { "HELO as the relay's name", Line(Forger, helo: "gw.site.example") + Line(Genuine) },
        { "HELO as the relay's address", Line(Forger, helo: $"[{Gateway}]") + Line(Genuine) },
    };

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task What_a_sender_writes_below_is_not_believed(string what, string lines)
    {
        var outcome = await JudgeAsync(Gateway, lines + Content, Options);

        Assert.True((SpfResultCode.Fail, DmarcResultCode.Fail, DispositionAction.Reject) == (outcome.Spf!.Code, outcome.Dmarc!.Code, outcome.Disposition.Action), what);
        Assert.Equal(Forger, outcome.Relay!.Address?.ToString());
    }

    public static TheoryData<string, string, string> Unread => new()
    {
        { "no line", "", "the message has no Received field of the relay 198.51.100.7" },
        { "no address", "Received: from mail.author.example by gw.site.example with ESMTP; x\r\n" + Line(Genuine), "the Received field of the relay 198.51.100.7 does not name the client's address" },
        { "two clients", Line(Forger, helo: "a (b [192.0.2.1])") + Line(Genuine), "the Received field of the relay 198.51.100.7 names more than one client" },
        { "an open comment", Line(Forger, helo: "a (b [192.0.2.1]") + Line(Genuine), "the Received field of the relay 198.51.100.7 names more than one client" },
        { "a bare CR", "Received: from a (b [192.0.2.1])\r by gw.site.example; x\r\n" + Line(Genuine), "the Received field of the relay 198.51.100.7 has a bare CR or LF" },
        { "the relay's own line only", Line(Gateway), "the message has no Received field of the relay 198.51.100.7" },
        { "relays without end", string.Concat(Enumerable.Repeat(Line(Gateway), 40)) + Line(Genuine), "the first 16 Received fields name only relays" },
        { "steps without end", string.Concat(Enumerable.Repeat("Received: (qmail 1 invoked from network); x\r\n", 40)) + Line(Genuine), "the first 16 Received fields name only relays" },
    };

    // The site's own mail is the worst case: SPF of the site passes for the relay's address.
    [Theory]
    [MemberData(nameof(Unread))]
    public async Task A_client_that_cannot_be_read_leaves_the_message_undecided(string what, string lines, string problem)
    {
        foreach (var domain in (string[])["author.example", "site.example"])
        {
            var outcome = await JudgeAsync(Gateway, lines + Content.Replace("author.example", domain, StringComparison.Ordinal), Options, $"alice@{domain}");

            Assert.True((SpfResultCode.None, null, null) == (outcome.Spf!.Code, outcome.SpfHelo, outcome.Iprev), what);
            Assert.Equal((DmarcResultCode.TempError, "spf_not_checked", DispositionAction.TempFail), (outcome.Dmarc!.Code, outcome.Dmarc.ReasonCode, outcome.Disposition.Action));
            Assert.Contains(problem, outcome.Dmarc.Reason, StringComparison.Ordinal);
            Assert.Equal(problem, outcome.Relay!.Problem);
            Assert.Contains("client unknown by relay 198.51.100.7", outcome.Header.Replace("\r\n ", " ", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    // OnUndecided is about failures of the DNS. A HELO name can make a line unreadable, which must not turn a refusal into an acceptance.
    [Theory]
    [InlineData(DispositionAction.Reject, DispositionAction.TempFail)]
    [InlineData(DispositionAction.Quarantine, DispositionAction.TempFail)]
    [InlineData(DispositionAction.Accept, DispositionAction.Accept)]
    public async Task An_unread_client_is_not_accepted_where_a_failure_would_not_be(DispositionAction onReject, DispositionAction expected)
    {
        var options = Options with { LocalPolicy = new LocalPolicy { OnReject = onReject, OnUndecided = DispositionAction.Accept } };

        Assert.Equal(expected, (await JudgeAsync(Gateway, Line(Forger, helo: "a (b [192.0.2.1])") + Content, options)).Disposition.Action);
    }

    [Fact]
    public async Task A_chain_of_relays_is_followed_from_the_top()
    {
        var options = Options with { Relays = [Relay.Parse(Gateway)!, Relay.Parse("mx2.site.example")!] };

        var outcome = await JudgeAsync(Gateway, Line(Backup) + Line(Forger, by: "mx2.site.example") + Line(Genuine) + Content, options);

        Assert.Equal((Forger, "mx2.site.example"), (outcome.Relay!.Address?.ToString(), outcome.Relay.Relay));
        Assert.Equal(SpfResultCode.Fail, outcome.Spf!.Code);
    }

    private const string Postfix = "Received: from localhost (localhost [127.0.0.1])\r\n\tby mx2.site.example (Postfix) with ESMTP id 2; x\r\n";
    private const string Amavis = "Received: from mx2.site.example ([127.0.0.1])\r\n\tby localhost (mx2.site.example [127.0.0.1]) (amavisd-new, port 10024)\r\n\twith ESMTP id 3; x\r\n";

    public static TheoryData<string, string> Filters => new()
    {
        { "a filter without a field", Postfix },
        { "amavis", Postfix + Amavis },
        { "two filters", Postfix + Amavis + Postfix + Amavis },
        { "IPv6", Line("IPv6:::1", helo: "localhost") },
        { "IPv4 in IPv6", Line("::ffff:127.0.0.1", helo: "localhost") },
        { "another loopback address", Line("127.1.2.3", helo: "localhost") },
        { "Exim", "Received: from localhost ([127.0.0.1])\r\n\tby mx2.site.example with esmtp (Exim 4.96) id 1; x\r\n" },
    };

    // The loopback address of a relay is that relay, never this host: nobody's trust in this host's own programs is for it.
    [Theory]
    [MemberData(nameof(Filters))]
    public async Task Mail_that_a_filter_on_the_relay_sent_back_is_of_the_client_below(string what, string lines)
    {
        IPNetwork[] loopback = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];
        var options = Options with { LocalPolicy = new LocalPolicy { OwnNetworks = [.. loopback], Forwarders = [.. loopback] } };
        foreach (var relays in (Relay[][])[[Relay.Parse(Gateway)!], [Relay.Parse(Gateway)!, Relay.Parse("127.0.0.0/8")!]])
        {
            var forged = await JudgeAsync(Gateway, lines + Line(Forger) + Line(Genuine) + Content, options with { Relays = [.. relays] });
            Assert.True((Forger, DispositionAction.Reject) == (forged.Relay!.Address?.ToString(), forged.Disposition.Action), what + ": " + forged.Relay);
            Assert.Equal(Genuine, (await JudgeAsync(Gateway, lines + Line(Genuine) + Content, options with { Relays = [.. relays] })).Relay!.Address?.ToString());
        }

        // Nothing below: mail of the relay itself, or of a filter that removes fields.
        var unread = await JudgeAsync(Gateway, lines + Content, options);
        Assert.True((null, DispositionAction.TempFail) == (unread.Relay!.Address, unread.Disposition.Action), what);
        Assert.Equal("the relay 198.51.100.7 recorded no client but itself", unread.Relay.Problem);
    }

    [Fact]
    public async Task A_filter_without_end_is_followed_to_the_limit()
    {
        var outcome = await JudgeAsync(Gateway, string.Concat(Enumerable.Repeat(Postfix, 40)) + Line(Genuine) + Content, Options);

        Assert.Equal((null, "the first 16 Received fields name only relays"), (outcome.Relay!.Address, outcome.Relay.Problem));
    }

    // The site has no filter on its relay, and a sender writes the field of one.
    [Fact]
    public async Task A_filters_field_that_a_sender_wrote_is_below_the_senders_address()
    {
        var outcome = await JudgeAsync(Gateway, Line(Forger, helo: "localhost") + Postfix + Line(Genuine) + Content, Options);

        Assert.Equal((Forger, DispositionAction.Reject), (outcome.Relay!.Address?.ToString(), outcome.Disposition.Action));
    }

    [Fact]
    public async Task Exchange_Online_Google_and_qmail_are_followed_to_their_border()
    {
        string[] inside =
        [
            "Received: from A.eurprd01.prod.exchangelabs.com (2603:10a6:10:1::1) by B.eurprd01.prod.exchangelabs.com (2603:10a6:10:1::2) with Microsoft SMTP Server id 15; x\r\n"
            + "Received: from C.eop-EUR03.prod.protection.outlook.com (2603:10a6:10:1::3) by A.outlook.office365.com (2603:10a6:10:1::4) with Microsoft SMTP Server id 15; x\r\n",
            "Received: by mail-wr1-f45.google.com with SMTP id 1; x\r\nX-Received: by 2002:a05:1::1 with SMTP id 2; x\r\nReceived: by 2002:a05:6a00:1::1 with SMTP id 3; x\r\n",
            "Received: (qmail 12 invoked from network); 26 Nov 2026 10:00:00 -0000\r\n",
        ];
        foreach (var lines in inside)
        {
            Assert.Equal(Genuine, (await JudgeAsync(Gateway, lines + Line(Genuine) + Line(Forger) + Content, Options)).Relay!.Address?.ToString());
        }
    }

    [Fact]
    public async Task A_name_counts_only_if_it_leads_back()
    {
        var outcome = await JudgeAsync(Forger, Line(Genuine) + Content, ByName);

        Assert.Null(outcome.Relay);
        Assert.Equal((SpfResultCode.Fail, IprevResultCode.Fail), (outcome.Spf!.Code, outcome.Iprev!.Code));
    }

    [Fact]
    public async Task While_a_name_cannot_be_looked_up_the_relays_address_is_not_judged_as_the_senders()
    {
        var outcome = await JudgeAsync("198.51.100.9", Line(Forger) + Content.Replace("author", "site", StringComparison.Ordinal), ByName, "alice@site.example");

        Assert.Equal((SpfResultCode.None, DmarcResultCode.TempError), (outcome.Spf!.Code, outcome.Dmarc!.Code));
        Assert.Equal(DispositionAction.TempFail, outcome.Disposition.Action);

        // Where no relay has a name, nothing is looked up for it.
        Assert.Equal(SpfResultCode.Pass, (await JudgeAsync("198.51.100.9", Content, Options, "alice@site.example")).Spf!.Code);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_a_relay_no_line_is_read_and_no_name_is_looked_up(bool hasRelays)
    {
        var resolver = new ScriptedResolver(World);
        var options = new AuthenticationOptions { AuthservId = "mx.site.example", Methods = AuthenticationMethods.Spf };

        var outcome = await JudgeAsync(Genuine, Line(Forger) + Content, hasRelays ? options with { Relays = Options.Relays } : options, resolver: resolver);

        Assert.Equal((SpfResultCode.Pass, null), (outcome.Spf!.Code, outcome.Relay));
        Assert.DoesNotContain(resolver.Names, static name => name.Contains("in-addr", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_asked_about_the_relays_address()
    {
        var resolver = new ScriptedResolver(World);

        await JudgeAsync(Gateway, Line(Genuine) + Content, Options, resolver: resolver);

        Assert.DoesNotContain(resolver.Names, static name => name.StartsWith("7.100", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("192.0.2.0/24", DispositionAction.Reject)]
    [InlineData(Gateway + "/32", DispositionAction.Reject)] // the relay's own address is not the client's
    [InlineData("203.0.113.0/24", DispositionAction.Accept)]
    public async Task Trust_is_for_the_recorded_client(string network, DispositionAction expected)
    {
        foreach (var policy in (LocalPolicy[])[new() { OwnNetworks = [IPNetwork.Parse(network)] }, new() { Forwarders = [IPNetwork.Parse(network)] }])
        {
            Assert.Equal(expected, (await JudgeAsync(Gateway, Line(Forger) + Content, Options with { LocalPolicy = policy })).Disposition.Action);
        }
    }

    [Fact]
    public async Task A_relay_that_authenticates_vouches_for_no_client()
    {
        var envelope = new SmtpEnvelope(IPAddress.Parse(Gateway), "gw.site.example", "alice@author.example") { IsAuthenticatedSubmission = true };
        var outcome = await new AuthenticationPipeline(new ZoneResolver(World), Options)
            .AuthenticateAsync(envelope, Encoding.ASCII.GetBytes(Line(Forger) + Content), TestContext.Current.CancellationToken);

        Assert.Equal(DispositionAction.Reject, outcome.Disposition.Action);
    }

    [Fact]
    public async Task Observers_are_told_the_recipients_of_a_relayed_message_as_they_were_given()
    {
        var collector = new Collector();
        var envelope = new SmtpEnvelope(IPAddress.Parse(Gateway), "gw.site.example", "alice@author.example") { Recipients = ["box@site.example"], UnlistedRecipients = 7 };
        await new AuthenticationPipeline(new ZoneResolver(World), Options, observers: [collector])
            .AuthenticateAsync(envelope, Encoding.ASCII.GetBytes(Line(Genuine) + Content), TestContext.Current.CancellationToken);

        var told = Assert.Single(collector.Messages).Envelope;
        Assert.Equal((Genuine, "box@site.example", 7), (told.ClientAddress?.ToString(), Assert.Single(told.Recipients), told.UnlistedRecipients));
    }

    [Fact]
    public async Task Each_message_of_a_connection_has_a_client_of_its_own_and_observers_see_it()
    {
        var collector = new Collector();
        var pipeline = new AuthenticationPipeline(ScriptedResolver.Yielding(new ZoneResolver(World)), Options, observers: [collector]);
        await using var session = pipeline.BeginSession(IPAddress.Parse(Gateway), "gw.site.example");
        foreach (var client in (string[])[Genuine, Forger, Genuine])
        {
            session.SetMailFrom("alice@author.example");
            session.AddRecipient("box@site.example");
            session.AddHeaderField("Received"u8, Encoding.ASCII.GetBytes($" from mail.author.example (x [{client}]) by gw.site.example; x"));
            session.AddHeaderField("From"u8, " alice@author.example"u8);
            session.EndOfHeaders();
            var outcome = await session.CompleteAsync(TestContext.Current.CancellationToken);
            Assert.Equal(client == Genuine ? DmarcResultCode.Pass : DmarcResultCode.Fail, outcome.Dmarc!.Code);
            session.Reset();
        }

        Assert.Equal([Genuine, Forger, Genuine], collector.Messages.Select(static message => message.Envelope.ClientAddress?.ToString()));
        Assert.All(collector.Messages, static message => Assert.Equal(("mail.author.example", "alice@author.example", "box@site.example"), (message.Envelope.Helo, message.Envelope.MailFrom, message.Envelope.Recipients.Single())));
    }

    [Fact]
    public async Task A_message_that_is_given_up_while_its_client_is_looked_for_leaves_nothing_running()
    {
        var held = ScriptedResolver.Held(new ZoneResolver(World));
        var session = new AuthenticationPipeline(held, ByName).BeginSession(IPAddress.Parse(Backup), "mx2.site.example");
        for (var i = 0; i < 20; i++)
        {
            session.SetMailFrom("alice@author.example");
            session.AddHeaderField("Received"u8, Encoding.ASCII.GetBytes($" from a (x [192.0.2.{i}]) by mx2.site.example; x"));
            session.AddHeaderField("From"u8, " alice@author.example"u8);
            session.EndOfHeaders();
            session.Reset();
        }

        await session.DisposeAsync();

        Assert.Equal(0, held.Outstanding);
    }

    [Fact]
    public async Task A_null_reverse_path_is_checked_by_the_recorded_HELO_name()
    {
        Assert.Equal(SpfResultCode.Pass, (await JudgeAsync(Gateway, Line(Genuine) + Content, Options, string.Empty)).Spf!.Code);
        Assert.Equal(SpfResultCode.Fail, (await JudgeAsync(Gateway, Line(Forger) + Content, Options, string.Empty)).Spf!.Code);
    }

    [Theory]
    [InlineData("192.0.2.0/24", "192.0.2.0/24")]
    [InlineData("2001:db8::7", "2001:db8::7/128")]
    [InlineData("::ffff:192.0.2.0/120", "192.0.2.0/24")]
    [InlineData("::ffff:192.0.2.0/24", null)]
    [InlineData("MX2.Example.org", "mx2.example.org")]
    [InlineData("mx.\u00fcber.example", "mx.xn--ber-goa.example")]
    [InlineData("192.0.2.300", null)]
    [InlineData("192.0.2", null)]
    [InlineData("192.0.2.0/33", null)]
    [InlineData("localhost", null)]
    [InlineData("*.example.org", null)]
    [InlineData("", null)]
    public void A_relay_is_a_network_or_a_host_name(string text, string? relay) => Assert.Equal(relay, Relay.Parse(text)?.ToString());

    [Fact]
    public void A_network_contains_its_addresses_in_both_forms_and_a_host_none()
    {
        var network = Relay.Parse("192.0.2.0/24")!;
        Assert.True(network.Contains(IPAddress.Parse("192.0.2.255")));
        Assert.True(network.Contains(IPAddress.Parse("::ffff:192.0.2.0")));
        Assert.False(network.Contains(IPAddress.Parse("192.0.3.0")));
        Assert.False(Relay.Parse("mx2.example.org")!.Contains(IPAddress.Parse("192.0.2.1")));
        Assert.Throws<ArgumentNullException>(() => network.Contains(null!));
    }

    private static string Unfolded(string header) => header.Replace("\r\n", string.Empty, StringComparison.Ordinal);

    private sealed class Collector : IEvaluatedMessageObserver
    {
        public ImmutableArray<EvaluatedMessage> Messages { get; private set; } = [];

        public void OnEvaluated(EvaluatedMessage message) => Messages = Messages.Add(message);
    }
}
