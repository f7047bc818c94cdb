namespace EmailAuth.Reports.Store.Incoming;

/// <summary>Documents that were counted. Immutable.</summary>
public sealed record DocumentSum
{
    /// <summary>Who made them; empty for all together.</summary>
    public required string Submitter { get; init; }

    /// <summary>Documents that count.</summary>
    public long Counted { get; init; }

    /// <summary>Aggregate reports that count.</summary>
    public long Aggregate { get; init; }

    /// <summary>TLS reports that count.</summary>
    public long Tls { get; init; }

    /// <summary>Those of all documents that conform.</summary>
    public long Conforming { get; init; }

    /// <summary>Those of all documents that have faults and could be read.</summary>
    public long Salvaged { get; init; }

    /// <summary>Those that cannot be used, also those whose domain is not known.</summary>
    public long Unusable { get; init; }

    /// <summary>Other versions of documents that count.</summary>
    public long OtherVersions { get; init; }

    /// <summary>Copies, which are not kept.</summary>
    public long Duplicates { get; init; }

    /// <summary>Documents that count, and whose submitter signed the mail.</summary>
    public long Signed { get; init; }

    /// <summary>Documents that count and are about several days, over which their counts are split evenly.</summary>
    public long Split { get; init; }

    /// <summary>Messages of aggregate reports that count, also those of days outside the period.</summary>
    public long Messages { get; init; }

    /// <summary>Of these, what is not aligned.</summary>
    public long Failed { get; init; }
}
