using System.Collections.Immutable;
using System.Net;
using System.Text;
using System.Text.Json;
using EmailAuth.Composition;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Rendering;
using EmailAuth.Results;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Rendering;

/// <summary>The whole of an outcome as JSON.</summary>
public class OutcomeJsonTests
{
    [Fact]
    public void Everything_has_its_member()
    {
        var outcome = Compose("Authentication-Results: mx.example.org; x=y\r\nReceived-SPF: none\r\nFrom: Jörg <jörg@example.com>\r\n\r\n", new SmtpReply(550, "5.7.1", "no <mail>"));
        outcome = outcome.Changed(o => o.Elapsed, TimeSpan.FromTicks(12_345_678)).Changed(o => o.LookupCount, 17).Changed(o => o.HasConvertedLineEnds, true)
            .Changed(o => o.Relay, new RelayedClient { Relay = "gw.example", Address = IPAddress.Parse("2001:db8::1"), Helo = "h.example", Problem = "p" })
            .Changed(o => o.Exceptions, [.. PolicyExceptions.Parse("\na.example reject # for\nb.example skip spf # against").Value!.All])
            .Changed(o => o.HeaderDefects, HeaderDefects.None);
        AssertJson(
            """
            {
              "authserv_id": "mx.example.org",
              "authentication_results": "mx.example.org; none",
              "extended_authentication_results": "mx.example.org; made-up=permerror reason=\"nobody made it\" policy.maker=maker.example",
              "disposition": {
                "action": "reject",
                "reason": "it says <so>",
                "reason_code": "CODE",
                "smtp_reply": "550 5.7.1 no <mail>",
                "reply": {
                  "code": 550,
                  "enhanced_code": "5.7.1",
                  "text": "no <mail>"
                }
              },
              "relay": {
                "name": "gw.example",
                "client": "2001:db8::1",
                "helo": "h.example",
                "problem": "p"
              },
              "exceptions": [
                {
                  "line": 2,
                  "action": "reject",
                  "why": "for"
                },
                {
                  "line": 3,
                  "action": "skip",
                  "why": "against"
                }
              ],
              "author": {
                "domain": "example.com",
                "local_part": "jörg",
                "reason": null,
                "reason_code": null,
                "header_defects": []
              },
              "line_ends": "LF, judged as CRLF",
              "spf": null,
              "made-up": {
                "result": "permerror",
                "domain": "maker.example",
                "reason": "nobody made it",
                "evidence": "none at all"
              },
              "fields_to_remove": [
                {
                  "index": 0,
                  "name": "Authentication-Results",
                  "occurrence": 1,
                  "reason": "the field claims our authserv-id (RFC 8601 section 5)",
                  "reason_code": "claims_authserv_id"
                }
              ],
              "lookups": 17,
              "elapsed_ms": 1234.568
            }
            """,
            outcome,
            "spf",
            "made-up");
    }

    [Fact]
    public void Of_two_methods_of_one_name_the_first_is_written()
    {
        var outcome = Compose("From: a@example.com\r\n\r\n", null).WithMethod(new SameName());
        Assert.Equal(["permerror", "pass"], outcome.Methods.Select(static method => method.Result));
        var json = OutcomeJson.Write(outcome, ["made-up"]);
        Assert.Contains("\"result\": \"permerror\"", json, StringComparison.Ordinal);
        Assert.DoesNotContain("\"result\": \"pass\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_there_is_null_or_left_out()
    {
        var outcome = Compose("Subject: x\r\n\r\n", null).Changed(o => o.ExtendedHeader, null).Changed(o => o.Header, string.Empty)
            .Changed(o => o.Author, new Author { Reason = "the message has no <From>", Defect = AuthorDefect.NoField })
            .Changed(o => o.HeaderDefects, HeaderDefects.None);
        AssertJson(
            """
            {
              "authserv_id": "mx.example.org",
              "authentication_results": null,
              "extended_authentication_results": null,
              "disposition": {
                "action": "reject",
                "reason": "it says <so>",
                "reason_code": "CODE",
                "smtp_reply": null,
                "reply": null
              },
              "author": {
                "domain": null,
                "local_part": null,
                "reason": "the message has no <From>",
                "reason_code": "no_field",
                "header_defects": []
              },
              "line_ends": "CRLF",
              "fields_to_remove": [],
              "lookups": 0,
              "elapsed_ms": 0
            }
            """,
            outcome);
    }

    [Fact]
    public void Defects_are_listed_by_their_words()
    {
        var outcome = Compose("From: a@example.com\r\n\r\n", null).Changed(o => o.HeaderDefects, Enum.GetValues<HeaderDefects>().Aggregate(static (all, one) => all | one));
        var json = OutcomeJson.Write(outcome, []);
        Assert.Equal(
            outcome.HeaderDefects.Keywords(),
            json[json.IndexOf("\"header_defects\": [", StringComparison.Ordinal)..json.IndexOf("\"line_ends\"", StringComparison.Ordinal)].Split('"').Where((_, index) => index > 2 && index % 2 == 1));
    }

    [Theory]
    [InlineData("a\r\n b", "a b")]
    [InlineData("a\r\n\tb\r\n c", "a\tb c")]
    [InlineData("a\rb\nc\n\r", "a\rb\nc\n\r")]
    [InlineData("", "")]
    public void A_value_is_unfolded_by_leaving_line_ends_out(string value, string expected) => Assert.Equal(expected, OutcomeJson.Unfold(value));

    [Fact]
    public void Each_reason_of_a_removal_has_a_word() =>
        Assert.Equal(
            ["claims_authserv_id", "claims_authserv_id_simply", "malformed_claim", "too_long_to_read", "hidden_claim", "own_received_spf", "set_by_receiver_only", "leading_white_space"],
            Enum.GetValues<RemovalReason>().Select(static reason => reason.Keyword()));

    private static AuthenticationOutcome Compose(string message, SmtpReply? reply)
    {
        var header = HeaderBlock.Parse(Encoding.UTF8.GetBytes(message));
        return OutcomeComposer.Compose(
            new AuthenticationOptions { AuthservId = "mx.example.org", ExtendedResults = ExtendedResults.All },
            header,
            Author.Find(header),
            new Disposition { Action = DispositionAction.Reject, Reason = "it says <so>", Reply = reply },
            [new MadeUpMethod()],
            0,
            TimeSpan.Zero,
            hasReconstructedEnvelope: false);
    }

    private static void AssertJson(string expected, AuthenticationOutcome outcome, params ImmutableArray<string> methods) =>
        Assert.Equal(expected.ReplaceLineEndings("\n").Replace("CODE", outcome.Disposition.ReasonCode, StringComparison.Ordinal), OutcomeJson.Write(outcome, methods));

    /// <summary>A method under the name of another.</summary>
    private sealed class SameName : IMethodOutcome
    {
        public string Name => "made-up";

        public string Result => "pass";

        public string? Reason => null;

        public void AddResultsTo(ImmutableArray<MethodResult>.Builder results) => results.Add(new MethodResult { Method = Name, Result = Result });

        public void WriteJson(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            json.WriteString("result", Result);
            json.WriteEndObject();
        }
    }
}
