using System.Buffers;
using System.Collections.Immutable;
using EmailAuth.Reports.Feedback;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Complaints;

/// <summary>
/// What a <c>CFBL-Address</c> field says, and whose signatures permit a complaint to it (RFC 9477). EmailAuth.Inspection compiles this file, too: what
/// the owner of a domain reads about a message is what a receiver decides.
/// </summary>
internal static class CfblRule
{
    public const string AddressField = "CFBL-Address";
    public const string IdentifierField = "CFBL-Feedback-ID";

    // RFC 5321 section 4.5.3.1.
    private const int MaxAddress = 254;
    private const int MaxLocalPart = 64;
    private const int MaxField = 1000;
    private static readonly SearchValues<char> AtomCharacters = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-/=?^_`{|}~.");

    /// <summary>Reads the value of a field (section 5.1).</summary>
    /// <param name="value">Everything after the colon.</param>
    /// <param name="reason">What is wrong; null when nothing is.</param>
    /// <returns>What it says; null when it is not of this form.</returns>
    public static CfblValue? Read(string value, out string? reason)
    {
        if (value.Length > MaxField)
        {
            reason = "the field is too long";
            return null;
        }

        var text = FieldText.WithoutComments(value, out var isEnded);
        if (!isEnded)
        {
            reason = "a comment does not end";
            return null;
        }

        var semicolon = text.IndexOf(';', StringComparison.Ordinal);
        var mailbox = (semicolon < 0 ? text : text[..semicolon]).Trim();
        var format = semicolon < 0 ? "report=arf" : text[(semicolon + 1)..].Trim();
        var isXarf = format.Equals("report=xarf", StringComparison.OrdinalIgnoreCase);
        if (!isXarf && !format.Equals("report=arf", StringComparison.OrdinalIgnoreCase))
        {
            reason = "after the address there may only be report=arf or report=xarf";
            return null;
        }

        var at = mailbox.IndexOf('@', StringComparison.Ordinal);
        if (at is < 1 or > MaxLocalPart || mailbox.Length > MaxAddress || mailbox.AsSpan(0, at).ContainsAnyExcept(AtomCharacters)
            || mailbox[0] == '.' || mailbox[at - 1] == '.' || mailbox.Contains("..", StringComparison.Ordinal)
            || DomainName.Parse(mailbox.AsSpan(at + 1)).Value is not { } domain)
        {
            reason = "it must be a local part without quotes, an at sign and a domain name";
            return null;
        }

        reason = null;
        return new CfblValue(mailbox[..at], domain, isXarf);
    }

    /// <summary>How often a name is in <c>h=</c>.</summary>
    /// <param name="fieldNames">The names.</param>
    /// <param name="name">The name.</param>
    public static int Count(ImmutableArray<string> fieldNames, string name)
    {
        var count = 0;
        foreach (var field in fieldNames)
        {
            count += field.Equals(name, StringComparison.OrdinalIgnoreCase) ? 1 : 0;
        }

        return count;
    }

    /// <summary>Whether signatures of these domains permit complaints to an address.</summary>
    /// <param name="author">The author domain.</param>
    /// <param name="address">The domain of the address.</param>
    /// <param name="signers">The domains whose valid signatures cover the fields.</param>
    public static bool IsPermitted(DomainName author, DomainName address, DomainName[] signers) =>
        IsStrict(author, address, signers) || IsRelaxed(author, address, signers) || IsThirdParty(author, address, signers);

    /// <summary>Author domain, domain of the address and signing domain are the same (section 3.1.1).</summary>
    public static bool IsStrict(DomainName author, DomainName address, DomainName[] signers) => author == address && signers.Contains(author);

    /// <summary>The domain of the address is the author domain or below it, and the signing domain is that of the address or above it (section 3.1.2).</summary>
    public static bool IsRelaxed(DomainName author, DomainName address, DomainName[] signers) =>
        address.IsEqualToOrBelow(author) && Array.Exists(signers, address.IsEqualToOrBelow);

    /// <summary>Both the author domain and the domain of the address signed (section 3.1.3).</summary>
    public static bool IsThirdParty(DomainName author, DomainName address, DomainName[] signers) => signers.Contains(author) && signers.Contains(address);
}
