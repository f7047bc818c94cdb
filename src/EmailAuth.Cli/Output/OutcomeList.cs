using System.Diagnostics;
using System.Globalization;
using EmailAuth.Composition;
using EmailAuth.Policy;

namespace EmailAuth.Cli.Output;

/// <summary>Many outcomes: a line for each, and at the end the number of each result.</summary>
internal sealed class OutcomeList(OutcomeForm form)
{
    // From the best to the worst, so that the best of several signatures is used.
    private static readonly string[] BestFirst = ["pass", "policy", "neutral", "softfail", "fail", "temperror", "permerror", "none"];

    private readonly Dictionary<string, SortedDictionary<string, int>> _counts = [];
    private int _count;

    public int UnreadableCount { get; private set; }

    public void Add(VerifiedMessage message)
    {
        if (message.Outcome is not { } outcome)
        {
            UnreadableCount++;
            Console.Error.WriteLine($"emailauth: {VisibleText.Of(message.Error)}");
            return;
        }

        _count++;
        Results(outcome).ForEach(r => Count(r.Method, r.Result));
        Count("decision", Decision(outcome));
        switch (form)
        {
            case OutcomeForm.Json:
                Console.Out.WriteLine(message.Account!.Json(JsonOutput.OneLine, message.Name));
                break;
            case OutcomeForm.Explanation:
                Console.Out.WriteLine($"{(_count > 1 ? Environment.NewLine : string.Empty)}== {VisibleText.Of(message.Name)}");
                Explanation.Write(Page.Open(), message.Account!);
                break;
            case OutcomeForm.Field when outcome.HasReconstructedEnvelope:
                UnreadableCount++;
                Console.Error.WriteLine($"emailauth: {VisibleText.Of(message.Name)}: {VisibleText.Of(OutcomeOutput.NoField(message))}");
                break;
            case OutcomeForm.Field:
                OutcomeOutput.WriteField(outcome);
                break;
            case OutcomeForm.Brief:
                if (_count == 1 && outcome.HasReconstructedEnvelope)
                {
                    Console.Out.WriteLine(EnvelopeLine.OfMany);
                }

                Console.Out.WriteLine(LineOf(message.Name, outcome));
                break;
            case OutcomeForm.Canonical:
                // The command refuses it for many messages; a pipe with an mbox file is read as one source.
                CanonicalOutput.Write(Console.Out, outcome, message.Message);
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>A message in one line: its name, its author domain, the result of each method, and what to do.</summary>
    public static string LineOf(string name, AuthenticationOutcome outcome) => string.Join(
        "  ",
        VisibleText.Of(name),
        outcome.Author.Domain?.ToString() ?? "no author",
        string.Join(' ', Results(outcome).Select(static r => $"{r.Method}={r.Result}")),
        Decision(outcome));

    public void Finish()
    {
        // Lines for programs have no count at the end; the program that reads them can count.
        if (form is OutcomeForm.Json or OutcomeForm.Field)
        {
            return;
        }

        var page = Page.Open();
        page.Section(string.Create(CultureInfo.InvariantCulture, $"{_count} message{(_count == 1 ? string.Empty : "s")}{(UnreadableCount > 0 ? $", {UnreadableCount} cannot be read" : string.Empty)}"));
        var rows = _counts.Select(pair => new[]
        {
            pair.Key, string.Join(", ", pair.Value.OrderByDescending(result => result.Value).Select(result => string.Create(CultureInfo.InvariantCulture, $"{result.Key} {result.Value}"))),
        }).ToList();
        if (rows.Count > 0)
        {
            page.Table(rows);
        }
    }

    private static List<(string Method, string Result)> Results(AuthenticationOutcome outcome) =>
        [.. MethodTable.Ranked.Select(static row => row.Method).Union(outcome.Methods.Select(static method => method.Method), StringComparer.Ordinal)
            .Select(method => (Method: method, Result: OpenVerdict.Is(outcome, method) ? OpenVerdict.Word : Best(outcome, method)))
            .Where(static r => r.Result is not null).Select(static r => (r.Method, r.Result!))];

    private static string Decision(AuthenticationOutcome outcome) => OpenVerdict.Is(outcome) ? OpenVerdict.Word : outcome.Disposition.Action.Keyword();

    private static string? Best(AuthenticationOutcome outcome, string method) => outcome.Results
        .Where(result => result.Method == method)
        .Select(result => result.Result)
        .MinBy(result => Array.IndexOf(BestFirst, result) is var rank and >= 0 ? rank : BestFirst.Length);

    private void Count(string what, string result)
    {
        if (!_counts.TryGetValue(what, out var counts))
        {
            _counts.Add(what, counts = new SortedDictionary<string, int>(StringComparer.Ordinal));
        }

        counts[result] = counts.GetValueOrDefault(result) + 1;
    }
}
