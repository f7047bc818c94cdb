using System.Collections.Immutable;
using System.Diagnostics;
using System.Net;
using System.Runtime.InteropServices;
using EmailAuth.Syntax;

namespace EmailAuth.Dns.Stub;

/// <summary>
/// Finds the answer to a question in DNS messages: the alias chain from the name asked for, and the records at its end. Records at any
/// other name are not part of the answer (RFC 1034 section 5.3.3, RFC 2181 section 5.4.1). No I/O, no exception, whatever the octets are.
/// </summary>
/// <remarks>
/// The work is bounded: a message has at most 64 KB, so fewer than 6,000 records, which are read three times, and at
/// most 64 aliases, which are read once for each of the 16 of a chain.
/// </remarks>
/// <param name="name">The name asked for.</param>
/// <param name="type">The type asked for.</param>
/// <param name="trustsAuthenticData">Whether the server may say that an answer is authentic (the AD bit, RFC 4035 section 3.2.3).</param>
internal sealed class AnswerReader(DomainName name, DnsRecordType type, bool trustsAuthenticData)
{
    private const int MaxAliases = 16;

    // More than any honest answer has; further ones are ignored.
    private const int MaxAliasRecords = 64;

    private readonly DomainName _start = name;
    private TimeSpan _timeToLive = TimeSpan.MaxValue;
    private bool _isAuthenticated = trustsAuthenticData;
    private ImmutableArray<DomainName> _aliases = [];

    /// <summary>Where the alias chain ends; without aliases the name asked for.</summary>
    public DomainName End { get; private set; } = name;

    /// <summary>The response code of the last message, with the upper bits of its OPT record (RFC 6891 section 6.1.3); -1 when it was malformed.</summary>
    public int Code { get; private set; }

    /// <summary>Reads a message that answers the question for <see cref="End"/>. After a failure another message may be read in its place.</summary>
    /// <returns>The answer, or null when the message leads to another <see cref="End"/> without records for it: ask for that.</returns>
    public DnsResponse? Read(ReadOnlySpan<byte> message)
    {
        var before = (End, _aliases, _timeToLive, _isAuthenticated);
        var response = ReadMessage(message);
        if (response is { Status: DnsStatus.Failure })
        {
            (End, _aliases, _timeToLive, _isAuthenticated) = before;
        }

        return response;
    }

    private DnsResponse? ReadMessage(ReadOnlySpan<byte> message)
    {
        Code = -1;
        if (!TryOutline(message, out var outline))
        {
            return Malformed("a malformed answer");
        }

        Code = outline.Code;
        if (Code is not (WireCode.NoError or WireCode.NameError))
        {
            return DnsResponse.Failed(Code == WireCode.Refused ? DnsFailure.Refused : DnsFailure.ServerFailure, WireCode.TextOf(Code));
        }

        var asked = End;
        if (Follow(message, outline) is { } failure)
        {
            return failure;
        }

        _isAuthenticated &= new WireHeader(message).IsAuthenticData;
        if (Code == WireCode.NameError)
        {
            return DnsResponse.NameError(Negative(outline), _isAuthenticated, _aliases);
        }

        var count = CountAtEnd(message, outline, out var lifetime);
        if (count > 0)
        {
            return ReadRecords(message, outline, count, lifetime);
        }

        if (outline.NegativeLifetime is null && End != asked)
        {
            return null; // the server holds only the start of the chain
        }

        return outline.IsReferral && End == asked
            ? DnsResponse.Failed(DnsFailure.ServerFailure, "a referral by a server that does not ask others")
            : DnsResponse.NoData(Negative(outline), _isAuthenticated, _aliases);
    }

    private static DnsResponse Malformed(string detail) => DnsResponse.Failed(DnsFailure.Malformed, detail);

