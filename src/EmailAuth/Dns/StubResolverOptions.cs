using System.Collections.Immutable;
using System.Net;
using EmailAuth.Dns.Stub;

namespace EmailAuth.Dns;

/// <summary>Which servers a <see cref="StubResolver"/> asks, and how.</summary>
public sealed record StubResolverOptions : DnsServerOptions
{
    private readonly ImmutableArray<IPEndPoint> _servers = [];

    /// <summary>The defaults.</summary>
    public static StubResolverOptions Default { get; } = new();

    /// <summary>
    /// The recursive servers to ask, at most 16, in the order in which they are asked. Empty (the default) for those of the system:
    /// of <c>/etc/resolv.conf</c>, which is read again when it changes, or where there is none, those of the network interfaces.
    /// </summary>
    /// <exception cref="ArgumentException">There are more than 16.</exception>
    public ImmutableArray<IPEndPoint> Servers
    {
        get => _servers;
        init => _servers = value.IsDefault ? []
            : value.Length <= ServerSet.MaxServers ? value
            : throw new ArgumentException($"At most {ServerSet.MaxServers} servers are asked.", nameof(value));
    }

    /// <summary>Whether each lookup starts at another server, instead of at the first. Default false; <c>options rotate</c> of resolv.conf does the same.</summary>
    public bool Rotate { get; init; }

    /// <summary>
    /// Whether the servers are trusted to say which answers DNSSEC proves: they are asked to by the AD bit of the query (RFC 6840
    /// section 5.7), and what theirs says is reported. Worth it only when the way to the server can be trusted. Default false: nothing is
    /// reported as proven; <c>options trust-ad</c> of resolv.conf does the same as true.
    /// </summary>
    public bool RequestDnssec { get; init; }

    /// <summary>
    /// Whether the letters of the name asked for get a random case that the answer must repeat ("0x20"), which makes forging harder still.
    /// Default false: some servers do not repeat it, and their answers are never taken.
    /// </summary>
    public bool UseMixedCase { get; init; }

    /// <summary>The memory that the process may use, or null for what the runtime says.</summary>
    internal long? MemoryBytes { get; init; }

    /// <summary>The file that names the system's servers.</summary>
    internal string ResolvConfFile { get; init; } = "/etc/resolv.conf";
}
