namespace EmailAuth.Dns;

/// <summary>What resolvers have in common that ask servers themselves: how long, how often, and what is kept of the answers.</summary>
public abstract record DnsServerOptions
{
    private readonly TimeSpan _timeout = TimeSpan.FromSeconds(5);
    private readonly int _retries = 1;
    private readonly int _udpPayloadSize = 1232;
    private readonly int _maxCacheBytes = 16 * 1024 * 1024;
    private readonly TimeSpan _maxTimeToLive = TimeSpan.FromDays(1);

    private protected DnsServerOptions()
    {
    }

    /// <summary>The longest that one lookup may take, all tries at all servers together; up to a minute. Default 5 seconds.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive, or more than a minute.</exception>
    public TimeSpan Timeout
    {
        get => _timeout;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromMinutes(1));
            _timeout = value;
        }
    }

    /// <summary>
    /// How often a server that is silent or fails is asked again, from 0 to 10. Default 1. For a <see cref="StubResolver"/>, <c>options
    /// attempts</c> of resolv.conf goes before it where the servers come from there, and the first try waits the shortest.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int Retries
    {
        get => _retries;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 10);
            _retries = value;
        }
    }

    /// <summary>
    /// The largest answer taken over UDP, in bytes, from 512 to 4,096 (EDNS, RFC 6891 section 6.2.3). A larger one is fetched over TCP.
    /// Default 1,232, which no network fragments.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is outside that range.</exception>
    public int UdpPayloadSize
    {
        get => _udpPayloadSize;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 512);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 4096);
            _udpPayloadSize = value;
        }
    }

    /// <summary>
    /// About how much memory answers may be kept in, in bytes; 0 keeps none. Default 16 MiB. A <see cref="StubResolver"/> never takes more
    /// than an eighth of the memory that the process may use.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative.</exception>
    public int MaxCacheBytes
    {
        get => _maxCacheBytes;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            _maxCacheBytes = value;
        }
    }

    /// <summary>The longest that an answer is kept, whatever its TTL says; up to a week (RFC 8767 section 4). Default a day.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative, or more than a week.</exception>
    public TimeSpan MaxTimeToLive
    {
        get => _maxTimeToLive;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(7));
            _maxTimeToLive = value;
        }
    }
}
