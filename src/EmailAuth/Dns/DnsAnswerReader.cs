using System.Collections.Immutable;
using DnsClient;
using DnsClient.Protocol;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>
/// Finds in DNS messages what they say of a question: the alias chain from the name asked for, and the records at its end. Records that
/// stand at any other name are not part of the answer (RFC 1034 section 5.3.3, RFC 2181 section 5.4.1).
/// </summary>
internal sealed class DnsAnswerReader<T>
    where T : class
{
    private const int MaxAliases = 16;

    // What a record costs beside its text.
    private const int RecordOverhead = 96;

    private readonly DomainName _start;
    private readonly Func<DnsResourceRecord, T?> _read;
    private TimeSpan _timeToLive = TimeSpan.MaxValue;
    private bool _isAuthenticated = true;
    private int _aliases;

    public DnsAnswerReader(DomainName name, Func<DnsResourceRecord, T?> read)
    {
        _start = name;
        _read = read;
        End = name;
    }

    /// <summary>Where the alias chain ends; the name asked for when there is none.</summary>
    public DomainName End { get; private set; }

    /// <summary>About how many bytes the records take when they are kept.</summary>
    public int Bytes { get; private set; }

    /// <summary>Reads the answer to a question for <see cref="End"/>.</summary>
    /// <returns>The answer, or null when the message leads to another <see cref="End"/> and says nothing of it: ask for that.</returns>
    public DnsResponse<T>? Read(IDnsQueryResponse message)
    {
        var asked = End;
        while (AliasOf(message, End) is { } target)
        {
            if (++_aliases > MaxAliases || target == _start)
            {
                return DnsResponse<T>.TemporaryFailure($"the aliases of {_start} form a loop, or are more than {MaxAliases} in a row (RFC 1034 section 3.6.2)");
            }

            End = target;
        }

        _isAuthenticated &= message.Header.IsAuthenticData;
        if (message.Header.ResponseCode == DnsHeaderResponseCode.NotExistentDomain)
        {
            return DnsResponse<T>.NxDomain(NegativeTimeToLive(message), _isAuthenticated);
        }

        var records = ImmutableArray.CreateBuilder<T>();
        foreach (var record in message.Answers)
        {
            if (IsAt(record, End) && _read(record) is { } value)
            {
                records.Add(value);
                Note(record);
                Bytes += RecordOverhead + (2 * LengthOf(value));
            }
        }

        if (records.Count > 0)
        {
            return DnsResponse<T>.Success(records.DrainToImmutable(), _timeToLive, _isAuthenticated);
        }

        // A server that holds only the start of a chain says no more of its end than that it leads there.
        return End != asked && !message.Authorities.OfType<SoaRecord>().Any()
            ? null
            : DnsResponse<T>.NoData(NegativeTimeToLive(message), _isAuthenticated);
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

    // A name may travel as two bytes that point elsewhere in the message (RFC 1035 section 4.1.4), so it is measured as it is kept.
    private static int LengthOf(T value) => value switch
    {
        string text => text.Length,
        DomainName name => name.ToString().Length,
        MailHost host => host.Exchange?.ToString().Length ?? 0,
        _ => 0,
    };

    // RFC 2308 section 5: the lesser of the SOA record's TTL and its minimum; without the record the answer is not kept.
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
