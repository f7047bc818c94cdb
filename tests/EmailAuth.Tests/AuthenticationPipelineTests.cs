using System.Globalization;
using System.Net;
using System.Text;
using EmailAuth.Dmarc;
using EmailAuth.Iprev;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Signatures;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

public class AuthenticationPipelineTests
{
    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");
    private static readonly SmtpEnvelope Envelope = new(Client, "mail.football.example.com", "joe@football.example.com");
    private static readonly byte[] Message = File.ReadAllBytes(Repository.PathOf("testdata", "messages", "rfc8463-a3.eml"));

    private static readonly Zone Football = Zone.Load(Repository.PathOf("testdata", "zones", "rfc8463.json")).Value!;

    [Theory]
    [InlineData("d=example.com", "from:bimi-selector", "x")]
    [InlineData("d=example.com", "from", "default")] // covers the author, not the selector
    [InlineData("d=example.net", "from:bimi-selector", "default")] // covers the selector, and aligns with nobody
    public async Task A_selector_counts_when_a_signature_that_aligns_covers_it(string domain, string fields, string selector)
    {
        var zone = TypicalMessage.Zone()
            .Add("s._domainkey.example.net", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record)
            .Add("x._bimi.example.com", ZoneEntryKind.Txt, "v=BIMI1; l=https://example.com/x.svg");
        var text = "From: a@example.com\r\nBIMI-Selector: v=BIMI1; s=x\r\n\r\nHi\r\n";
        var byAuthor = TestSigner.Rsa2048.Sign(text, "from");
        var message = TestSigner.Rsa2048.Sign(Encoding.Latin1.GetString(byAuthor), fields, edit: value => value.Replace("d=example.com", domain, StringComparison.Ordinal));
        var outcome = await new AuthenticationPipeline(new ZoneResolver(zone), TypicalMessage.Options)
            .AuthenticateAsync(TypicalMessage.Envelope, message, TestContext.Current.CancellationToken);
        Assert.Equal(2, outcome.Dkim!.Signatures.Count(signature => signature.Code == SignatureResultCode.Pass));
        Assert.Equal(selector, outcome.Bimi?.Selector);
    }

    [Fact]
    public async Task The_example_of_rfc_8463_appendix_a_3_passes_every_check()
    {
        var outcome = await AuthenticateAsync(Message);
        Assert.Equal(SpfResultCode.Pass, outcome.Spf?.Code);
        Assert.Equal(SpfResultCode.Pass, outcome.SpfHelo?.Code);
        Assert.Equal([SignatureResultCode.Pass, SignatureResultCode.Pass], outcome.Dkim!.Signatures.Select(s => s.Code));
        Assert.Equal(DmarcResultCode.Pass, outcome.Dmarc?.Code);
        Assert.Equal(IprevResultCode.Pass, outcome.Iprev?.Code);
        Assert.Equal(DispositionAction.Accept, outcome.Disposition.Action);
        Assert.Equal("football.example.com", outcome.Author.Domain?.ToString());
        Assert.StartsWith("Authentication-Results: mx.example.org;\r\n spf=pass smtp.mailfrom=joe@football.example.com;", outcome.Header, StringComparison.Ordinal);
        Assert.Equal(outcome.Header, "Authentication-Results: " + outcome.HeaderValue);
    }

    [Fact]
    public async Task A_stream_a_session_and_the_bytes_give_the_same_field()
    {
        var expected = (await AuthenticateAsync(Message)).Header;

        using var stream = new MemoryStream(Message);
        Assert.Equal(expected, (await Pipeline().AuthenticateAsync(Envelope, stream, TestContext.Current.CancellationToken)).Header);

        await using var session = Pipeline().BeginSession(Client, Envelope.Helo);
        Assert.Equal(expected, (await FeedAsync(session, Message, 7)).Header);

        // The connection's next message.
        session.Reset();
        Assert.Equal(expected, (await FeedAsync(session, Message, 1000)).Header);
    }

    // RFC 5321 section 4.1.4: EHLO may come at any time between messages, and gives up nothing but what is over.
    [Fact]
    public async Task HELO_and_MAIL_FROM_after_a_completed_message_begin_the_next()
    {
        var expected = (await AuthenticateAsync(Message)).Header;
        await using var session = Pipeline().BeginSession(Client, "other.example");
        Assert.Equal(SpfResultCode.None, (await FeedAsync(session, Message, 1000)).SpfHelo?.Code);

        session.SetHelo(Envelope.Helo!);
        var next = await FeedAsync(session, Message, 1000);
        Assert.Equal((SpfResultCode.Pass, expected), (next.SpfHelo!.Code, next.Header));
        Assert.Equal(expected, (await FeedAsync(session, Message, 1000)).Header);

        session.SetMailFrom(string.Empty);
        session.AddHeaderField("From"u8, " a@example.com"u8);
        Assert.Throws<InvalidOperationException>(() => session.SetHelo("late.example"));
        session.EndOfHeaders();
        Assert.Throws<InvalidOperationException>(() => session.SetHelo("late.example"));
    }

