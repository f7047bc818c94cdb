using System.Collections.Frozen;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>Answers from a <see cref="Zone"/> in memory: for tests, for offline runs and for recorded cases. Never waits.</summary>
/// <remarks>
/// A name with entries of other types only, or with names below it only, is NODATA; any other absent name is NXDOMAIN.
/// The zone is read once, at construction.
/// </remarks>
public sealed class ZoneResolver : IDnsResolver
{
    // As the common recursive resolvers do, a chain longer than this is a loop.
    private const int MaxAliases = 16;

    private readonly FrozenDictionary<DomainName, ZoneNode> _nodes;

    /// <summary>Makes a resolver.</summary>
    /// <param name="zone">The data.</param>
    /// <exception cref="ArgumentException">An entry's data is not what its type holds.</exception>
    public ZoneResolver(Zone zone)
    {
        ArgumentNullException.ThrowIfNull(zone);
        var nodes = new Dictionary<DomainName, ZoneNode>();
        foreach (var name in zone.Names)
        {
            nodes[name] = new ZoneNode(name, zone[name]);
        }

        // Empty non-terminals: a name with something below it exists (RFC 8020 section 2).
        foreach (var name in zone.Names)
        {
            // What is there already has its own parents there, or comes to them in its turn.
            var parent = name.Parent;
            while (parent is not null && nodes.TryAdd(parent, ZoneNode.Empty))
            {
                parent = parent.Parent;
            }
        }

        _nodes = nodes.ToFrozenDictionary();
    }

    /// <inheritdoc/>
    public ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken) =>
        Answer(name, static node => node.Text, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) =>
        Answer(name, static node => node.MailHosts, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(
        DomainName name, AddressFamily family, CancellationToken cancellationToken) => family switch
        {
            AddressFamily.InterNetwork => Answer(name, static node => node.IPv4, cancellationToken),
            AddressFamily.InterNetworkV6 => Answer(name, static node => node.IPv6, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(family), family, "Only IPv4 and IPv6 have address records."),
        };

    /// <inheritdoc/>
    public ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) =>
        Answer(ReverseName.Of(address), static node => node.Pointers, cancellationToken);

    private ValueTask<DnsResponse<T>> Answer<T>(
        DomainName name, Func<ZoneNode, DnsResponse<T>> select, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<DnsResponse<T>>(cancellationToken);
        }

        for (var aliases = 0; aliases <= MaxAliases; aliases++)
        {
            if (!_nodes.TryGetValue(name, out var node))
            {
                return new ValueTask<DnsResponse<T>>(Absent<T>.NxDomain);
            }

            var response = select(node);
            if (node.Alias is null || response.Status != DnsStatus.NoData)
            {
                return new ValueTask<DnsResponse<T>>(response);
            }

            name = node.Alias;
        }

        return new ValueTask<DnsResponse<T>>(
            DnsResponse<T>.TemporaryFailure($"more than {MaxAliases} aliases in a row, ending at {name} (RFC 1034 section 3.6.2)"));
    }

    private static class Absent<T>
    {
        public static readonly DnsResponse<T> NxDomain = DnsResponse<T>.NxDomain();
    }
}
