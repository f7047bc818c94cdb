using System.Collections.Immutable;
using System.Net;
using System.Text;
using EmailAuth.Bimi;
using EmailAuth.Hosting;
using EmailAuth.Iprev;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Results;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>The options, the outcome and what else callers hold in their hands.</summary>
public class AuthenticationPlainDataTests
{
    [Theory]
    [InlineData(AuthenticationMethods.None, false, false, false)]
    [InlineData(AuthenticationMethods.Iprev | AuthenticationMethods.Spf | AuthenticationMethods.Dmarc, true, true, false)]
    [InlineData(AuthenticationMethods.Dkim, false, false, true)]
    [InlineData(AuthenticationMethods.Arc, false, false, true)]
    [InlineData(AuthenticationMethods.Bimi, false, false, false)]
    [InlineData(AuthenticationMethods.Bimi, true, false, true)]
    [InlineData(AuthenticationMethods.Bimi, false, true, true)]
    [InlineData(AuthenticationMethods.All, false, false, true)]
    public void Some_methods_hash_or_verify(AuthenticationMethods methods, bool retrieve, bool verify, bool expected)
    {
        var options = new AuthenticationOptions { AuthservId = "a", Methods = methods, Bimi = new BimiOptions { RetrieveIndicator = retrieve, VerifyEvidence = verify } };
        Assert.Equal(expected, options.NeedsCryptography);
        Assert.Equal(methods != AuthenticationMethods.None, options.Runs(methods));
        Assert.Equal((methods & AuthenticationMethods.Dkim) != AuthenticationMethods.None, options.Runs(AuthenticationMethods.Dkim));
    }

    [Theory]
    [InlineData("a", true)]
    [InlineData("a b", false)]
    [InlineData("a;", false)]
    [InlineData("\u00e4", true)]
    [InlineData("", false)]
    [InlineData(" ", false)]
    [InlineData("\t", false)]
    [InlineData("a\u0085", false)]
    [InlineData("a\u007f", false)]
    [InlineData("a\u001f", false)]
    public void An_authserv_id_is_a_word(string name, bool isTaken)
    {
        var thrown = Record.Exception(() => new AuthenticationOptions { AuthservId = name });
        Assert.Equal(isTaken ? null : "value", (thrown as ArgumentException)?.ParamName);
    }

