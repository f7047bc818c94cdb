namespace EmailAuth.Spf;

/// <summary>Settings of an <see cref="SpfEvaluator"/>. The defaults are what RFC 7208 section 4.6.4 asks for.</summary>
public sealed record SpfOptions
{
    // Each may lead to another record, which takes more of the thread's stack.
    internal const int MostLookups = 100;

    /// <summary>The defaults.</summary>
    public static SpfOptions Default { get; } = new();

    /// <summary>How many terms that ask the DNS one check may evaluate (<c>include</c>, <c>a</c>, <c>mx</c>, <c>ptr</c>, <c>exists</c>, <c>redirect</c>); more is a permerror. From 1 to 100, default 10.</summary>
    public int MaxLookups { get; init => field = InRange(value, 1, MostLookups); } = 10;

    /// <summary>How many of those terms may find nothing (NODATA or NXDOMAIN); more is a permerror. Default 2.</summary>
    public int MaxVoidLookups { get; init => field = InRange(value, 0, 65535); } = 2;

    /// <summary>How many hosts of one <c>mx</c> may be asked for their addresses; more is a permerror. Default 10.</summary>
    public int MaxMailHosts { get; init => field = InRange(value, 1, 1000); } = 10;

    /// <summary>How many names of the client are considered for <c>ptr</c> and the "p" macro; more are ignored. Default 10.</summary>
    public int MaxPointers { get; init => field = InRange(value, 1, 1000); } = 10;

    /// <summary>The longest record that is read, in characters; a longer one is a permerror. Default 65,535, what a TXT record can hold.</summary>
    public int MaxRecordLength { get; init => field = InRange(value, 1, 65535); } = 65535;

    /// <summary>The longest explanation that is kept, in characters; a longer one is dropped. Default 1,000.</summary>
    public int MaxExplanationLength { get; init => field = InRange(value, 0, 65535); } = 1000;

    /// <summary>How long one check may take before it ends in temperror. Default 20 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive.</exception>
    public TimeSpan TimeLimit
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(1));
            field = value;
        }
    } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// Whether to prefetch what the rest of the records may need while an answer is awaited. The verdict, the counts and the
    /// explanation are those of the algorithm that asks one after the other. Nothing is prefetched once the terms that were evaluated
    /// and those that were prefetched make <see cref="MaxLookups"/>. Default true.
    /// </summary>
    internal bool Prefetch { get; init; } = true;

    /// <summary>The name of the receiving host for the "r" macro (RFC 7208 section 7.2); null is "unknown".</summary>
    public string? Receiver { get; init; }

    private static int InRange(int value, int minimum, int maximum)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(value, minimum);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, maximum);
        return value;
    }
}
