namespace EmailAuth.Reports.Aggregate;

/// <summary>A DKIM signature in a row's <c>auth_results</c> (RFC 9990 section 3.1.1). Immutable.</summary>
public sealed class ReportedDkim
{
    /// <summary>The signing domain (<c>d=</c>) in A-labels.</summary>
    public required string Domain { get; init; }

    /// <summary>The selector (<c>s=</c>); null in reports of RFC 7489 that have none. A writer demands it.</summary>
    public string? Selector { get; init; }

    /// <summary>The result in the words of RFC 8601 section 2.7.1, such as <c>pass</c>.</summary>
    public required string Result { get; init; }

    /// <summary>The result in words for people; null without.</summary>
    public string? HumanResult { get; init; }

    /// <summary>The result, domain and selector.</summary>
    public override string ToString() => $"dkim={Result} d={Domain} s={Selector}";
}
