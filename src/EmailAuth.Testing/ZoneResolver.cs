using System.Collections.Frozen;
using System.Collections.Immutable;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Testing;

/// <summary>Answers from a <see cref="Zone"/> in memory: for tests, for offline runs and for recorded cases. Never waits.</summary>
/// <remarks>
/// A name with entries of other types only, or with names below it only, is NODATA; any other absent name is NXDOMAIN.
/// The zone is read once, at construction.
/// </remarks>
public sealed class ZoneResolver : IDnsTranscript
{
    // A longer chain is treated as a loop, as in the common recursive resolvers.
    private const int MaxAliases = 16;

    private static readonly DnsResponse Absent = DnsResponse.NameError();

    private readonly FrozenDictionary<DomainName, ZoneNode> _nodes;

    // Whether the zone is a recording in which one of the checks got other answers than the rest.
    private readonly bool _hasOwnAnswers;

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
            // A node that already exists has its parents already, or its own turn adds them.
            var parent = name.Parent;
            while (parent is not null && nodes.TryAdd(parent, ZoneNode.Empty))
            {
                parent = parent.Parent;
            }
        }

        _nodes = nodes.ToFrozenDictionary();
        _hasOwnAnswers = nodes.Values.Any(static node => node.HasOwn);
    }

    /// <inheritdoc/>
    public DnsResponse? AnswerFor(DnsQuestion question, string check) =>
        _hasOwnAnswers ? _nodes.GetValueOrDefault(question.Name)?.OwnOf(check, question.Type)?.Answer(question.Type) : null;

    /// <inheritdoc/>
    public ValueTask<DnsResponse> QueryAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<DnsResponse>(cancellationToken);
        }

        var name = question.Name;
        ImmutableArray<DomainName> aliases = [];
        while (aliases.Length <= MaxAliases)
        {
            var node = _nodes.GetValueOrDefault(name);
            var response = node?.Answer(question.Type) ?? Absent;
            if (node?.Alias is null || response.Status != DnsStatus.NoData)
            {
                return new ValueTask<DnsResponse>(aliases.IsEmpty ? response : response.WithAliases(aliases));
            }

            name = node.Alias;
            aliases = aliases.Add(name);
        }

        return new ValueTask<DnsResponse>(DnsResponse.Failed(
            DnsFailure.Malformed, $"more than {MaxAliases} aliases in a row, ending at {name} (RFC 1034 section 3.6.2)"));
    }
}
