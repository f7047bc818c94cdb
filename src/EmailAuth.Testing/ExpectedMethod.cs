using System.Collections.Immutable;

namespace EmailAuth.Testing;

/// <summary>What a vector expects of one method. Only what is set is compared.</summary>
public sealed record ExpectedMethod
{
    /// <summary>The one result; of a method with a result for each signature all of them, top first. Default when they are not compared.</summary>
    public ImmutableArray<ExpectedResult> Results { get; init; }

    /// <summary>The acceptable values of the best of several results; default when it is not compared.</summary>
    public ImmutableArray<string> Best { get; init; }

    /// <summary>The acceptable values of the last of several results; default when it is not compared.</summary>
    public ImmutableArray<string> Last { get; init; }
}
