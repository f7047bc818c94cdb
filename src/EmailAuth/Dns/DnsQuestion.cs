using System.Net;
using System.Runtime.InteropServices;
using EmailAuth.Syntax;

namespace EmailAuth.Dns;

/// <summary>
/// One question to the DNS: a record type at a name, or the names of an address. For an address the text of its reverse name is built only
/// when <see cref="Name"/> is read.
/// </summary>
/// <remarks>Equal questions are equal values. <c>default</c> is not a question.</remarks>
[StructLayout(LayoutKind.Auto)]
public readonly record struct DnsQuestion
{
    private readonly object? _subject;

    /// <summary>Asks for the records of a type at a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="type">The type. To ask for the names of an address, use <see cref="Pointers"/>.</param>
    public DnsQuestion(DomainName name, DnsRecordType type)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!Enum.IsDefined(type))
        {
            throw new ArgumentOutOfRangeException(nameof(type), type, "Not a type that is asked for.");
        }

        _subject = name;
        Type = type;
    }

    private DnsQuestion(IPAddress address)
    {
        _subject = address;
        Type = DnsRecordType.Ptr;
    }

    /// <summary>The type of the records asked for.</summary>
    public DnsRecordType Type { get; }

    /// <summary>The name asked for; for the names of an address its reverse name, below <c>in-addr.arpa</c> or <c>ip6.arpa</c> (built at each call).</summary>
    /// <exception cref="InvalidOperationException">The value is <c>default</c>.</exception>
    public DomainName Name => _subject switch
    {
        DomainName name => name,
        IPAddress address => ReverseName.Of(address),
        _ => throw new InvalidOperationException("The default value is not a question."),
    };

    /// <summary>The address whose names are asked for, or null when the question is one for a name. Never an IPv4-mapped one.</summary>
    public IPAddress? Address => _subject as IPAddress;

    /// <summary>Asks for the names of an address (PTR records, RFC 1035 section 3.5, RFC 3596 section 2.5).</summary>
    /// <param name="address">The address; an IPv4-mapped one is asked for as IPv4.</param>
    public static DnsQuestion Pointers(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new DnsQuestion(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
    }

    /// <summary>The question as logs show it, such as <c>TXT of example.com</c>.</summary>
    public override string ToString() => $"{Type.ToString().ToUpperInvariant()} of {_subject}";
}
