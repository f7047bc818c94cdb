using System.Net;
using System.Text;
using EmailAuth.Arc;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Removal;
using EmailAuth.Results;
using EmailAuth.Syntax;
using EmailAuth.Tests.Dkim;
using Xunit;

namespace EmailAuth.Tests.Removal;

/// <summary>What the pipeline reports for removal beyond plain forged fields: ARC's, BIMI's, Received-SPF.</summary>
public class FieldsToRemoveTests
{
    private const string Plain = "From: joe@example.com\r\nSubject: x\r\n\r\nbody\r\n";

    // A chain that passes proves who sealed it, and anybody can seal a claim to our name.
    [Theory]
    [InlineData("mx.example.org", "mx.example.org", "", true)]
    [InlineData("mx.example.org", "example.org", "", true)] // above our name
    [InlineData("example.org", "mx.example.org", "", true)] // below it
    [InlineData("mx.example.org", "attacker.example", "", false)]
    [InlineData("mx.example.org", "other.example.org", "", false)]
    [InlineData("mx.example.org", "attacker.example", "attacker.example", true)] // trusted, or ours by another name
    [InlineData("mail/filter", "example.org", "", false)] // no domain
    [InlineData("mail/filter", "example.org", "example.org", true)]
    [InlineData("mx", "evil.mx", "", false)] // below it are others, as below a top-level domain
    [InlineData("mx", "a.evil.mx", "", false)]
    [InlineData("mx", "evil.mx", "evil.mx", true)]
    [InlineData("mx.example", "a.mx.example", "", true)]
    [InlineData("MX.Example", "mx.example", "", true)]
    public async Task Results_in_a_passing_chain_stay_when_we_sealed_them(string authservId, string sealer, string trusted, bool stays)
    {
        var message = Seal(Plain, sealer, authservId);
        var outcome = await AuthenticateAsync(message, authservId, trusted);
        Assert.Equal(ArcResultCode.Pass, outcome.Arc?.Code);
        Assert.Equal(stays, outcome.FieldsToRemove.IsEmpty);
        if (!stays)
        {
            Assert.Equal(("ARC-Authentication-Results", 1), (outcome.FieldsToRemove[0].Name, outcome.FieldsToRemove[0].Occurrence));
        }
    }

    [Fact]
    public async Task Of_a_passing_chain_only_the_sets_of_others_lose_what_they_say_in_our_name()
    {
        var message = Seal(Seal(Plain, "attacker.example", "mx.example.org"), "example.org", "mx.example.org");
        var outcome = await AuthenticateAsync(message, "mx.example.org");
        Assert.Equal(ArcResultCode.Pass, outcome.Arc?.Code);
        Assert.Equal(2, Assert.Single(outcome.FieldsToRemove).Occurrence); // the older one stands below
    }

    [Fact]
    public async Task Results_in_a_chain_that_fails_go_whoever_sealed_them()
    {
        var message = Seal(Plain, "example.org", "mx.example.org").Replace("body", "b0dy", StringComparison.Ordinal);
        var outcome = await AuthenticateAsync(message, "mx.example.org");
        Assert.Equal(ArcResultCode.Fail, outcome.Arc?.Code);
        Assert.Single(outcome.FieldsToRemove);
    }

    [Fact]
    public async Task Results_in_a_chain_that_was_not_verified_go()
    {
        var message = Seal(Plain, "example.org", "mx.example.org");
        Assert.Single((await AuthenticateAsync(message, "mx.example.org", methods: AuthenticationMethods.Dmarc)).FieldsToRemove);
        Assert.Single(ArrivingResultFields.Find(HeaderBlock.Parse(Encoding.Latin1.GetBytes(message)), "mx.example.org"));
    }

    [Theory]
    [InlineData("ARC-Authentication-Results\x01: i=1; mx.example.org; dmarc=pass\r\n")] // to lenient readers alone
    [InlineData("X: y\nARC-Authentication-Results: i=1; mx.example.org; dmarc=pass\r\n")] // hidden
    [InlineData("Authentication-Results: i=1; mx.example.org; dmarc=pass\r\n")] // not ARC's
    public async Task What_is_no_field_of_a_passing_chain_goes(string field)
    {
        var outcome = await AuthenticateAsync(field + Seal(Plain, "example.org", "mx.example.org"), "mx.example.org");
        Assert.Equal(ArcResultCode.Pass, outcome.Arc?.Code);
        Assert.Equal(0, Assert.Single(outcome.FieldsToRemove).Index);
    }

    [Theory]
    [InlineData(AuthenticationMethods.All)]
    [InlineData(AuthenticationMethods.Spf)]
    [InlineData(AuthenticationMethods.None)]
    public async Task Fields_that_only_a_receiver_may_set_for_BIMI_go_whatever_methods_run(AuthenticationMethods methods)
    {
        var outcome = await AuthenticateAsync(
            "BIMI-Location: v=BIMI1; l=https://a.example/l.svg\r\nbimi-indicator : x\r\nBIMI-Logo-Preference: avp=brand\r\nBIMI-Selector: v=BIMI1; s=x\r\n" + Plain,
            "mx.example.org",
            methods: methods);
        Assert.Equal([0, 1, 2], outcome.FieldsToRemove.Select(field => field.Index));
    }

