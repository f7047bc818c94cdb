using System.Collections.Immutable;
using DnsClient;
using DnsClient.Protocol;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>
/// Finds the answer to a question in DNS messages: the alias chain from the name asked for, and the records at its end. Records at any
/// other name are not part of the answer (RFC 1034 section 5.3.3, RFC 2181 section 5.4.1).
/// </summary>
internal sealed class DnsAnswerReader
{
    private const int MaxAliases = 16;

    private readonly DomainName _start;
    private readonly DnsRecordType _type;
    private readonly ImmutableArray<DomainName>.Builder _aliases = ImmutableArray.CreateBuilder<DomainName>();
    private TimeSpan _timeToLive = TimeSpan.MaxValue;
    private bool _isAuthenticated = true;

    public DnsAnswerReader(DomainName name, DnsRecordType type)
    {
        _start = End = name;
        _type = type;
    }

    /// <summary>Where the alias chain ends; without aliases the name asked for.</summary>
    public DomainName End { get; private set; }

    /// <summary>Reads the answer to a question for <see cref="End"/>.</summary>
    /// <returns>The answer, or null when the message leads to another <see cref="End"/> without records for it: ask for that.</returns>
    public DnsResponse? Read(IDnsQueryResponse message)
    {
        var asked = End;
        while (AliasOf(message, End) is { } target)
        {
            if (_aliases.Count == MaxAliases || target == _start)
            {
                return DnsResponse.Failed(
                    DnsFailure.Malformed, $"the aliases of {_start} form a loop, or are more than {MaxAliases} in a row (RFC 1034 section 3.6.2)");
            }

            _aliases.Add(target);
            End = target;
        }

        _isAuthenticated &= message.Header.IsAuthenticData;
        if (message.Header.ResponseCode == DnsHeaderResponseCode.NotExistentDomain)
        {
            return DnsResponse.NameError(NegativeTimeToLive(message), _isAuthenticated, _aliases.ToImmutable());
        }

        var records = Records(message);
        if (records.Status == DnsStatus.Records)
        {
            return records;
        }

        // A server that has only the start of a chain names the end and has no records of it.
        return End != asked && !message.Authorities.OfType<SoaRecord>().Any()
            ? null
            : DnsResponse.NoData(NegativeTimeToLive(message), _isAuthenticated, _aliases.ToImmutable());
    }

    private DnsResponse Records(IDnsQueryResponse message) => _type switch
    {
        DnsRecordType.A => DnsResponse.OfAddresses(
            Read(message, static record => (record as ARecord)?.Address), _timeToLive, _isAuthenticated, _aliases.ToImmutable()),
        DnsRecordType.Aaaa => DnsResponse.OfAddresses(
            Read(message, static record => (record as AaaaRecord)?.Address), _timeToLive, _isAuthenticated, _aliases.ToImmutable()),
        DnsRecordType.Mx => DnsResponse.OfMailHosts(Read(message, ReadMailHost), _timeToLive, _isAuthenticated, _aliases.ToImmutable()),
        DnsRecordType.Ptr => DnsResponse.OfNames(
            Read(message, static record => record is PtrRecord pointer ? DnsNames.Read(pointer.PtrDomainName) : null),
            _timeToLive,
            _isAuthenticated,
            _aliases.ToImmutable()),
        DnsRecordType.Txt => DnsResponse.OfTexts(
            Read(message, static record => record is TxtRecord text ? DnsNames.ReadText(text) : null), _timeToLive, _isAuthenticated, _aliases.ToImmutable()),
        _ => throw new ArgumentOutOfRangeException(nameof(message), _type, "Not a type that is asked for."),
    };

    private ImmutableArray<T> Read<T>(IDnsQueryResponse message, Func<DnsResourceRecord, T?> read)
        where T : class
    {
        var records = ImmutableArray.CreateBuilder<T>();
        foreach (var record in message.Answers)
        {
            if (IsAt(record, End) && read(record) is { } value)
            {
                records.Add(value);
                Note(record);
            }
        }

        return records.DrainToImmutable();
    }

    // A host that is not a domain name has no addresses, so its record is left out.
    private static MailHost? ReadMailHost(DnsResourceRecord record)
    {
        if (record is not MxRecord mx)
        {
            return null;
        }

        var exchange = mx.Exchange.Value is "." or "" ? null : DnsNames.Read(mx.Exchange);
        return exchange is null && mx.Exchange.Value is not ("." or "") ? null : new MailHost(mx.Preference, exchange);
    }

    private DomainName? AliasOf(IDnsQueryResponse message, DomainName name)
    {
        foreach (var record in message.Answers)
        {
            if (record is CNameRecord alias && IsAt(record, name))
            {
                Note(record);
                return DnsNames.Read(alias.CanonicalName);
            }
        }

        return null;
    }

    private static bool IsAt(DnsResourceRecord record, DomainName name) =>
        record.RecordClass == QueryClass.IN && DnsNames.IsEqual(record.DomainName, name);

    private void Note(DnsResourceRecord record)
    {
        var timeToLive = TimeSpan.FromSeconds(Math.Max(0, record.InitialTimeToLive)); // RFC 2181 section 8: a set top bit means zero
        _timeToLive = timeToLive < _timeToLive ? timeToLive : _timeToLive;
    }

    // RFC 2308 section 5: the lesser of the SOA record's TTL and its minimum; without that record the answer is not kept.
    private TimeSpan? NegativeTimeToLive(IDnsQueryResponse message)
    {
        var authority = message.Authorities.OfType<SoaRecord>().FirstOrDefault();
        if (authority is null)
        {
            return null;
        }

        var negative = TimeSpan.FromSeconds(Math.Min(Math.Max(0, authority.InitialTimeToLive), authority.Minimum));
        return negative < _timeToLive ? negative : _timeToLive;
    }
}
