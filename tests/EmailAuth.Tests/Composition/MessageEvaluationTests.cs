using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using EmailAuth.Hosting;
using EmailAuth.Policy;
using EmailAuth.Results;
using EmailAuth.Syntax;
using EmailAuth.Tests.Arc;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace EmailAuth.Tests.Composition;

/// <summary>
/// All that comes of one message: what is asked, in which order, and each part of the outcome, for each thing that may be missing, switched off or different.
/// </summary>
public partial class MessageEvaluationTests
{
    private const string Client = "192.0.2.1";
    private const string Gateway = "198.51.100.7";
    private const string From = "From: Joe <joe@example.com>\r\n";
    private const string Rest = "Subject: x\r\n\r\nHi\r\n";

    private static readonly AuthenticationOptions Options = new()
    {
        AuthservId = "mx.site.example",
        ExtendedResults = ExtendedResults.All,
        TimeProvider = new FakeTimeProvider(new DateTimeOffset(2026, 7, 6, 10, 0, 0, TimeSpan.Zero)),
    };

    private static readonly SmtpEnvelope Envelope = new(IPAddress.Parse(Client), "mail.example.com", "joe@example.com");

    private static readonly Dictionary<string, Func<Scenario>> Scenarios = new(StringComparer.Ordinal)
    {
        ["all"] = static () => new(Signed()),
        ["no-mail-from"] = static () => new(Signed()) { Envelope = new(IPAddress.Parse(Client), "mail.example.com", null) },
        ["bounce"] = static () => new(Signed()) { Envelope = new(IPAddress.Parse(Client), "mail.example.com", "<>") },
        ["bounce-without-helo"] = static () => new(Signed()) { Envelope = new(IPAddress.Parse(Client), null, string.Empty) },
        ["no-client"] = static () => new(Signed()) { Envelope = new(null, "mail.example.com", "joe@example.com") },
        ["no-envelope"] = static () => new(From + Rest) { Envelope = new(null, null, null) },
        ["guessed-without-client"] = static () => new(From + Rest) { Envelope = new(null, "mail.example.com", "joe@example.com") { IsReconstructed = true } },
        ["guessed-spf-off"] = static () => new(From + Rest) { Envelope = new(null, "mail.example.com", "joe@example.com") { IsReconstructed = true }, Options = Options with { Methods = AuthenticationMethods.All & ~AuthenticationMethods.Spf } },
        ["guessed-spf-skipped"] = static () => new(From + Rest) { Envelope = new(null, "mail.example.com", "joe@example.com") { IsReconstructed = true }, Options = WithExceptions("example.com skip spf # x") },
        ["guessed"] = static () => new(From + Rest) { Envelope = new(IPAddress.Parse("192.0.2.9"), "mail.example.com", "joe@example.com") { IsReconstructed = true } },
        ["other-mail-from"] = static () => new(Signed()) { Envelope = new(IPAddress.Parse(Client), "mail.example.com", "joe@other.example") },
        ["submission"] = static () => new(From + Rest) { Envelope = new(IPAddress.Parse("192.0.2.9"), "mail.example.com", "joe@example.com") { IsAuthenticatedSubmission = true } },
        ["refused"] = static () => new(From + Rest) { Envelope = new(IPAddress.Parse("192.0.2.9"), "mail.example.com", "joe@example.com") },
        ["relay"] = static () => new(Line(Client) + Signed()) { Envelope = OfRelay, Options = WithRelay },
        ["relay-bounce"] = static () => new(Line(Client) + From + Rest) { Envelope = new(IPAddress.Parse(Gateway), "gw.site.example", string.Empty), Options = WithRelay },
        ["relay-without-mail-from"] = static () => new(Line(Client) + From + Rest) { Envelope = new(IPAddress.Parse(Gateway), "gw.site.example", null), Options = WithRelay },
        ["relay-unread"] = static () => new(From + Rest) { Envelope = OfRelay, Options = WithRelay },
        ["relay-unread-authors"] = static () => new("From: a@example.com, b@other.example\r\n" + Rest) { Envelope = OfRelay, Options = WithRelay with { LocalPolicy = new() { ApplyStrictestAuthorPolicy = true } } },
        ["relay-submission"] = static () => new(Line("192.0.2.9") + From + Rest) { Envelope = new(IPAddress.Parse(Gateway), "gw.site.example", "joe@example.com") { IsAuthenticatedSubmission = true }, Options = WithRelay },
        ["relay-skips"] = static () => new(Line(Client) + Signed()) { Envelope = OfRelay, Options = WithExceptions("192.0.2.0/24 skip spf # x") with { Relays = WithRelay.Relays } },
        ["relay-by-name"] = static () => new(Line(Client) + Signed()) { Envelope = new(IPAddress.Parse("198.51.100.8"), "mx2.site.example", "joe@example.com"), Options = Options with { Relays = [Relay.Parse("site.example")!] } },
        ["relay-unknown"] = static () => new(Line(Client) + From + Rest) { Envelope = new(IPAddress.Parse("198.51.100.9"), "mx3.site.example", "joe@example.com"), Options = Options with { Relays = [Relay.Parse("site.example")!], LocalPolicy = new() { Exceptions = PolicyExceptions.Parse("198.51.100.9 reject # x").Value! } } },
        ["no-relay"] = static () => new(Line(Client) + Signed()) { Options = WithRelay },
        ["accepted-by-exception"] = static () => new(From + Rest) { Envelope = new(IPAddress.Parse("192.0.2.9"), "mail.example.com", "joe@example.com"), Options = WithExceptions("192.0.2.9 skip iprev # x\nexample.com skip bimi # y\n192.0.2.9 accept # z") },
        ["refused-by-exception"] = static () => new(Signed()) { Options = WithExceptions("example.com reject # z") },
        ["exception-of-another"] = static () => new(Signed()) { Options = WithExceptions("192.0.2.2 skip spf # x") },
        ["two-authors"] = static () => new("From: a@example.com, b@other.example\r\n" + Rest),
        ["two-authors-strictest"] = static () => new("From: a@example.com, b@other.example\r\n" + Rest) { Options = Options with { LocalPolicy = new() { ApplyStrictestAuthorPolicy = true } } },
        ["one-author-strictest"] = static () => new(Signed()) { Options = Options with { LocalPolicy = new() { ApplyStrictestAuthorPolicy = true } } },
        ["two-addresses"] = static () => new(Encoding.Latin1.GetString(TestSigner.Rsa2048.Sign("From: a@example.com, b@example.com\r\n" + Rest, "from"))),
        ["no-author"] = static () => new(Rest),
        ["no-author-signed"] = static () => new(Encoding.Latin1.GetString(TestSigner.Rsa2048.Sign(Rest, "from"))),
        ["selector"] = static () => new(Signed("BIMI-Selector: v=BIMI1; s=brand\r\n", "from:bimi-selector")),
        ["selector-unsigned"] = static () => new("BIMI-Selector: v=BIMI1; s=brand\r\n" + Signed()),
        ["selectors"] = static () => new("BIMI-Selector: v=BIMI1; s=brand\r\n" + Signed("bimi-selector: v=BIMI1; s=other\r\n", "from:bimi-selector")),
        ["sub-domain"] = static () => new(Encoding.Latin1.GetString(TestSigner.Rsa2048.Sign("From: joe@sub.example.com\r\n" + Rest, "from"))),
        ["many-fields"] = static () => new(string.Concat(Enumerable.Repeat("X: y\r\n", 20)) + Signed()) { Options = Options with { MessageLimits = new() { MaxHeaderFields = 16 } } },
        ["line-feeds"] = static () => new(Signed().Replace("\r\n", "\n", StringComparison.Ordinal)),
        ["testing-key"] = static () => new(Encoding.Latin1.GetString(TestSigner.Ed25519.Sign(From + Rest, "from", edit: static value => value.Replace(" s=s;", " s=t;", StringComparison.Ordinal)))) { Envelope = new(IPAddress.Parse("192.0.2.9"), "mail.example.com", "joe@other.example") },
        ["forged-fields"] = static () => new("Authentication-Results: mx.site.example; dmarc=pass\r\nBIMI-Indicator: x\r\nReceived-SPF: pass\r\n" + Signed()) { Options = Options with { RemoveReceivedSpf = true } },
    };

