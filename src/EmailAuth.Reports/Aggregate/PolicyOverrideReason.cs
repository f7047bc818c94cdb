namespace EmailAuth.Reports.Aggregate;

/// <summary>One reason why the applied policy is not the published one (RFC 9990 section 3.1.1, <c>reason</c>). Immutable.</summary>
public sealed class PolicyOverrideReason
{
    /// <summary>The kind of reason.</summary>
    public required PolicyOverrideType Type { get; init; }

    /// <summary>The reason in words; null when there is nothing to add.</summary>
    public string? Comment { get; init; }

    /// <summary>The kind and the comment.</summary>
    public override string ToString() => Comment is null ? Type.ToString() : $"{Type}: {Comment}";
}
