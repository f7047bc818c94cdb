using System.Collections.Immutable;

namespace EmailAuth.Testing;

/// <summary>The result of running a vector. Immutable.</summary>
public sealed class VectorRunResult
{
    /// <summary>The vector's <see cref="TestVector.Id"/>.</summary>
    public required string Id { get; init; }

    /// <summary>The differences; empty when the vector passes.</summary>
    public required ImmutableArray<VectorMismatch> Mismatches { get; init; }

    /// <summary>The outcome that was compared.</summary>
    public required AuthenticationOutcome Outcome { get; init; }

    /// <summary>Whether everything is as expected.</summary>
    public bool IsPass => Mismatches.IsEmpty;
}
