using System.Collections.Immutable;

namespace EmailAuth.Vectors;

/// <summary>What a vector expects of DMARC. Null and default are not compared.</summary>
public sealed record DmarcExpectation
{
    /// <summary>The acceptable results.</summary>
    public ImmutableArray<string> Result { get; init; }

    /// <summary>The policy that was found: <c>none</c>, <c>quarantine</c> or <c>reject</c>.</summary>
    public string? Policy { get; init; }

    /// <summary>How the message is handled: <c>none</c>, <c>quarantine</c> or <c>reject</c>.</summary>
    public string? Disposition { get; init; }

    /// <summary>The organizational domain of the author.</summary>
    public string? OrgDomain { get; init; }

    internal UnknownMembers Unknown { get; init; } = UnknownMembers.None;
}
