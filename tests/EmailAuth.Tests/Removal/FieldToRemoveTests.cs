using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using EmailAuth.Arc;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Removal;
using EmailAuth.Results;
using EmailAuth.Syntax;
using EmailAuth.Tests.Arc;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.Messages;
using Xunit;

namespace EmailAuth.Tests.Removal;

/// <summary>All that is said of each field to remove: place, name, number, code and reason.</summary>
public class FieldToRemoveTests
{
    private const string Ours = "mx.ex";
    private const string ByRfc7208 = "own_received_spf: the receiver writes this field itself (RFC 7208 section 9.1)";
    private const string ByBimi = "set_by_receiver_only: only a receiver may set this field (BIMI draft section 7.8)";
    private const string ByOption = "set_by_receiver_only: only this receiver may write this field (RemoveFields)";

    [Fact]
    public void Each_edit_of_a_header_loses_the_fields_that_the_page_says() => EditedReadings.Check(
        "fields-to-remove.txt",
        " \t\r\n:;.xM\0\x7f",
        [
            "Authentication-Results: mx.ex; a=b\r\n",
            "X: y\nAuthentication-Results: mx.ex\r\n",
            "ARC-Authentication-Results: i=1; mx.ex\r\n",
            "X: y\r\n Authentication-Results: mx.ex\r\nReceived-SPF: z\r\n",
            "X\n\n: y\rReceived-SPF: z\r\n",
            "BIMI-Location : x\r\nX-Own: y\r\n",
        ],
        (text, _) => [.. Find(text, ["X-Own"]).Select((field, number) => new Reading(
            number.ToString(CultureInfo.InvariantCulture),
            string.Create(CultureInfo.InvariantCulture, $"{field.Index} {field.Occurrence} {field.Name.Length} {field.ReasonCode}")))]);

    [Fact]
    public void Each_reason_in_whole()
    {
        Assert.Equal(["0 Received-SPF 1 " + ByRfc7208], Texts("Received-SPF: x\r\n"));
        Assert.Equal(["0 BIMI-Location 1 " + ByBimi], Texts("BIMI-Location: x\r\n"));
        Assert.Equal(["0 X-Own 1 " + ByOption], Texts("X-Own: x\r\n", "x-OWN"));
        Assert.Empty(Texts("X-Own: x\r\n"));
        Assert.Empty(Texts("X-Own: x\r\n", "X-Other"));
        var hidden = Assert.Single(Texts("X: y\nAuthentication-Results: mx.ex\r\n"));
        var plain = Assert.Single(Texts("Authentication-Results: mx.ex\r\n"));
        Assert.StartsWith("0 Authentication-Results 1 claims_authserv_id: ", plain, StringComparison.Ordinal);
        Assert.Equal(plain.Replace("0 Authentication-Results 1 claims_authserv_id: ", "0 X 1 hidden_claim: a line end in the field hides another: ", StringComparison.Ordinal), hidden);
    }

    // What a field is named for first: a claim to our name, BIMI, Received-SPF, the options.
    [Fact]
    public void A_field_of_two_kinds_has_the_reason_of_one()
    {
        Assert.Equal(["0 Received-SPF 1 " + ByRfc7208], Texts("Received-SPF: x\r\n", "Received-SPF"));
        Assert.Equal(["0 BIMI-Location 1 " + ByBimi], Texts("BIMI-Location: x\nReceived-SPF: x\r\n", "BIMI-Location"));
        Assert.StartsWith("0 BIMI-Location 1 hidden_claim: ", Assert.Single(Texts("BIMI-Location: x\nAuthentication-Results: mx.ex\r\n")), StringComparison.Ordinal);
        Assert.StartsWith("0 Authentication-Results 1 claims_authserv_id: ", Assert.Single(Texts("Authentication-Results: mx.ex\r\n", "Authentication-Results")), StringComparison.Ordinal);
    }