    private static readonly string[] Methods = ["spf", "dkim", "arc", "dmarc", "bimi", "iprev"];

    public static TheoryData<string> Names => [.. Scenarios.Keys];

    public static TheoryData<string> EachMethod => [.. Methods];

    private static AuthenticationOptions WithRelay => Options with { Relays = [Relay.Parse(Gateway)!] };

    private static SmtpEnvelope OfRelay => new(IPAddress.Parse(Gateway), "gw.site.example", "joe@example.com");

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_message_is_judged_by_what_is_known(string name) => ApprovedPage.Verify("results", $"message-{name}.txt", await DifferenceAsync(Scenarios[name](), name == "all"));

    [Theory]
    [MemberData(nameof(EachMethod))]
    public async Task A_method_is_run_alone_or_left_out_or_skipped(string method)
    {
        var flag = EmailAuth.Composition.MethodTable.FlagOf(method)!.Value;
        List<string> lines = ["alone", .. await DifferenceAsync(new(Signed()) { Options = Options with { Methods = flag } })];
        lines.AddRange(["", "left out", .. await DifferenceAsync(new(Signed()) { Options = Options with { Methods = AuthenticationMethods.All & ~flag } })]);
        lines.AddRange(["", "skipped", .. await DifferenceAsync(new(Signed()) { Options = WithExceptions($"192.0.2.1 skip {method} # x") })]);
        ApprovedPage.Verify("results", $"method-{method}.txt", lines);
    }

