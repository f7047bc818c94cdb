using System.Collections.Immutable;
using System.Net;
using EmailAuth.Dns;
using EmailAuth.Iprev;
using EmailAuth.Syntax;

namespace EmailAuth.Composition;

/// <summary>Whether a client is one of the site's own relays.</summary>
internal enum RelayStanding
{
    /// <summary>It is not.</summary>
    Other,

    /// <summary>It is.</summary>
    Relay,

    /// <summary>Its name cannot be looked up now, and may be that of a relay.</summary>
    Unknown,
}

/// <summary>The site's own relays. Immutable and thread-safe.</summary>
internal sealed class RelayList
{
    private readonly ImmutableArray<IPNetwork> _networks;
    private readonly ImmutableHashSet<DomainName> _hosts;
    private readonly IprevEvaluator? _names;

    public RelayList(IDnsResolver resolver, AuthenticationOptions options)
    {
        _networks = [.. options.Relays.Where(static relay => relay.Network is not null).Select(static relay => relay.Network!.Value)];
        _hosts = [.. options.Relays.Where(static relay => relay.Host is not null).Select(static relay => relay.Host!)];
        _names = _hosts.IsEmpty ? null : new IprevEvaluator(resolver, options.Iprev);
    }

    /// <summary>Whether no relay is named.</summary>
    public bool IsEmpty => _names is null && _networks.IsEmpty;

    /// <summary>Whether an address is in the network of a relay. Whether it has the name of one is not looked up.</summary>
    public bool Contains(IPAddress client) => !_networks.IsEmpty && Networks.Find(_networks, client) is not null;

    /// <summary>Whether a client is a relay.</summary>
    /// <param name="dns">Answers the queries for its name, if relays have names.</param>
    /// <param name="client">The client.</param>
    public ValueTask<RelayStanding> FindAsync(DnsSession dns, IPAddress client) =>
        Contains(client) ? new(RelayStanding.Relay) : _names is null ? new(RelayStanding.Other) : FindByNameAsync(_names, dns, client);

    // Anyone can publish any name for an address of theirs: only one that leads back counts. The relay's own address must never be judged as the
    // sender's, so a client that may be a relay is not judged by its address while that is not known.
    private async ValueTask<RelayStanding> FindByNameAsync(IprevEvaluator names, DnsSession dns, IPAddress client)
    {
        var found = await names.EvaluateAsync(dns, client, CancellationToken.None).ConfigureAwait(false);
        return found.Code switch
        {
            IprevResultCode.Pass => IsOfRelay(found.HostName!) ? RelayStanding.Relay : RelayStanding.Other,
            IprevResultCode.TempError => found.Names.IsEmpty || found.Names.Any(IsOfRelay) ? RelayStanding.Unknown : RelayStanding.Other,
            IprevResultCode.Fail or IprevResultCode.PermError or _ => RelayStanding.Other,
        };
    }

    private bool IsOfRelay(DomainName host)
    {
        for (var name = host; name is not null; name = name.Parent)
        {
            if (_hosts.Contains(name))
            {
                return true;
            }
        }

        return false;
    }
}