    // All records lie within the message. What follows the last one is ignored.
    private static bool TryOutline(ReadOnlySpan<byte> message, out Outline outline)
    {
        outline = default;
        if (message.Length < WireHeader.Length)
        {
            return false;
        }

        var header = new WireHeader(message);
        var position = WireHeader.Length;
        for (var i = 0; i < header.QuestionCount; i++)
        {
            if (!WireName.TrySkip(message, ref position) || (position += 4) > message.Length)
            {
                return false;
            }
        }

        outline.Answers = position;
        outline.AnswerCount = header.AnswerCount;
        return TryReadAnswers(message, ref position, header.AnswerCount, ref outline)
            && TryReadAuthorities(message, ref position, header, ref outline)
            && TryReadAdditional(message, ref position, header, ref outline);
    }

    // This pass collects the aliases; otherwise each step of a chain would need a pass over all records.
    private static bool TryReadAnswers(ReadOnlySpan<byte> message, ref int position, int count, ref Outline outline)
    {
        while (count-- > 0)
        {
            if (!WireRecord.TryRead(message, ref position, out var record))
            {
                return false;
            }

            if (record.Type == WireRecord.CanonicalName && outline.Aliases is not { Count: >= MaxAliasRecords })
            {
                (outline.Aliases ??= []).Add(record);
            }
        }

        return true;
    }

    private static bool TryReadAuthorities(ReadOnlySpan<byte> message, ref int position, WireHeader header, ref Outline outline)
    {
        var namesServers = false;
        for (var i = 0; i < header.AuthorityCount; i++)
        {
            if (!WireRecord.TryRead(message, ref position, out var record))
            {
                return false;
            }

            namesServers |= record.Type == WireRecord.NameServer;
            if (record.Type == WireRecord.StartOfAuthority && outline.NegativeLifetime is null)
            {
                if (!WireData.TryReadNegativeLifetime(message, record, out var lifetime))
                {
                    return false;
                }

                outline.NegativeLifetime = lifetime;
            }
        }

        // RFC 2308 section 2.2: with name servers and without SOA it is a referral, unless the server asks others and so has asked them.
        outline.IsReferral = namesServers && outline.NegativeLifetime is null && header.IsFromBystander;
        return true;
    }

    // RFC 6891 section 6.1.1: one OPT record at most, at the root.
    private static bool TryReadAdditional(ReadOnlySpan<byte> message, ref int position, WireHeader header, ref Outline outline)
    {
        var hasOpt = false;
        outline.Code = header.Code;
        for (var i = 0; i < header.AdditionalCount; i++)
        {
            if (!WireRecord.TryRead(message, ref position, out var record))
            {
                return false;
            }

            if (record.Type == WireRecord.Options)
            {
                if (hasOpt || message[record.Owner] != 0)
                {
                    return false;
                }

                hasOpt = true;
                outline.Code |= (int)(record.TimeToLive >> 24) << 4;
            }
        }

        return true;
    }

    private DnsResponse? Follow(ReadOnlySpan<byte> message, in Outline outline)
    {
        while (TryFindAlias(message, outline.Aliases, out var record))
        {
            if (!WireData.TryReadName(message, record, out var target))
            {
                return Malformed("a malformed alias");
            }

            if (target is null)
            {
                return Malformed($"an alias of {End} to a name that cannot be asked for");
            }

            if (_aliases.Length == MaxAliases || target == _start)
            {
                return Malformed($"the aliases of {_start} form a loop, or are more than {MaxAliases} in a row (RFC 1034 section 3.6.2)");
            }

            Note(record.Lifetime);
            _aliases = _aliases.Add(target);
            End = target;
        }

        return null;
    }

    private bool TryFindAlias(ReadOnlySpan<byte> message, List<WireRecord>? aliases, out WireRecord alias)
    {
        for (var i = 0; i < aliases?.Count; i++)
        {
            alias = aliases[i];
            if (alias.Is(message, WireRecord.CanonicalName, End))
            {
                return true;
            }
        }

        alias = default;
        return false;
    }

