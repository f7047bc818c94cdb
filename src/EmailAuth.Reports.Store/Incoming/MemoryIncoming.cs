using System.Globalization;

namespace EmailAuth.Reports.Store.Incoming;

/// <summary>The reports that came in, in memory. Not thread-safe.</summary>
internal sealed class MemoryIncoming
{
    private readonly List<Entry> _entries = [];

    public IncomingResult Add(IncomingDocument document, List<IncomingFact> facts)
    {
        if (_entries.Find(entry => entry.Document.Identity == document.Identity && entry.Document.ContentHash == document.ContentHash) is { } copy)
        {
            copy.Duplicates++;
            copy.IsSigned |= document.IsSigned;
            return IncomingResult.Duplicate;
        }

        var entry = new Entry { Document = document, Facts = facts, IsSigned = document.IsSigned };
        var other = _entries.Find(one => one.IsCounted && one.Document.Identity == document.Identity);
        _entries.Add(entry);
        if (document.Verdict == ReportVerdict.Unusable)
        {
            return IncomingResult.Unusable;
        }

        if (other is not null && (other.IsSigned || !document.IsSigned))
        {
            return IncomingResult.OtherVersion;
        }

        entry.IsCounted = true;
        other?.IsCounted = false;
        return other is null ? IncomingResult.Counted : IncomingResult.Replaced;
    }

    public IReadOnlyList<IncomingSum> Sum(IncomingQuery query)
    {
        var facts = _entries.Where(entry => (entry.IsCounted || query.Kind == IncomingFactKind.Finding) && IsAbout(entry, query.Domain))
            .SelectMany(static entry => entry.Facts, static (entry, fact) => (Entry: entry, Fact: fact))
            .Where(pair => pair.Fact.Kind == query.Kind && pair.Fact.Day >= query.Before && pair.Fact.Day <= query.Until);
        var sums = facts.GroupBy(pair => Group(query.Group, pair.Entry, pair.Fact)).Select(group =>
        {
            var now = group.Where(pair => pair.Fact.Day >= query.Since).ToList();
            var before = group.Where(pair => pair.Fact.Day < query.Since).ToList();
            return new IncomingSum
            {
                Key = group.Key.Key,
                Detail = group.Key.Detail,
                Count = Sum(now.Select(static pair => pair.Fact.Count)),
                Dkim = Sum(now.Where(static pair => pair.Fact.IsPass).Select(static pair => pair.Fact.Count)),
                Spf = Sum(now.Where(static pair => pair.Fact.IsSpfPass).Select(static pair => pair.Fact.Count)),
                Passing = Sum(now.Where(static pair => IsPassing(pair.Fact)).Select(static pair => pair.Fact.Count)),
                CountBefore = Sum(before.Select(static pair => pair.Fact.Count)),
                PassingBefore = Sum(before.Where(static pair => IsPassing(pair.Fact)).Select(static pair => pair.Fact.Count)),
                Documents = group.Select(static pair => pair.Entry).Distinct().Count(),
                Names = now.Select(static pair => pair.Fact.Name).Distinct(StringComparer.Ordinal).Count(),
            };
        }).Where(sum => sum.Count > 0 && IsWanted(sum, query.Change));
        sums = query.Group == IncomingGroup.Day ? sums.OrderBy(static sum => sum.Key, StringComparer.Ordinal) : sums.OrderByDescending(static sum => sum.Count).ThenBy(static sum => sum.Key, StringComparer.Ordinal).ThenBy(static sum => sum.Detail, StringComparer.Ordinal);
        return [.. sums.Take(query.Top)];
    }

