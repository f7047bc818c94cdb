using System.Collections.Frozen;
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

    private static readonly DnsResponse Absent = DnsResponse.NameError();

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
    public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<DnsResponse>(cancellationToken);
        }

        var name = question.Name;
        for (var aliases = 0; aliases <= MaxAliases; aliases++)
        {
            if (!_nodes.TryGetValue(name, out var node))
            {
                return new ValueTask<DnsResponse>(Absent);
            }

            var response = node.Answer(question.Type);
            if (node.Alias is null || response.Status != DnsStatus.NoData)
            {
                return new ValueTask<DnsResponse>(response);
            }

            name = node.Alias;
        }

        return new ValueTask<DnsResponse>(DnsResponse.Failed(
            DnsFailure.Malformed, $"more than {MaxAliases} aliases in a row, ending at {name} (RFC 1034 section 3.6.2)"));
    }
}
