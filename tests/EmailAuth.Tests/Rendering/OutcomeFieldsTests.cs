using System.Net;
using System.Text;
using EmailAuth.Bimi;
using Xunit;

namespace EmailAuth.Tests.Rendering;

/// <summary>Which results an outcome's fields hold, and in which form.</summary>
public class OutcomeFieldsTests
{
    private const string Plain = "From: joe@example.com\r\nSubject: x\r\n\r\nx\r\n";

    private static readonly Zone Zone = new Zone()
        .Add("example.com", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all")
        .Add("h.example.com", ZoneEntryKind.Txt, "v=spf1 -all")
        .Add("_dmarc.example.com", ZoneEntryKind.Txt, "v=DMARC1; p=reject")
        .Add("default._bimi.example.com", ZoneEntryKind.Txt, "v=BIMI1; l=; a=")
        .Add("plain.example", ZoneEntryKind.Txt, "v=spf1 ip4:192.0.2.1 -all")
        .Add("_dmarc.plain.example", ZoneEntryKind.Txt, "v=DMARC1; p=reject");

    [Fact]
    public async Task The_first_field_holds_what_the_readers_in_use_take()
    {
        var outcome = await Authenticate(Plain);
        Assert.Equal(
            "mx.example.org; spf=pass smtp.mailfrom=joe@example.com; dkim=none; arc=none; dmarc=pass (p=reject dis=none) header.from=example.com policy.dmarc=reject; iprev=permerror policy.iprev=192.0.2.1",
            Unfold(outcome.HeaderValue));

        // The outcome itself lacks nothing.
        Assert.Equal(
            ["spf=pass", "spf=fail", "dkim=none", "arc=none", "dmarc=pass", "bimi=declined", "iprev=permerror"],
            outcome.Results.Select(result => $"{result.Method}={result.Result}"));
    }

    [Theory]
    [InlineData(ExtendedResults.None, null)]
    [InlineData(ExtendedResults.Bimi, "mx.example.org; bimi=declined")]
    [InlineData(
        ExtendedResults.All,
        "mx.example.org; spf=fail smtp.helo=h.example.com; dmarc=pass (p=reject dis=none) header.from=example.com policy.dmarc=reject policy.published-domain-policy=reject policy.applied-disposition=none policy.evaluated-disposition=none; bimi=declined")]
    public async Task The_second_field_holds_what_the_option_asks_for(ExtendedResults asked, string? expected)
    {
        var outcome = await Authenticate(Plain, new AuthenticationOptions { AuthservId = "mx.example.org", ExtendedResults = asked });
        Assert.Equal(BimiResultCode.Declined, outcome.Bimi!.Code);
        Assert.Equal(expected, WithoutReasonsAndBimi(outcome.ExtendedHeaderValue));
        Assert.Equal(expected is null ? null : "Authentication-Results: " + outcome.ExtendedHeaderValue, outcome.ExtendedHeader);
    }

    [Fact]
    public async Task A_result_of_BIMI_that_says_nothing_makes_no_second_field()
    {
        var outcome = await Authenticate(Plain.Replace("example.com", "other.example", StringComparison.Ordinal));
        Assert.Contains(outcome.Bimi!.Code, new[] { BimiResultCode.None, BimiResultCode.Skipped });
        Assert.Null(outcome.ExtendedHeader);
        Assert.Null(outcome.ExtendedHeaderValue);
    }

    // It passes DMARC, so BIMI looks for a record, and finds none.
    [Fact]
    public async Task A_domain_without_a_record_of_BIMI_makes_no_second_field_unless_all_results_are_asked_for()
    {
        foreach (var (asked, expected) in ((ExtendedResults, string?)[])[(ExtendedResults.None, null), (ExtendedResults.Bimi, null), (ExtendedResults.All, "bimi=none")])
        {
            var outcome = await Authenticate(
                Plain.Replace("example.com", "plain.example", StringComparison.Ordinal),
                new AuthenticationOptions { AuthservId = "mx.example.org", ExtendedResults = asked },
                mailFrom: "joe@plain.example");
            Assert.Equal(BimiResultCode.None, outcome.Bimi!.Code);
            Assert.Equal(expected, WithoutReasonsAndBimi(outcome.ExtendedHeaderValue)?.Split("; ")[^1]);
        }
    }

    [Fact]
    public async Task Where_only_BIMI_ran_the_first_field_says_none()
    {
        var outcome = await Authenticate(Plain, new AuthenticationOptions { AuthservId = "mx.example.org", Methods = AuthenticationMethods.Bimi, ExtendedResults = ExtendedResults.All });
        Assert.Equal("Authentication-Results: mx.example.org; none", outcome.Header);
    }

    // With a null reverse-path there is one result of SPF, and it is about HELO (RFC 7208 section 2.4).
    [Fact]
    public async Task A_bounce_has_the_result_for_HELO_in_the_first_field()
    {
        var outcome = await Authenticate(Plain, mailFrom: "<>");
        Assert.StartsWith("mx.example.org; spf=fail reason=", Unfold(outcome.HeaderValue), StringComparison.Ordinal);
        Assert.Contains("smtp.helo=h.example.com", outcome.Header, StringComparison.Ordinal);
    }

    // RFC 6376 section 3.5: i= is in quoted-printable, so ASCII can stand for anything.
    [Theory]
    [InlineData("=C3=A9@example.com", "header.i=\"=C3=A9@example.com\"")]
    [InlineData("=22=3B@example.com", "header.i=\"=22=3B@example.com\"")]
    [InlineData("joe\r\n @example.com", "header.i=joe@example.com")]
    [InlineData("@example.com", "header.i=@example.com")]
    [InlineData("\"a\"@example.com", null)]
    [InlineData("dmarc=3Dpass@example.com", null)]
    public async Task The_identity_of_a_signature_is_written_as_its_tag_has_it_or_not_at_all(string tag, string? written)
    {
        var outcome = await Authenticate($"DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s; i={tag}; h=from; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA\r\n" + Plain);
        Assert.Equal("permerror", outcome.Results.Single(result => result.Method == "dkim").Result);
        var header = Unfold(outcome.Header);
        Assert.Equal(written is not null, header.Contains("header.i=", StringComparison.Ordinal));
        Assert.Contains(written ?? "header.s=s", header, StringComparison.Ordinal);
        Assert.True(Ascii.IsValid(header));
    }

    [Theory]
    [InlineData("jörg@example.com", Plain, true)] // only an internationalized message has such an envelope (RFC 6531)
    [InlineData("joe@example.com", "Subject: é\r\n" + Plain, true)]
    [InlineData("joe@example.com", Plain, false)]
    [InlineData("j\ufffdrg@example.com", Plain, false)] // octets that are not UTF-8
    public async Task Values_may_be_UTF8_in_internationalized_messages_alone(string mailFrom, string message, bool isUnicode)
    {
        var outcome = await Authenticate(message, helo: "é.example.com", mailFrom: mailFrom, options: new AuthenticationOptions { AuthservId = "mx.example.org", ExtendedResults = ExtendedResults.All });
        Assert.Equal(isUnicode, outcome.ExtendedHeader!.Contains("smtp.helo=\"é.example.com\"", StringComparison.Ordinal));
        Assert.Equal(!isUnicode, Ascii.IsValid(outcome.Header + outcome.ExtendedHeader));
    }

    // RFC 8601 section 2.5: an authserv-id with U-labels is for internationalized messages; the other form of it is ours, too.
    [Theory]
    [InlineData("joe@example.com", Plain, "mx.ex\u00e4mple.org", "mx.xn--exmple-cua.org")]
    [InlineData("joe@example.com", Plain, "MX.Ex\u00c4mple.org", "mx.xn--exmple-cua.org")]
    [InlineData("joe@example.com", "Subject: \u00e9\r\n" + Plain, "mx.ex\u00e4mple.org", "\"mx.ex\u00e4mple.org\"")]
    [InlineData("j\u00f6rg@example.com", Plain, "mx.ex\u00e4mple.org", "\"mx.ex\u00e4mple.org\"")]
    [InlineData("joe@example.com", Plain, "MX_1.Example.org", "MX_1.Example.org")]
    [InlineData("joe@example.com", "Subject: \u00e9\r\n" + Plain, "mx.xn--exmple-cua.org", "mx.xn--exmple-cua.org")]
    public async Task The_authserv_id_is_UTF8_in_internationalized_messages_alone(string mailFrom, string message, string authservId, string written)
    {
        var options = new AuthenticationOptions { AuthservId = authservId, ExtendedResults = ExtendedResults.All };
        var outcome = await Authenticate(message, options, mailFrom: mailFrom);
        Assert.StartsWith($"Authentication-Results: {written};", outcome.Header, StringComparison.Ordinal);
        Assert.StartsWith($"Authentication-Results: {written};", outcome.ExtendedHeader, StringComparison.Ordinal);
        Assert.Equal(authservId, outcome.AuthservId);
        foreach (var name in (string[])[authservId, written])
        {
            var forged = await Authenticate($"Authentication-Results: {name}; dmarc=pass\r\n" + message, options, mailFrom: mailFrom);
            Assert.Equal("Authentication-Results", Assert.Single(forged.FieldsToRemove).Name);
        }
    }

    [Fact]
    public async Task A_header_in_another_charset_is_not_an_internationalized_one()
    {
        byte[] message = [.. "Subject: "u8, 0xe9, .. "\r\n"u8, .. Encoding.ASCII.GetBytes(Plain)];
        var options = new AuthenticationOptions { AuthservId = "mx.example.org", ExtendedResults = ExtendedResults.All };
        var outcome = await new AuthenticationPipeline(new ZoneResolver(Zone), options)
            .AuthenticateAsync(new SmtpEnvelope(IPAddress.Parse("192.0.2.1"), "é.example.com", "joe@example.com"), message, TestContext.Current.CancellationToken);
        Assert.True(Ascii.IsValid(outcome.Header + outcome.ExtendedHeader));
    }

    private static ValueTask<AuthenticationOutcome> Authenticate(
        string message, AuthenticationOptions? options = null, string helo = "h.example.com", string mailFrom = "joe@example.com") =>
        new AuthenticationPipeline(new ZoneResolver(Zone), options ?? new AuthenticationOptions { AuthservId = "mx.example.org" })
            .AuthenticateAsync(new SmtpEnvelope(IPAddress.Parse("192.0.2.1"), helo, mailFrom), Encoding.UTF8.GetBytes(message), TestContext.Current.CancellationToken);

    private static string Unfold(string value) => value.Replace("\r\n", string.Empty, StringComparison.Ordinal);

    private static string? WithoutReasonsAndBimi(string? value)
    {
        if (value is null)
        {
            return null;
        }

        var parts = Unfold(value).Split("; ").Select(part =>
        {
            var end = part.StartsWith("bimi=", StringComparison.Ordinal) ? part.IndexOf(' ', StringComparison.Ordinal) : -1;
            part = end < 0 ? part : part[..end];
            var reason = part.IndexOf(" reason=\"", StringComparison.Ordinal);
            return reason < 0 ? part : part.Remove(reason, part.IndexOf('"', reason + 9) + 1 - reason);
        });
        return string.Join("; ", parts);
    }
}
