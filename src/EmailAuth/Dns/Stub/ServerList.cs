using System.Collections.Immutable;
using System.Net;
using System.Security;
using DnsClient;

namespace EmailAuth.Dns.Stub;

/// <summary>
/// The servers to ask: those of the options, or else those of resolv.conf, which is read again when it changes, or else those that the
/// system names in other ways. Thread-safe.
/// </summary>
internal sealed class ServerList : IDisposable
{
    // How often the file is looked at, at most.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly StubContext _context;
    private readonly string _file;
    private ServerSet _servers;
    private (DateTime Written, long Length) _seen;
    private long _looked;
    private bool _isDisposed;

    public ServerList(StubContext context)
    {
        _context = context;
        _file = context.Options.ResolvConfFile;
        _looked = context.Time.GetTimestamp();
        _servers = context.Options.Servers.IsEmpty ? ReadSystem() : Make(new ResolvConf { Servers = context.Options.Servers }, null);
    }

    /// <summary>The servers as they are now.</summary>
    public ServerSet Current
    {
        get
        {
            if (_context.Options.Servers.IsEmpty && _context.Time.GetElapsedTime(Volatile.Read(ref _looked)) > LookEvery)
            {
                LookAgain();
            }

            return Volatile.Read(ref _servers);
        }
    }

    /// <summary>Closes what is kept for the next question.</summary>
    public void Idle()
    {
        foreach (var server in Volatile.Read(ref _servers).Servers)
        {
            server.Idle();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
        }

        foreach (var server in Volatile.Read(ref _servers).Servers)
        {
            server.Dispose();
        }
    }

    private void LookAgain()
    {
        var dropped = ImmutableArray<DnsServer>.Empty;
        lock (_lock)
        {
            if (_context.Time.GetElapsedTime(_looked) <= LookEvery || _isDisposed)
            {
                return;
            }

            Volatile.Write(ref _looked, _context.Time.GetTimestamp());

            // A file that is missing for a moment, or has no server, leaves the servers as they are.
            if (Look() is { } seen && seen != _seen && TryRead() is { Servers.IsEmpty: false } conf)
            {
                _seen = seen;
                var former = _servers;
                var servers = Make(conf, former);
                dropped = former.Servers.RemoveRange(servers.Servers);
                Volatile.Write(ref _servers, servers);
            }
        }

        foreach (var server in dropped)
        {
            server.Dispose();
        }
    }

    private ServerSet ReadSystem()
    {
        if (Look() is { } seen && TryRead() is { Servers.IsEmpty: false } conf)
        {
            _seen = seen;
            return Make(conf, null);
        }

        return Make(new ResolvConf { Servers = Discover() }, null);
    }

    // A server that stays in the set keeps its sockets and its history.
    private ServerSet Make(ResolvConf conf, ServerSet? former)
    {
        var servers = conf.Servers.Distinct().Take(ServerSet.MaxServers)
            .Select(endPoint => former?.Servers.FirstOrDefault(server => server.EndPoint.Equals(endPoint)) ?? new DnsServer(endPoint, _context));
        return new ServerSet([.. servers], conf);
    }

    private (DateTime Written, long Length)? Look()
    {
        try
        {
            var file = new FileInfo(_file);
            return file.Exists ? (file.LastWriteTimeUtc, file.Length) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SecurityException)
        {
            return null;
        }
    }

    private ResolvConf? TryRead()
    {
        try
        {
            return ResolvConf.Parse(File.ReadAllText(_file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SecurityException)
        {
            return null;
        }
    }

    // Without any server, one on this host, as in the C library.
    private static ImmutableArray<IPEndPoint> Discover()
    {
        var found = NameServer.ResolveNameServers(skipIPv6SiteLocal: true, fallbackToGooglePublicDns: false)
            .Select(server => new IPEndPoint(IPAddress.Parse(server.Address), server.Port))
            .ToImmutableArray();
        return found.IsEmpty ? [new IPEndPoint(IPAddress.Loopback, ResolvConf.Port)] : found;
    }
}
