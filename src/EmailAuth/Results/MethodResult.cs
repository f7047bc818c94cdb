using System.Collections.Immutable;
using System.Diagnostics;

namespace EmailAuth.Results;

/// <summary>A result of one method, in the terms of RFC 8601 section 2.2. All texts are raw: the writer encodes them.</summary>
[DebuggerDisplay("{Method,nq}={Result,nq}")]
public sealed class MethodResult
{
    /// <summary>The method, such as <c>spf</c>: a keyword of letters, digits and hyphens (RFC 8601 section 2.7).</summary>
    public required string Method { get; init; }

    /// <summary>The result, such as <c>pass</c>: a keyword of the method (RFC 8601 section 2.7).</summary>
    public required string Result { get; init; }

    /// <summary>Why, for the <c>reason</c> item; null to leave it out.</summary>
    public string? Reason { get; init; }

    /// <summary>A remark for people, written as a comment after the result; null to leave it out.</summary>
    public string? Comment { get; init; }

    /// <summary>The properties of the result, in the order in which they are written.</summary>
    public ImmutableArray<ResultProperty> Properties { get; init; } = [];
}