    [Fact]
    public void A_pipeline_says_whether_the_platform_can_verify() => Assert.Null(Pipeline().PlatformFault);

    [Fact]
    public async Task An_abandoned_message_leaves_nothing_for_the_next()
    {
        await using var session = Pipeline().BeginSession(Client, Envelope.Helo);
        session.SetMailFrom("mallory@other.example");
        session.AddHeaderField("From"u8, " mallory@other.example"u8);
        session.Reset();
        Assert.Equal((await AuthenticateAsync(Message)).Header, (await FeedAsync(session, Message, 100)).Header);
    }

    [Fact]
    public async Task Calls_out_of_order_are_the_callers_mistake()
    {
        await using var session = Pipeline().BeginSession(Client);
        Assert.Throws<InvalidOperationException>(() => session.AppendBody("x"u8));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await session.CompleteAsync(TestContext.Current.CancellationToken));
        session.EndOfHeaders();
        Assert.Throws<InvalidOperationException>(() => session.AddHeaderField("A"u8, " b"u8));
        Assert.Throws<InvalidOperationException>(() => session.SetMailFrom("a@b.example"));
        await session.CompleteAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await session.CompleteAsync(TestContext.Current.CancellationToken));
        await session.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => session.Reset());
    }

    [Theory]
    [InlineData(AuthenticationMethods.None, "mx.example.org; none")]
    [InlineData(AuthenticationMethods.Iprev, "iprev=")]
    [InlineData(AuthenticationMethods.Spf, "spf=")]
    [InlineData(AuthenticationMethods.Dkim, "dkim=")]
    [InlineData(AuthenticationMethods.Dmarc, "dmarc=")]
    public async Task Each_method_can_run_alone(AuthenticationMethods methods, string expected)
    {
        var outcome = await AuthenticateAsync(Message, options: Options with { Methods = methods });
        Assert.Contains(expected, outcome.HeaderValue, StringComparison.Ordinal);
        Assert.All(outcome.Results, result => Assert.Equal(methods.ToString(), result.Method, ignoreCase: true));
    }

    [Fact]
    public async Task With_a_null_reverse_path_the_helo_domain_is_the_spf_identifier()
    {
        var zone = Football.ToJson();
        Assert.NotEmpty(zone);
        var outcome = await AuthenticateAsync(Message, new SmtpEnvelope(Client, "mail.football.example.com", "<>"));
        Assert.Contains(outcome.Dmarc!.Alignments, a => a.Identifier.Method == IdentifierSource.Spf && a.Identifier.Domain == Name("mail.football.example.com"));
        Assert.Single(outcome.Results, r => r.Method == "spf");
    }

    [Fact]
    public async Task A_helo_pass_beside_a_mail_from_is_no_identifier_for_dmarc()
    {
        var outcome = await AuthenticateAsync(Unsigned, new SmtpEnvelope(Client, "mail.football.example.com", "a@unknown.example"));
        Assert.Equal(SpfResultCode.Pass, outcome.SpfHelo?.Code);
        Assert.Equal(DmarcResultCode.Fail, outcome.Dmarc?.Code);
        Assert.DoesNotContain(outcome.Dmarc!.Alignments, alignment => alignment.IsAuthenticated);
    }

    [Fact]
    public async Task A_failure_is_rejected_as_the_domain_owner_asks()
    {
        var outcome = await AuthenticateAsync(Unsigned, Spoofed);
        Assert.Equal(DispositionAction.Reject, outcome.Disposition.Action);
        Assert.StartsWith("550 5.7.26 ", outcome.Disposition.Reply?.ToString(), StringComparison.Ordinal);
        Assert.Contains("dis=reject", outcome.HeaderValue, StringComparison.Ordinal);
    }

    public static TheoryData<string, LocalPolicy, bool, DispositionAction> Policies => new()
    {
        { "authenticated submission", LocalPolicy.Default, true, DispositionAction.Accept },
        { "local_policy", LocalPolicy.Default with { OwnNetworks = [IPNetwork.Parse("203.0.113.0/24")] }, false, DispositionAction.Accept },
        { "trusted_forwarder", LocalPolicy.Default with { Forwarders = [IPNetwork.Parse("203.0.113.9/32")] }, false, DispositionAction.Accept },
        { "local_policy", LocalPolicy.Default with { MaximumAction = DispositionAction.Quarantine }, false, DispositionAction.Quarantine },
        { "rejection", LocalPolicy.Default with { AcceptAuthenticatedSubmissions = false }, true, DispositionAction.Reject },
        { "rejection", LocalPolicy.Default with { OwnNetworks = [IPNetwork.Parse("192.0.2.0/24")] }, false, DispositionAction.Reject },
    };

    [Theory]
    [MemberData(nameof(Policies))]
    public async Task Local_policy_changes_the_disposition_and_says_so(string says, LocalPolicy policy, bool isAuthenticated, DispositionAction expected)
    {
        var outcome = await AuthenticateAsync(
            Unsigned, Spoofed.Changed(e => e.IsAuthenticatedSubmission, isAuthenticated), Options with { LocalPolicy = policy });
        Assert.Equal(DmarcResultCode.Fail, outcome.Dmarc?.Code);
        Assert.Equal(expected, outcome.Disposition.Action);
        Assert.Contains(says, outcome.Disposition.Reason, StringComparison.Ordinal);
    }

    public static TheoryData<string, LocalPolicy, bool, DispositionAction> SeveralAuthors => new()
    {
        { "a@football.example.com, b@lenient.example", new() { OnUnusableAuthor = DispositionAction.Accept }, false, DispositionAction.Accept }, // off by default
        { "a@football.example.com, b@lenient.example", new() { ApplyStrictestAuthorPolicy = true, OnUnusableAuthor = DispositionAction.Accept }, false, DispositionAction.Reject },
        { "b@lenient.example, a@football.example.com", new() { ApplyStrictestAuthorPolicy = true, OnUnusableAuthor = DispositionAction.Accept }, false, DispositionAction.Reject }, // order is nothing
        { "b@lenient.example, c@absent.example", new() { ApplyStrictestAuthorPolicy = true, OnUnusableAuthor = DispositionAction.Accept }, false, DispositionAction.Accept }, // none asks for more
        { "a@football.example.com, b@lenient.example", new() { ApplyStrictestAuthorPolicy = true, OnUnusableAuthor = DispositionAction.Accept }, true, DispositionAction.Accept },
        {
            "a@football.example.com, b@lenient.example",
            new() { ApplyStrictestAuthorPolicy = true, OnUnusableAuthor = DispositionAction.Accept, MaximumAction = DispositionAction.Quarantine }, false, DispositionAction.Quarantine
        },
    };

    [Theory]
    [MemberData(nameof(SeveralAuthors))]
    public async Task Of_several_author_domains_the_strictest_policy_is_applied_on_demand(
        string from, LocalPolicy policy, bool isAuthenticated, DispositionAction expected)
    {
        var zone = new Zone()
            .Add("_dmarc.football.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
            .Add("_dmarc.lenient.example", ZoneEntryKind.Txt, "v=DMARC1; p=none");
        var message = Encoding.ASCII.GetBytes($"From: {from}\r\nSubject: x\r\n\r\nbody\r\n");
        var outcome = await AuthenticateAsync(
            message, Spoofed.Changed(e => e.IsAuthenticatedSubmission, isAuthenticated), Options with { LocalPolicy = policy }, zone);
        Assert.Equal(DmarcResultCode.PermError, outcome.Dmarc?.Code);
        Assert.Equal(expected, outcome.Disposition.Action);
        if (expected != DispositionAction.Accept)
        {
            Assert.Equal(DmarcOverrideType.LocalPolicy, outcome.Dmarc!.Override!.Type);
            Assert.Contains("football.example.com", outcome.Disposition.Reason, StringComparison.Ordinal);
        }
    }

    // A sender could else hide the domain with the strict policy behind the sixteenth. No names of others keep it from being found before.
    [Theory]
    [InlineData(20, "x@d#.example, ", "From names more domains than can be looked up")]
    [InlineData(12, "x@d#.a#.b#.c#.d#.e#.f#.example, ", "the policy of football.example.com, the strictest of the domains in From")]
    public async Task More_author_domains_than_can_be_judged_are_handled_as_the_strictest(int count, string address, string comment)
    {
        var others = string.Concat(Enumerable.Range(0, count).Select(i => address.Replace("#", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)));
        var message = Encoding.ASCII.GetBytes($"From: {others}a@football.example.com\r\nSubject: x\r\n\r\nbody\r\n");
        var zone = new Zone().Add("_dmarc.football.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject");
        var outcome = await AuthenticateAsync(message, Spoofed, Options with { LocalPolicy = new() { ApplyStrictestAuthorPolicy = true, OnUnusableAuthor = DispositionAction.Accept } }, zone);
        Assert.Equal(DmarcResultCode.PermError, outcome.Dmarc?.Code);
        Assert.Equal(DispositionAction.Reject, outcome.Disposition.Action);
        Assert.Equal(comment, outcome.Dmarc!.Override!.Comment);
    }

    [Fact]
    public async Task A_dns_failure_at_the_author_domain_is_temperror_and_tempfails_only_on_demand()
    {
        var zone = new Zone().Add("_dmarc.football.example.com", ZoneEntryKind.ServFail);
        var outcome = await AuthenticateAsync(Unsigned, Spoofed, zone: zone);
        Assert.Equal(DmarcResultCode.TempError, outcome.Dmarc?.Code);
        Assert.Equal(DispositionAction.Accept, outcome.Disposition.Action);

        outcome = await AuthenticateAsync(
            Unsigned, Spoofed, Options with { LocalPolicy = LocalPolicy.Default with { OnTemporaryError = DispositionAction.TempFail } }, zone);
        Assert.Equal(DispositionAction.TempFail, outcome.Disposition.Action);
        Assert.StartsWith("451 4.4.3 ", outcome.Disposition.Reply?.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fields_that_claim_our_name_or_carry_an_indicator_are_listed_for_removal()
    {
        var message = Encoding.ASCII.GetBytes(
            "authentication-results: other.example; spf=pass\r\n"
            + "Authentication-Results: MX.Example.ORG (x) 1; dmarc=pass\r\n"
            + "BIMI-Indicator: aaaa\r\n"
            + "From: joe@football.example.com\r\n\r\n");
        var outcome = await AuthenticateAsync(message, Spoofed);
        Assert.Equal([(1, 2), (2, 1)], outcome.FieldsToRemove.Select(f => (f.Index, f.Occurrence)));
    }

    [Fact]
    public async Task A_header_past_its_limits_makes_its_checks_permerror_with_the_limit_named()
    {
        var message = Encoding.ASCII.GetBytes("From: joe@football.example.com\r\nX: " + new string('x', 4000) + "\r\n\r\n");
        var outcome = await AuthenticateAsync(message, options: Options with { MessageLimits = new MessageLimits { MaxHeaderBytes = 1024 } });
        Assert.Equal(DmarcResultCode.PermError, outcome.Dmarc?.Code);
        Assert.Contains("MaxHeaderBytes", outcome.Dmarc!.Reason, StringComparison.Ordinal);
        Assert.Equal(SignatureResultCode.PermError, outcome.Dkim!.Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("mx\r\nX: y")]
    [InlineData("mx\0")]
    public void An_authserv_id_that_would_break_the_field_is_refused(string authservId) =>
        Assert.ThrowsAny<ArgumentException>(() => new AuthenticationOptions { AuthservId = authservId });

    private static byte[] Unsigned { get; } = "From: joe@football.example.com\r\nSubject: x\r\n\r\nbody\r\n"u8.ToArray();

    private static SmtpEnvelope Spoofed { get; } = new(IPAddress.Parse("203.0.113.9"), "evil.example", "joe@football.example.com");

    private static AuthenticationOptions Options { get; } = new() { AuthservId = "mx.example.org" };

    private static AuthenticationPipeline Pipeline(AuthenticationOptions? options = null, Zone? zone = null) =>
        new(new ZoneResolver(zone ?? Football), options ?? Options);

    private static async Task<AuthenticationOutcome> AuthenticateAsync(
        byte[] message, SmtpEnvelope? envelope = null, AuthenticationOptions? options = null, Zone? zone = null) =>
        await Pipeline(options, zone).AuthenticateAsync(envelope ?? Envelope, message, TestContext.Current.CancellationToken);

    private static async Task<AuthenticationOutcome> FeedAsync(AuthenticationSession session, byte[] message, int chunk)
    {
        session.SetMailFrom(Envelope.MailFrom!);
        var header = HeaderBlock.Parse(message);
        for (var i = 0; i < header.Count; i++)
        {
            session.AddHeaderField(header[i].Name, header[i].Value);
        }

        session.EndOfHeaders();
        foreach (var part in message.Skip(header.BodyOffset).Chunk(chunk))
        {
            session.AppendBody(part);
        }

        return await session.CompleteAsync(TestContext.Current.CancellationToken);
    }

    private static DomainName Name(string text) => DomainName.Parse(text).Value!;
}
