using DnsClient;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Published;

/// <summary>
/// Follows the aliases (CNAME) of a name. A resolver answers for the end of the chain; the owner of a key wants to know that the name at a
/// mail provider to which their own points is what is missing.
/// </summary>
internal sealed class AliasLookup
{
    private const int MaxAliases = 8;

    private readonly Zone? _zone;
    private readonly LookupClient? _client;

    /// <summary>Follows the aliases of a zone.</summary>
    public AliasLookup(Zone zone) => _zone = zone;

    /// <summary>Follows aliases by asking DNS servers.</summary>
    public AliasLookup(LookupClient client) => _client = client;

    /// <summary>The names that a name leads to, in order; empty when it is not an alias or that cannot be looked up.</summary>
    public async Task<List<DomainName>> FollowAsync(DomainName name, CancellationToken cancellationToken)
    {
        var names = new List<DomainName>();
        var next = await AliasOfAsync(name, cancellationToken);
        while (next is not null && next != name && !names.Contains(next) && names.Count < MaxAliases)
        {
            names.Add(next);
            next = await AliasOfAsync(next, cancellationToken);
        }

        return names;
    }

    private async Task<DomainName?> AliasOfAsync(DomainName name, CancellationToken cancellationToken)
    {
        if (_zone is not null)
        {
            return _zone[name].FirstOrDefault(record => record.Type == ZoneEntryKind.CName)?.Data is { } target ? DomainName.ParseDnsName(target).Value : null;
        }

        try
        {
            var answer = await _client!.QueryAsync(name.ToString(), QueryType.CNAME, cancellationToken: cancellationToken);
            var alias = answer.Answers.CnameRecords().FirstOrDefault()?.CanonicalName.Original;
            return alias is null ? null : DomainName.ParseDnsName(alias).Value;
        }
        catch (DnsResponseException)
        {
            // Aliases only add to what the key's own lookup says.
            return null;
        }
    }
}
