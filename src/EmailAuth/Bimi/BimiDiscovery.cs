using System.Collections.Immutable;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Bimi;

/// <summary>Finds the assertion record of a message (BIMI draft section 7.2).</summary>
internal sealed class BimiDiscovery
{
    private readonly DnsAsker _dns;
    private readonly string? _localPart;
    private readonly ImmutableArray<BimiLookup>.Builder _lookups = ImmutableArray.CreateBuilder<BimiLookup>(1);

    public BimiDiscovery(DnsAsker dns, string? localPart)
    {
        _dns = dns;
        _localPart = localPart is null ? null : BimiSelector.OfLocalPart(localPart);
    }

    /// <summary>The steps of section 7.2: the author domain, then the organizational domain with the same selector.</summary>
    public async ValueTask<BimiResult> FindAsync(
        DomainName authorDomain, DomainName? organizationalDomain, string selector, CancellationToken cancellationToken)
    {
        var found = await FindAtAsync(authorDomain, selector, cancellationToken).ConfigureAwait(false);
        if (found is null && organizationalDomain is not null && organizationalDomain != authorDomain)
        {
            found = await FindAtAsync(organizationalDomain, selector, cancellationToken).ConfigureAwait(false);
        }

        return found is not null ? new BimiResult(found) { Lookups = _lookups.DrainToImmutable() } : new BimiResult
        {
            Code = BimiResultCode.None,
            Fault = new BimiFault(BimiReason.NoRecord, organizationalDomain is null || organizationalDomain == authorDomain
                ? $"no BIMI record at {selector}._bimi.{authorDomain}"
                : $"no BIMI record at {selector}._bimi.{authorDomain} nor at {selector}._bimi.{organizationalDomain}"),
            Lookups = _lookups.DrainToImmutable(),
        };
    }

    // Null: there is no record at this domain.
    private async ValueTask<BimiResult?> FindAtAsync(DomainName domain, string selector, CancellationToken cancellationToken)
    {
        var found = await AskAsync(domain, selector, cancellationToken).ConfigureAwait(false);
        if (found?.Record is not { } record || _localPart is null || _localPart == selector || !record.AllowsLocalPart(_localPart))
        {
            return found;
        }

        // Section 4.5: the record that the local-part names replaces the first if it is there and valid.
        var named = await AskAsync(domain, _localPart, cancellationToken).ConfigureAwait(false);
        return named is null || named.ReasonCode == BimiReason.RecordSyntax.Keyword() ? found : named;
    }

    /// <summary>Where the record of a (checked) selector is, or null when the name would be too long to exist.</summary>
    public static DomainName? NameOf(DomainName domain, string selector) => domain.PrependChecked("_bimi")?.PrependChecked(selector);

    /// <summary>The question for that record.</summary>
    public static DnsQuestion? QuestionOf(DomainName domain, string selector) =>
        NameOf(domain, selector) is { } name ? new DnsQuestion(name, DnsRecordType.Txt) : null;

    private async ValueTask<BimiResult?> AskAsync(DomainName domain, string selector, CancellationToken cancellationToken)
    {
        if (QuestionOf(domain, selector) is not { } question)
        {
            return null;
        }

        var name = question.Name;
        var answer = await _dns.QueryAsync(question, cancellationToken).ConfigureAwait(false);
        _lookups.Add(new BimiLookup(name, answer.Status));
        return answer.Status == DnsStatus.Failure
            ? At(domain, selector, BimiResultCode.TempError, new BimiFault(BimiReason.DnsFailure, $"the TXT records of {name} could not be read: {answer.Reason}"))
            : ReadRecords(domain, selector, name, answer.Texts);
    }

    private static BimiResult? ReadRecords(DomainName domain, string selector, DomainName name, ImmutableArray<string> texts)
    {
        string? text = null;
        foreach (var candidate in texts)
        {
            if (!BimiRecord.IsBimiRecord(candidate))
            {
                continue;
            }

            if (text is not null)
            {
                return At(domain, selector, BimiResultCode.Fail, new BimiFault(
                    BimiReason.SeveralRecords, $"more than one BIMI record at {name}: none is used (BIMI draft section 7.2)"));
            }

            text = candidate;
        }

        if (text is null)
        {
            return null;
        }

        var parsed = BimiRecord.Parse(text);
        return parsed.IsSuccess
            ? new BimiResult(At(domain, selector, BimiResultCode.Pass, null)) { Record = parsed.Value }
            : At(domain, selector, BimiResultCode.Fail, new BimiFault(BimiReason.RecordSyntax, $"the BIMI record at {name}: {parsed.Error}"));
    }

    private static BimiResult At(DomainName domain, string selector, BimiResultCode code, BimiFault? fault) =>
        new() { Code = code, Domain = domain, Selector = selector, Fault = fault };
}
