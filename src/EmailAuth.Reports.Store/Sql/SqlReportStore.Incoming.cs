using System.Data.Common;
using System.Globalization;
using EmailAuth.Reports.Store.Incoming;

namespace EmailAuth.Reports.Store.Sql;

// The reports that others sent.
internal abstract partial class SqlReportStore : IIncomingReportStore
{
    public Task<IncomingResult> AddAsync(IncomingDocument document, IAsyncEnumerable<IncomingFact> facts, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        ArgumentNullException.ThrowIfNull(facts);
        return RunAsync(
            async connection =>
            {
                await using var transaction = await BeginAsync(connection, cancellationToken);
                var (key, isDuplicate) = await AddDocumentAsync(connection, transaction, document, cancellationToken);
                var result = isDuplicate ? IncomingResult.Duplicate : await CountAsync(connection, transaction, document, key, cancellationToken);
                if (!isDuplicate)
                {
                    await AddFactsAsync(connection, transaction, key, facts, cancellationToken);
                }

                await transaction.CommitAsync(cancellationToken);
                return result;
            },
            cancellationToken);
    }

    public IAsyncEnumerable<IncomingSum> SumAsync(IncomingQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return ReadAsync(IncomingSql.Sum(query), [("kind", (long)query.Kind), ("before", (long)query.Before.DayNumber), .. Parameters(query)], row => Sum(row, query.Group), cancellationToken);
    }

    public IAsyncEnumerable<DocumentSum> CountAsync(IncomingQuery query, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        return ReadAsync(IncomingSql.Count(query.Group), Parameters(query), Documents, cancellationToken);
    }

    private static (string Name, object? Value)[] Parameters(IncomingQuery query) =>
    [
        ("domain", query.Domain),
        ("below", "." + query.Domain),
        ("since", (long)query.Since.DayNumber),
        ("until", (long)query.Until.DayNumber),
        ("top", (long)query.Top),
    ];

    private static IncomingSum Sum(DbDataReader row, IncomingGroup group) => new()
    {
        Key = group switch
        {
            IncomingGroup.All => string.Empty,
            IncomingGroup.Day => DateOnly.FromDayNumber((int)row.GetInt64(0)).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            IncomingGroup.Name or IncomingGroup.NameAndDetail or IncomingGroup.Word or IncomingGroup.NameAndWord or IncomingGroup.Submitter or IncomingGroup.NameAndSubmitter => row.GetString(0),
            _ => throw new ArgumentOutOfRangeException(nameof(group), group, "It is not a group."),
        },
        Detail = group is IncomingGroup.NameAndDetail or IncomingGroup.NameAndWord or IncomingGroup.NameAndSubmitter ? row.GetString(1) : string.Empty,
        Count = row.GetInt64(2),
        Dkim = row.GetInt64(3),
        Spf = row.GetInt64(4),
        Passing = row.GetInt64(5),
        CountBefore = row.GetInt64(6),
        PassingBefore = row.GetInt64(7),
        Documents = row.GetInt64(8),
        Names = row.GetInt64(9),
    };

    private static DocumentSum Documents(DbDataReader row) => new()
    {
        Submitter = row.GetString(0),
        Counted = row.GetInt64(1),
        Aggregate = row.GetInt64(2),
        Tls = row.GetInt64(3),
        Conforming = row.GetInt64(4),
        Salvaged = row.GetInt64(5),
        Unusable = row.GetInt64(6),
        OtherVersions = row.GetInt64(7),
        Duplicates = row.GetInt64(8),
        Signed = row.GetInt64(9),
        Split = row.GetInt64(10),
        Messages = row.GetInt64(11),
        Failed = row.GetInt64(12),
    };

