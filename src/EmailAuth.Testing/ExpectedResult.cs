using System.Collections.Immutable;
using System.Text.Json;

namespace EmailAuth.Testing;

/// <summary>What a vector expects of one result of a method. Only members that are set are compared.</summary>
public sealed record ExpectedResult
{
    /// <summary>The acceptable results; default when the result is not compared.</summary>
    public ImmutableArray<string> Result { get; init; }

    /// <summary>
    /// Properties that the result must have (RFC 8601 section 2.2), such as <c>header.d</c> and its value. It may have others.
    /// </summary>
    public ImmutableDictionary<string, string> Properties { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Members of the method's JSON and their values, such as <c>org_domain</c>. An empty value expects that the member is absent.</summary>
    public ImmutableDictionary<string, string> Evidence { get; init; } = ImmutableDictionary<string, string>.Empty;

    internal Dictionary<string, JsonElement>? Unknown { get; init; }
}
