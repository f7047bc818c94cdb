using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using EmailAuth.Reports.Aggregate;

namespace EmailAuth.Reports;

/// <summary>Collects findings: the same one at the same place is kept once, with the first place and a count. There are as many as there are codes and places.</summary>
internal sealed class ReportFindings
{
    // Enough for an id or a domain; the sender wrote it.
    private const int MaxArgument = 255;

    private readonly Dictionary<(ReportFindingCode Code, string Place), Found> _found = [];
    private readonly List<(ReportFindingCode Code, string Place)> _order = [];

    /// <summary>The row that is looked at, from 1; 0 outside of rows.</summary>
    public long Record { get; set; }

    /// <summary>The line where the row that is looked at ends, for findings without a line of their own; null outside of rows.</summary>
    public int? Line { get; set; }

    /// <summary>The gravest severity so far; null without a finding.</summary>
    public ReportFindingSeverity? Worst { get; private set; }

    /// <summary>Adds a finding.</summary>
    public void Add(ReportFindingCode code, string place = "", int? line = null, string? argument = null, string? second = null, ReportFindingSeverity? severity = null)
    {
        ref var found = ref CollectionsMarshal.GetValueRefOrAddDefault(_found, (code, place), out var exists);
        if (exists)
        {
            found.Occurrences++;
            return;
        }

        var gravity = severity ?? ReportFindingRules.Of(code).Severity;
        found = new Found { Severity = gravity, Line = line ?? Line, Record = Record == 0 ? null : Record, First = Cut(argument), Second = Cut(second), Occurrences = 1 };
        _order.Add((code, place));
        Worst = Worst is null || gravity > Worst ? gravity : Worst;
    }

    /// <summary>What the findings make of the report.</summary>
    public ReportVerdict Verdict => Worst switch
    {
        ReportFindingSeverity.Fatal => ReportVerdict.Unusable,
        ReportFindingSeverity.Fault => ReportVerdict.Salvaged,
        ReportFindingSeverity.Note or null => ReportVerdict.Conforms,
        _ => throw new UnreachableException(),
    };

    /// <summary>Adds a finding about one of the known fields or members, or about the whole.</summary>
    public void AddFinding(ReportFindingCode code, string? place, params ReadOnlySpan<string> arguments) =>
        Add(code, place ?? string.Empty, null, arguments.Length > 0 ? arguments[0] : null, arguments.Length > 1 ? arguments[1] : null);

    /// <summary>Adds findings that were made elsewhere.</summary>
    public void AddRange(IEnumerable<ReportFinding> findings)
    {
        foreach (var finding in findings)
        {
            ref var found = ref CollectionsMarshal.GetValueRefOrAddDefault(_found, (finding.Code, finding.Place), out var exists);
            if (exists)
            {
                found.Occurrences += finding.Occurrences;
                continue;
            }

            found = new Found
            {
                Severity = finding.Severity,
                Record = finding.Record,
                Line = finding.Line,
                First = finding.Arguments.ElementAtOrDefault(0),
                Second = finding.Arguments.ElementAtOrDefault(1),
                Occurrences = finding.Occurrences,
            };
            _order.Add((finding.Code, finding.Place));
            Worst = Worst is null || finding.Severity > Worst ? finding.Severity : Worst;
        }
    }

    /// <summary>The findings in the order in which they were first found.</summary>
    public ImmutableArray<ReportFinding> ToImmutable()
    {
        var findings = ImmutableArray.CreateBuilder<ReportFinding>(_order.Count);
        foreach (var key in _order)
        {
            var found = _found[key];
            findings.Add(new ReportFinding
            {
                Code = key.Code,
                Severity = found.Severity,
                Place = key.Place,
                Record = found.Record,
                Line = found.Line,
                Occurrences = found.Occurrences,
                Arguments = found.First is null ? [] : found.Second is null ? [found.First] : [found.First, found.Second],
            });
        }

        return findings.MoveToImmutable();
    }

    private static string? Cut(string? text) => text is null ? null : AggregateXml.OneLine(text.Length > MaxArgument ? text[..MaxArgument] + "…" : text);

    [StructLayout(LayoutKind.Auto)]
    private struct Found
    {
        public ReportFindingSeverity Severity;
        public long? Record;
        public int? Line;
        public string? First;
        public string? Second;
        public long Occurrences;
    }
}
