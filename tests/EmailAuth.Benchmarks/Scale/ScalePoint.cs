namespace EmailAuth.Benchmarks.Scale;

/// <summary>What one size of a series cost.</summary>
/// <param name="Size">How many of what is counted.</param>
/// <param name="Seconds">The least time of a run.</param>
/// <param name="Allocated">Bytes allocated by a run.</param>
/// <param name="Observed">What the work returned.</param>
internal sealed record ScalePoint(int Size, double Seconds, long Allocated, long Observed);
