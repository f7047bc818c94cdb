namespace EmailAuth.Reports.Store.Counting;

/// <summary>How often a batch has a row.</summary>
internal sealed class RowSum
{
    /// <summary>The hash of the row's bytes: the row's key in a report.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>The row as the journal's codec writes it, without the count.</summary>
    public required byte[] Content { get; init; }

    public long Messages { get; set; }
}
