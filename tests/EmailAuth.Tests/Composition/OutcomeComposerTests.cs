using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using EmailAuth.Composition;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Results;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Composition;

/// <summary>What an outcome is put together from: results in their order, and remarks on relays and exceptions at one of them.</summary>
public class OutcomeComposerTests
{
    private static readonly RelayedClient Relayed = new() { Relay = "gw.example", Address = IPAddress.Parse("192.0.2.1"), Helo = "h.example" };

    [Theory]
    [InlineData("dkim, spf, iprev", "dkim=r; spf=r (client 192.0.2.1 by relay gw.example); iprev=r")]
    [InlineData("dkim, iprev, spf", "dkim=r; iprev=r (client 192.0.2.1 by relay gw.example); spf=r")]
    [InlineData("dkim, dmarc", "dkim=r (client 192.0.2.1 by relay gw.example); dmarc=r")]
    [InlineData("spf/c", "spf=r (c, client 192.0.2.1 by relay gw.example)")]
    [InlineData("", "")]
    public void A_relay_is_named_at_the_first_result_that_the_client_decides(string methods, string expected) => Assert.Equal(expected, Text(Compose(methods, Relayed)));

    [Theory]
    [InlineData("spf, dmarc", "spf=r; dmarc=r (exception 3 7)")]
    [InlineData("spf, dkim", "spf=r (exception 3 7); dkim=r")]
    [InlineData("dmarc/c, dkim, dmarc", "dmarc=r (c, exception 3 7); dkim=r; dmarc=r")]
    [InlineData("", "")]
    public void Exceptions_are_named_at_the_result_that_they_override(string methods, string expected) =>
        Assert.Equal(expected, Text(Compose(methods, null, Line(7), Line(3), Line(7))));

    [Fact]
    public void Both_may_be_named_at_one_result()
    {
        var outcome = Compose("dkim/c", Relayed, Line(1));
        Assert.Equal("dkim=r (c, client 192.0.2.1 by relay gw.example, exception 1)", Text(outcome));
        Assert.Equal("why", outcome.Results[0].Reason);
        Assert.Equal(["policy.p=dkim"], outcome.Results[0].Properties.Texts());
        Assert.Same(Relayed, outcome.Relay);
        Assert.Equal(1, Assert.Single(outcome.Exceptions).Line);
    }

    [Fact]
    public void Without_either_nothing_is_named()
    {
        var outcome = Compose("dkim/c, dmarc", null);
        Assert.Equal("dkim=r (c); dmarc=r", Text(outcome));
        Assert.Null(outcome.Relay);
        Assert.Empty(outcome.Exceptions);
    }

    // With a null reverse-path both identities of SPF are the HELO name (RFC 7208 section 2.4).
    [Theory]
    [InlineData("spf p=1, spf p=1", "spf p=1")]
    [InlineData("spf p=1, spf p=2", "spf p=1; spf p=2")]
    [InlineData("spf p=1, spf q=1", "spf p=1; spf q=1")]
    [InlineData("spf p=1, spf p=1 q=2", "spf p=1; spf p=1 q=2")]
    [InlineData("spf p=1 q=2, spf p=1 q=3", "spf p=1 q=2; spf p=1 q=3")]
    [InlineData("spf p=1 q=2, spf p=3 q=2", "spf p=1 q=2; spf p=3 q=2")]
    [InlineData("spf p=1, dkim p=1", "spf p=1; dkim p=1")]
    [InlineData("spf, spf", "spf")]
    [InlineData("spf p=1, dkim p=1, spf p=1", "spf p=1; dkim p=1; spf p=1")]
    [InlineData("spf p=1, spf p=1, spf p=1", "spf p=1")]
    public void A_result_that_says_the_same_as_the_one_before_is_left_out(string methods, string expected)
    {
        ImmutableArray<IMethodOutcome> found =
        [
            .. methods.Split(", ").Select(static text => text.Split(' ')).Select(static words => new Found(
                words[0], [.. words.Skip(1).Select(static word => new ResultProperty("policy", word.Split('=')[0], word.Split('=')[1]))], null)),
        ];
        Assert.Equal(expected, string.Join("; ", Compose(found, null).Results.Select(static result => string.Join(' ', [result.Method, .. result.Properties.Select(static p => $"{p.Name}={p.Value}")]))));
    }