    // RFC 8617 section 7.2.1: the sealer saw DMARC pass before it changed the message.
    [Theory]
    [InlineData("trusted", true, "")]
    [InlineData("other", false, "")]
    [InlineData("testing", true, "; t=y")]
    public async Task A_trusted_chain_is_told_to_policy_and_to_BIMI(string name, bool isTrusted, string flags)
    {
        using var sealer = ArcSamples.Sealer(1);
        var leaving = TestSigner.Bytes(ArcSamples.Message);
        var sealing = sealer.Seal(leaving, await ArcSamples.Verify(ArcSamples.Message), new AuthenticationResults
        {
            AuthservId = "mx.hop1.example",
            Results = [new MethodResult { Method = "dmarc", Result = "pass", Properties = [new ResultProperty("header", "from", "example.org")] }],
        });
        var zone = new Zone()
            .Add("s._domainkey.hop1.example", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record + flags)
            .Add("_dmarc.example.org", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
            .Add("default._bimi.example.org", ZoneEntryKind.Txt, "v=BIMI1; l=https://example.org/l.svg");
        var options = Options with { TimeProvider = TimeProvider.System, Bimi = new() { AcceptTrustedArc = true }, LocalPolicy = new() { TrustedSealers = isTrusted ? [DomainName.Parse("hop1.example").Value!] : [] } };
        var lines = await JudgeAsync(new(Encoding.Latin1.GetString(ArcSamples.WithFields(leaving, sealing))) { Options = options, Zone = zone, Envelope = new(IPAddress.Parse("192.0.2.9"), "x.example", "a@x.example") });
        ApprovedPage.Verify("results", $"message-chain-{name}.txt", lines);
    }

    private static AuthenticationOptions WithExceptions(string text) => Options with { LocalPolicy = new() { Exceptions = PolicyExceptions.Parse(text).Value! } };

    private static string Line(string client) => $"Received: from mail.example.com (unknown [{client}]) by gw.site.example (Postfix) with ESMTP id 1; x\r\n";

    private static string Signed(string more = "", string fields = "from:subject") => Encoding.Latin1.GetString(TestSigner.Rsa2048.Sign(more + From + Rest, fields));

    private static Zone World() => new Zone()
        .Add("example.com", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all")
        .Add("mail.example.com", ZoneEntryKind.Txt, "v=spf1 a -all")
        .Add("mail.example.com", ZoneEntryKind.A, Client)
        .Add("1.2.0.192.in-addr.arpa", ZoneEntryKind.Ptr, "mail.example.com")
        .Add("9.100.51.198.in-addr.arpa", ZoneEntryKind.ServFail)
        .Add("8.100.51.198.in-addr.arpa", ZoneEntryKind.Ptr, "mx2.site.example")
        .Add("mx2.site.example", ZoneEntryKind.A, "198.51.100.8")
        .Add("s._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record)
        .Add("t._domainkey.example.com", ZoneEntryKind.Txt, TestSigner.Ed25519.Record + "; t=y")
        .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject; sp=quarantine")
        .Add("sub.example.com", ZoneEntryKind.A, Client)
        .Add("other.example", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all")
        .Add("_dmarc.other.example", ZoneEntryKind.Txt, "v=DMARC1; p=quarantine")
        .Add("default._bimi.example.com", ZoneEntryKind.Txt, "v=BIMI1; l=https://example.com/l.svg")
        .Add("brand._bimi.example.com", ZoneEntryKind.Txt, "v=BIMI1; l=https://example.com/b.svg");

    // What differs from a message with all that there may be, so that the pages show what each thing changes.
    private static async Task<IReadOnlyList<string>> DifferenceAsync(Scenario scenario, bool isWhole = false)
    {
        var (usual, found) = (isWhole ? [] : await JudgeAsync(Scenarios["all"]()), await JudgeAsync(scenario));
        var missing = usual.Select(KeyOf).Except(found.Select(KeyOf));
        return [.. found.Except(usual), .. missing.Select(static key => $"{key}: left out")];
    }

    private static string KeyOf(string line) => line.Split(':')[0];

    private static async Task<IReadOnlyList<string>> JudgeAsync(Scenario scenario)
    {
        var (resolver, seen) = (new ScriptedResolver(scenario.Zone ?? World()), new Seen());
        var pipeline = new AuthenticationPipeline(resolver, scenario.Options, observers: [seen]);
        var outcome = await pipeline.AuthenticateAsync(scenario.Envelope, TestSigner.Bytes(scenario.Message), TestContext.Current.CancellationToken);
        var told = Assert.Single(seen.Messages);
        Assert.Same(outcome, told.Outcome);
        return
        [
            $"asked: {string.Join(", ", resolver.Asked)}",
            $"lookups: {outcome.LookupCount}, {told.LookupsAnsweredAtOnce} at once",
            $"envelope: {told.Envelope.ClientAddress} {told.Envelope.Helo} {told.Envelope.MailFrom} {told.Envelope.IsAuthenticatedSubmission}",
            $"author: {outcome.Author.Domain} {outcome.Author.ReasonCode}",
            $"limit: {outcome.HeaderLimit}; LF: {outcome.HasConvertedLineEnds}; a guess: {outcome.HasReconstructedEnvelope}; defects: {outcome.HeaderDefects}",
            $"disposition: {outcome.Disposition.Action} {outcome.Disposition.ReasonCode}: {outcome.Disposition.Reason} | {outcome.Disposition.Reply}",
            $"relay: {outcome.Relay} {outcome.Relay?.Helo} {outcome.Relay?.Problem}",
            $"exceptions: {string.Join(", ", outcome.Exceptions)}",
            .. outcome.Methods.Select(static method => Steady($"{method.Name}: {method.Result} {method.ReasonCode}: {method.Reason}")),
            Steady($"header: {Unfolded(outcome.Header)}"),
            Steady($"second: {Unfolded(outcome.ExtendedHeader)}"),
            .. outcome.FieldsToRemove.Select(static field => $"remove: {field.Index} {field.Name} {field.Occurrence} {field.ReasonCode}: {field.Reason}"),
        ];
    }

    private static string? Unfolded(string? field) => field?.Replace("\r\n", string.Empty, StringComparison.Ordinal);

    // Keys are made for each run, and signatures by them.
    private static string Steady(string text) => SignatureStart().Replace(text, "header.b=...");

    [GeneratedRegex("header\\.b=(?:\"[^\"]*\"|[^ ;]+)", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex SignatureStart();

    private sealed record Scenario(string Message)
    {
        public AuthenticationOptions Options { get; init; } = MessageEvaluationTests.Options;

        public SmtpEnvelope Envelope { get; init; } = MessageEvaluationTests.Envelope;

        public Zone? Zone { get; init; }
    }

    private sealed class Seen : IEvaluatedMessageObserver
    {
        public ImmutableArray<EvaluatedMessage> Messages { get; private set; } = [];

        public void OnEvaluated(EvaluatedMessage message) => Messages = Messages.Add(message);
    }
}
