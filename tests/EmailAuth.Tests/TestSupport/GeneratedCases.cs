using System.Globalization;

namespace EmailAuth.Tests.TestSupport;

/// <summary>
/// How many cases the tests generate that compare with programs of others, and from which seed on. <c>.ci/long differential</c> sets
/// <c>EMAILAUTH_TEST_GENERATED</c>: so many times as many, of other seeds each time.
/// </summary>
internal static class GeneratedCases
{
    private static readonly int Times = Environment.GetEnvironmentVariable("EMAILAUTH_TEST_GENERATED") is { Length: > 0 } times ? int.Parse(times, CultureInfo.InvariantCulture) : 1;

    /// <summary>The first seed: 1, unless there are more cases than usual.</summary>
    public static int FirstSeed { get; } = Times == 1 ? 1 : Environment.TickCount & 0x3FFFFFFF;

    /// <summary>The seeds of so many cases, or more.</summary>
    public static IEnumerable<int> Seeds(int usual) => Enumerable.Range(FirstSeed, Count(usual));

    public static int Count(int usual) => usual * Times;
}
