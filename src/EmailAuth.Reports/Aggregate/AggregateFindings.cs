using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace EmailAuth.Reports.Aggregate;

/// <summary>Collects findings: the same one at the same place is kept once, with the first place and a count. There are as many as there are codes and places.</summary>
internal sealed class AggregateFindings
{
    // Enough for an id or a domain; a stranger wrote it.
    private const int MaxArgument = 255;

    private readonly Dictionary<(AggregateFindingCode Code, string Place), Found> _found = [];
    private readonly List<(AggregateFindingCode Code, string Place)> _order = [];

    /// <summary>The row that is looked at, from 1; 0 outside of rows.</summary>
    public long Record { get; set; }

    /// <summary>The line where the row that is looked at ends, for findings without a line of their own; null outside of rows.</summary>
    public int? Line { get; set; }

    /// <summary>The gravest severity so far; null without a finding.</summary>
    public AggregateFindingSeverity? Worst { get; private set; }

    /// <summary>Adds a finding.</summary>
    public void Add(AggregateFindingCode code, string place = "", int? line = null, string? argument = null, string? second = null, AggregateFindingSeverity? severity = null)
    {
        ref var found = ref CollectionsMarshal.GetValueRefOrAddDefault(_found, (code, place), out var exists);
        if (exists)
        {
            found.Occurrences++;
            return;
        }

        var gravity = severity ?? AggregateFindingRules.Of(code).Severity;
        found = new Found { Severity = gravity, Line = line ?? Line, Record = Record == 0 ? null : Record, First = Cut(argument), Second = Cut(second), Occurrences = 1 };
        _order.Add((code, place));
        Worst = Worst is null || gravity > Worst ? gravity : Worst;
    }

    /// <summary>The findings in the order in which they were first found.</summary>
    public ImmutableArray<AggregateFinding> ToImmutable()
    {
        var findings = ImmutableArray.CreateBuilder<AggregateFinding>(_order.Count);
        foreach (var key in _order)
        {
            var found = _found[key];
            findings.Add(new AggregateFinding
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
        public AggregateFindingSeverity Severity;
        public long? Record;
        public int? Line;
        public string? First;
        public string? Second;
        public long Occurrences;
    }
}
