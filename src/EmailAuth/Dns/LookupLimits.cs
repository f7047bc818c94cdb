namespace EmailAuth.Dns;

/// <summary>
/// How long a message's checks may wait for the DNS. How many questions each may ask follows from what its own options allow; SECURITY.md
/// lists the numbers.
/// </summary>
internal sealed record LookupLimits
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly TimeSpan _lookupTimeout = TimeSpan.FromSeconds(10);
    private readonly TimeSpan _checkTimeout = TimeSpan.FromSeconds(20);

    /// <summary>The defaults.</summary>
    public static LookupLimits Default { get; } = new();

    /// <summary>The longest that one lookup may take, up to an hour; past it the lookup has failed. Default 10 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, or more than an hour.</exception>
    public TimeSpan LookupTimeout
    {
        get => _lookupTimeout;
        init => _lookupTimeout = Checked(value);
    }

    /// <summary>
    /// The longest that one check may wait for its lookups, up to an hour; past it those that are left have failed. Default 20 seconds. The
    /// keys of DKIM, those of ARC, the author domain's policy, the identifiers' organizational domains, BIMI and the client's names have this time each;
    /// SPF has <see cref="Spf.SpfOptions.TimeLimit"/>. Time in which a check waits for no answer, as while the body arrives, does not count.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, or more than an hour.</exception>
    public TimeSpan CheckTimeout
    {
        get => _checkTimeout;
        init => _checkTimeout = Checked(value);
    }

    private static TimeSpan Checked(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Longest);
        return value;
    }
}
