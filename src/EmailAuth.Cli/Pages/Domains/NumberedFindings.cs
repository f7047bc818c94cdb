using EmailAuth.Inspection;

namespace EmailAuth.Cli.Pages.Domains;

/// <summary>The findings of a domain, each with a number: the most harmful first. The same number is at the place of the finding in its record.</summary>
internal sealed class NumberedFindings
{
    private const int MaxMarks = 60;

    private readonly Dictionary<(FindingCode Code, string? Name, string? Record, int? Position), int> _numbers = [];

    public NumberedFindings(IEnumerable<Finding> findings)
    {
        All = [.. findings.OrderByDescending(static finding => finding.Severity)];
        for (var i = 0; i < All.Count; i++)
        {
            _numbers.TryAdd(KeyOf(All[i]), i + 1);
        }
    }

    /// <summary>The findings in the order of their numbers, from 1.</summary>
    public IReadOnlyList<Finding> All { get; }

    /// <summary>A record with its findings underlined, each with its number.</summary>
    public Html Mark(PublishedRecord record)
    {
        var text = record.Text;
        var (marked, at) = (Html.Empty, 0);
        foreach (var finding in record.Findings.Where(finding => finding.Position is not null && _numbers.ContainsKey(KeyOf(finding))).Take(MaxMarks))
        {
            var start = Math.Clamp(finding.Position!.Value, 0, text.Length);
            var end = Math.Clamp(start + Math.Max(finding.Length, 1), start, text.Length);
            Html number = $"<sup>{Link(_numbers[KeyOf(finding)])}</sup>";
            if (start < at || start == end)
            {
                // It begins within the one before, or after the end of the text: only its number is shown.
                marked.Add(number);
                continue;
            }

            Html underlined = finding.Severity switch
            {
                FindingSeverity.Error => $"<mark class=\"error\">{Shown.Sentence(text[start..end])}</mark>",
                FindingSeverity.Note => $"<mark class=\"info\">{Shown.Sentence(text[start..end])}</mark>",
                FindingSeverity.Warning or _ => (Html)$"<mark>{Shown.Sentence(text[start..end])}</mark>",
            };
            marked.Add($"{Shown.Sentence(text[at..start])}{underlined}{number}");
            at = end;
        }

        marked.Add($"{Shown.Sentence(text[at..])}");
        return $"<code class=\"record\">{marked}</code>";
    }

    /// <summary>Links to the findings whose codes begin with one of these words.</summary>
    public Html LinksOf(params string[] areas)
    {
        var links = Html.Empty;
        for (var i = 0; i < All.Count; i++)
        {
            if (areas.Contains(DomainAreas.WordOf(All[i]), StringComparer.Ordinal))
            {
                links.Add(links.IsEmpty ? Link(i + 1) : (Html)$", {Link(i + 1)}");
            }
        }

        return links;
    }

    private static Html Link(int number) => $"<a href=\"#finding-{number}\">{number}</a>";

    private static (FindingCode Code, string? Name, string? Record, int? Position) KeyOf(Finding finding) =>
        (finding.Code, finding.Name?.ToString(), finding.Record, finding.Position);
}
