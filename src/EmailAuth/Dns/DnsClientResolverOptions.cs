using System.Collections.Immutable;
using System.Net;

namespace EmailAuth.Dns;

/// <summary>Which servers a <see cref="DnsClientResolver"/> asks, and how.</summary>
public sealed record DnsClientResolverOptions : DnsServerOptions
{
    private readonly ImmutableArray<IPEndPoint> _servers = [];

    /// <summary>The defaults.</summary>
    public static DnsClientResolverOptions Default { get; } = new();

    /// <summary>The recursive servers to ask; empty (the default) for those of the system.</summary>
    public ImmutableArray<IPEndPoint> Servers
    {
        get => _servers;
        init => _servers = value.IsDefault ? [] : value;
    }

    /// <summary>
    /// Whether to ask for DNSSEC records, which makes a validating server set the AD bit (RFC 4035 section 3.2.3). Worth it only when
    /// the way to the server can be trusted. Default false: the bit is reported when a server sets it unasked.
    /// </summary>
    public bool RequestDnssec { get; init; }
}
