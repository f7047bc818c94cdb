using System.Net;
using System.Text;
using System.Text.Json;
using EmailAuth.Dmarc;
using EmailAuth.Policy;
using Xunit;

namespace EmailAuth.Tests.Composition;

/// <summary>An envelope that is a guess (<see cref="SmtpEnvelope.IsReconstructed"/>): no field, and DMARC does not fail where SPF could not be checked.</summary>
public class ReconstructedEnvelopeTests
{
    private const string Message = "From: joe@example.com\r\nSubject: x\r\n\r\nHi\r\n";

    private static readonly IPAddress Client = IPAddress.Parse("192.0.2.1");

    // What the guess knows, the result of DMARC, and that with the same envelope of a client.
    public static TheoryData<string?, string?, string?, DmarcResultCode, DmarcResultCode, string> Envelopes => new()
    {
        { null, null, null, DmarcResultCode.TempError, DmarcResultCode.Fail, "nothing" },
        { null, "mail.example.com", "joe@example.com", DmarcResultCode.TempError, DmarcResultCode.Fail, "no client" },
        { null, "mail.example.com", "joe@other.example", DmarcResultCode.TempError, DmarcResultCode.Fail, "no client: the reverse-path is a guess, too" },
        { "192.0.2.1", "mail.example.com", null, DmarcResultCode.TempError, DmarcResultCode.Fail, "no reverse-path" },
        { "192.0.2.1", null, "", DmarcResultCode.TempError, DmarcResultCode.Fail, "a null reverse-path without a HELO name" },
        { "192.0.2.1", "mail.example.com", "", DmarcResultCode.Fail, DmarcResultCode.Fail, "SPF of the HELO name was checked" },
        { "192.0.2.9", "mail.example.com", "joe@example.com", DmarcResultCode.Fail, DmarcResultCode.Fail, "SPF was checked and fails" },
        { "192.0.2.1", "mail.example.com", "joe@example.com", DmarcResultCode.Pass, DmarcResultCode.Pass, "SPF passes" },
    };

    [Theory]
    [MemberData(nameof(Envelopes))]
    public async Task Dmarc_is_not_decided_where_spf_could_not_be_checked(
        string? client, string? helo, string? mailFrom, DmarcResultCode guessed, DmarcResultCode firm, string why)
    {
        var address = client is null ? null : IPAddress.Parse(client);
        var ofGuess = await AuthenticateAsync(new SmtpEnvelope(address, helo, mailFrom) { IsReconstructed = true });
        var ofClient = await AuthenticateAsync(new SmtpEnvelope(address, helo, mailFrom));

        Assert.True((guessed, firm) == (ofGuess.Dmarc!.Code, ofClient.Dmarc!.Code), $"{why}: {ofGuess.Dmarc.Code}, {ofClient.Dmarc.Code}");
        Assert.Equal(guessed == DmarcResultCode.TempError ? "spf_not_checked" : ofClient.Dmarc.ReasonCode, ofGuess.Dmarc.ReasonCode);
        Assert.Equal((true, false), (ofGuess.HasReconstructedEnvelope, ofClient.HasReconstructedEnvelope));
        Assert.Equal(OthersOf(ofClient), OthersOf(ofGuess));
    }

    private static IEnumerable<string> OthersOf(AuthenticationOutcome outcome) =>
        outcome.Results.Where(static result => result.Method != "dmarc").Select(static result => $"{result.Method}={result.Result}");

    [Fact]
    public async Task There_is_no_field_and_the_json_says_so()
    {
        var outcome = await AuthenticateAsync(
            new SmtpEnvelope(Client, "mail.example.com", "joe@example.com") { IsReconstructed = true }, options: new AuthenticationOptions { AuthservId = "mx", ExtendedResults = ExtendedResults.All });

        Assert.Equal((string.Empty, string.Empty, null, null), (outcome.Header, outcome.HeaderValue, outcome.ExtendedHeader, outcome.ExtendedHeaderValue));
        using var json = JsonDocument.Parse(outcome.ToJson());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("authentication_results").ValueKind);
        Assert.Equal("pass", json.RootElement.GetProperty("dmarc").GetProperty("result").GetString());
    }

    // The flag must not turn a refusal into acceptance where a host sets it by mistake.
    [Fact]
    public async Task A_message_that_is_not_decided_is_not_accepted()
    {
        var outcome = await AuthenticateAsync(new SmtpEnvelope(null, null, null) { IsReconstructed = true });

        Assert.Equal((DispositionAction.TempFail, "dmarc_undecided"), (outcome.Disposition.Action, outcome.Disposition.ReasonCode));
        Assert.StartsWith("451 4.4.3 Not accepted now: SPF was not checked", outcome.Disposition.Reply!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("DNS query", outcome.Disposition.Reply!.ToString(), StringComparison.Ordinal);
        Assert.EndsWith("without SPF: neither SPF nor DKIM authenticated an identifier (RFC 9989 section 4.4)", outcome.Dmarc!.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_policies_of_several_authors_are_not_failed_either()
    {
        const string Two = "From: joe@example.com, ann@example.com.other.example\r\nSubject: x\r\n\r\nHi\r\n";
        var options = new AuthenticationOptions { AuthservId = "mx", LocalPolicy = new LocalPolicy { ApplyStrictestAuthorPolicy = true, OnUnusableAuthor = DispositionAction.Accept } };
        var guess = await AuthenticateAsync(new SmtpEnvelope(null, null, null) { IsReconstructed = true }, Two, options);
        var firm = await AuthenticateAsync(new SmtpEnvelope(null, null, null), Two, options);

        Assert.Equal(DispositionAction.Reject, firm.Disposition.Action);
        Assert.Equal((DmarcResultCode.PermError, DispositionAction.TempFail), (guess.Dmarc!.Code, guess.Disposition.Action));
    }

    [Fact]
    public async Task Where_spf_does_not_run_by_choice_dmarc_fails()
    {
        var outcome = await AuthenticateAsync(
            new SmtpEnvelope(null, null, null) { IsReconstructed = true },
            options: new AuthenticationOptions { AuthservId = "mx", Methods = AuthenticationMethods.Dkim | AuthenticationMethods.Dmarc });

        Assert.Equal((DmarcResultCode.Fail, "not_authenticated"), (outcome.Dmarc!.Code, outcome.Dmarc.ReasonCode));
    }

    [Fact]
    public void It_is_false_unless_it_is_set() => Assert.False(new SmtpEnvelope(Client, null, null).IsReconstructed);

    private static ValueTask<AuthenticationOutcome> AuthenticateAsync(SmtpEnvelope envelope, string message = Message, AuthenticationOptions? options = null)
    {
        var zone = new Zone();
        zone.Add("example.com", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all");
        zone.Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject");
        return new AuthenticationPipeline(new ZoneResolver(zone), options ?? new AuthenticationOptions { AuthservId = "mx" })
            .AuthenticateAsync(envelope, Encoding.ASCII.GetBytes(message), TestContext.Current.CancellationToken);
    }
}
