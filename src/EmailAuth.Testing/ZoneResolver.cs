using System.Collections.Immutable;
using System.Runtime.InteropServices;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Testing;

/// <summary>Answers from a <see cref="Zone"/> in memory: for tests, for offline runs and for recorded cases. Never waits.</summary>
/// <remarks>
/// A name with entries of other types only, or with names below it only, is NODATA; any other absent name is NXDOMAIN, unless a wildcard
/// (<c>*.example.com</c>, RFC 4592) answers for it.
/// The zone is read once, at construction.
/// </remarks>
public sealed class ZoneResolver : IDnsTranscript
{
    // A longer chain is treated as a loop, as in the common recursive resolvers.
    private const int MaxAliases = 16;

    private static readonly DnsResponse Absent = DnsResponse.NameError();

    // With more names a node is made for each question: the nodes of all names would take several times the memory of the entries.
    private const int MostNodes = 100_000;

    // By name: a ZoneNode, or the entries, ZoneRecord or ZoneRecord[], from which it is made.
    private readonly Dictionary<DomainName, object> _names = [];

    // Whether the zone has names such as *.example.com (RFC 4592).
    private readonly bool _hasWildcards;

    // Whether the zone is a recording in which one of the checks got other answers than the rest.
    private readonly bool _hasOwnAnswers;

    /// <summary>Makes a resolver.</summary>
    /// <param name="zone">The data.</param>
    /// <exception cref="ArgumentException">An entry's data is not what its type holds.</exception>
    public ZoneResolver(Zone zone)
        : this(zone, MostNodes)
    {
    }

    /// <summary>As the public constructor, with another bound of what is made at construction.</summary>
    internal ZoneResolver(Zone zone, int mostNodes)
    {
        ArgumentNullException.ThrowIfNull(zone);
        _names.EnsureCapacity(zone.Count);
        foreach (var name in zone.Names)
        {
            var entries = zone[name];

            // Made in any case, as it finds what is wrong with the data.
            var node = new ZoneNode(name, entries);
            _hasOwnAnswers |= node.HasOwn;
            _hasWildcards |= name.ToString().StartsWith("*.", StringComparison.Ordinal);
            _names[name] = zone.Count <= mostNodes ? node
                : entries.IsEmpty ? ZoneNode.Empty
                : entries.Length == 1 ? entries[0]
                : ImmutableCollectionsMarshal.AsArray(entries)!;
        }

        // Empty non-terminals: a name with something below it exists (RFC 8020 section 2).
        foreach (var name in zone.Names)
        {
            // A name that already exists has its parents already, or its own turn adds them.
            var parent = name.Parent;
            while (parent is not null && _names.TryAdd(parent, ZoneNode.Empty))
            {
                parent = parent.Parent;
            }
        }
    }

    /// <inheritdoc/>
    public DnsResponse? AnswerFor(DnsQuestion question, string check) =>
        _hasOwnAnswers ? NodeOf(question.Name)?.OwnOf(check, question.Type)?.Answer(question.Type) : null;

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
            var node = NodeOf(name) ?? (_hasWildcards ? WildcardOf(name) : null);
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

    // RFC 4592 section 3.3.1: the wildcard below the closest name above that exists answers for a name that does not.
    private ZoneNode? WildcardOf(DomainName name)
    {
        for (var above = name.Parent; above is not null; above = above.Parent)
        {
            if (_names.ContainsKey(above))
            {
                var wildcard = DomainName.ParseDnsName($"*.{above}");
                return wildcard.IsSuccess ? NodeOf(wildcard.Value) : null;
            }
        }

        return null;
    }

    private ZoneNode? NodeOf(DomainName name) => _names.GetValueOrDefault(name) switch
    {
        null => null,
        ZoneNode node => node,
        ZoneRecord entry => new ZoneNode(name, [entry]),
        var entries => new ZoneNode(name, ImmutableCollectionsMarshal.AsImmutableArray((ZoneRecord[])entries)),
    };
}