    [Fact]
    public async Task Received_SPF_goes_where_the_receiver_adds_its_own()
    {
        const string Arriving =
            "Received-SPF: pass\r\nreceived-spf : pass\r\nReceived\0-SPF: pass\r\nX: y\nReceived-SPF: pass\r\nX: y\n Received-SPF: pass\r\nX-Received-SPF: pass\r\n" + Plain;
        var options = new AuthenticationOptions { AuthservId = "mx.example.org" };
        Assert.Empty((await AuthenticateAsync(Arriving, options)).FieldsToRemove);
        var removed = (await AuthenticateAsync(Arriving, options with { RemoveReceivedSpf = true })).FieldsToRemove;
        Assert.Equal([(0, 1), (1, 2), (2, 1), (3, 1)], removed.Select(field => (field.Index, field.Occurrence)));
        Assert.All(removed, field => Assert.Contains("RFC 7208 section 9.1", field.Reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_field_that_is_two_things_at_once_is_named_once()
    {
        const string Arriving = "BIMI-Location: x\nReceived-SPF: pass\nAuthentication-Results: mx.example.org; dmarc=pass\r\n" + Plain;
        var outcome = await AuthenticateAsync(Arriving, new AuthenticationOptions { AuthservId = "mx.example.org", RemoveReceivedSpf = true });
        Assert.Equal(0, Assert.Single(outcome.FieldsToRemove).Index);
    }

    [Fact]
    public async Task Nobody_writes_on_in_our_field()
    {
        var outcome = await AuthenticateAsync(" ; dmarc=pass header.from=bank.example (x: y)\r\n" + Plain, "mx.example.org");
        Assert.Equal((0, "leading_white_space"), (Assert.Single(outcome.FieldsToRemove).Index, outcome.FieldsToRemove[0].ReasonCode));
    }

    [Fact]
    public async Task What_a_CRLF_hides_in_a_field_of_a_session_goes()
    {
        await using var session = new AuthenticationPipeline(Resolver(), new AuthenticationOptions { AuthservId = "mx.example.org" })
            .BeginSession(IPAddress.Parse("203.0.113.9"));
        session.AddHeaderField("From"u8, " joe@example.com"u8);
        session.AddHeaderField("X"u8, " y\r\nAuthentication-Results: mx.example.org; dmarc=pass"u8);
        session.EndOfHeaders();
        var outcome = await session.CompleteAsync(TestContext.Current.CancellationToken);
        Assert.Equal((1, "hidden_claim"), (Assert.Single(outcome.FieldsToRemove).Index, outcome.FieldsToRemove[0].ReasonCode));
        Assert.Equal(HeaderDefects.MalformedField, outcome.HeaderDefects);
    }

    private static string Seal(string message, string domain, string authservId)
    {
        var bytes = Encoding.Latin1.GetBytes(message);
        var arrived = new ArcVerifier(Resolver()).VerifyAsync(bytes, TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult();
        using var sealer = new ArcSealer(TestSigner.Rsa2048.Pem, new ArcSealerOptions { Domain = DomainName.Parse(domain).Value!, Selector = "s" });
        var sealing = sealer.Seal(bytes, arrived, new AuthenticationResults
        {
            AuthservId = authservId,
            Results = [new MethodResult { Method = "dmarc", Result = "pass" }],
        });
        return string.Concat(sealing.Fields.Select(field => field + "\r\n")) + message;
    }

    private static Task<AuthenticationOutcome> AuthenticateAsync(
        string message, string authservId, string trusted = "", AuthenticationMethods methods = AuthenticationMethods.All) =>
        AuthenticateAsync(message, new AuthenticationOptions
        {
            AuthservId = authservId,
            Methods = methods,
            LocalPolicy = new LocalPolicy
            {
                TrustedSealers = [.. trusted.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => DomainName.Parse(name).Value!)],
            },
        });

    private static async Task<AuthenticationOutcome> AuthenticateAsync(string message, AuthenticationOptions options) =>
        await new AuthenticationPipeline(Resolver(), options).AuthenticateAsync(
            new SmtpEnvelope(IPAddress.Parse("203.0.113.9"), "mail.example", "joe@example.com"), Encoding.Latin1.GetBytes(message), TestContext.Current.CancellationToken);

    private static ZoneResolver Resolver()
    {
        var zone = new Zone();
        foreach (var domain in new[] { "example.org", "mx.example.org", "other.example.org", "attacker.example", "evil.mx", "a.evil.mx", "mx.example", "a.mx.example" })
        {
            zone.Add($"s._domainkey.{domain}", ZoneEntryKind.Txt, TestSigner.Rsa2048.Record);
        }

        return new ZoneResolver(zone);
    }
}