    [Fact]
    public void Fields_are_in_order_and_counted_by_their_names()
    {
        const string Header = "X-Own: a\r\nReceived-SPF: b\r\nAuthentication-Results: ex\r\nBIMI-Indicator: c\r\nx-own : d\r\nAuthentication-Results: mx.ex\r\nRECEIVED-SPF: e\r\nx-own: f\r\n";
        Assert.Equal(
            ["0 X-Own 1", "1 Received-SPF 1", "3 BIMI-Indicator 1", "4 x-own 2", "5 Authentication-Results 2", "6 RECEIVED-SPF 2", "7 x-own 3"],
            Texts(Header, "X-Own").Select(text => string.Join(' ', text.Split(' ')[..3])));
        Assert.Equal(["5 Authentication-Results 2"], FieldsToRemove.Find(Header.Parsed(), Ours, null, LocalPolicy.Default.TrustedSealers, removesReceivedSpf: false, []).Where(field => field.ReasonCode.StartsWith("claims", StringComparison.Ordinal)).Select(field => $"{field.Index} {field.Name} {field.Occurrence}"));
    }

    // A milter sees what is before the colon.
    [Theory]
    [InlineData("Ab: c\r\n", "Ab")]
    [InlineData("Ab \t: c\r\n", "Ab")]
    [InlineData("A\0b : c\r\n", "A\0b ")]
    [InlineData("\u00fcb: c\r\n", "\u00fcb")]
    [InlineData(" b: c\r\n", " b")]
    [InlineData(": c\r\n", "")]
    [InlineData("no colon\r\n", "")]
    public void A_name_is_what_is_before_the_colon(string field, string name) => Assert.Equal(name, FieldToRemove.NameOf(field.Parsed()[0]));

    [Theory]
    [InlineData("X: y\r\n", "")]
    [InlineData("A: b\r\nX: y\r\n", "")]
    [InlineData("Abc: d\r\n", "0")]
    [InlineData("X: y\r\nABC : d\r\nAb: c\r\nabc\0: d\r\n", "1 3")]
    [InlineData("X: y\nabc: d\r\nX: y\rabc: d\r\nX: y\r\n abc: d\r\n", "0 1")]
    [InlineData("X: y\nZ: y\nabc: d\r\n", "0")]
    [InlineData("X\nabc\r\n", "")]
    [InlineData("ab\nc: d\r\n", "")]
    [InlineData("a\rbc: d\r\n", "")]
    [InlineData("\0\nabc: d\r\n", "0")]
    [InlineData("abc\r\n : d\r\n", "0")]
    public void Fields_of_a_name_are_found_in_each_form(string header, string indexes) =>
        Assert.Equal(indexes, string.Join(' ', ArrivingResultFields.FindNamed(header.Parsed(), "abc"u8)));

    [Theory]
    [InlineData(nameof(RemovalReason.ClaimsAuthservId), "claims_authserv_id")]
    [InlineData(nameof(RemovalReason.ClaimsAuthservIdSimply), "claims_authserv_id_simply")]
    [InlineData(nameof(RemovalReason.MalformedClaim), "malformed_claim")]
    [InlineData(nameof(RemovalReason.TooLongToRead), "too_long_to_read")]
    [InlineData(nameof(RemovalReason.HiddenClaim), "hidden_claim")]
    [InlineData(nameof(RemovalReason.OwnReceivedSpf), "own_received_spf")]
    [InlineData(nameof(RemovalReason.SetByReceiverOnly), "set_by_receiver_only")]
    [InlineData(nameof(RemovalReason.LeadingWhiteSpace), "leading_white_space")]
    public void Each_code_has_its_word_and_goes_with_its_text(string reason, string word)
    {
        var ground = new RemovalGround(Enum.Parse<RemovalReason>(reason), "why");
        var field = new FieldToRemove(ground);
        Assert.Equal((word, "why", string.Empty, 0, 0), (field.ReasonCode, field.Reason, field.Name, field.Index, field.Occurrence));
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("\t\r\n")]
    public void An_authserv_id_is_not_empty(string authservId) =>
        Assert.Equal("authservId", Assert.Throws<ArgumentException>(() => ArrivingResultFields.Find("X: y\r\n".Parsed(), authservId)).ParamName);

