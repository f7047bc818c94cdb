using System.Collections.Immutable;

namespace EmailAuth.Testing;

/// <summary>How a vector went. Immutable.</summary>
public sealed class VectorRunResult
{
    /// <summary>The vector's <see cref="TestVector.Id"/>.</summary>
    public required string Id { get; init; }

    /// <summary>What is not as expected; empty when the vector passes.</summary>
    public required ImmutableArray<VectorMismatch> Mismatches { get; init; }

    /// <summary>The outcome that was compared.</summary>
    public required AuthenticationOutcome Outcome { get; init; }

    /// <summary>Whether everything is as expected.</summary>
    public bool IsPass => Mismatches.IsEmpty;
}
