using EmailAuth.Dmarc;

namespace EmailAuth.Reports.Aggregate;

/// <summary>The policy that applied to the messages of a report (RFC 9990 section 3.1.1, <c>policy_published</c>). Immutable.</summary>
public sealed class PublishedPolicy
{
    /// <summary>The policy domain in A-labels: the name whose record was used.</summary>
    public required string Domain { get; init; }

    /// <summary><c>p</c>; null in a report that was read and has no known value. A writer demands it.</summary>
    public required DmarcPolicy? Policy { get; init; }

    /// <summary><c>sp</c>; null when it is not said.</summary>
    public DmarcPolicy? SubdomainPolicy { get; init; }

    /// <summary><c>np</c>; null when it is not said.</summary>
    public DmarcPolicy? NonexistentSubdomainPolicy { get; init; }

    /// <summary><c>adkim</c>; null when it is not said.</summary>
    public DmarcAlignmentMode? DkimAlignment { get; init; }

    /// <summary><c>aspf</c>; null when it is not said.</summary>
    public DmarcAlignmentMode? SpfAlignment { get; init; }

    /// <summary>How the record was found: <c>treewalk</c> or <c>psl</c>; null when it is not said.</summary>
    public string? DiscoveryMethod { get; init; }

    /// <summary><c>fo</c> as published, such as <c>1:d</c>; null when it is not said.</summary>
    public string? FailureOptions { get; init; }

    /// <summary>Whether the record has <c>t=y</c>; null when it is not said.</summary>
    public bool? IsTesting { get; init; }

    /// <summary>The domain and its policy.</summary>
    public override string ToString() => $"{Domain}: p={Policy?.Keyword()}";
}