    // Each hidden line is looked at, also when the field itself is one of results.
    [Theory]
    [InlineData("Authentication-Results: a.ex\nX: y\nAuthentication-Results: mx.ex\r\n", "malformed_claim")]
    [InlineData("Authentication-Results: mx.ex\nAuthentication-Results: a.ex\r\n", "claims_authserv_id")]
    [InlineData("X: y\nAuthentication-Results: a.ex\nARC-Authentication-Results: i=1; mx.ex\r\n", "hidden_claim")]
    [InlineData("X: y\nAuthentication-Results: a.ex\r\n", null)]
    [InlineData("X: y\nAuthentication-Results mx.ex\r\n", null)]
    [InlineData("X: Authentication-Results: mx.ex\n\r\n", null)]
    [InlineData("X: y\n: mx.ex\r\n", null)]
    public void A_claim_behind_a_line_end_is_found_in_any_line(string header, string? code) =>
        Assert.Equal(code, ArrivingResultFields.Find(header.Parsed(), Ours).SingleOrDefault()?.ReasonCode);

    // A field that is given by itself may hold lines that would be fields of their own in a message.
    [Theory]
    [InlineData("X", " y\r\nAuthentication-Results: mx.ex; dmarc=pass", "hidden_claim")]
    [InlineData("X", " y\r\n\r\nAuthentication-Results: mx.ex", "hidden_claim")]
    [InlineData("X", " y\r\nZ: y\r\nARC-Authentication-Results: i=1; mx.ex", "hidden_claim")]
    [InlineData("X\r\nAuthentication-Results", " mx.ex", "hidden_claim")]
    [InlineData("X", " y\r\nBIMI-Location: z", "set_by_receiver_only")]
    [InlineData("X", " y\r\nReceived-SPF: z", "own_received_spf")]
    [InlineData("X", " y\r\n Authentication-Results: mx.ex", null)]
    [InlineData("X", " y\r\n\tBIMI-Location: z", null)]
    [InlineData("X", " y\r\n", null)]
    public void A_field_that_a_CRLF_hides_in_another_is_found(string name, string value, string? code)
    {
        using var builder = new HeaderBlockBuilder(MessageLimits.Default);
        builder.Add("A"u8, " b"u8);
        builder.Add(Encoding.ASCII.GetBytes(name), Encoding.ASCII.GetBytes(value));
        var removed = FieldsToRemove.Find(builder.Build(), Ours, null, LocalPolicy.Default.TrustedSealers, removesReceivedSpf: true, []);
        Assert.Equal((code, code is null ? default(int?) : 1), (removed.SingleOrDefault()?.ReasonCode, removed.SingleOrDefault()?.Index));
    }

    // RFC 5322 section 2.2.3: a line that starts with white space continues the field above it, which is ours when it is added at the top.
    [Theory]
    [InlineData(" ; dmarc=pass (x: y)\r\nFrom: a\r\n", "leading_white_space")]
    [InlineData("\t; dmarc=pass (x: y)\r\n", "leading_white_space")]
    [InlineData(" no colon\r\n", "leading_white_space")]
    [InlineData(" no end", "leading_white_space")]
    [InlineData("\v; dmarc=pass (x: y)\r\n", "leading_white_space")]
    [InlineData("\0 ; dmarc=pass (x: y)\r\n", "leading_white_space")]
    [InlineData("\r ; dmarc=pass (x: y)\r\n", "leading_white_space")]
    [InlineData(" Authentication-Results: mx.ex\r\n", "claims_authserv_id")]
    [InlineData(" Received-SPF: x\r\n", "own_received_spf")]
    [InlineData("!: y\r\n", null)]
    [InlineData("X: y\r\n z\r\n", null)]
    [InlineData("\r\n ; dmarc=pass (x: y)\r\n", null)] // the body
    public void A_first_line_that_would_continue_our_field_goes(string header, string? code)
    {
        var removed = Find(header, []);
        Assert.Equal((code, code is null ? default(int?) : 0), (removed.SingleOrDefault()?.ReasonCode, removed.SingleOrDefault()?.Index));
    }

