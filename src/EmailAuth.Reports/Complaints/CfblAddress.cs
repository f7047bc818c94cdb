using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using EmailAuth.Reports.Feedback;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Complaints;

/// <summary>What a <c>CFBL-Address</c> field says (RFC 9477 section 5.1). Immutable.</summary>
public sealed class CfblAddress
{
    // RFC 5321 section 4.5.3.1.
    private const int MaxAddress = 254;
    private const int MaxField = 1000;
    private static readonly SearchValues<char> AtomCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.");

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
        address = null;
        if (value is null or { Length: > MaxField })
        {
            return false;
        }

        var text = FieldText.WithoutComments(value, out var isEnded);
        if (!isEnded)
        {
            return false;
        }

        var semicolon = text.IndexOf(';', StringComparison.Ordinal);
        var mailbox = (semicolon < 0 ? text : text[..semicolon]).Trim();
        var isXarf = false;
        if (semicolon >= 0)
        {
            var parameter = text[(semicolon + 1)..].Trim();
            isXarf = parameter.Equals("report=xarf", StringComparison.OrdinalIgnoreCase);
            if (!isXarf && !parameter.Equals("report=arf", StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }
        }

        var at = mailbox.IndexOf('@', StringComparison.Ordinal);
        if (at is < 1 or > 64 || mailbox.Length > MaxAddress || mailbox.AsSpan(0, at).ContainsAnyExcept(AtomCharacters)
            || mailbox[0] == '.' || mailbox[at - 1] == '.' || mailbox.Contains("..", StringComparison.Ordinal)
            || DomainName.Parse(mailbox.AsSpan(at + 1)).Value is not { } domain)
        {
            return false;
        }

        address = new CfblAddress($"{mailbox[..at]}@{domain}", domain, isXarf);
        return true;
    }

    /// <summary>The address.</summary>
    public override string ToString() => Address;
}
