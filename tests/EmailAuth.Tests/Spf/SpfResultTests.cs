using System.Net;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>Results that were made by hand, and of messages without a client; whole Received-SPF fields of all of them.</summary>
public class SpfResultTests
{
    [Theory]
    [InlineData(SpfResultCode.None, "none")]
    [InlineData(SpfResultCode.Neutral, "neutral")]
    [InlineData(SpfResultCode.Pass, "pass")]
    [InlineData(SpfResultCode.Fail, "fail")]
    [InlineData(SpfResultCode.SoftFail, "softfail")]
    [InlineData(SpfResultCode.TempError, "temperror")]
    [InlineData(SpfResultCode.PermError, "permerror")]
    public void Each_result_has_its_word(SpfResultCode code, string word)
    {
        Assert.Equal(word, code.Keyword());
        var result = new SpfResult { Code = code, Reason = "why", Helo = "h.test", Identity = SpfIdentity.Helo };
        Assert.Equal($"spf={word} (postmaster@h.test): why", result.ToString());
        var method = result.ToMethodResult();
        Assert.Equal(("spf", word, code == SpfResultCode.Pass ? null : "why"), (method.Method, method.Result, method.Reason));
        var isError = code is SpfResultCode.TempError or SpfResultCode.PermError;
        Assert.Equal(
            $"{word} (mx.test: why) helo=h.test; receiver=mx.test; identity=helo; {(isError ? "problem=why" : "mechanism=default")}",
            ReceivedSpfWriter.WriteValue(result, "mx.test").Replace("\r\n ", " ", StringComparison.Ordinal));
    }

    [Fact]
    public void A_result_that_was_made_by_hand_has_what_it_was_given()
    {
        var result = new SpfResult
        {
            Code = SpfResultCode.Fail,
            Reason = "by hand",
            Sender = "joe@a.test",
            Helo = "h.test",
            Client = IPAddress.Parse("2001:db8::1"),
            Domain = DomainName.Parse("a.test").Value,
            Explanation = "no",
            Identity = SpfIdentity.MailFrom,
        };
        Assert.Equal(
            ("joe@a.test", "h.test", "2001:db8::1", "a.test", "no", "by hand", "other"),
            (result.Sender, result.Helo, result.Client?.ToString(), result.Domain?.ToString(), result.Explanation, result.Reason, result.ReasonCode));
        Assert.Equal((SpfIdentity.MailFrom, 0, 0), (result.Identity, result.LookupCount, result.VoidLookupCount));
        Assert.Equal((null, null, TimeSpan.Zero), (result.Evidence, result.MatchedMechanism, result.Elapsed));
        Assert.Equal(
            "Received-SPF: fail (mx.test: by hand) client-ip=\"2001:db8::1\"; envelope-from=\"joe@a.test\"; helo=h.test; receiver=mx.test; identity=mailfrom; mechanism=default",
            ReceivedSpfWriter.WriteField(result, "mx.test").Replace("\r\n ", " ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null, true, "postmaster@h.test", "smtp.helo=h.test")]
    [InlineData("", true, "", "smtp.helo=h.test")]
    [InlineData("<>", true, "<>", "smtp.helo=h.test")]
    [InlineData("joe@a.test", false, "joe@a.test", "smtp.mailfrom=joe@a.test")]
    public void Without_a_client_there_is_nothing_to_check(string? sender, bool isNull, string shown, string property)
    {
        var result = SpfResult.WithoutClient("h.test", sender);
        Assert.Equal(
            (SpfResultCode.None, SpfIdentity.MailFrom, isNull, shown, null, "no_client"),
            (result.Code, result.Identity, result.IsNullReversePath, result.Sender, result.Client, result.ReasonCode));
        Assert.Equal("no client address was given: there is nothing to check (RFC 7208 section 4.1)", result.Reason);
        Assert.Equal([property], result.ToMethodResult().Properties.Select(one => $"{one.Type}.{one.Name}={one.Value}"));
        Assert.Equal(
            $"none (mx.test: {result.Reason.Replace('(', '[').Replace(')', ']')}) envelope-from=\"{(isNull ? "<>" : shown)}\"; helo=h.test; receiver=mx.test; identity=mailfrom; mechanism=default",
            ReceivedSpfWriter.WriteValue(result, "mx.test").Replace("\r\n ", " ", StringComparison.Ordinal));
        Assert.Empty(SpfResult.WithoutClient(null, null).ToMethodResult().Properties);
    }

    [Fact]
    public async Task Whole_fields_are_as_approved()
    {
        var zone = new Zone().Text("a.test", "v=spf1 ip4:192.0.2.1 -include:b.test -exists:%{i}.%{l}.x.test ?all").Text("b.test", "v=spf1 mx:slow.test").Add("slow.test", ZoneEntryKind.ServFail);
        var evaluator = new SpfEvaluator(new ZoneResolver(zone));
        var lines = new List<string>();
        foreach (var (client, helo, sender) in new (string Client, string? Helo, string? Sender)[]
        {
            ("192.0.2.1", "h.test", "joe@a.test"), ("192.0.2.2", "h.test", "joe@a.test"), ("::1", null, "joe@none.test"), ("::ffff:192.0.2.1", "[192.0.2.1]", "\"a b;c=d\"@a.test"), ("192.0.2.1", "a.test", "<>"),
            ("192.0.2.1", "a.test", null), ("192.0.2.1", "x(y)\\z", "\u00fc@a.test"), ("192.0.2.1", "h.test", $"{new string('l', 380)}@a.test"), ("192.0.2.1", new string('h', 500), "joe@a.test"), ("192.0.2.1", new string('h', 400), new string('j', 401)),
        })
        {
            var result = sender is null
                ? await evaluator.EvaluateHeloAsync(IPAddress.Parse(client), helo, TestContext.Current.CancellationToken)
                : await evaluator.EvaluateMailFromAsync(IPAddress.Parse(client), helo, sender, TestContext.Current.CancellationToken);
            lines.Add("## " + sender);
            lines.Add(ReceivedSpfWriter.WriteField(result, "mx.test").ReplaceLineEndings("\n"));
            lines.Add(ReceivedSpfWriter.WriteValue(result, "a receiver").ReplaceLineEndings("\n"));
        }

        ApprovedPage.Verify("spf", "received.txt", lines);
        Assert.Throws<ArgumentException>("receiver", () => ReceivedSpfWriter.WriteField(SpfResult.WithoutClient(null, null), ""));
        Assert.Throws<ArgumentNullException>("receiver", () => ReceivedSpfWriter.WriteValue(SpfResult.WithoutClient(null, null), null!));
    }
}