    public IReadOnlyList<DocumentSum> Count(IncomingQuery query)
    {
        var entries = _entries.Where(entry => entry.Document.FirstDay <= query.Until && entry.Document.LastDay >= query.Since
            && (IsAbout(entry, query.Domain) || (entry.Document.Domain.Length == 0 && entry.Document.Verdict == ReportVerdict.Unusable)));
        var groups = query.Group == IncomingGroup.Submitter
            ? entries.GroupBy(static entry => entry.Document.Submitter, StringComparer.Ordinal).Select(static group => Count(group.Key, [.. group]))
            : [Count(string.Empty, [.. entries])];
        return [.. groups.OrderByDescending(static sum => sum.Messages).ThenBy(static sum => sum.Submitter, StringComparer.Ordinal).Take(query.Top)];
    }

    private static DocumentSum Count(string submitter, List<Entry> entries)
    {
        var counted = entries.Where(static entry => entry.IsCounted).ToList();
        var aggregate = counted.Where(static entry => entry.Document.Kind == Reading.ReportKind.Aggregate).ToList();
        return new DocumentSum
        {
            Submitter = submitter,
            Counted = counted.Count,
            Aggregate = aggregate.Count,
            Tls = counted.Count(static entry => entry.Document.Kind == Reading.ReportKind.Tls),
            Conforming = entries.Count(static entry => entry.Document.Verdict == ReportVerdict.Conforms),
            Salvaged = entries.Count(static entry => entry.Document.Verdict == ReportVerdict.Salvaged),
            Unusable = entries.Count(static entry => entry.Document.Verdict == ReportVerdict.Unusable),
            OtherVersions = entries.Count(static entry => !entry.IsCounted && entry.Document.Verdict != ReportVerdict.Unusable),
            Duplicates = entries.Sum(static entry => entry.Duplicates),
            Signed = counted.Count(static entry => entry.IsSigned),
            Split = counted.Count(static entry => entry.Document.LastDay > entry.Document.FirstDay),
            Messages = Sum(aggregate.Select(static entry => entry.Document.Messages)),
            Failed = Sum(aggregate.Select(static entry => entry.Document.Failed)),
        };
    }

    // What strangers count may add up to more than 64 bits have.
    private static long Sum(IEnumerable<long> counts) => counts.Aggregate(0L, static (sum, count) => IncomingText.Total(sum + IncomingText.Total(count)));

    private static bool IsPassing(IncomingFact fact) => fact.IsPass || fact.IsSpfPass;

    private static bool IsAbout(Entry entry, string domain) =>
        entry.Document.Domain == domain || entry.Document.Domain.EndsWith("." + domain, StringComparison.Ordinal);

    private static bool IsWanted(IncomingSum sum, IncomingChange change) => change switch
    {
        IncomingChange.Any => true,
        IncomingChange.New => sum.CountBefore == 0,
        IncomingChange.StoppedPassing => sum.PassingBefore > 0 && sum.PassingBefore * 2 >= sum.CountBefore && sum.Passing * 2 < sum.Count,
        IncomingChange.Passing => sum.Passing > 0,
        _ => throw new ArgumentOutOfRangeException(nameof(change), change, "It is not a change."),
    };

    private static (string Key, string Detail) Group(IncomingGroup group, Entry entry, IncomingFact fact) => group switch
    {
        IncomingGroup.All => (string.Empty, string.Empty),
        IncomingGroup.Name => (fact.Name, string.Empty),
        IncomingGroup.NameAndDetail => (fact.Name, fact.Detail),
        IncomingGroup.Word => (fact.Word, string.Empty),
        IncomingGroup.NameAndWord => (fact.Name, fact.Word),
        IncomingGroup.Day => (fact.Day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), string.Empty),
        IncomingGroup.Submitter => (entry.Document.Submitter, string.Empty),
        IncomingGroup.NameAndSubmitter => (fact.Name, entry.Document.Submitter),
        _ => throw new ArgumentOutOfRangeException(nameof(group), group, "It is not a group."),
    };

    private sealed class Entry
    {
        public required IncomingDocument Document { get; init; }

        public required List<IncomingFact> Facts { get; init; }

        public bool IsCounted { get; set; }

        public bool IsSigned { get; set; }

        public long Duplicates { get; set; }
    }
}