    [Fact]
    public void Times_of_lookups_have_a_range_and_do_not_change_each_other()
    {
        var options = new AuthenticationOptions { AuthservId = "a" };
        Assert.Equal((TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20)), (options.LookupTimeout, options.CheckTimeout));
        options = options with { LookupTimeout = TimeSpan.FromHours(1), CheckTimeout = TimeSpan.FromTicks(1) };
        Assert.Equal((TimeSpan.FromHours(1), TimeSpan.FromTicks(1)), (options.LookupTimeout, options.CheckTimeout));
        Assert.Equal((TimeSpan.FromHours(1), TimeSpan.FromTicks(1)), (options.LookupLimits.LookupTimeout, options.LookupLimits.CheckTimeout));
        foreach (var wrong in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromTicks(-1), TimeSpan.FromHours(1) + TimeSpan.FromTicks(1)])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => options with { LookupTimeout = wrong });
            Assert.Throws<ArgumentOutOfRangeException>(() => options with { CheckTimeout = wrong });
        }
    }

    [Fact]
    public void The_value_of_a_field_is_what_is_behind_its_name()
    {
        var outcome = Outcome("Authentication-Results: mx: a; none");
        Assert.Equal(("mx: a; none", null), (outcome.HeaderValue, outcome.ExtendedHeaderValue));
        Assert.Equal(string.Empty, Outcome(string.Empty).HeaderValue);
        Assert.Equal("mx; bimi=skipped", outcome.Changed(static o => o.ExtendedHeader, "Authentication-Results: mx; bimi=skipped").ExtendedHeaderValue);
    }

    [Fact]
    public void A_method_is_found_by_its_name_and_type()
    {
        var iprev = new IprevResult { Code = IprevResultCode.Pass, Address = IPAddress.Loopback };
        var spf = new SpfResult { Code = SpfResultCode.Fail, Identity = SpfIdentity.MailFrom, Reason = "made by hand" };
        ImmutableArray<IMethodOutcome> methods = [iprev, spf, new MadeUpMethod()];
        Assert.Same(spf, AuthenticationOutcome.Find<SpfResult>(methods, "spf"));
        Assert.Null(AuthenticationOutcome.Find<SpfResult>(methods, "spf_helo"));
        Assert.Null(AuthenticationOutcome.Find<IprevResult>(methods, "spf"));
        Assert.Null(AuthenticationOutcome.Find<SpfResult>([], "spf"));
        Assert.Same(iprev, AuthenticationOutcome.Find<IprevResult>(methods, "iprev"));
    }

    [Fact]
    public async Task Each_method_of_an_outcome_is_the_element_of_its_name()
    {
        var outcome = await new AuthenticationPipeline(new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options)
            .AuthenticateAsync(TypicalMessage.Envelope, TypicalMessage.TwoSignatures, TestContext.Current.CancellationToken);
        Assert.Equal(
            new Dictionary<string, IMethodOutcome?>
            {
                ["iprev"] = outcome.Iprev,
                ["spf"] = outcome.Spf,
                ["spf_helo"] = outcome.SpfHelo,
                ["dkim"] = outcome.Dkim,
                ["arc"] = outcome.Arc,
                ["dmarc"] = outcome.Dmarc,
                ["bimi"] = outcome.Bimi,
            },
            outcome.Methods.ToDictionary(static method => method.Name, static method => (IMethodOutcome?)method));

        // Each can be set where an outcome is made, and is then the same element again.
        var made = new AuthenticationOutcome
        {
            AuthservId = outcome.AuthservId,
            Author = outcome.Author,
            Disposition = outcome.Disposition,
            Header = outcome.Header,
            Iprev = outcome.Iprev,
            Spf = outcome.Spf,
            SpfHelo = outcome.SpfHelo,
            Dkim = outcome.Dkim,
            Arc = outcome.Arc,
            Dmarc = outcome.Dmarc,
            Bimi = outcome.Bimi,
        };
        Assert.Equal(
            [outcome.Iprev, outcome.Spf, outcome.SpfHelo, outcome.Dkim, outcome.Arc, outcome.Dmarc, outcome.Bimi],
            (IMethodOutcome?[])[made.Iprev, made.Spf, made.SpfHelo, made.Dkim, made.Arc, made.Dmarc, made.Bimi]);
        Assert.Equal(outcome.Methods.Select(static method => method.Name).Order(), made.Methods.Select(static method => method.Name).Order());
    }

    [Fact]
    public void One_more_method_comes_last_and_the_outcome_before_does_not_change()
    {
        var outcome = Outcome("Authentication-Results: mx; none");
        var more = outcome.WithMethod(new MadeUpMethod());
        Assert.Equal(("made-up", "made-up"), (Assert.Single(more.Methods).Name, Assert.Single(more.Results).Method));
        Assert.Equal(outcome.Header, more.Header);
        Assert.True(outcome.Methods.IsEmpty && outcome.Results.IsEmpty);
        Assert.Equal(2, more.WithMethod(new MadeUpMethod()).Methods.Length);
        Assert.Contains("\"made-up\"", more.ToJson(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("192.0.2.0/24", "192.0.2.0/24", null)]
    [InlineData("2001:db8::1", "2001:db8::1/128", null)]
    [InlineData("MX2.Example.org", null, "mx2.example.org")]
    [InlineData("mx2.example.org1", null, null)]
    [InlineData("mx2.example.1x", null, "mx2.example.1x")]
    [InlineData("mx2.example.org0", null, null)]
    [InlineData("mx2.example.org9", null, null)]
    [InlineData("mx2.example.org-", null, "mx2.example.org-")]
    [InlineData("192.0.2", null, null)]
    [InlineData("localhost", null, null)]
    [InlineData("a..b", null, null)]
    [InlineData("", null, null)]
    public void A_relay_is_a_network_or_a_name(string text, string? network, string? host)
    {
        var relay = Relay.Parse(text);
        Assert.Equal((network, host), (relay?.Network?.ToString(), relay?.Host?.ToString()));
        Assert.Equal(network ?? host, relay?.ToString());
    }

    [Fact]
    public void A_relay_with_a_network_has_its_addresses_in_either_form()
    {
        var relay = new Relay(IPNetwork.Parse("192.0.2.0/24"));
        Assert.Equal((true, true, false), (relay.Contains(IPAddress.Parse("192.0.2.255")), relay.Contains(IPAddress.Parse("::ffff:192.0.2.1")), relay.Contains(IPAddress.Parse("192.0.3.0"))));
        Assert.False(new Relay(DomainName.Parse("a.example").Value!).Contains(IPAddress.Parse("192.0.2.1")));
    }

    [Fact]
    public void A_relayed_client_reads_as_a_line()
    {
        Assert.Equal("client 192.0.2.1 by relay gw", new RelayedClient { Relay = "gw", Address = IPAddress.Parse("192.0.2.1") }.ToString());
        Assert.Equal("client unknown by relay gw", new RelayedClient { Relay = "gw" }.ToString());
    }

    [Fact]
    public void An_envelope_has_what_it_was_made_of()
    {
        var envelope = new SmtpEnvelope(IPAddress.Loopback, "h", "m");
        Assert.Equal((IPAddress.Loopback, "h", "m", 0, false, false, true), (envelope.ClientAddress, envelope.Helo, envelope.MailFrom, envelope.UnlistedRecipients, envelope.IsAuthenticatedSubmission, envelope.IsReconstructed, envelope.Recipients.IsEmpty));
    }

    // The whole envelope at once, and its parts one after the other, are judged alike.
    [Theory]
    [InlineData("a@example.com", true, false)]
    [InlineData("", false, false)]
    [InlineData(null, false, true)]
    [InlineData(null, false, false)]
    public async Task An_envelope_is_judged_as_a_whole(string? mailFrom, bool isAuthenticated, bool isReconstructed)
    {
        var collector = new Told();
        var pipeline = new AuthenticationPipeline(new ZoneResolver(TypicalMessage.Zone()), TypicalMessage.Options, observers: [collector]);
        var envelope = new SmtpEnvelope(TypicalMessage.Envelope.ClientAddress, "out.esp.example", mailFrom) { IsAuthenticatedSubmission = isAuthenticated, IsReconstructed = isReconstructed };
        var message = Encoding.ASCII.GetBytes("From: a@example.com\r\n\r\nHi\r\n");
        var outcome = await pipeline.AuthenticateAsync(envelope, message, TestContext.Current.CancellationToken);
        Assert.Equal((isReconstructed, isReconstructed), (outcome.HasReconstructedEnvelope, outcome.Header.Length == 0));
        Assert.Equal((mailFrom is not null, true), (outcome.Spf is not null, outcome.SpfHelo is not null));
        Assert.Same(envelope, Assert.Single(collector.Messages).Envelope);
        using var stream = new MemoryStream(message);
        Assert.Equal(outcome.ToJsonWithoutTimes(), (await pipeline.AuthenticateAsync(envelope, stream, TestContext.Current.CancellationToken)).ToJsonWithoutTimes());
        Assert.Same(envelope, collector.Messages[1].Envelope);
    }

    private static AuthenticationOutcome Outcome(string header) => new()
    {
        AuthservId = "mx",
        Author = new Author(),
        Disposition = new Disposition { Action = DispositionAction.Accept, Reason = "made by hand" },
        Header = header,
    };

    private sealed class Told : IEvaluatedMessageObserver
    {
        public List<EvaluatedMessage> Messages { get; } = [];

        public void OnEvaluated(EvaluatedMessage message) => Messages.Add(message);
    }
}
