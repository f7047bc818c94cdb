using System.Text;
using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Fuzz.Support;
using EmailAuth.Signatures;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Fuzz.Targets;

/// <summary>Records and signature fields: parsed text, no more.</summary>
internal static class RecordTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("tag-list", TagList, Words.Dkim, () => ["v=1; a=b; c = d\r\n e;", "a=;b;;=c"]),
        new("dkim-signature", Signature, Words.Dkim, () => [.. Seeds.Signatures, .. SeedVectors.Fields("dkim", "dkim-signature")]),
        new("dkim-key", Key, Words.Dkim, () => [.. Seeds.Keys, .. SeedVectors.Records("dkim", string.Empty)]),
        new("spf-record", Parsed(SpfRecord.Parse), Words.Spf, () => [.. Seeds.SpfRecords, .. SeedVectors.Records("spf", "v=spf1")]),
        new("spf-macro", Macro, Words.Spf, () => ["%{ir}.%{v}._spf.%{d2}", "%{l1r-}.x", "%%%_%-", "%{S5R+-.,/_=}.example.com", "%{p}"]),
        new("dmarc-record", Parsed(DmarcRecord.Parse), Words.Policies, () => [.. Seeds.DmarcRecords, .. SeedVectors.Records("dmarc", "v")]),
        new("bimi-record", Parsed(BimiRecord.Parse), Words.Policies, () => ["v=BIMI1; l=https://example.com/l.svg; a=https://example.com/c.pem; avp=brand", .. SeedVectors.Records("bimi", "v=BIMI")]),
        new("bimi-selector", Parsed(BimiSelector.ParseField), Words.Policies, () => ["v=BIMI1; s=brand", "s=a; v=BIMI1", .. SeedVectors.Fields("bimi", "bimi-selector")]),
        new("arc-seal", Parsed(ArcSeal.Parse), Words.Dkim, () => SeedVectors.Fields("arc", "arc-seal")),
        new("arc-message-signature", Parsed(ArcMessageSignature.Parse), Words.Dkim, () => SeedVectors.Fields("arc", "arc-message-signature")),
    ];

    private static FuzzRun Parsed<T>(Func<string, ParseResult<T>> parse)
        where T : class => input =>
        {
            var text = Encoding.UTF8.GetString(input);
            Expect.Parsed(parse(text), text.Length);
        };

    private static void TagList(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        var reader = new TagListReader(text);
        for (var count = 0; reader.TryRead(out _); count++)
        {
            FindingException.ThrowIf(count > text.Length, "more tags than characters");
        }
    }

    private static void Signature(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        Expect.Parsed(DkimSignature.Parse(text), text.Length);
        SignatureValue.TryFind(input, out var start, out var end);
        FindingException.ThrowIf(start < 0 || end < start || end > input.Length, "the signature's value lies outside");
    }

    private static void Key(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        Expect.Parsed(KeyRecord.Parse(text), text.Length);
        VerificationKey.Parse(text);
    }

    private static void Macro(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        Expect.Parsed(SpfDomainSpec.Parse(text, 0), text.Length);
        Expect.Parsed(SpfMacroString.Parse(text, 0, SpfMacroUse.Explanation), text.Length);
    }
}
