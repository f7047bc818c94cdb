using System.Collections.Immutable;

namespace EmailAuth.Reports.Store.Incoming;

/// <summary>What the reports about a domain say for a period. Each list has the largest ones only. Immutable.</summary>
public sealed class IncomingSummary
{
    private const int MaxDays = 366;

    private static readonly ImmutableHashSet<string> ContradictionWords =
    [
        .. new[]
        {
            ReportFindingCode.ForeignPass, ReportFindingCode.RefusedThoughPassed, ReportFindingCode.PassThoughFailed, ReportFindingCode.DkimPassUnexplained,
            ReportFindingCode.SpfPassUnexplained, ReportFindingCode.CountOverflow, ReportFindingCode.FailureContradiction, ReportFindingCode.TlsFailuresExceedTotal,
            ReportFindingCode.TlsFailuresUnexplained, ReportFindingCode.MailDisagrees, ReportFindingCode.PolicyDomainDiffers, ReportFindingCode.PeriodDiffers,
        }.Select(static code => code.Keyword()),
    ];

    private IncomingSummary(IncomingQuery query) => (Domain, Since, Until, Before) = (query.Domain, query.Since, query.Until, query.Before);

    /// <summary>The domain.</summary>
    public string Domain { get; }

    /// <summary>The first day.</summary>
    public DateOnly Since { get; }

    /// <summary>The last day.</summary>
    public DateOnly Until { get; }

    /// <summary>The first day of the period before, which ends the day before the first one and is as long.</summary>
    public DateOnly Before { get; }

    /// <summary>All messages.</summary>
    public IncomingSum Messages { get; private set; } = new() { Key = string.Empty };

    /// <summary>All documents.</summary>
    public DocumentSum Documents { get; private set; } = new() { Submitter = string.Empty };

    /// <summary>The days that have messages, the earliest first.</summary>
    public ImmutableArray<IncomingSum> Days { get; private set; } = [];

    /// <summary>The sources.</summary>
    public ImmutableArray<IncomingSum> Sources { get; private set; } = [];

    /// <summary>What reporters did with the messages.</summary>
    public ImmutableArray<IncomingSum> Dispositions { get; private set; } = [];

    /// <summary>Sources without messages in the period before. Empty when that period has no messages at all: then everything would be new.</summary>
    public ImmutableArray<IncomingSum> NewSources { get; private set; } = [];

    /// <summary>Sources that passed in the period before, and for the most part do no longer.</summary>
    public ImmutableArray<IncomingSum> StoppedSources { get; private set; } = [];

    /// <summary>Signing domains with their selectors (the detail) whose signatures passed, and for the most part do no longer.</summary>
    public ImmutableArray<IncomingSum> FailingSelectors { get; private set; } = [];

    /// <summary>Who reported.</summary>
    public ImmutableArray<DocumentSum> Reporters { get; private set; } = [];

    /// <summary>The policies that reporters saw.</summary>
    public ImmutableArray<IncomingSum> Policies { get; private set; } = [];

    /// <summary>The findings about the documents, with their severity as the detail.</summary>
    public ImmutableArray<IncomingSum> Findings { get; private set; } = [];

    /// <summary>The findings that are contradictions.</summary>
    public IEnumerable<IncomingSum> Contradictions => Findings.Where(static finding => ContradictionWords.Contains(finding.Key));

    /// <summary>Complaints by stream of mail, with their type as the detail.</summary>
    public ImmutableArray<IncomingSum> Complaints { get; private set; } = [];

    /// <summary>Complaints by their type.</summary>
    public ImmutableArray<IncomingSum> ComplaintTypes { get; private set; } = [];

    /// <summary>All sessions of TLS reports.</summary>
    public IncomingSum TlsSessions { get; private set; } = new() { Key = string.Empty };

    /// <summary>TLS failures by their kind and MX.</summary>
    public ImmutableArray<IncomingSum> TlsFailures { get; private set; } = [];

    /// <summary>TLS failures by their kind and reporter.</summary>
    public ImmutableArray<IncomingSum> TlsReporters { get; private set; } = [];

    /// <summary>The longest period in days.</summary>
    public static int MostDays => MaxDays;

