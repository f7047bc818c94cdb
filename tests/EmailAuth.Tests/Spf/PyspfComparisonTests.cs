using System.Diagnostics;
using System.Text.Json;
using EmailAuth.Dns;
using EmailAuth.Spf;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>
/// Generated cases, judged here and by pyspf (Debian's python3-spf). Every difference has to be one of those that are named here,
/// with the section that decides for us.
/// </summary>
public class PyspfComparisonTests
{
    private const string Python = "/usr/bin/python3";
    private const int Cases = 6000;

    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <summary>What pyspf does differently: the section that decides, and how such a difference is known.</summary>
    private static readonly (string Why, Func<SpfGeneratedCase, SpfResult, Answer, bool> IsIt)[] Explained =
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

    private const string VoidLookups =
        "RFC 7208 section 4.6.4: terms that find nothing are counted; pyspf counts every query, of mail hosts and client names also";

    [Fact]
    public async Task Generated_cases_give_what_pyspf_gives_or_a_section_says_why_not()
    {
        Assert.SkipUnless(HasPyspf(), "python3-spf is not installed");
        var cases = Enumerable.Range(1, Cases).Select(seed => new SpfGeneratedCase(seed)).ToList();
        var theirs = await AskPyspfAsync(cases);
        var (differences, counts) = (new List<string>(), new SortedDictionary<string, int>(StringComparer.Ordinal));
        for (var i = 0; i < cases.Count; i++)
        {
            var ours = await new SpfEvaluator(new ZoneResolver(cases[i].Zone), new SpfOptions { Receiver = "mx.example.org" })
                .EvaluateAsync(cases[i].Client, cases[i].Helo, cases[i].MailFrom, TestContext.Current.CancellationToken);
            if (Agrees(ours, theirs[i].AsItIs))
            {
                continue;
            }

            var why = Agrees(ours, theirs[i].ByTerms) ? VoidLookups
                : Explained.FirstOrDefault(explained => explained.IsIt(cases[i], ours, theirs[i].ByTerms)).Why;
            if (why is null)
            {
                differences.Add($"{cases[i]}\n  ours {ours} \"{ours.Explanation}\"\n  theirs {theirs[i]}\n{ours.Evidence}\n");
            }
            else
            {
                counts[why] = counts.GetValueOrDefault(why) + 1;
            }
        }

        // An explanation that nothing needs any more is taken out.
        Assert.All(Explained, explained => Assert.True(counts.ContainsKey(explained.Why), explained.Why));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join('\n', counts.Select(count => $"{count.Value} of {Cases}: {count.Key}")));
        Assert.True(differences.Count == 0, $"{differences.Count} unexplained differences, the first ones:\n{string.Join('\n', differences.Take(20))}");
        Assert.True(counts.Values.Sum() < Cases / 5, "most cases must agree outright, or the comparison says little");
    }

    private static bool Agrees(SpfResult ours, Answer theirs) =>
        ours.ToMethodResult().Result == theirs.Result && LowerCaseWords(ours.Explanation) == theirs.Explanation;

    private static bool Says(Answer theirs, string message) => theirs.Message?.Contains(message, StringComparison.Ordinal) == true;

    private static IEnumerable<SpfLookup> Lookups(SpfEvidence? evidence) => evidence is null ? [] :
        evidence.Terms.SelectMany(term => term.Lookups.Concat(Lookups(term.Target))).Concat(evidence.Lookup is null ? [] : [evidence.Lookup]);

    private static IEnumerable<string> Domains(SpfEvidence? evidence) => evidence is null ? [] :
        evidence.Terms.SelectMany(term => Domains(term.Target)).Prepend(evidence.Domain.ToString());

    private static bool HasPyspf()
    {
        if (!File.Exists(Python))
        {
            return false;
        }

        using var probe = Process.Start(new ProcessStartInfo(Python, ["-c", "import spf"]) { RedirectStandardError = true, UseShellExecute = false });
        probe!.WaitForExit();
        return probe.ExitCode == 0;
    }

    private static async Task<List<Answers>> AskPyspfAsync(List<SpfGeneratedCase> cases)
    {
        var start = new ProcessStartInfo(Python, [Repository.PathOf("tests", "EmailAuth.Tests", "Spf", "pyspf_check.py")])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var writing = Task.Run(async () =>
        {
            foreach (var one in cases)
            {
                await process.StandardInput.WriteLineAsync(ToJson(one));
            }

            process.StandardInput.Close();
        });
        var answers = new List<Answers>();
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            answers.Add(JsonSerializer.Deserialize<Answers>(line, SnakeCase)!);
        }

        await writing;
        await process.WaitForExitAsync();
        Assert.Equal(cases.Count, answers.Count);
        return answers;
    }

    private static string ToJson(SpfGeneratedCase one) => JsonSerializer.Serialize(new
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
                entry.Record.Type == ZoneRecordType.MX ? new object[] { entry.Record.Preference, entry.Record.Data! } : LowerCaseWords(entry.Record.Data),
            }).ToArray(),
            StringComparer.Ordinal),
    });

    // RFC 5234 section 2.3: words of a grammar ignore case. pyspf knows that of mechanisms alone; so that the rest of such a record
    // is compared, it gets the modifiers and the "r" transformer in lower case.
    private static string? LowerCaseWords(string? text) => text?
        .Replace("Redirect=", "redirect=", StringComparison.Ordinal)
        .Replace("EXP=", "exp=", StringComparison.Ordinal)
        .Replace("%{dR}", "%{dr}", StringComparison.Ordinal);

    private sealed record Answer(string Result, string? Explanation, string? Message);

    private sealed record Answers(Answer AsItIs, Answer ByTerms);
}
