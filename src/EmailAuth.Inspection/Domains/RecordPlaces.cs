using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Inspection.Domains;

/// <summary>
/// Where the records of a domain are. RFC 1034 section 3.6.2: beside an alias (CNAME) there is no other record, so what is published at one of these
/// names is published at the target of the alias, by its owner.
/// </summary>
/// <param name="domain">The domain.</param>
/// <param name="answers">The answers so far.</param>
internal sealed class RecordPlaces(DomainName domain, IDnsResolver answers)
{
    private readonly Dictionary<DomainName, DomainName> _targets = [];
    private readonly DomainName? _dmarc = domain.Prepend("_dmarc");

    /// <summary>Looks where each name leads.</summary>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        DomainName?[] names = [domain, _dmarc, domain.Prepend("_mta-sts"), domain.Prepend("_smtp._tls")];
        foreach (var name in names.OfType<DomainName>())
        {
            var response = await answers.QueryAsync(new DnsQuestion(name, DnsRecordType.Txt), cancellationToken).ConfigureAwait(false);
            if (!response.Aliases.IsEmpty)
            {
                _targets[name] = response.Aliases[^1];
            }
        }
    }

    /// <summary>Whether no record can be published at a name, because it is an alias.</summary>
    /// <param name="name">The name.</param>
    public bool IsAlias(DomainName name) => _targets.ContainsKey(name);

    /// <summary>The end of an advice about a record: where it is, when it is not at its own name; otherwise nothing.</summary>
    /// <param name="finding">The finding that the advice is for.</param>
    public string EndOf(Finding finding) => PlaceOf(finding) is { } name && _targets.TryGetValue(name, out var target)
        ? $"; at {target}, by its owner, because {name} is an alias of it"
        : string.Empty;

    // The name at which the record of a finding is, or is missing.
    private DomainName? PlaceOf(Finding finding)
    {
        if (finding.Code is FindingCode.DmarcNoPolicy or FindingCode.DmarcUnsentWeak)
        {
            return _dmarc;
        }

        if (finding.IsFailedLookup)
        {
            return null;
        }

        // Of what has the name of the domain, only SPF and MX are records there.
        return finding.Name != domain || finding.Code is FindingCode.MxParkedMissing or FindingCode.MxOfParked || finding.Code.Keyword().StartsWith("spf-", StringComparison.Ordinal)
            ? finding.Name
            : null;
    }
}