    // What is first when others are removed stands below our field, too.
    [Theory]
    [InlineData("Authentication-Results: mx.ex\r\n\v; dmarc=pass\r\n\0: y\r\nX: y\r\n\v: y\r\n", "0 1 2")]
    [InlineData("BIMI-Location: x\r\nReceived-SPF: y\r\n\x01; dmarc=pass\r\n", "0 1 2")]
    [InlineData("X: y\r\n\v; dmarc=pass\r\n", "")]
    [InlineData("X: y\r\n\v; dmarc=pass\r\nReceived-SPF: y\r\n", "2")]
    public void A_line_that_would_continue_our_field_when_others_are_removed_goes(string header, string indexes) =>
        Assert.Equal(indexes, string.Join(' ', Find(header, []).Select(field => field.Index)));

    [Fact]
    public void The_first_line_has_its_reason_in_whole() => Assert.Equal(
        ["0  ; a (x 1 leading_white_space: a first line that starts with white space or a control character would continue the field that is added above it (RFC 5322 section 2.2.3)", "1 Received-SPF 1 " + ByRfc7208],
        Texts(" ; a (x: y)\r\nReceived-SPF: x\r\n"));

    // A bare line end in one field makes that all fields are counted, and none is lost.
    [Fact]
    public void Fields_are_counted_alike_where_one_has_a_bare_line_end()
    {
        const string Header = "Authentication-Results: a.ex\r\nX: y\r\nAuthentication-Results: mx.ex\r\nX: z\r\nX: y\nAuthentication-Results: mx.ex\r\n";
        Assert.Equal([(2, 2, "Authentication-Results"), (4, 3, "X")], ArrivingResultFields.Find(Header.Parsed(), Ours).Select(field => (field.Index, field.Occurrence, field.Name)));
    }

    // Nobody else's seals count when none are named.
    [Fact]
    public async Task A_chain_that_passes_excuses_only_what_we_sealed()
    {
        var message = TestSigner.Bytes(await ArcSamples.Pass(ArcSamples.Message, 1));
        var arc = await new ArcVerifier(ArcSamples.Resolver()).VerifyAsync(message, TestContext.Current.CancellationToken);
        var ours = ArcSamples.Results().AuthservId!;
        var header = HeaderBlock.Parse(message);
        Assert.Equal(("ARC-Authentication-Results", 1), ArrivingResultFields.Find(header, ours, arc).Select(field => (field.Name, field.Occurrence)).Single());
        Assert.Empty(ArrivingResultFields.Find(header, ours, arc, new HashSet<DomainName> { ArcSamples.Domain(1) }));
        Assert.Single(ArrivingResultFields.Find(header, ours, arc, new HashSet<DomainName> { ArcSamples.Domain(2) }));
        Assert.Single(ArrivingResultFields.Find(header, ours, null, new HashSet<DomainName> { ArcSamples.Domain(1) }));
    }

    private static ImmutableArray<FieldToRemove> Find(string header, ImmutableArray<string> others) =>
        FieldsToRemove.Find(header.Parsed(), Ours, null, LocalPolicy.Default.TrustedSealers, removesReceivedSpf: true, others);

    private static IEnumerable<string> Texts(string header, params ImmutableArray<string> others) =>
        Find(header, others).Select(field => string.Create(CultureInfo.InvariantCulture, $"{field.Index} {field.Name} {field.Occurrence} {field.ReasonCode}: {field.Reason}"));
}

/// <summary>Headers as texts.</summary>
internal static class HeaderTexts
{
    public static HeaderBlock Parsed(this string header) => HeaderBlock.Parse(Encoding.Latin1.GetBytes(header));
}
