using System.Security.Cryptography;
using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Inspection.Signatures;
using EmailAuth.Signatures;
using FsCheck.Xunit;

namespace EmailAuth.Inspection.Tests.Signatures;

/// <summary>The canonical forms of a diagnosis are those over which the library signs and verifies.</summary>
public class CanonicalFormTests
{
    [Property(MaxTest = 300)]
    public async Task What_is_shown_is_what_was_hashed(byte[] choice, bool isSimple)
    {
        var message = "From: \t alice@example.com\r\nSUBJECT :a \r\n\tb  c\t\r\nTo:x\r\n\r\n" + Body(choice);
        var signed = Encoding.Latin1.GetBytes(await SignedMail.SignAsync(message, isSimple));
        var result = Assert.Single((await SignedMail.VerifyAsync(Encoding.Latin1.GetString(signed), SignedMail.ZoneOf(SignedMail.Rsa))).Signatures);
        Assert.Equal(SignatureResultCode.Pass, result.Code);
        var form = CanonicalForm.Of(signed, 0, result.Signature!)!;
        Assert.Equal(result.Signature!.BodyHash, SHA256.HashData(form.Body.Span));
        Assert.True(result.Signature.IsMadeOver(KeyRecord.Parse(SignedMail.Rsa.Record).Value!, SHA256.HashData(form.Header.Span)));
    }

    [Fact]
    public async Task A_comparison_shows_exactly_what_differs()
    {
        const string message = "From: alice@example.com\r\nSubject: Hi\r\n\r\none\r\ntwo  words\r\nthree\r\n";
        var signed = await SignedMail.SignAsync(message);
        var arrived = signed.Replace("Subject: Hi", "Subject: [list] Hi", StringComparison.Ordinal).Replace("three", "3", StringComparison.Ordinal).Replace("two  words", "two words", StringComparison.Ordinal);
        foreach (var copy in new[] { message, signed })
        {
            var comparison = await CompareAsync(arrived, copy);
            Assert.Equal((true, true), (comparison.IsSignedBody, comparison.IsSignedHeader));
            Assert.Equal(["- subject:Hi", "+ subject:[list] Hi"], comparison.HeaderDiff.Select(static line => line.ToString()));
            Assert.Equal(["- three", "+ 3"], comparison.BodyDiff.Select(static line => line.ToString()));
        }
    }

    [Fact]
    public async Task A_copy_that_is_not_what_was_signed_is_said_to_be_another()
    {
        const string message = "From: alice@example.com\r\nSubject: Hi\r\n\r\none\r\n";
        var arrived = (await SignedMail.SignAsync(message)).Replace("one", "two", StringComparison.Ordinal);
        var comparison = await CompareAsync(arrived, message.Replace("one", "1", StringComparison.Ordinal).Replace("Hi", "Ho", StringComparison.Ordinal));
        Assert.Equal((false, false), (comparison.IsSignedBody, comparison.IsSignedHeader));
    }

    private static async Task<CopyComparison> CompareAsync(string arrived, string copy)
    {
        DkimResult result = (await SignedMail.VerifyAsync(arrived, SignedMail.ZoneOf(SignedMail.Rsa))).Signatures[0];
        return CopyComparison.Of(
            Encoding.Latin1.GetBytes(arrived), Encoding.Latin1.GetBytes(copy), 0, result.Signature!, KeyRecord.Parse(SignedMail.Rsa.Record).Value)!;
    }

    private static string Body(byte[] choice) => string.Concat(choice.Select(static octet => (octet % 8) switch
    {
        0 => "\r\n",
        1 => " ",
        2 => "\t",
        3 => "\r\n\r\n",
        4 => "\t \r\n",
        5 => " \r\n",
        6 => "\u00E4",
        _ => "x",
    }));
}
