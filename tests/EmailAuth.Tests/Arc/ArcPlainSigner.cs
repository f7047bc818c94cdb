using System.Security.Cryptography;
using System.Text;
using EmailAuth.Tests.Dkim;
using EmailAuth.Tests.Signatures;

namespace EmailAuth.Tests.Arc;

/// <summary>Seals a message as hop1.example, written plainly: it shares no code with the library and writes whatever it is told.</summary>
internal static class ArcPlainSigner
{
    /// <summary>Adds a set on top of those that this made before, which are single lines.</summary>
    /// <param name="message">The message.</param>
    /// <param name="results">What follows the instance in ARC-Authentication-Results.</param>
    /// <param name="c">The value of c= in the message signature, which is made relaxed/relaxed whatever it says; null for no c=.</param>
    /// <param name="cv">The value of cv=; null for the one that belongs there.</param>
    /// <param name="isHeaderSimple">Whether the header of the message signature is simple after all.</param>
    /// <param name="isBodySimple">Whether the body is.</param>
    /// <param name="more">Further tags of the message signature, each ending with a semicolon.</param>
    /// <param name="sealSelector">The selector of the seal.</param>
    /// <param name="signatureSelector">The selector of the message signature.</param>
    public static string Seal(
        string message, string results, string? c = "relaxed/relaxed", string? cv = null, bool isHeaderSimple = false, bool isBodySimple = false, string more = "",
        string sealSelector = "s", string signatureSelector = "s")
    {
        var header = message[..message.IndexOf("\r\n\r\n", StringComparison.Ordinal)].Split("\r\n");
        var earlier = header.TakeWhile(line => line.StartsWith("ARC-", StringComparison.Ordinal)).Reverse().Select(line => line + "\r\n").ToList();
        var instance = (earlier.Count / 3) + 1;
        var body = message[(message.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        var from = header.First(line => line.StartsWith("From:", StringComparison.Ordinal)) + "\r\n";
        var bodyHash = Convert.ToBase64String(SHA256.HashData(TestSigner.Bytes(isBodySimple ? PlainCanonicalization.SimpleBody(body) : PlainCanonicalization.RelaxedBody(body))));
        var claims = $"ARC-Authentication-Results: i={instance}; {results}\r\n";
        var signature = $"ARC-Message-Signature: i={instance}; a=rsa-sha256;{(c is null ? null : $" c={c};")} d=hop1.example; s={signatureSelector};{more} h=from; bh={bodyHash}; b=";
        signature += Sign(isHeaderSimple ? from + signature : PlainCanonicalization.RelaxedField(from) + Own(signature)) + "\r\n";
        var seal = $"ARC-Seal: i={instance}; a=rsa-sha256; cv={cv ?? (instance == 1 ? "none" : "pass")}; d=hop1.example; s={sealSelector}; b=";
        var scope = string.Concat(earlier.Append(claims).Append(signature).Select(PlainCanonicalization.RelaxedField));
        seal += Sign(scope + Own(seal)) + "\r\n";
        return seal + signature + claims + message;
    }

    private static string Own(string field)
    {
        var canonical = PlainCanonicalization.RelaxedField(field + "\r\n");
        return canonical[..^2];
    }

    private static string Sign(string text) => Convert.ToBase64String(
        TestSigner.Rsa2048.RsaKey.SignData(Encoding.Latin1.GetBytes(text), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
}
