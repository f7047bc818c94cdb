namespace EmailAuth.Reports.Aggregate;

/// <summary>The SPF result in a row's <c>auth_results</c> (RFC 9990 section 3.1.1.13). Immutable.</summary>
public sealed class ReportedSpf
{
    /// <summary>The domain that was checked, in A-labels; for a null reverse-path that of HELO.</summary>
    public required string Domain { get; init; }

    /// <summary>The identity that was checked: <c>mfrom</c>, which is all that RFC 9990 knows; <c>helo</c> in older reports; null without.</summary>
    public string? Scope { get; init; }

    /// <summary>The result in the words of RFC 8601 section 2.7.2, such as <c>softfail</c>.</summary>
    public required string Result { get; init; }

    /// <summary>The result in words for people; null without.</summary>
    public string? HumanResult { get; init; }

    /// <summary>The result and domain.</summary>
    public override string ToString() => $"spf={Result} {Scope} {Domain}";
}
