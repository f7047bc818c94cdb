using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Dmarc;

/// <summary>A query for one domain's record, begun once and shared by every walk that passes the domain.</summary>
internal sealed class DmarcQuery
{
    private readonly Task<DnsResponse<string>>? _pending;

    public DmarcQuery(DomainName domain, IDnsResolver resolver, DmarcRecordCache records, CancellationToken cancellationToken)
    {
        Domain = domain;
        if (domain.PrependChecked("_dmarc") is not { } name)
        {
            Lookup = new DmarcLookup
            {
                Domain = domain,
                Outcome = DmarcLookupOutcome.NoRecord,
                Reason = "not asked: with \"_dmarc.\" the name exceeds 253 characters",
            };
            return;
        }

        IsAsked = true;
        var query = resolver.QueryTextAsync(name, cancellationToken);
        if (query.IsCompletedSuccessfully)
        {
#pragma warning disable CA1849, MA0042 // the query has completed
            Lookup = Read(query.GetAwaiter().GetResult(), records);
#pragma warning restore CA1849, MA0042
        }
        else
        {
            _pending = query.AsTask();
        }
    }

    public DomainName Domain { get; }

    /// <summary>Whether a query went out.</summary>
    public bool IsAsked { get; }

    /// <summary>What was found; null while the answer is on its way.</summary>
    public DmarcLookup? Lookup { get; private set; }

    public async ValueTask<DmarcLookup> CompleteAsync(DmarcRecordCache records, CancellationToken cancellationToken) =>
        Lookup ??= Read(await _pending!.WaitAsync(cancellationToken).ConfigureAwait(false), records);

    // RFC 9989 section 4.10 step 2: what is no record is discarded; of several records none counts.
    private DmarcLookup Read(DnsResponse<string> response, DmarcRecordCache records)
    {
        if (response.Status == DnsStatus.Failure)
        {
            return new DmarcLookup { Domain = Domain, Outcome = DmarcLookupOutcome.TemporaryFailure, Reason = response.Reason };
        }

        var count = 0;
        DmarcRecord? record = null;
        foreach (var text in response.Records)
        {
            if (DmarcRecordParser.MayBeRecord(text) && records.Get(text) is { } found)
            {
                record = found;
                count++;
            }
        }

        return count switch
        {
            0 => new DmarcLookup { Domain = Domain, Outcome = DmarcLookupOutcome.NoRecord, Reason = NoRecordReason(response) },
            1 => new DmarcLookup { Domain = Domain, Outcome = DmarcLookupOutcome.Record, Record = record },
            _ => new DmarcLookup
            {
                Domain = Domain,
                Outcome = DmarcLookupOutcome.SeveralRecords,
                Reason = $"{count} DMARC records, all discarded (RFC 9989 section 4.10)",
            },
        };
    }

    private static string NoRecordReason(DnsResponse<string> response) => response.Status switch
    {
        DnsStatus.NameError => "NXDOMAIN",
        DnsStatus.NoData => "no TXT record",
        _ => "TXT records that are no DMARC records are discarded",
    };
}