    private int CountAtEnd(ReadOnlySpan<byte> message, in Outline outline, out TimeSpan lifetime)
    {
        lifetime = _timeToLive;
        var count = 0;
        var position = outline.Answers;
        for (var i = 0; i < outline.AnswerCount; i++)
        {
            WireRecord.TryRead(message, ref position, out var record);
            if (record.Is(message, (ushort)type, End))
            {
                count++;
                lifetime = record.Lifetime < lifetime ? record.Lifetime : lifetime;
            }
        }

        return count;
    }

    private DnsResponse ReadRecords(ReadOnlySpan<byte> message, in Outline outline, int count, TimeSpan lifetime) => type switch
    {
        DnsRecordType.Txt => TryRead<string>(message, outline, count, WireData.TryReadText) is { } texts
            ? DnsResponse.OfTexts(texts, lifetime, _isAuthenticated, _aliases)
            : Malformed("a malformed TXT record"),
        DnsRecordType.A => TryRead<IPAddress>(message, outline, count, ReadIPv4) is { } addresses
            ? DnsResponse.OfAddresses(addresses, lifetime, _isAuthenticated, _aliases)
            : Malformed("a malformed A record"),
        DnsRecordType.Aaaa => TryRead<IPAddress>(message, outline, count, ReadIPv6) is { } addresses
            ? DnsResponse.OfAddresses(addresses, lifetime, _isAuthenticated, _aliases)
            : Malformed("a malformed AAAA record"),
        DnsRecordType.Mx => TryRead<MailHost>(message, outline, count, WireData.TryReadMailHost) is { } hosts
            ? DnsResponse.OfMailHosts(hosts, lifetime, _isAuthenticated, _aliases)
            : Malformed("a malformed MX record"),
        DnsRecordType.Ptr => TryRead<DomainName>(message, outline, count, WireData.TryReadName) is { } names
            ? DnsResponse.OfNames(names, lifetime, _isAuthenticated, _aliases)
            : Malformed("a malformed PTR record"),
        _ => throw new UnreachableException(),
    };

    private static bool ReadIPv4(ReadOnlySpan<byte> message, in WireRecord record, out IPAddress? address) =>
        WireData.TryReadAddress(message, record, 4, out address);

    private static bool ReadIPv6(ReadOnlySpan<byte> message, in WireRecord record, out IPAddress? address) =>
        WireData.TryReadAddress(message, record, 16, out address);

    // A record whose host is not a name that can be asked for is left out; one that is not of its type's form spoils the answer.
    private ImmutableArray<T>? TryRead<T>(ReadOnlySpan<byte> message, in Outline outline, int count, ReadData<T> read)
        where T : class
    {
        var values = new T[count];
        var length = 0;
        var position = outline.Answers;
        for (var i = 0; i < outline.AnswerCount; i++)
        {
            WireRecord.TryRead(message, ref position, out var record);
            if (!record.Is(message, (ushort)type, End))
            {
                continue;
            }

            if (!read(message, record, out var value))
            {
                return null;
            }

            if (value is not null)
            {
                values[length++] = value;
            }
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(length == count ? values : values[..length]);
    }

    private void Note(TimeSpan lifetime) => _timeToLive = lifetime < _timeToLive ? lifetime : _timeToLive;

    // RFC 2308 section 5: without an SOA record the answer is not kept.
    private TimeSpan? Negative(in Outline outline) =>
        outline.NegativeLifetime is { } negative && _timeToLive < negative ? _timeToLive : outline.NegativeLifetime;

    private delegate bool ReadData<T>(ReadOnlySpan<byte> message, in WireRecord record, out T? value)
        where T : class;

    /// <summary>What one pass finds in a message.</summary>
    private struct Outline
    {
        public int Answers;
        public int AnswerCount;
        public List<WireRecord>? Aliases;
        public int Code;
        public TimeSpan? NegativeLifetime;
        public bool IsReferral;
    }
}
