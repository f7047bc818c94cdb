using System.Collections.Immutable;
using EmailAuth.Dns;
using EmailAuth.Milter.Configuration;

namespace EmailAuth.Cli.Serve;

/// <summary>What <c>emailauth serve</c> runs on. The command line checks the ranges.</summary>
internal sealed record ServeOptions
{
    /// <summary>Where hosts connect; empty when systemd passes the sockets.</summary>
    public ImmutableArray<ListenAddress> Listen { get; init; } = [];

    /// <summary>Whether systemd passes the sockets (LISTEN_FDS).</summary>
    public bool UsesSystemdSockets { get; init; }

    /// <summary>The access rights of Unix sockets.</summary>
    public UnixFileMode SocketMode { get; init; } =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>The number of the group of Unix sockets; null means the group of the process.</summary>
    public uint? SocketGroup { get; init; }

    /// <summary>What a host must send to be served; null for no token.</summary>
    public AccessToken? Token { get; init; }

    /// <summary>How messages are judged.</summary>
    public required AuthenticationOptions Authentication { get; init; }

    /// <summary>Answers all DNS questions.</summary>
    public required IDnsResolver Resolver { get; init; }

    /// <summary>The largest message, in bytes.</summary>
    public long MaxMessageBytes { get; init; } = 50 * 1024 * 1024;

    /// <summary>The largest number of checks at a time.</summary>
    public int MaxRequests { get; init; } = 64;

    /// <summary>How many further checks may wait for a place.</summary>
    public int MaxWaiting { get; init; } = 256;

    /// <summary>How long a check may take, from the first byte of its message to the answer, without the time it waits for a place.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a check may wait for a place.</summary>
    public TimeSpan WaitTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a connection may be idle between requests.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long checks in progress may take when the service stops.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
