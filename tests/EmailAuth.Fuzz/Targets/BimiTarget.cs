using System.Text;
using EmailAuth.Bimi;
using EmailAuth.Fuzz.Support;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Fuzz.Targets;

/// <summary>
/// BIMI over a zone and documents of an input's choosing. The input, in parts: the author domain, its organizational domain, the local-part
/// and the BIMI-Selector field on a line each; the zone in lines; the evidence; and what the record's location holds.
/// </summary>
internal static class BimiTarget
{
    public static void Run(ReadOnlySpan<byte> input)
    {
        var parts = new Parts(input);
        if (!parts.TryTake(out var head) || !parts.TryTake(out var lines) || !parts.TryTake(out var evidence))
        {
            return;
        }

        var text = Encoding.UTF8.GetString(head).Split('\n', 4);
        var request = new BimiRequest
        {
            AuthorDomain = DomainName.Parse(text[0]).Value,
            OrganizationalDomain = DomainName.Parse(text.ElementAtOrDefault(1) ?? string.Empty).Value,
            AuthorLocalPart = text.ElementAtOrDefault(2),
            SelectorFields = text.Length > 3 ? [text[3]] : [],
            IsSelectorSigned = true,
            DmarcResult = "pass",
            AppliedPolicy = BimiPolicy.Reject,
            AuthorRecord = new BimiDmarcRecord { Policy = BimiPolicy.Reject },
        };
        var zone = new ZoneResolver(ZoneLines.Read(lines));
        var recording = new RecordingResolver(zone);
        using var evaluator = new BimiEvaluator(recording);
        var found = Expect.Completed(evaluator.EvaluateAsync(request));
        Check(found);

        using var replaying = new BimiEvaluator(new ZoneResolver(recording.ToZone()));
        Expect.Equal(Describe(found), Describe(Expect.Completed(replaying.EvaluateAsync(request))), "from the recording");
        var late = ScriptedResolver.Held(zone);
        using var waiting = new BimiEvaluator(late);
        Expect.Equal(Describe(found), Describe(late.Run(new Random(input.Length), () => waiting.EvaluateAsync(request))), "answered later");

        if (found.Code == BimiResultCode.Pass)
        {
            using var documents = new IndicatorRetrieval(BimiTargets.Options, new Documents(evidence.ToArray(), parts.Rest.ToArray()), FixedTime.Default);
            Check(Expect.Completed(documents.JudgeAsync(found, request, CancellationToken.None)));
        }
    }

    private static void Check(BimiResult result)
    {
        if (result.Code != BimiResultCode.Pass)
        {
            Expect.Reason(result.Reason, "BIMI");
        }

        Expect.Printable(result.Reason, "BIMI's reason");
        FindingException.ThrowIf(result.Lookups.Length > 4, $"{result.Lookups.Length} lookups");
        FindingException.ThrowIf(
            result is { Code: BimiResultCode.Pass, Indicator.IsValid: false } or { Code: BimiResultCode.Pass, MarkCertificate.IsValid: false }, "a pass in spite of what was found");
        foreach (var field in BimiHeaderFields.Of(result))
        {
            Expect.Field($"{field.Name}:{field.Value}");
            FindingException.ThrowIf(
                field.Name == "BIMI-Indicator" && !Convert.FromBase64String(field.Value.Replace("\r\n ", string.Empty, StringComparison.Ordinal).Trim()).AsSpan().SequenceEqual(result.Indicator!.Svg.Span),
                "the field holds another picture");
        }

        if (result.Indicator is { } indicator)
        {
            BimiTargets.CheckIndicator(indicator);
        }
    }

    private static string Describe(BimiResult result) =>
        $"{result.Code} {result.Reason} {result.Domain} {result.Selector} {result.Record?.Location} {result.Record?.EvidenceLocation}\n{string.Join('\n', result.Lookups.Select(lookup => $"{lookup.Name} {lookup.Status}"))}";

    // A web that holds one document of each kind.
    private sealed class Documents(byte[] evidence, byte[] indicator) : IBimiFetcher
    {
        public Task<BimiDocument> FetchAsync(string uri, BimiDocumentKind kind, CancellationToken cancellationToken) =>
            Task.FromResult(BimiDocument.Of(kind == BimiDocumentKind.Evidence ? evidence : indicator));

        public void Dispose()
        {
        }
    }
}
