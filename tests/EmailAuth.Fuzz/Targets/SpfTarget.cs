using System.Net;
using System.Text;
using EmailAuth.Dns;
using EmailAuth.Fuzz.Support;
using EmailAuth.Spf;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Fuzz.Targets;

/// <summary>SPF over a zone of an input's choosing. The input: client, HELO and MAIL FROM on a line each, and the zone in lines.</summary>
internal static class SpfTarget
{
    private static readonly SpfOptions Sequential = new() { Prefetch = false, Receiver = "mx.example.org" };

    private static readonly SpfOptions Prefetching = Sequential with { Prefetch = true };

    // The record, ten terms with ten hosts or names each, those names once more for the "p" macro, the explanation.
    private const int MostQuestions = 1 + (10 * 11) + 11 + 1;

    public static void Run(ReadOnlySpan<byte> input)
    {
        var parts = new Parts(input);
        if (!parts.TryTake(out var head))
        {
            return;
        }

        var lines = Encoding.UTF8.GetString(head).Split('\n', 3);
        var client = IPAddress.TryParse(lines[0], out var address) ? address : IPAddress.Parse("192.0.2.1");
        var (helo, mailFrom) = (lines.ElementAtOrDefault(1), lines.ElementAtOrDefault(2));
        var zone = new ZoneResolver(ZoneLines.Read(parts.Rest));

        var recording = new RecordingResolver(zone);
        var late = ScriptedResolver.Held(zone);
        var plain = Expect.Completed(Evaluator(recording, Sequential).EvaluateMailFromAsync(client, helo, mailFrom));
        Check(plain);
        var ahead = late.Run(new Random(input.Length), () => Evaluator(late, Prefetching).EvaluateMailFromAsync(client, helo, mailFrom));
        Expect.Equal(Describe(plain), Describe(ahead), "asked ahead");
        FindingException.ThrowIf(late.AskedCount > MostQuestions, $"{late.AskedCount} questions");

        // What was recorded gives the same again. An alias is kept as what it led to, so the names asked for stay the same.
        var replayed = Expect.Completed(Evaluator(new ZoneResolver(recording.ToZone()), Prefetching).EvaluateMailFromAsync(client, helo, mailFrom));
        Expect.Equal(Describe(plain), Describe(replayed), "from the recording");
        Check(Expect.Completed(Evaluator(zone, Prefetching).EvaluateHeloAsync(client, helo)));
    }

    private static SpfEvaluator Evaluator(IDnsResolver resolver, SpfOptions options) => new(resolver, options, FixedTime.Default);

    private static void Check(SpfResult result)
    {
        Expect.Reason(result.Reason, "SPF");
        FindingException.ThrowIf(result.LookupCount > 10 || result.VoidLookupCount > 3, $"{result.LookupCount} lookups, {result.VoidLookupCount} void");
        FindingException.ThrowIf(result.Explanation is not null && (result.Code != SpfResultCode.Fail || result.Explanation.AsSpan().ContainsAnyExceptInRange(' ', '~')), $"an explanation that is no text: {result.Explanation}");
        FindingException.ThrowIf((result.Domain is null) != (result.Evidence is null), "a check without evidence");
        if (result.Evidence is { } evidence)
        {
            FindingException.ThrowIf(evidence.Code != result.Code || evidence.Domain != result.Domain, "the evidence says something else");
            var terms = CountedTerms(evidence);
            FindingException.ThrowIf(
                terms != result.LookupCount && !(terms == 11 && result is { LookupCount: 10, Code: SpfResultCode.PermError }), $"{terms} terms in the evidence that look up, not {result.LookupCount}");
        }

        Expect.Printable(result.ToMethodResult().Reason, "SPF's reason");
        Expect.Field(ReceivedSpfWriter.WriteField(result, "mx.example.org"));
    }

    // RFC 7208 section 4.6.4: these count, whether or not there is a name to ask for.
    private static int CountedTerms(SpfEvidence evidence) => evidence.Terms.Sum(term => (IsCounted(term.Term) ? 1 : 0) + (term.Target is null ? 0 : CountedTerms(term.Target)));

    private static bool IsCounted(string term)
    {
        var name = term.AsSpan(term[0] is '+' or '-' or '~' or '?' ? 1 : 0);
        var end = name.IndexOfAny(':', '/', '=');
        return (end < 0 ? name : name[..end]).ToString().ToLowerInvariant() is "include" or "a" or "mx" or "ptr" or "exists" or "redirect";
    }

    private static string Describe(SpfResult result) =>
        $"{result} {result.LookupCount} {result.VoidLookupCount} {result.Explanation} {result.MatchedMechanism}\n{result.Evidence}";
}
