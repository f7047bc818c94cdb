using System.Data.Common;
using EmailAuth.Reports.Collection;
using EmailAuth.Reports.Store.Counting;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Failing;

namespace EmailAuth.Reports.Store.Sql;

/// <summary>Makes values of rows that <see cref="StoreSql"/> selects.</summary>
internal static class SqlRead
{
    public static JournalState Journal(DbDataReader row) => new()
    {
        Position = new JournalPosition { Node = row.GetString(0), Segment = row.GetInt64(1), Offset = row.GetInt64(2) },
        Messages = row.GetInt64(3),
        ImportedAt = Moment(row.GetInt64(4)),
        FirstMessageAt = row.IsDBNull(8) ? null : Moment(row.GetInt64(8)),
        LastMessageAt = row.IsDBNull(5) ? null : Moment(row.GetInt64(5)),
        Error = row.IsDBNull(6) ? null : row.GetString(6),
        ErrorAt = row.IsDBNull(7) ? null : Moment(row.GetInt64(7)),
    };

    public static StoredReport Report(DbDataReader row)
    {
        var policy = StoredContent.Policy(row.GetFieldValue<byte[]>(4));
        return new StoredReport
        {
            Key = row.GetInt64(0),
            Id = row.GetString(1),
            Period = new ReportPeriod { Begin = DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(2)), End = DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(3)) },
            Policy = policy.Policy,
            ReportUris = policy.ReportUris,
            Messages = row.GetInt64(5),
            MessagesAboutReports = row.GetInt64(6),
            SealedAt = row.IsDBNull(7) ? null : Moment(row.GetInt64(7)),
        };
    }

    public static StoredFailure Failure(DbDataReader row) => new()
    {
        Key = row.GetInt64(0),
        Id = row.GetString(1),
        PolicyDomain = row.GetString(2),
        ReportUris = [.. row.GetString(3).Split('\n', StringSplitOptions.RemoveEmptyEntries)],
        FirstAt = Moment(row.GetInt64(4)),
        Incidents = row.GetInt64(5),
        Fields = row.GetString(6),
        Header = row.GetString(7),
        SealedAt = row.IsDBNull(8) ? null : Moment(row.GetInt64(8)),
        IsComplaint = row.GetString(9) == FailureSum.ComplaintKind,
    };

    public static ReportDelivery Delivery(DbDataReader row) => new()
    {
        Token = row.GetString(0),
        ReportKey = row.GetInt64(1),
        Address = row.GetString(2),
        Host = row.GetString(3),
        Part = (int)row.GetInt64(4),
        Parts = (int)row.GetInt64(5),
        State = (DeliveryState)row.GetInt64(6),
        DueAt = Moment(row.GetInt64(7)),
        FirstDueAt = Moment(row.GetInt64(8)),
        Attempts = (int)row.GetInt64(9),
        Lease = row.GetString(10) is { Length: > 0 } lease ? lease : null,
        Reply = row.GetString(11) is { Length: > 0 } reply ? reply : null,
        ChangedAt = Moment(row.GetInt64(12)),
    };

    public static Suppression Suppression(DbDataReader row) => new()
    {
        Address = row.GetString(0),
        Since = Moment(row.GetInt64(1)),
        Until = Moment(row.GetInt64(2)),
        Refusals = (int)row.GetInt64(3),
        Reason = row.GetString(4),
    };

    public static DateTimeOffset Moment(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
