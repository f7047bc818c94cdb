namespace EmailAuth.Reports.Aggregate;

/// <summary>The bounds of what is read of an aggregate report. Past one of them the report is unusable, unless the bound says otherwise.</summary>
public sealed record AggregateReportReaderOptions
{
    /// <summary>The defaults.</summary>
    public static AggregateReportReaderOptions Default { get; } = new();

    /// <summary>The most bytes of XML, after decompression. Default 512 MiB, which is read in constant memory and has room for a million rows without white space.</summary>
    public long MaxBytes { get; init; } = 512L << 20;

    /// <summary>The most rows. Default 1,000,000.</summary>
    public long MaxRecords { get; init; } = 1_000_000;

    /// <summary>How deep elements may be nested. Default 16; a report needs 5.</summary>
    public int MaxDepth { get; init; } = 16;

    /// <summary>The most characters of a text; what is longer is cut, with a finding. Default 4,096.</summary>
    public int MaxTextLength { get; init; } = 4096;

    /// <summary>The most characters of a tag with its attributes. Default 16,384.</summary>
    public int MaxMarkupLength { get; init; } = 16 * 1024;

    /// <summary>The most signatures and the most reasons of a row; more are left out, with a finding. Default 1,000.</summary>
    public int MaxSignatures { get; init; } = 1000;
}
