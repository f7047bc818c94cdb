namespace EmailAuth.Benchmarks.Compare;

/// <summary>Why a contestant is not timed on a row.</summary>
/// <param name="Short">What stands in the table.</param>
/// <param name="Detail">What stands below it.</param>
internal sealed record Fault(string Short, string Detail)
{
    /// <summary>A verdict that is not the expected one; the word may have a reason after it.</summary>
    public static Fault OfVerdict(string verdict, string expected) => new($"wrong verdict: {verdict.Split(' ')[0].TrimEnd(':')}", $"{verdict} instead of {expected}");
}
