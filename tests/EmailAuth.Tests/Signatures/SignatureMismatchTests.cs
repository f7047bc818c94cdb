using System.Globalization;
using EmailAuth.Signatures;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>The reason and the whole text of each way in which a signature does not match.</summary>
public class SignatureMismatchTests
{
    [Fact]
    public void Each_mismatch_has_the_approved_reason_and_text()
    {
        List<string> lines = ["Why a signature does not match: which halves hold, what the key shows of the header's, l= and the octets of the body."];
        foreach (var (header, body) in ((bool, bool)[])[(false, true), (true, false), (false, false)])
        {
            foreach (var opening in Enum.GetValues<SignatureOpening>())
            {
                foreach (var (length, octets) in ((long?, long)[])[(null, 10), (0, 10), (1, 10), (9, 10), (10, 10), (11, 10), (0, 0), (1, 0)])
                {
                    var hash = new BodyHash(SignatureHash.Sha256, length) { CanonicalLength = octets };
                    var fault = SignatureMismatch.Describe(header, opening, body, hash, length?.ToString(CultureInfo.InvariantCulture));
                    lines.Add($"header {header}, body {body}, {opening}, l={length}, {octets} octets\n  {fault.Word}: {fault.Text}");
                }
            }
        }

        foreach (var opening in Enum.GetValues<SignatureOpening>())
        {
            var fault = SignatureMismatch.OfSeal(opening);
            lines.Add($"seal, {opening}\n  {fault.Word}: {fault.Text}");
        }

        ApprovedPage.Verify("signatures", "mismatches.txt", lines);
    }

    [Fact]
    public void Each_half_is_named_by_itself()
    {
        var whole = new BodyHash(SignatureHash.Sha256, null) { CanonicalLength = 10 };
        Assert.Equal(
            "the header signature differs: a signed field was changed, the key is right (RFC 6376 section 6.1.3)",
            SignatureMismatch.Describe(false, SignatureOpening.Opened, true, whole, null).Text);
        Assert.Equal(
            "the body hash differs: the body was changed, the signed header was not (RFC 6376 section 6.1.3)",
            SignatureMismatch.Describe(true, SignatureOpening.Opened, false, whole, null).Text);
        Assert.Equal(
            "the body hash differs and so does the header signature: body and signed fields were changed, the key is right (RFC 6376 section 6.1.3)",
            SignatureMismatch.Describe(false, SignatureOpening.Opened, false, whole, null).Text);
    }
}
