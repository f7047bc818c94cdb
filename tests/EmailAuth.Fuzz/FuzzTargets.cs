using System.Collections.Immutable;
using System.Text;
using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Messages;
using EmailAuth.Results;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using EmailAuth.Vectors;

namespace EmailAuth.Fuzz;

/// <summary>Every parser of what strangers send, and what must hold for whatever it is fed.</summary>
internal static class FuzzTargets
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly MarkCertificateVerifier Certificates = new(new BimiOptions(), new FixedTime(Now));

    private static readonly ImmutableArray<DomainName> CertificateDomains = [DomainName.Parse("example.com").Value!];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("header", Header, Words.Fields, Seeds.Messages),
        new("from", From, Words.Fields, Seeds.FromFields),
        new("reverse-path", ReversePathText, Words.Names, "<a@example.com>", "<@a,@b:c@example.com>", "\"a@b\"@example.com", "<>", "a@[192.0.2.1]", "a@[IPv6:2001:db8::1]"),
        new("domain-name", DomainNames, Words.Names, "example.com", "bücher.example", "xn--bcher-kva.example", "a\\046b.example", "_dmarc.example.com"),
        new("tag-list", TagList, Words.Dkim, "v=1; a=b; c = d\r\n e;", "a=;b;;=c"),
        new("dkim-signature", Signature, Words.Dkim, Seeds.Signatures),
        new("dkim-key", Key, Words.Dkim, Seeds.Keys),
        new("spf-record", SpfText, Words.Spf, Seeds.SpfRecords),
        new("spf-macro", Macro, Words.Spf, "%{ir}.%{v}._spf.%{d2}", "%{l1r-}.x", "%%%_%-", "%{S5R+-.,/_=}.example.com", "%{p}"),
        new("dmarc-record", Dmarc, Words.Policies, Seeds.DmarcRecords),
        new("bimi-record", BimiText, Words.Policies, "v=BIMI1; l=https://example.com/l.svg; a=https://example.com/c.pem; avp=brand", "v=BIMI1; l=; a=;"),
        new("bimi-selector", Selector, Words.Policies, "v=BIMI1; s=brand", "s=a; v=BIMI1"),
        new("https-uri", Uri, Words.Names, "https://example.com/logo.svg", "https://user@example.com:443/%2e?x#y", "https://[::1]/"),
        new("svg", Svg, Words.Svg, Seeds.Logos),
        new("certificate", Certificate, Words.Certificates, Seeds.Certificates),
        new("arc-seal", Seal, Words.Dkim, "i=1; a=rsa-sha256; t=1; cv=none; d=example.org; s=x; b=YWJj"),
        new("arc-message-signature", MessageSignature, Words.Dkim, "i=1; a=rsa-sha256; c=relaxed/relaxed; d=example.org; s=x; h=from:to; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=YWJj"),
        new("authentication-results", ResultsText, Words.Results, Seeds.Results),
        new("forged-results", Forged, Words.Results, Seeds.Results),
        new("zone", ZoneText, Words.Json, Seeds.Zones),
        new("vector", Vector, Words.Json, Seeds.Vectors),
        new("batch", Batch, Words.Json, Seeds.Batches),
        new("pipeline", PipelineTarget.Run, Words.All, Seeds.Deliveries),
        new("suffix-list", SuffixList, Words.Names, "// comment\ncom\nco.uk\n*.ck\n!www.ck\n"),
    ];

    public static FuzzTarget Named(string name) =>
        All.FirstOrDefault(target => target.Name == name) ?? throw new ArgumentException($"No such target: {name}", nameof(name));

    private static string Text(ReadOnlySpan<byte> input) => Encoding.UTF8.GetString(input);

    private static void Check<T>(ParseResult<T> result, int length)
        where T : class
    {
        if (result.Error is { } error)
        {
            FindingException.ThrowIf(string.IsNullOrWhiteSpace(error.Reason), "an error without a reason");
            FindingException.ThrowIf(error.Position < 0 || error.Position > length, $"an error at {error.Position} of {length}");
        }
    }

    private static void Header(ReadOnlySpan<byte> input)
    {
        var message = input.ToArray();
        var header = HeaderBlock.Parse(message);
        var length = 0;
        for (var i = 0; i < header.Count; i++)
        {
            length += header[i].Raw.Length;
        }

        FindingException.ThrowIf(length != header.Bytes.Length, "the fields are not the whole header");
        var author = Author.Find(header);
        FindingException.ThrowIf(author.Domain is null && string.IsNullOrEmpty(author.Reason), "no author and no reason");
        FindingException.ThrowIf((author.Domain is null) != (author.Defect != AuthorDefect.None), "a defect beside a domain");
    }

    private static void From(ReadOnlySpan<byte> input) => Header([.. "From: "u8, .. input, .. "\r\n\r\n"u8]);

    private static void ReversePathText(ReadOnlySpan<byte> input)
    {
        var text = Text(input);
        Check(ReversePath.Parse(text), text.Length);
    }

    private static void DomainNames(ReadOnlySpan<byte> input)
    {
        var text = Text(input);
        var host = DomainName.Parse(text);
        Check(host, text.Length);
        FindingException.ThrowIf(host.Value is { } name && DomainName.Parse(name.ToString()).Value != name, "a name that does not read as itself");
        var any = DomainName.ParseDnsName(text);
        Check(any, text.Length);
        FindingException.ThrowIf(any.Value is { } other && DomainName.ParseDnsName(other.ToString()).Value != other, "a DNS name that does not read as itself");
    }

    private static void TagList(ReadOnlySpan<byte> input)
    {
        var text = Text(input);
        var reader = new TagListReader(text);
        for (var count = 0; reader.TryRead(out _); count++)
        {
            FindingException.ThrowIf(count > text.Length, "more tags than characters");
        }
    }

    private static void Signature(ReadOnlySpan<byte> input)
    {
        Check(DkimSignature.Parse(Text(input)), Text(input).Length);
        SignatureValue.TryFind(input, out var start, out var end);
        FindingException.ThrowIf(start < 0 || end < start || end > input.Length, "the signature's value lies outside");
    }

    private static void Key(ReadOnlySpan<byte> input)
    {
        var text = Text(input);
        Check(DkimKeyRecord.Parse(text), text.Length);
        VerificationKey.Parse(text);
    }

    private static void SpfText(ReadOnlySpan<byte> input)
    {
        var text = Text(input);
        Check(SpfRecord.Parse(text), text.Length);
    }

    private static void Macro(ReadOnlySpan<byte> input)
    {
        var text = Text(input);
        Check(SpfDomainSpec.Parse(text, 0), text.Length);
        Check(SpfMacroString.Parse(text, 0, SpfMacroUse.Explanation), text.Length);
    }

    private static void Dmarc(ReadOnlySpan<byte> input)
    {
        var text = Text(input);
        Check(DmarcRecord.Parse(text), text.Length);
    }

    private static void BimiText(ReadOnlySpan<byte> input)
    {
        var text = Text(input);
        Check(BimiRecord.Parse(text), text.Length);
    }

    private static void Selector(ReadOnlySpan<byte> input)
    {
        var text = Text(input);
        Check(BimiSelector.ParseField(text), text.Length);
    }

    private static void Uri(ReadOnlySpan<byte> input)
    {
        var text = Text(input);
        Check(HttpsUri.Parse(text), text.Length);
    }

    private static void Svg(ReadOnlySpan<byte> input) => BimiIndicator.Read(input.ToArray());

    private static void Certificate(ReadOnlySpan<byte> input)
    {
        Certificates.Verify(input.ToArray(), CertificateDomains, "default");
        Logotype.Parse(input.ToArray());
        TimestampList.Read(input);
    }

    private static void Seal(ReadOnlySpan<byte> input)
    {
        var text = Text(input);
        Check(ArcSeal.Parse(text), text.Length);
    }

    private static void MessageSignature(ReadOnlySpan<byte> input)
    {
        var text = Text(input);
        Check(ArcMessageSignature.Parse(text), text.Length);
    }

    private static void ResultsText(ReadOnlySpan<byte> input)
    {
        var read = AuthenticationResultsReader.Parse(input);
        Check(read, input.Length);

        // What a sealer records of an arriving field is written again (RFC 8617 section 5.1).
        byte[] message = [.. "Authentication-Results:"u8, .. input, .. "\r\n\r\n"u8];
        var field = AuthenticationResultsWriter.WriteField(ArcRecordedResults.Read(HeaderBlock.Parse(message), "mx.example.org"));
        var again = AuthenticationResultsReader.Parse(field.AsSpan("Authentication-Results:".Length));
        FindingException.ThrowIf(!again.IsSuccess, $"what was written does not read: {field}: {again.Error}");
    }

    private static void Forged(ReadOnlySpan<byte> input)
    {
        byte[] message = [.. "Authentication-Results:"u8, .. input, .. "\r\n\r\n"u8];
        var header = HeaderBlock.Parse(message);
        foreach (var field in ForgedResults.Find(header, "mx.example.org"))
        {
            FindingException.ThrowIf(string.IsNullOrEmpty(field.Reason) || field.Index >= header.Count, "a field to remove without a reason");
        }
    }

    private static void ZoneText(ReadOnlySpan<byte> input) => Check(Zone.Parse(input), input.Length);

    private static void Vector(ReadOnlySpan<byte> input)
    {
        var read = TestVector.Parse(input);
        Check(read, input.Length);
        if (read.Value is { } vector)
        {
            var line = vector.ToJsonLine();
            var again = TestVector.Parse(line);
            FindingException.ThrowIf(!again.IsSuccess, $"what was written does not read: {again.Error}: {line}");

            // Members that are not known are kept as they stand, escapes and all; what was written once stays.
            var second = again.Value!.ToJsonLine();
            FindingException.ThrowIf(TestVector.Parse(second).Value?.ToJsonLine() != second, "written again, it differs");
        }
    }

    private static void Batch(ReadOnlySpan<byte> input) => Check(BatchLine.Parse(input), input.Length);

    private static void SuffixList(ReadOnlySpan<byte> input)
    {
        using var reader = new StringReader(Text(input));
        PublicSuffixList.Load(reader);
    }

    private sealed class FixedTime(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
