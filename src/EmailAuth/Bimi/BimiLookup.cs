using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Bimi;

/// <summary>One question that discovery asked the DNS, and what kind of answer came. Immutable.</summary>
public sealed class BimiLookup
{
    internal BimiLookup(DomainName name, DnsStatus status)
    {
        Name = name;
        Status = status;
    }

    /// <summary>The name whose TXT records were asked for.</summary>
    public DomainName Name { get; }

    /// <summary>The kind of answer.</summary>
    public DnsStatus Status { get; }
}
