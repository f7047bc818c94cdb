using System.Collections.Immutable;

namespace EmailAuth.Results;

/// <summary>What an Authentication-Results field says (RFC 8601), or an ARC-Authentication-Results field (RFC 8617 section 4.1.1).</summary>
public sealed class AuthenticationResults
{
    /// <summary>The ARC instance (<c>i=</c>), 1 or more; null for an Authentication-Results field.</summary>
    public int? Instance { get; init; }

    /// <summary>Who says so (RFC 8601 section 2.5). The text is raw: without quotes and escapes.</summary>
    public required string AuthservId { get; init; }

    /// <summary>The version of the format; null when the field names none, which means 1 (RFC 8601 section 2.2).</summary>
    public int? Version { get; init; }

    /// <summary>The results, in the order of the field; empty for <c>none</c>.</summary>
    public ImmutableArray<MethodResult> Results { get; init; } = [];
}
