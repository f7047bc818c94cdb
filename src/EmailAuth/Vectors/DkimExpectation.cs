using System.Collections.Immutable;

namespace EmailAuth.Vectors;

/// <summary>What a vector expects of one DKIM signature. Null and default are not compared.</summary>
public sealed record DkimExpectation
{
    /// <summary>The signing domain, or null.</summary>
    public string? Domain { get; init; }

    /// <summary>The selector, or null.</summary>
    public string? Selector { get; init; }

    /// <summary>The acceptable results.</summary>
    public ImmutableArray<string> Result { get; init; }

    internal UnknownMembers Unknown { get; init; } = UnknownMembers.None;
}
