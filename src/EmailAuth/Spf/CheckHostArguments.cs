using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using EmailAuth.Syntax;

namespace EmailAuth.Spf;

/// <summary>The arguments of check_host() that stay the same through a check (RFC 7208 section 4.1), as macros see them.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct CheckHostArguments
{
    // RFC 7208 section 4.3: a sender without a local part has this one.
    private const string DefaultLocalPart = "postmaster";

    // Host names are shorter, and each macro would repeat a longer one.
    private const int MaxHeloLength = 1024;

    private readonly string? _address;
    private readonly int _localPartLength;

    /// <summary>A check of the mailbox <paramref name="address"/>, or of postmaster at the domain when it is null.</summary>
    public CheckHostArguments(IPAddress client, string? helo, string? address, int localPartLength, DomainName senderDomain)
    {
        Client = new SpfClient(client);
        Helo = helo;
        _address = address;
        _localPartLength = localPartLength;
        SenderDomain = senderDomain;
    }

    public SpfClient Client { get; }

    public string? Helo { get; }

    public DomainName SenderDomain { get; }

    public string LocalPart => _localPartLength > 0 ? _address![.._localPartLength] : DefaultLocalPart;

    /// <summary>RFC 8616 section 4: a term that depends on a local part beyond ASCII never matches.</summary>
    public bool HasAsciiLocalPart => _localPartLength == 0 || System.Text.Ascii.IsValid(_address.AsSpan(0, _localPartLength));

    /// <summary>The value of a macro letter other than "d", "p", "r" and "t" (RFC 7208 section 7.2).</summary>
    public string ValueOf(char letter) => letter switch
    {
        's' => $"{LocalPart}@{SenderDomain}",
        'l' => LocalPart,
        'o' => SenderDomain.ToString(),
        'i' => Client.IsIPv4 ? Client.Address.ToString() : DottedNibbles(Client.Address),
        'c' => Client.Address.ToString(),
        'v' => Client.IsIPv4 ? "in-addr" : "ip6",
        'h' => HeloName(),
        _ => throw new ArgumentOutOfRangeException(nameof(letter), letter, "Not a macro letter of the check's arguments."),
    };

    // RFC 8616 section 4: labels in Unicode are looked up as A-labels. The dot at the end of a name is no part of the domain, here as for the HELO identity.
    private string HeloName()
    {
        if (Helo is null || Helo.Length > MaxHeloLength)
        {
            return "unknown";
        }

        var text = Helo.EndsWith('.') ? Helo[..^1] : Helo;
        return DomainName.Parse(text).Value is not { } name ? Helo
            : System.Text.Ascii.IsValid(text) ? text
            : name.ToString();
    }

    // RFC 7208 section 7.3: for IPv6 the "i" macro is a dotted list of hex digits.
    private static string DottedNibbles(IPAddress address)
    {
        var hex = SpfClient.Bits(address).ToString("X32", CultureInfo.InvariantCulture);
        return string.Create((hex.Length * 2) - 1, hex, static (text, digits) =>
        {
            text.Fill('.');
            for (var i = 0; i < digits.Length; i++)
            {
                text[i * 2] = digits[i];
            }
        });
    }
}
