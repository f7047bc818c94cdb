namespace EmailAuth.Benchmarks.Compare;

/// <summary>What one contestant measured in one cell in one round.</summary>
/// <param name="Count">How many items it judged.</param>
/// <param name="Nanoseconds">How much processor time that took, of all threads of its process.</param>
/// <param name="Wrong">How many verdicts were not the expected one.</param>
internal sealed record Timing(long Count, double Nanoseconds, long Wrong)
{
    public double Microseconds => Nanoseconds / Count / 1000;
}
