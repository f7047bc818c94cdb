using EmailAuth.Dkim;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Signatures;

/// <summary>Each edit of one character of a signature field and of a key record, and what differs when it is still read.</summary>
public class SignatureTagsEditTests
{
    private const string Others = "\0\t\n\r !./09:;=@Aabcfhlqstvx_\u00e9";

    private static readonly string BodyHash = Convert.ToBase64String(Enumerable.Range(0, 32).Select(static i => (byte)i).ToArray());

    [Fact]
    public void Edits_of_a_signature_have_the_approved_outcomes()
    {
        string[] values =
        [
            $"v=1;a=rsa-sha256;d=a.co;s=k;h=from:to;bh={BodyHash[..4]}\r\n {BodyHash[4..]};b=AAAA",
            $"\r\n\tx = 99; t =\t98 ; l=10; q=a:dns/txt; c=relaxed/simple; i=u=40@b.a.co; v=1; a=ed25519-sha256; d=a.co; s=k; h=from; bh={BodyHash}; b=AQI=;\r\n",
        ];
        ApprovedPage.Verify("signatures", "signature-edits.txt", values.SelectMany(static value =>
        {
            var whole = Members(DkimSignature.Parse(value).Value!);
            return OneCharacterEdits.Outcomes(value, Others, (edited, edit) => Outcome(DkimSignature.Parse(edited), Members, whole, edited, edit));
        }));
    }

    [Fact]
    public void Edits_of_a_key_record_have_the_approved_outcomes() =>
        ApprovedPage.Verify("signatures", "key-record-edits.txt", ((string[])["v=DKIM1; h=sha1:sha256; k=rsa; n=a; p=AA AA; s=email:*; t=y:s;", "k=ed25519;p=AAA=;s=tlsrpt;t=s"]).SelectMany(static record =>
        {
            var whole = Members(KeyRecord.Parse(record).Value!);
            return OneCharacterEdits.Outcomes(record, Others + "DKImyn*5", (edited, edit) => Outcome(KeyRecord.Parse(edited), Members, whole, edited, edit));
        }));

    private static string Outcome<T>(ParseResult<T> parsed, Func<T, string[]> members, string[] whole, string edited, int edit)
        where T : class =>
        parsed.IsSuccess ? Differing(whole, members(parsed.Value)) : OneCharacterEdits.Error(parsed.Error, edited, edit);

    private static string Differing(string[] whole, string[] edited)
    {
        var differing = edited.Where((member, index) => member != whole[index]).Select(static member => member.Split('|')[0]).ToArray();
        return differing.Length == 0 ? "read, all the same" : "read, with another " + string.Join(", ", differing);
    }

    private static string[] Members(DkimSignature signature) =>
    [
        $"a=|{signature.AlgorithmName}", $"d=|{signature.Domain}", $"s=|{signature.Selector}", $"key name|{signature.KeyName}",
        $"t=|{signature.SignedAt:O}", $"x=|{signature.ExpiresAt:O}", $"b=|{Convert.ToHexString(signature.SignatureValue.AsSpan())}",
        $"bh=|{Convert.ToHexString(signature.BodyHash.AsSpan())}", $"h=|{string.Join(':', signature.FieldNames)}", $"l=|{signature.BodyLength}",
        $"digits of l=|{signature.BodyLengthText}", $"i=|{signature.Identity}", $"encoded i=|{signature.EncodedIdentity}",
        $"domain of i=|{signature.IdentityDomain}", $"c=|{signature.Canonicalization}",
    ];

    private static string[] Members(KeyRecord record) =>
    [
        $"k=|{record.KeyType}", $"h=|{string.Join(':', record.HashAlgorithms)}", $"p=|{Convert.ToHexString(record.PublicKey.AsSpan())}", $"revocation|{record.IsRevoked}",
        $"mail|{record.IsForEmail}", $"TLS reports|{record.IsForTlsReports}", $"test|{record.IsTesting}", $"exact domain|{record.RequiresExactDomain}",
        $"defect|{record.KeyDefect}", $"bits|{record.KeyBits}", $"number of tags|{record.Tags.Length}",
    ];
}
