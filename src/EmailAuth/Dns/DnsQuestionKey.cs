using System.Net;
using System.Runtime.InteropServices;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>What is asked: a type at a name, or the pointers of an address (which stands in for its reverse name, and costs no text).</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct DnsQuestionKey
{
    private readonly object _subject;

    public DnsQuestionKey(ZoneRecordType type, DomainName name, bool isReserved = false)
    {
        Type = type;
        _subject = name;
        IsReserved = isReserved;
    }

    public DnsQuestionKey(IPAddress address)
    {
        Type = ZoneRecordType.Ptr;
        _subject = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
    }

    public ZoneRecordType Type { get; }

    /// <summary>Whether it is asked on the allowance set aside for policies, and so shares no answer with questions that are not.</summary>
    public bool IsReserved { get; }

    /// <summary>The name asked for.</summary>
    public DomainName Name => _subject as DomainName ?? ReverseName.Of((IPAddress)_subject);

    /// <summary>How many characters the key holds of the name: none when it holds an address.</summary>
    public int NameLength => _subject is DomainName name ? name.ToString().Length : 0;

    public override string ToString() => $"{Type.ToText()} of {_subject}";
}
