using System.Collections.Immutable;

namespace EmailAuth.Testing;

/// <summary>What a vector expects of one method. Only members that are set are compared.</summary>
public sealed record ExpectedMethod
{
    /// <summary>
    /// The result; for a method with a result for each signature all results, top first. Default when they are not compared.
    /// </summary>
    public ImmutableArray<ExpectedResult> Results { get; init; }

    /// <summary>The acceptable values of the best of several results; default when it is not compared.</summary>
    public ImmutableArray<string> Best { get; init; }

    /// <summary>The acceptable values of the last of several results; default when it is not compared.</summary>
    public ImmutableArray<string> Last { get; init; }
}