    /// <summary>Reads a summary out of a store.</summary>
    /// <param name="store">The store.</param>
    /// <param name="domain">The domain, in A-labels and lower case.</param>
    /// <param name="since">The first day.</param>
    /// <param name="until">The last day.</param>
    /// <param name="top">The most entries of each list.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period is empty or has too many days.</exception>
    public static async Task<IncomingSummary> ReadAsync(
        IIncomingReportStore store, string domain, DateOnly since, DateOnly until, int top, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        var days = until.DayNumber - since.DayNumber + 1;
        if (days is < 1 or > MaxDays)
        {
            throw new ArgumentOutOfRangeException(nameof(until), until, "A period has 1 to 366 days.");
        }

        var before = DateOnly.FromDayNumber(Math.Max(0, since.DayNumber - days));
        var query = new IncomingQuery { Domain = domain, Before = before, Since = since, Until = until, Top = top };
        var summary = new IncomingSummary(query);
        await summary.ReadRowsAsync(store, query, cancellationToken);
        await summary.ReadOthersAsync(store, query, cancellationToken);
        return summary;
    }

    private async Task ReadRowsAsync(IIncomingReportStore store, IncomingQuery query, CancellationToken cancellationToken)
    {
        var rows = query with { Kind = IncomingFactKind.Row };
        Messages = await OneAsync(rows) ?? Messages;
        Days = await ListAsync(rows with { Group = IncomingGroup.Day, Top = MaxDays });
        Dispositions = await ListAsync(rows with { Group = IncomingGroup.Word });
        var sources = rows with { Group = IncomingGroup.Name };
        Sources = await ListAsync(sources);
        var earlier = query.Before < query.Since ? await OneAsync(rows with { Since = query.Before, Until = query.Since.AddDays(-1) }) : null;
        NewSources = earlier is null ? [] : await ListAsync(sources with { Change = IncomingChange.New });
        StoppedSources = await ListAsync(sources with { Change = IncomingChange.StoppedPassing });
        FailingSelectors = await ListAsync(query with { Kind = IncomingFactKind.Signature, Group = IncomingGroup.NameAndDetail, Change = IncomingChange.StoppedPassing });

        ValueTask<ImmutableArray<IncomingSum>> ListAsync(IncomingQuery part) => IncomingSummary.ListAsync(store, part, cancellationToken);

        async ValueTask<IncomingSum?> OneAsync(IncomingQuery part) => (await ListAsync(part with { Group = IncomingGroup.All })).FirstOrDefault();
    }

    private async Task ReadOthersAsync(IIncomingReportStore store, IncomingQuery query, CancellationToken cancellationToken)
    {
        Policies = await ListAsync(IncomingFactKind.Policy, IncomingGroup.Name, query.Top);
        Complaints = await ListAsync(IncomingFactKind.Complaint, IncomingGroup.NameAndWord, query.Top);
        ComplaintTypes = await ListAsync(IncomingFactKind.Complaint, IncomingGroup.Word, query.Top);
        TlsSessions = (await ListAsync(IncomingFactKind.TlsSession, IncomingGroup.All, 1)).FirstOrDefault() ?? TlsSessions;
        TlsFailures = await ListAsync(IncomingFactKind.TlsFailure, IncomingGroup.NameAndDetail, query.Top);
        TlsReporters = await ListAsync(IncomingFactKind.TlsFailure, IncomingGroup.NameAndSubmitter, query.Top);

        // There are fewer codes than that, so that no contradiction is left out.
        Findings = await ListAsync(IncomingFactKind.Finding, IncomingGroup.NameAndWord, 500);
        Documents = (await CountAsync(query with { Group = IncomingGroup.All })).FirstOrDefault() ?? Documents;
        Reporters = await CountAsync(query with { Group = IncomingGroup.Submitter });

        ValueTask<ImmutableArray<IncomingSum>> ListAsync(IncomingFactKind kind, IncomingGroup group, int top) =>
            IncomingSummary.ListAsync(store, query with { Kind = kind, Group = group, Top = top }, cancellationToken);

        async ValueTask<ImmutableArray<DocumentSum>> CountAsync(IncomingQuery part)
        {
            var sums = ImmutableArray.CreateBuilder<DocumentSum>();
            await foreach (var sum in store.CountAsync(part, cancellationToken))
            {
                sums.Add(sum);
            }

            return sums.ToImmutable();
        }
    }

    private static async ValueTask<ImmutableArray<IncomingSum>> ListAsync(IIncomingReportStore store, IncomingQuery query, CancellationToken cancellationToken)
    {
        var sums = ImmutableArray.CreateBuilder<IncomingSum>();
        await foreach (var sum in store.SumAsync(query, cancellationToken))
        {
            sums.Add(sum);
        }

        return sums.ToImmutable();
    }
}
