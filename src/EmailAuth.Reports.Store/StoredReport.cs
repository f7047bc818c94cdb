using System.Collections.Immutable;
using EmailAuth.Reports.Aggregate;

namespace EmailAuth.Reports.Store;

/// <summary>A report of the store: a policy domain, a policy configuration and a period, without the rows. Immutable.</summary>
public sealed class StoredReport
{
    /// <summary>The store's key.</summary>
    public required long Key { get; init; }

    /// <summary>The report id: 32 hexadecimal digits, chosen at random when the report begins, so that it is the same whenever the report is written.</summary>
    public required string Id { get; init; }

    /// <summary>What time it is about.</summary>
    public required ReportPeriod Period { get; init; }

    /// <summary>The policy configuration, with the policy domain.</summary>
    public required PublishedPolicy Policy { get; init; }

    /// <summary>The addresses of <c>rua</c>, in the record's order.</summary>
    public required ImmutableArray<string> ReportUris { get; init; }

    /// <summary>How many messages are counted.</summary>
    public required long Messages { get; init; }

    /// <summary>How many of them are reports themselves. When all are, the report is not made.</summary>
    public long MessagesAboutReports { get; init; }

    /// <summary>When the report became final; null while messages are still added. What comes later is in another report for the period.</summary>
    public DateTimeOffset? SealedAt { get; init; }

    /// <summary>The policy domain, the period and the number of messages.</summary>
    public override string ToString() => $"{Policy.Domain}, {Period}: {Messages}";
}
