using System.Diagnostics;
using EmailAuth.Dns;

namespace EmailAuth.Testing;

/// <summary>The keywords of kinds of entries in zones, and the failure that each kind means.</summary>
internal static class ZoneEntryKindKeyword
{
    /// <summary>All kinds, for people.</summary>
    public const string All = "A, AAAA, MX, TXT, PTR, CNAME, SPF, TIMEOUT, SERVFAIL, REFUSED, MALFORMED, UNREACHABLE, LIMIT, FAULT and NXDOMAIN";

    public static string Keyword(this ZoneEntryKind kind) => kind switch
    {
        ZoneEntryKind.A => "A",
        ZoneEntryKind.Aaaa => "AAAA",
        ZoneEntryKind.MX => "MX",
        ZoneEntryKind.Txt => "TXT",
        ZoneEntryKind.Ptr => "PTR",
        ZoneEntryKind.CName => "CNAME",
        ZoneEntryKind.Spf => "SPF",
        ZoneEntryKind.Timeout => "TIMEOUT",
        ZoneEntryKind.ServFail => "SERVFAIL",
        ZoneEntryKind.Refused => "REFUSED",
        ZoneEntryKind.Malformed => "MALFORMED",
        ZoneEntryKind.Unreachable => "UNREACHABLE",
        ZoneEntryKind.Limit => "LIMIT",
        ZoneEntryKind.Fault => "FAULT",
        ZoneEntryKind.NxDomain => "NXDOMAIN",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a kind of zone entry."),
    };

    /// <summary>The kind of a text, in any letter case; null for any other text.</summary>
    public static ZoneEntryKind? Parse(ReadOnlySpan<char> text)
    {
        foreach (var kind in Enum.GetValues<ZoneEntryKind>())
        {
            if (text.Equals(kind.Keyword(), StringComparison.OrdinalIgnoreCase))
            {
                return kind;
            }
        }

        return null;
    }

    /// <summary>The failure that an entry means; <see cref="DnsFailure.None"/> for a record.</summary>
    public static DnsFailure ToFailure(this ZoneEntryKind kind) => kind switch
    {
        ZoneEntryKind.Timeout => DnsFailure.Timeout,
        ZoneEntryKind.ServFail => DnsFailure.ServerFailure,
        ZoneEntryKind.Refused => DnsFailure.Refused,
        ZoneEntryKind.Malformed => DnsFailure.Malformed,
        ZoneEntryKind.Unreachable => DnsFailure.Unreachable,
        ZoneEntryKind.Limit => DnsFailure.LimitReached,
        ZoneEntryKind.Fault => DnsFailure.ResolverFault,
        ZoneEntryKind.A or ZoneEntryKind.Aaaa or ZoneEntryKind.MX or ZoneEntryKind.Txt or ZoneEntryKind.Ptr or ZoneEntryKind.CName
            or ZoneEntryKind.Spf or ZoneEntryKind.NxDomain => DnsFailure.None,
        _ => throw new UnreachableException(),
    };

    /// <summary>The kind of entry that records a failure.</summary>
    public static ZoneEntryKind ToEntryKind(this DnsFailure failure) => failure switch
    {
        DnsFailure.Timeout => ZoneEntryKind.Timeout,
        DnsFailure.ServerFailure => ZoneEntryKind.ServFail,
        DnsFailure.Refused => ZoneEntryKind.Refused,
        DnsFailure.Malformed => ZoneEntryKind.Malformed,
        DnsFailure.Unreachable => ZoneEntryKind.Unreachable,
        DnsFailure.LimitReached => ZoneEntryKind.Limit,
        DnsFailure.ResolverFault => ZoneEntryKind.Fault,
        DnsFailure.None => throw new ArgumentOutOfRangeException(nameof(failure), failure, "Not a failure."),
        _ => throw new UnreachableException(),
    };

    /// <summary>The records that answer a question.</summary>
    public static ZoneEntryKind ToEntryKind(this DnsRecordType type) => type switch
    {
        DnsRecordType.A => ZoneEntryKind.A,
        DnsRecordType.Aaaa => ZoneEntryKind.Aaaa,
        DnsRecordType.Mx => ZoneEntryKind.MX,
        DnsRecordType.Ptr => ZoneEntryKind.Ptr,
        DnsRecordType.Txt => ZoneEntryKind.Txt,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type that is asked for."),
    };
}
