using System.Text;
using System.Text.Json;
using EmailAuth.Messages;
using EmailAuth.Reports.Complaints;
using EmailAuth.Syntax;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Reports.Tests.Complaints;

/// <summary>RFC 9477 section 3.1: when a complaint may go to an address of <c>CFBL-Address</c>.</summary>
public sealed class CfblDecisionTests
{
    private static readonly string[] Lines = File.ReadAllLines(Repository.PathOf("testdata", "reports", "cfbl.jsonl"));

    public static TheoryData<string, string> Vectors
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var line in Lines)
            {
                using var vector = JsonDocument.Parse(line);
                rows.Add(vector.RootElement.GetProperty("id").GetString()!, line);
            }

            return rows;
        }
    }

    [Theory, MemberData(nameof(Vectors))]
    public void A_vector_is_decided_as_it_says(string id, string line)
    {
        using var document = JsonDocument.Parse(line);
        var vector = document.RootElement;
        var decisions = CfblDecision.Decide(
            vector.GetProperty("from").GetString() is { } from ? Domain(from) : null,
            [.. vector.GetProperty("addresses").EnumerateArray().Select(static address => address.GetString()!)],
            vector.GetProperty("feedback_ids").GetInt32(),
            [.. vector.GetProperty("signatures").EnumerateArray().Select(static signature => new CfblSignature
            {
                Domain = Domain(signature.GetProperty("d").GetString()!),
                FieldNames = [.. signature.GetProperty("h").GetString()!.Split(':')],
            })]);
        Assert.Equal((id, string.Join(' ', vector.GetProperty("expect").EnumerateArray().Select(static code => code.GetString()))), (id, string.Join(' ', decisions.Select(static decision => decision.Code))));
        Assert.All(decisions, static decision => Assert.Equal(decision.Code is "strict" or "relaxed" or "third_party", decision.IsPermitted));
    }

    [Fact]
    public void The_vectors_reach_each_reason()
    {
        var reached = Lines.SelectMany(static line => JsonDocument.Parse(line).RootElement.GetProperty("expect").EnumerateArray().Select(static code => code.GetString())).Distinct(StringComparer.Ordinal).Count();
        Assert.Equal(Enum.GetValues<CfblReason>().Length, reached);
    }

    /// <summary>The fields that are signed, a change of the message after signing, <c>l=</c>, and the decision.</summary>
    public static TheoryData<string, string, string, long?, string> Messages => new()
    {
        { "from:cfbl-address:cfbl-feedback-id", "", "", null, "strict" },
        { "from:cfbl-address", "", "", null, "feedback_id_not_covered" },
        { "from", "", "", null, "address_not_covered" },
        { "from:cfbl-address:cfbl-feedback-id", "fbl@example.com", "fbi@example.com", null, "not_signed" },
        { "from:cfbl-address:cfbl-feedback-id", "text", "more text", null, "not_signed" },
        { "from:cfbl-address:cfbl-feedback-id", "text", "text\r\nmore", 6, "not_signed" },
    };

    [Theory, MemberData(nameof(Messages))]
    public async Task A_signature_that_does_not_hold_permits_nothing(string fields, string old, string changed, long? length, string expected)
    {
        const string Message = "From: a@example.com\r\nCFBL-Address: fbl@example.com; report=arf\r\nCFBL-Feedback-ID: 1:2:\r\n 3\r\n\r\ntext\r\n";
        var signed = Encoding.Latin1.GetString(TestSigner.Rsa2048.Sign(Message, fields, length: length));
        var octets = Encoding.Latin1.GetBytes(old.Length == 0 ? signed : signed.Replace(old, changed, StringComparison.Ordinal));
        var pipeline = new AuthenticationPipeline(TestSigner.Rsa2048.Resolver(), new AuthenticationOptions { AuthservId = "mx.example.org" });
        var outcome = await pipeline.AuthenticateAsync(new SmtpEnvelope(null, null, null), octets, cancellationToken: TestContext.Current.CancellationToken);
        var decision = Assert.Single(CfblDecision.Decide(outcome, HeaderBlock.Parse(octets)));
        Assert.Equal(expected, decision.Code);
        Assert.Equal(changed.StartsWith("fbi", StringComparison.Ordinal) ? "fbi@example.com" : "fbl@example.com", decision.Address!.Address);
    }

    private static DomainName Domain(string text) => DomainName.Parse(text).Value!;
}