    [Fact]
    public void A_method_is_summed_up_as_its_result()
    {
        IMethodOutcome found = new Found("made-up", [], null);
        Assert.Throws<ArgumentNullException>(() => found.WriteSummaryJson(null!));
        Assert.Equal(("made-up", null), (found.Method, found.ReasonCode));
        Assert.Equal("made-up", Assert.Single(found.ToMethodResults()).Method);
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            found.WriteSummaryJson(json);
        }

        Assert.Equal("""{"result":"r"}""", System.Text.Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    [Fact]
    public void A_guess_has_no_field()
    {
        var header = HeaderBlock.Parse("From: joe@example.com\r\n\r\n"u8.ToArray());
        var options = new AuthenticationOptions { AuthservId = "mx.example.org", ExtendedResults = ExtendedResults.All };
        foreach (var isGuess in (bool[])[true, false])
        {
            var outcome = OutcomeComposer.Compose(options, header, Author.Find(header), Accepted, [new Found("made-up", [], null)], 7, TimeSpan.FromSeconds(3), isGuess);
            Assert.Equal(
                isGuess ? ("", null, true) : ("Authentication-Results: mx.example.org; none", "Authentication-Results: mx.example.org;\r\n made-up=r reason=why", false),
                (outcome.Header, outcome.ExtendedHeader, outcome.HasReconstructedEnvelope));
            Assert.Equal((7, TimeSpan.FromSeconds(3), "mx.example.org", "example.com"), (outcome.LookupCount, outcome.Elapsed, outcome.AuthservId, outcome.Author.Domain?.ToString()));
            Assert.Equal((Accepted, "made-up=r"), (outcome.Disposition, Text(outcome)));
        }
    }

    private static readonly Disposition Accepted = new() { Action = DispositionAction.Accept, Reason = "none" };

    private static PolicyExceptionLine Line(int line) => PolicyExceptions.Parse($"{new string('\n', line - 1)}a.example accept # x").Value!.All[0];

    // Methods by name; what follows a slash is a comment.
    private static AuthenticationOutcome Compose(string methods, RelayedClient? relayed, params ImmutableArray<PolicyExceptionLine> exceptions) =>
        Compose([.. methods.Split(", ", StringSplitOptions.RemoveEmptyEntries).Select(static text => text.Split('/')).Select(static parts => new Found(parts[0], [new ResultProperty("policy", "p", parts[0])], parts.ElementAtOrDefault(1)))], relayed, exceptions);

    private static AuthenticationOutcome Compose(ImmutableArray<IMethodOutcome> methods, RelayedClient? relayed, ImmutableArray<PolicyExceptionLine> exceptions = default)
    {
        var header = HeaderBlock.Parse("From: joe@example.com\r\n\r\n"u8.ToArray());
        var options = new AuthenticationOptions { AuthservId = "mx.example.org" };
        return OutcomeComposer.Compose(options, header, Author.Find(header), Accepted, methods, 0, TimeSpan.Zero, hasReconstructedEnvelope: false, relayed, exceptions);
    }

    private static string Text(AuthenticationOutcome outcome) =>
        string.Join("; ", outcome.Results.Select(static result => $"{result.Method}={result.Result}{(result.Comment is null ? "" : $" ({result.Comment})")}"));

    private sealed record Found(string Name, ImmutableArray<ResultProperty> Properties, string? Comment) : IMethodOutcome
    {
        public string Result => "r";

        public string Reason => "why";

        public void AddResultsTo(ImmutableArray<MethodResult>.Builder results) =>
            results.Add(new MethodResult { Method = Name, Result = Result, Reason = Reason, Comment = Comment, Properties = Properties });

        public void WriteJson(Utf8JsonWriter json) => json.WriteNullValue();
    }
}
