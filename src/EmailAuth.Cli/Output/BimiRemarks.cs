namespace EmailAuth.Cli.Output;

/// <summary>What is said beside a BIMI result: the texts that were found, what is wrong with them, and how much that is in all.</summary>
internal sealed record BimiRemarks(IReadOnlyList<PublishedRecord> Texts, IReadOnlyList<Finding> Findings, FindingCounts Counts)
{
    public static BimiRemarks None { get; } = new([], [], new FindingCounts(0, 0));
}