    private static async Task<IncomingResult> CountAsync(
        DbConnection connection, DbTransaction transaction, IncomingDocument document, long key, CancellationToken cancellationToken)
    {
        if (document.Verdict == ReportVerdict.Unusable)
        {
            return IncomingResult.Unusable;
        }

        var counted = await FindCountedAsync(connection, transaction, document, cancellationToken);
        if (counted is { } other)
        {
            if (other.IsSigned || !document.IsSigned)
            {
                return IncomingResult.OtherVersion;
            }

            await ExecuteAsync(connection, transaction, IncomingSql.SetCounted, [("is_counted", 0L), ("document_key", other.Key)], cancellationToken);
        }

        await ExecuteAsync(connection, transaction, IncomingSql.SetCounted, [("is_counted", 1L), ("document_key", key)], cancellationToken);
        return counted is null ? IncomingResult.Counted : IncomingResult.Replaced;
    }

    private static async Task<(long Key, bool IsSigned)?> FindCountedAsync(
        DbConnection connection, DbTransaction transaction, IncomingDocument document, CancellationToken cancellationToken)
    {
        await using var command = Command(connection, transaction, IncomingSql.FindCounted, [("identity", document.Identity)]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        return await reader.ReadAsync(cancellationToken) ? (reader.GetInt64(0), reader.GetInt64(1) == 1) : null;
    }

    private static async Task AddFactsAsync(
        DbConnection connection, DbTransaction transaction, long key, IAsyncEnumerable<IncomingFact> facts, CancellationToken cancellationToken)
    {
        // Equal ones of a statement are one row: a database does not change a row twice in a statement.
        var sums = new Dictionary<IncomingFact, long>(IncomingSql.FactsAtATime);
        await foreach (var fact in facts.WithCancellation(cancellationToken))
        {
            var name = fact with { Count = 0 };
            sums[name] = IncomingText.Total(sums.GetValueOrDefault(name) + fact.Count);
            if (sums.Count == IncomingSql.FactsAtATime)
            {
                await AddSumsAsync(connection, transaction, key, sums, cancellationToken);
                sums.Clear();
            }
        }

        if (sums.Count > 0)
        {
            await AddSumsAsync(connection, transaction, key, sums, cancellationToken);
        }
    }

    private static Task<int> AddSumsAsync(
        DbConnection connection, DbTransaction transaction, long key, Dictionary<IncomingFact, long> sums, CancellationToken cancellationToken)
    {
        var parameters = new List<(string Name, object? Value)>(1 + (sums.Count * 8)) { ("document_key", key) };
        foreach (var (fact, count) in sums)
        {
            var index = ((parameters.Count - 1) / 8).ToString(CultureInfo.InvariantCulture);
            parameters.Add(("k" + index, (long)fact.Kind));
            parameters.Add(("d" + index, (long)fact.Day.DayNumber));
            parameters.Add(("n" + index, fact.Name));
            parameters.Add(("e" + index, fact.Detail));
            parameters.Add(("p" + index, fact.IsPass ? 1L : 0L));
            parameters.Add(("s" + index, fact.IsSpfPass ? 1L : 0L));
            parameters.Add(("w" + index, fact.Word));
            parameters.Add(("m" + index, count));
        }

        return ExecuteAsync(connection, transaction, IncomingSql.AddFacts(sums.Count), parameters.ToArray(), cancellationToken);
    }

    private async Task<(long Key, bool IsDuplicate)> AddDocumentAsync(
        DbConnection connection, DbTransaction transaction, IncomingDocument document, CancellationToken cancellationToken)
    {
        await using var command = Command(
            connection,
            transaction,
            IncomingSql.AddDocument,
            [
                ("identity", document.Identity),
                ("content_hash", document.ContentHash),
                ("kind", (long)document.Kind),
                ("verdict", (long)document.Verdict),
                ("submitter", document.Submitter),
                ("domain", document.Domain),
                ("report_id", document.ReportId),
                ("first_day", (long)document.FirstDay.DayNumber),
                ("last_day", (long)document.LastDay.DayNumber),
                ("signers", document.Signers),
                ("is_signed", document.IsSigned ? 1L : 0L),
                ("messages", document.Messages),
                ("failed", document.Failed),
                ("now", Now()),
            ]);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1) > 0);
    }
}
