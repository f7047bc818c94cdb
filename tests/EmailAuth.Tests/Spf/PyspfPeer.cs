using System.Text.Json;
using EmailAuth.Spf;

namespace EmailAuth.Tests.Spf;

/// <summary>pyspf (Debian's python3-spf) as pyspf_check.py runs it: what it is asked, what it answers, and in what it is known to differ.</summary>
internal static class PyspfPeer
{
    public const string Python = "/usr/bin/python3";

    public const string VoidLookups =
        "RFC 7208 section 4.6.4: terms that find nothing are counted; pyspf counts every query, of mail hosts and client names also";

    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>What pyspf does differently: the section that decides, and how such a difference is known.</summary>
    public static IReadOnlyList<(string Why, Func<SpfCase, SpfResult, Answer, bool> IsIt)> Explained { get; } =
    [
        ("RFC 7208 section 5.2: an include of the domain itself is an error when it is evaluated, not before",
            (_, _, theirs) => Says(theirs, "include has trivial recursion")),
        ("RFC 7208 section 7.3: the result of an expansion is not expanded again; pyspf does so with a domain that holds a percent sign",
            (_, ours, theirs) => Says(theirs, "invalid-macro-char") && Domains(ours.Evidence).Any(domain => domain.Contains('%', StringComparison.Ordinal))),
        ("RFC 7208 section 7.3: a split value is joined with dots; pyspf keeps the delimiters but in local parts",
            (one, _, _) => one.Holds("%{h-}") || one.Holds("%{h1r-}") || one.Holds("%{d1r-.}")),
        ("RFC 7208 section 7.3: a name loses labels until it fits; pyspf drops one",
            (_, ours, _) => Lookups(ours.Evidence).Any(lookup => lookup.Name.Length > 200)),
        ("RFC 7208 section 7.3: only names are cut to 253 characters; pyspf cuts explanations also",
            (_, ours, _) => ours.Explanation?.Length > 253),
        ("RFC 7208 section 6: modifiers that it does not define are ignored however often they stand; pyspf takes the second for an error",
            (one, _, theirs) => Says(theirs, "a= MUST appear at most once") && one.Holds("a=b a=c")),
        ("RFC 7208 section 6: the value of such a modifier is any macro-string",
            (one, _, theirs) => Says(theirs, "c,r,t macros allowed in exp= text only") && one.Holds("unknown=%{c}")),
        ("RFC 7208 sections 5.5 and 7.3: a failed lookup of the client's names is no error",
            (_, _, theirs) => Says(theirs, "no answer in time for") && Says(theirs, ".arpa")),
        ("RFC 7208 section 7.1: a macro has a closing brace; pyspf takes one without as literal text",
            (one, _, _) => one.Entries.Any(entry => entry.Record.Data is { } text && text.LastIndexOf("%{", StringComparison.Ordinal) is var open and >= 0
                && !text[open..].Split(' ')[0].Contains('}', StringComparison.Ordinal))),
    ];

    /// <summary>How pyspf's answers differ from ours: null when they do not, empty when nothing explains it.</summary>
    public static string? Difference(
        SpfCase one, SpfResult ours, Answers theirs, params ReadOnlySpan<(string Why, Func<SpfCase, SpfResult, Answer, bool> IsIt)> more)
    {
        if (Agrees(ours, theirs.AsItIs))
        {
            return null;
        }

        if (Agrees(ours, theirs.ByTerms))
        {
            return VoidLookups;
        }

        foreach (var (why, isIt) in (ReadOnlySpan<(string Why, Func<SpfCase, SpfResult, Answer, bool> IsIt)>)[.. Explained, .. more])
        {
            if (isIt(one, ours, theirs.ByTerms))
            {
                return why;
            }
        }

        return string.Empty;
    }

    public static Answers Read(string line) => JsonSerializer.Deserialize<Answers>(line, SnakeCase)!;

    private static bool Agrees(SpfResult ours, Answer theirs) =>
        ours.ToMethodResult().Result == theirs.Result && LowerCaseWords(ours.Explanation) == theirs.Explanation;

    public static bool Says(Answer theirs, string message) => theirs.Message?.Contains(message, StringComparison.Ordinal) == true;

    public static IEnumerable<SpfLookup> Lookups(SpfEvidence? evidence) => evidence is null ? [] :
        evidence.Terms.SelectMany(term => term.Lookups.Concat(Lookups(term.Target))).Concat(evidence.Lookup is null ? [] : [evidence.Lookup]);

    public static IEnumerable<string> Domains(SpfEvidence? evidence) => evidence is null ? [] :
        evidence.Terms.SelectMany(term => Domains(term.Target)).Prepend(evidence.Domain.ToString());

    public static string ToJson(SpfCase one) => JsonSerializer.Serialize(new
    {
        ip = one.Client.ToString(),
        helo = one.Helo,
        mail_from = one.MailFrom,
        receiver = "mx.example.org",
        zone = one.Entries.GroupBy(entry => entry.Name.ToLowerInvariant(), StringComparer.Ordinal).ToDictionary(
            entries => entries.Key,
            entries => entries.Select(entry => new object?[]
            {
                entry.Record.Type.ToString().ToUpperInvariant(),
                entry.Record.Type == ZoneEntryKind.MX ? new object[] { entry.Record.Preference, entry.Record.Data! } : LowerCaseWords(entry.Record.Data),
            }).ToArray(),
            StringComparer.Ordinal),
    });

    // RFC 5234 section 2.3: words of a grammar ignore case. pyspf knows that of mechanisms alone; so that the rest of such a record
    // is compared, it gets the modifiers and the "r" transformer in lower case.
    private static string? LowerCaseWords(string? text) => text?
        .Replace("Redirect=", "redirect=", StringComparison.Ordinal)
        .Replace("EXP=", "exp=", StringComparison.Ordinal)
        .Replace("%{dR}", "%{dr}", StringComparison.Ordinal);

    internal sealed record Answer(string Result, string? Explanation, string? Message);

    internal sealed record Answers(Answer AsItIs, Answer ByTerms);
}
