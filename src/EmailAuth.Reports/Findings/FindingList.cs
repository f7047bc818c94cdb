using System.Collections.Immutable;

namespace EmailAuth.Reports.Findings;

/// <summary>Gathers the findings of one report, each code only so many times: a stranger decides how many there are.</summary>
internal sealed class FindingList
{
    private const int MaxOfOneCode = 10;

    private readonly List<ReportFinding> _findings = [];
    private readonly Dictionary<ReportFindingCode, int> _counts = [];

    /// <summary>What was found so far.</summary>
    public IReadOnlyList<ReportFinding> Findings => _findings;

    /// <summary>The worst of it.</summary>
    public ReportVerdict Verdict { get; private set; }

    /// <summary>Adds a finding.</summary>
    public void Add(ReportFindingCode code, string? place, params ReadOnlySpan<string> arguments)
    {
        var count = _counts.GetValueOrDefault(code) + 1;
        _counts[code] = count;
        if (count > MaxOfOneCode)
        {
            return;
        }

        Add(new ReportFinding { Code = code, Place = Shown(place), Arguments = [.. arguments.ToArray().Select(static argument => Shown(argument)!)] });
    }

    /// <summary>Adds a finding that another list or reader made.</summary>
    public void Add(ReportFinding finding)
    {
        _findings.Add(finding);
        Verdict = Worse(Verdict, VerdictOf(finding.Severity));
    }

    /// <summary>Adds findings that another list or reader made.</summary>
    public void AddRange(IEnumerable<ReportFinding> findings)
    {
        foreach (var finding in findings)
        {
            Add(finding);
        }
    }

    /// <summary>All of them.</summary>
    public ImmutableArray<ReportFinding> ToImmutable() => [.. _findings];

    /// <summary>The verdict that a finding of this severity leads to.</summary>
    public static ReportVerdict VerdictOf(ReportFindingSeverity severity) => severity switch
    {
        ReportFindingSeverity.Fault => ReportVerdict.Salvaged,
        ReportFindingSeverity.Fatal => ReportVerdict.Unusable,
        _ => ReportVerdict.Conforms,
    };

    private static ReportVerdict Worse(ReportVerdict one, ReportVerdict other) => one > other ? one : other;

    // What a stranger wrote is shown in one line of bounded length.
    private static string? Shown(string? text)
    {
        const int Most = 120;
        if (text is null)
        {
            return null;
        }

        var shown = text.Length <= Most ? text : string.Concat(text.AsSpan(0, char.IsHighSurrogate(text[Most - 1]) ? Most - 1 : Most), "…");
        return shown.AsSpan().ContainsAnyInRange('\0', '\u001F') || shown.AsSpan().ContainsAnyInRange('\u007F', '\u009F')
            ? string.Create(shown.Length, shown, static (span, source) =>
            {
                for (var i = 0; i < span.Length; i++)
                {
                    span[i] = char.IsControl(source[i]) ? '\uFFFD' : source[i];
                }
            })
            : shown;
    }
}
