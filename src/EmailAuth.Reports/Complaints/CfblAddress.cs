using System.Diagnostics.CodeAnalysis;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Complaints;

/// <summary>What a <c>CFBL-Address</c> field says (RFC 9477 section 5.1). Immutable.</summary>
public sealed class CfblAddress
{
    private CfblAddress(string address, DomainName domain, bool isXarf) => (Address, Domain, IsXarf) = (address, domain, isXarf);

    /// <summary>The address: a local part without quotes, an at sign and a domain name.</summary>
    public string Address { get; }

    /// <summary>Its domain.</summary>
    public DomainName Domain { get; }

    /// <summary>Whether the report is to have the form of XARF; otherwise ARF (RFC 5965).</summary>
    public bool IsXarf { get; }

    /// <summary>Reads the value of a field.</summary>
    /// <remarks>
    /// <c>[CFWS] addr-spec [";" [CFWS] "report=" ("arf" / "xarf")]</c>. A quoted local part and an address literal are refused: no honest sender has them, and
    /// neither can be written into an SMTP command without a question of quoting.
    /// </remarks>
    /// <param name="value">Everything after the colon.</param>
    /// <param name="address">The address; null when the value is not of this form.</param>
    public static bool TryParse(string? value, [NotNullWhen(true)] out CfblAddress? address)
    {
        address = value is not null && CfblRule.Read(value, out _) is { } read
            ? new CfblAddress($"{read.LocalPart}@{read.Domain}", read.Domain, read.IsXarf)
            : null;
        return address is not null;
    }

    /// <summary>The address.</summary>
    public override string ToString() => Address;
}
