using System.Collections.Immutable;
using System.Text;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Removal;
using EmailAuth.Results;
using Xunit;

namespace EmailAuth.Tests.Removal;

/// <summary>The codes of the reasons for which a field is removed.</summary>
public class RemovalReasonTests
{
    public static TheoryData<string, string, string> Fields => new()
    {
        { "Authentication-Results: mx.example.org; spf=pass", "claims_authserv_id", "our name" },
        { "Authentication-Results: a=\"(\"; mx.example.org; dkim=pass", "claims_authserv_id_simply", "our name behind a semicolon that a comment hides" },
        { "Authentication-Results: \"mx.example.org; spf=pass", "malformed_claim", "the quotes do not end" },
        { "Authentication-Results: " + new string('x', 17_000) + "; mx.example.org", "too_long_to_read", "longer than any field that is read" },
        { "Subject: x\rAuthentication-Results: mx.example.org; spf=pass", "hidden_claim", "a bare CR is a line end to some" },
        { "Received-SPF: pass", "own_received_spf", "the options say that we write it" },
        { "BIMI-Indicator: PHN2Zz4=", "set_by_receiver_only", "a sender's indicator" },
        { " ; dmarc=pass header.from=bank.example (x: y)", "leading_white_space", "our field would go on with it" },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void A_field_to_remove_has_a_code(string field, string code, string why)
    {
        var removed = Assert.Single(Find(field));
        Assert.True(code == removed.ReasonCode, why);
        Assert.NotEmpty(removed.Reason);
    }

    [Fact]
    public void Each_code_is_reached()
    {
        var codes = Enum.GetValues<RemovalReason>().Select(reason => reason.Keyword()).ToList();
        Assert.Equal(codes.Order(StringComparer.Ordinal), Fields.Select(row => row.Data.Item2).Order(StringComparer.Ordinal));
    }

    private static ImmutableArray<FieldToRemove> Find(string field) => FieldsToRemove.Find(
        HeaderBlock.Parse(Encoding.UTF8.GetBytes(field + "\r\n\r\n")), "mx.example.org", null, LocalPolicy.Default.TrustedSealers, removesReceivedSpf: true, []);
}
