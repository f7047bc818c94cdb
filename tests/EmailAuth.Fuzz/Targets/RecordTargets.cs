using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Fuzz.Support;
using EmailAuth.Signatures;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Fuzz.Targets;

/// <summary>Records and signature fields: parsed text, no more.</summary>
internal static class RecordTargets
{
    public static FuzzRun Parsed<T>(Func<string, ParseResult<T>> parse)
        where T : class => input =>
        {
            var text = Encoding.UTF8.GetString(input);
            Expect.Parsed(parse(text), text.Length);
        };

    public static void Signature(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        Expect.Parsed(DkimSignature.Parse(text), text.Length);
        SignatureValue.TryFind(input, out var start, out var end);
        FindingException.ThrowIf(start < 0 || end < start || end > input.Length, "the signature's value lies outside");
    }

    public static void Key(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        Expect.Parsed(KeyRecord.Parse(text), text.Length);
        VerificationKey.Parse(text);
    }

    public static void Macro(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        Expect.Parsed(SpfDomainSpec.Parse(text, 0), text.Length);
        Expect.Parsed(SpfMacroString.Parse(text, 0, SpfMacroUse.Explanation), text.Length);
    }
}
