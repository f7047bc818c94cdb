using System.Data.Common;
using EmailAuth.Reports.Collection;
using EmailAuth.Reports.Store.Counting;

namespace EmailAuth.Reports.Store.Sql;

/// <summary>Makes values of rows that <see cref="StoreSql"/> selects.</summary>
internal static class SqlRead
{
    public static JournalState Journal(DbDataReader row) => new()
    {
        Position = new JournalPosition { Node = row.GetString(0), Segment = row.GetInt64(1), Offset = row.GetInt64(2) },
        Messages = row.GetInt64(3),
        ImportedAt = Moment(row.GetInt64(4)),
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

    private static DateTimeOffset Moment(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
