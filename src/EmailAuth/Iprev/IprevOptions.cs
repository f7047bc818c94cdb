namespace EmailAuth.Iprev;

/// <summary>How iprev is evaluated (RFC 8601 section 3).</summary>
public sealed record IprevOptions
{
    private readonly int _maxNames = 10;

    /// <summary>The defaults.</summary>
    public static IprevOptions Default { get; } = new();

    /// <summary>How many of the names that an address points to are looked up, at least 1; more are ignored. Default 10 (RFC 8601 section 3).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is less than 1.</exception>
    public int MaxNames
    {
        get => _maxNames;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            _maxNames = value;
        }
    }
}
