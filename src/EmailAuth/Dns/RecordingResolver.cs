using System.Net;
using System.Net.Sockets;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>Passes questions on to another resolver and keeps what was asked and answered, as a zone that gives the same answers again.</summary>
/// <remarks>
/// Answers stand at the name that was asked for: an alias is kept as what it led to. A name without records of a type that was asked
/// for is kept as such, and so is a failure with its reason; a name that does not exist leaves nothing, unless a name below it was
/// answered: then an alias stands there that leads nowhere, as a zone's name exists with those below it. The first answer to a question
/// counts. Thread-safe.
/// </remarks>
public sealed class RecordingResolver : IDnsResolver
{
    // RFC 6761 section 6.4: no name under "invalid" exists.
    private static readonly ZoneRecord Nowhere = new() { Type = ZoneRecordType.CName, Data = "nxdomain.invalid" };

    private readonly IDnsResolver _inner;
    private readonly Lock _lock = new();
    private readonly HashSet<DnsQuestionKey> _asked = [];
    private readonly HashSet<DomainName> _absent = [];
    private readonly Zone _zone = new();

    /// <summary>Makes a resolver.</summary>
    /// <param name="inner">The resolver that answers.</param>
    public RecordingResolver(IDnsResolver inner)
    {
        ArgumentNullException.ThrowIfNull(inner);
        _inner = inner;
    }

    /// <summary>What was recorded so far, as a zone of its own.</summary>
    public Zone ToZone()
    {
        lock (_lock)
        {
            var copy = new Zone();
            var recorded = new HashSet<DomainName>();
            foreach (var name in _zone.Names)
            {
                recorded.Add(name);
                copy.Add(name);
                foreach (var entry in _zone[name])
                {
                    copy.Add(name, entry);
                }
            }

            foreach (var name in recorded.SelectMany(AncestorsOf).Where(_absent.Contains).Where(name => !recorded.Contains(name)).Distinct().ToArray())
            {
                copy.Add(name, Nowhere);
            }

            return copy;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<DnsResponse<string>> QueryTextAsync(DomainName name, CancellationToken cancellationToken) =>
        Record(
            new DnsQuestionKey(ZoneRecordType.Txt, name),
            await _inner.QueryTextAsync(name, cancellationToken).ConfigureAwait(false),
            static text => new ZoneRecord { Type = ZoneRecordType.Txt, Data = text });

    /// <inheritdoc/>
    public async ValueTask<DnsResponse<MailHost>> QueryMailHostsAsync(DomainName name, CancellationToken cancellationToken) =>
        Record(
            new DnsQuestionKey(ZoneRecordType.MX, name),
            await _inner.QueryMailHostsAsync(name, cancellationToken).ConfigureAwait(false),
            static host => new ZoneRecord { Type = ZoneRecordType.MX, Data = host.Exchange?.ToString() ?? ".", Preference = host.Preference });

    /// <inheritdoc/>
    public async ValueTask<DnsResponse<IPAddress>> QueryAddressesAsync(DomainName name, AddressFamily family, CancellationToken cancellationToken)
    {
        var response = await _inner.QueryAddressesAsync(name, family, cancellationToken).ConfigureAwait(false);
        return family == AddressFamily.InterNetwork
            ? Record(new DnsQuestionKey(ZoneRecordType.A, name), response, static address => new ZoneRecord { Type = ZoneRecordType.A, Data = address.ToString() })
            : Record(new DnsQuestionKey(ZoneRecordType.Aaaa, name), response, static address => new ZoneRecord { Type = ZoneRecordType.Aaaa, Data = address.ToString() });
    }

    /// <inheritdoc/>
    public async ValueTask<DnsResponse<DomainName>> QueryPointersAsync(IPAddress address, CancellationToken cancellationToken) =>
        Record(
            new DnsQuestionKey(address),
            await _inner.QueryPointersAsync(address, cancellationToken).ConfigureAwait(false),
            static name => new ZoneRecord { Type = ZoneRecordType.Ptr, Data = name.ToString() });

    private DnsResponse<T> Record<T>(DnsQuestionKey question, DnsResponse<T> response, Func<T, ZoneRecord> toRecord)
    {
        lock (_lock)
        {
            var name = question.Name;
            if (response.Status == DnsStatus.NameError)
            {
                _absent.Add(name);
                return response;
            }

            if (!_asked.Add(question))
            {
                return response;
            }

            _zone.Add(name);
            if (response.Status == DnsStatus.Failure)
            {
                var isSilence = response.Reason!.StartsWith(DnsReasons.NoAnswer, StringComparison.Ordinal);
                _zone.Add(name, new ZoneRecord
                {
                    Type = isSilence ? ZoneRecordType.Timeout : ZoneRecordType.ServFail,
                    For = question.Type,
                    Data = response.Reason,
                });
            }

            foreach (var record in response.Records)
            {
                _zone.Add(name, toRecord(record));
            }
        }

        return response;
    }

    private static IEnumerable<DomainName> AncestorsOf(DomainName name)
    {
        for (var parent = name.Parent; parent is not null; parent = parent.Parent)
        {
            yield return parent;
        }
    }
}
