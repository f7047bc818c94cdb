using System.Text.Json;
using EmailAuth.Cli.Envelopes;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;
using EmailAuth.Dmarc;
using Xunit;

namespace EmailAuth.Cli.Tests.Envelopes;

/// <summary>
/// Trace fields that a sender forged never give a firm verdict: testdata/envelopes/forged.jsonl. The author is the victim, whose client is 203.0.113.5;
/// the sender is at 192.0.2.66.
/// </summary>
public class ForgedEnvelopeTests
{
    private static readonly IReadOnlyList<JsonElement> Rows = EnvelopeRows.Read("forged.jsonl");

    public static TheoryData<string> Ids => [.. Rows.Select(static row => row.GetProperty("id").GetString()!)];

    public static TheoryData<string, string> Borders
    {
        get
        {
            var borders = new TheoryData<string, string>();
            foreach (var row in Rows)
            {
                foreach (var border in row.GetProperty("borders").EnumerateArray())
                {
                    borders.Add(row.GetProperty("id").GetString()!, border.GetString()!);
                }
            }

            return borders;
        }
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task A_guess_may_be_deceived_and_is_never_a_verdict(string id)
    {
        var row = RowOf(id);
        var verified = await VerifyAsync(row, null);
        var outcome = verified.Outcome!;
        var guess = row.GetProperty("guess");

        Assert.Equal(
            (guess.GetProperty("client_address").GetString(), guess.GetProperty("dmarc").GetString()),
            (verified.Envelope!.Envelope.ClientAddress?.ToString(), outcome.Dmarc!.Code.Keyword()));
        Assert.True(outcome.HasReconstructedEnvelope);
        Assert.Equal((string.Empty, string.Empty, null), (outcome.Header, outcome.HeaderValue, outcome.ExtendedHeader));
        using var json = JsonDocument.Parse(verified.Account!.Json(JsonOutput.Indented));
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("authentication_results").ValueKind);
        Assert.True(json.RootElement.GetProperty("envelope").GetProperty("is_reconstructed").GetBoolean());

        // Neither a failure nor a success for a script.
        var failOn = new FailOnResult(FailOnResult.TempError);
        failOn.Add(verified);
        Assert.Equal(ExitCode.Input, failOn.ExitCode);
    }

    [Theory]
    [MemberData(nameof(Borders))]
    public async Task A_border_that_the_user_names_does_not_make_a_pass_of_it(string id, string border)
    {
        var verified = await VerifyAsync(RowOf(id), border);
        if (verified.Outcome!.HasReconstructedEnvelope)
        {
            Assert.NotNull(verified.Envelope!.Problem);
        }
        else
        {
            Assert.Equal(DmarcResultCode.Fail, verified.Outcome.Dmarc!.Code);
            Assert.NotEmpty(verified.Outcome.Header);
        }
    }

    [Fact]
    public async Task A_genuine_message_passes_with_its_border_and_its_guess_says_the_same()
    {
        var genuine = JsonDocument.Parse(
            """
            {"header": ["Return-Path: <ceo@victim.example>",
                        "Received: from mail.victim.example (mail.victim.example [203.0.113.5]) by mx.example.net with ESMTPS id 1; Thu, 26 Nov 2026 10:00:00 +0000"]}
            """).RootElement;
        var (guessed, firm) = (await VerifyAsync(genuine, null), await VerifyAsync(genuine, "MX.Example.NET"));

        Assert.Equal((DmarcResultCode.Pass, true), (guessed.Outcome!.Dmarc!.Code, guessed.Outcome.HasReconstructedEnvelope));
        Assert.Equal((DmarcResultCode.Pass, false), (firm.Outcome!.Dmarc!.Code, firm.Outcome.HasReconstructedEnvelope));
        Assert.Contains("dmarc=pass", firm.Outcome.Header, StringComparison.Ordinal);
    }

    private static Task<VerifiedMessage> VerifyAsync(JsonElement row, string? border)
    {
        var zone = new Zone();
        zone.Add("victim.example", ZoneEntryKind.Txt, "v=spf1 ip4:203.0.113.5 -all");
        zone.Add("_dmarc.victim.example", ZoneEntryKind.Txt, "v=DMARC1; p=reject");
        zone.Add("evil.example", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.66 ip4:203.0.113.5 -all");
        var choice = new EnvelopeChoice(null, null, null, border is null ? null : BorderChoice.Parse(border), null);
        var verification = new Verification(new ZoneResolver(zone), choice, new AuthenticationOptions { AuthservId = "mx.example.net" }, isRecorded: false);
        return verification.VerifyAsync(
            new NamedMessage("x.eml", EnvelopeRows.Message(row, "ceo@victim.example")) { MailboxLine = EnvelopeRows.MailboxLine(row) }, TestContext.Current.CancellationToken);
    }

    private static JsonElement RowOf(string id) => Rows.Single(row => row.GetProperty("id").GetString() == id);
}
