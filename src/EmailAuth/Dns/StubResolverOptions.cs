using System.Collections.Immutable;
using System.Net;
using EmailAuth.Dns.Stub;

namespace EmailAuth.Dns;

/// <summary>Which servers a <see cref="StubResolver"/> or a <see cref="DnsClientResolver"/> asks, how, and what is kept of the answers.</summary>
public sealed record StubResolverOptions
{
    private readonly ImmutableArray<IPEndPoint> _servers = [];
    private readonly TimeSpan _timeout = TimeSpan.FromSeconds(5);
    private readonly int _retries = 1;
    private readonly int _udpPayloadSize = 1232;
    private readonly int _maxCacheBytes = 16 * 1024 * 1024;
    private readonly TimeSpan _maxTimeToLive = TimeSpan.FromDays(1);

    /// <summary>The defaults.</summary>
    internal static StubResolverOptions Default { get; } = new();

    /// <summary>
    /// The recursive servers to ask, at most 16, in the order in which they are asked. Empty (the default) for those of the system:
    /// of <c>/etc/resolv.conf</c>, which is read again when it changes, or without that file, those of the network interfaces.
    /// </summary>
    /// <exception cref="ArgumentException">There are more than 16.</exception>
    public ImmutableArray<IPEndPoint> Servers
    {
        get => _servers;
        init => _servers = value.IsDefault ? []
            : value.Length <= ServerSet.MaxServers ? value
            : throw new ArgumentException($"At most {ServerSet.MaxServers} servers are asked.", nameof(value));
    }

    /// <summary>
    /// Whether each lookup starts at another server, instead of at the first. Default false; <c>options rotate</c> of resolv.conf does the
    /// same. A <see cref="DnsClientResolver"/> leaves this to its client.
    /// </summary>
    internal bool Rotate { get; init; }

    /// <summary>
    /// Whether the servers are trusted to say which answers DNSSEC proves: they are asked to by the AD bit of the query (RFC 6840
    /// section 5.7), and the AD bit of their answers is reported. Set it only when the network to the server is trusted. Default false: nothing is
    /// reported as proven; <c>options trust-ad</c> of resolv.conf does the same as true.
    /// </summary>
    public bool RequestDnssec { get; init; }

    /// <summary>
    /// Whether the letters of the name asked for get a random case that the answer must repeat ("0x20"), which makes forging harder still.
    /// Default false: some servers do not repeat it, and their answers are ignored. A <see cref="DnsClientResolver"/> does not support it.
    /// </summary>
    internal bool UseMixedCase { get; init; }

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
    /// How often a server that is silent is asked again, from 0 to 10. Default 1. For a <see cref="StubResolver"/>, <c>options
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
    internal int UdpPayloadSize
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
    internal TimeSpan MaxTimeToLive
    {
        get => _maxTimeToLive;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromDays(7));
            _maxTimeToLive = value;
        }
    }

    /// <summary>The memory that the process may use, or null for what the runtime says.</summary>
    internal long? MemoryBytes { get; init; }

    /// <summary>Gives what reads the UDP sockets when the first is opened: the one of the process, or null where .NET does.</summary>
    internal Func<UdpReceiver?> DatagramReceiver { get; init; } = static () => UdpReceiver.Shared;

    /// <summary>The file that names the system's servers.</summary>
    internal string ResolvConfFile { get; init; } = "/etc/resolv.conf";
}
