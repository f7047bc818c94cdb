using System.Text;
using System.Text.Json;
using EmailAuth.Dkim;
using EmailAuth.Inspection.Senders;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Inspection.Tests.Senders;

/// <summary>What the owner of a domain reads about CFBL-Address (RFC 9477) is what a receiver decides: the same vectors as for <c>CfblDecision</c>.</summary>
public class CfblVectorTests
{
    private static readonly string BodyHash = Convert.ToBase64String(new byte[32]);

    public static TheoryData<string, string> Vectors
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var line in File.ReadLines(Repository.PathOf("testdata", "reports", "cfbl.jsonl")))
            {
                using var vector = JsonDocument.Parse(line);
                var id = vector.RootElement.GetProperty("id").GetString()!;

                // No header has a field with a line end inside: what follows it is another field.
                if (id != "a line end in the address")
                {
                    rows.Add(id, line);
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_vector_is_read_as_a_receiver_decides(string id, string line)
    {
        using var document = JsonDocument.Parse(line);
        var vector = document.RootElement;
        var from = vector.GetProperty("from").GetString();
        var addresses = vector.GetProperty("addresses").EnumerateArray().Select(static address => address.GetString()!).ToArray();
        var text = string.Concat(addresses.Select(static address => $"CFBL-Address: {address}\r\n"))
            + string.Concat(Enumerable.Range(0, vector.GetProperty("feedback_ids").GetInt32()).Select(static number => $"CFBL-Feedback-ID: {number}\r\n"));
        var outcome = new AuthenticationOutcome
        {
            AuthservId = "mx.example.org",
            Author = new Author { Domain = from is null ? null : Domain(from) },
            Disposition = new Disposition { Action = DispositionAction.Accept, Reason = "by hand" },
            Header = "Authentication-Results: mx.example.org; none",
            Dkim = new DkimResults { Signatures = [.. vector.GetProperty("signatures").EnumerateArray().Select(Signature)] },
        };

        // That a receiver here looks at ten fields, and writes ARF only, is no fault of the message.
        var expected = from is null || addresses.Length == 0
            ? (bool?)null
            : vector.GetProperty("expect").EnumerateArray().All(static code => code.GetString() is "strict" or "relaxed" or "third_party" or "other_format" or "too_many");
        Assert.Equal((id, expected), (id, SampleMessage.Of(outcome, HeaderBlock.Parse(Encoding.UTF8.GetBytes(text + "\r\n"))).HasFeedbackAddress));
    }

    private static DkimResult Signature(JsonElement signature)
    {
        var (domain, names) = (signature.GetProperty("d").GetString()!, signature.GetProperty("h").GetString()!);
        return new DkimResult
        {
            Code = SignatureResultCode.Pass,
            Domain = Domain(domain),
            Selector = "s",
            Signature = DkimSignature.Parse($"v=1; a=rsa-sha256; d={domain}; s=s; h={names}; b=AQIDBAUG; bh={BodyHash}").Value!,
        };
    }

    private static DomainName Domain(string text) => DomainName.Parse(text).Value!;
}
