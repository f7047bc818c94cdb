namespace EmailAuth.Dns;

/// <summary>How much of the DNS one message may use, over all its checks. A lookup past a limit is a temporary failure that names it.</summary>
public sealed record LookupLimits
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(1);

    private readonly int _maxLookups = 60;
    private readonly TimeSpan _lookupTimeout = TimeSpan.FromSeconds(10);
    private readonly TimeSpan _messageTimeout = TimeSpan.FromSeconds(30);

    /// <summary>The defaults.</summary>
    public static LookupLimits Default { get; } = new();

    /// <summary>
    /// The most lookups that one message may need; at least 1. Default 60. The same question asked again is no new lookup. What is asked
    /// ahead (SPF with its lookahead) counts once it is needed; what is not needed may be half as much again.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int MaxLookups
    {
        get => _maxLookups;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _maxLookups = value;
        }
    }

    /// <summary>The longest that one lookup may take, up to an hour. Default 10 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, or more than an hour.</exception>
    public TimeSpan LookupTimeout
    {
        get => _lookupTimeout;
        init => _lookupTimeout = Checked(value);
    }

    /// <summary>
    /// The longest that lookups may be outstanding for one message, up to an hour. Default 30 seconds. Time in which none is (the body
    /// is still arriving) does not count.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, or more than an hour.</exception>
    public TimeSpan MessageTimeout
    {
        get => _messageTimeout;
        init => _messageTimeout = Checked(value);
    }

    private static TimeSpan Checked(TimeSpan value)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, Longest);
        return value;
    }
}
