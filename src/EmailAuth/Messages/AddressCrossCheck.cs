using EmailAuth.Syntax;
using MimeKit;

namespace EmailAuth.Messages;

/// <summary>A second opinion on an address list that is not in one of the plain forms: MimeKit's parser must find the same mailboxes.</summary>
internal static class AddressCrossCheck
{
    private static readonly ParserOptions Options = new()
    {
        AddressParserComplianceMode = RfcComplianceMode.Strict,
        AllowAddressesWithoutDomain = false,
        AllowUnquotedCommasInAddresses = false,
        MaxAddressGroupDepth = 1,
    };

    /// <summary>Whether MimeKit finds as many mailboxes, all of the given domain.</summary>
    public static bool Agrees(ReadOnlySpan<byte> value, DomainName domain, int mailboxCount)
    {
        if (!InternetAddressList.TryParse(Options, WithoutEncodedWords(value), out var addresses))
        {
            return false;
        }

        var count = 0;
        foreach (var mailbox in addresses.Mailboxes)
        {
            count++;
            if (DomainName.Parse(mailbox.Domain ?? string.Empty).Value != domain)
            {
                return false;
            }
        }

        return count == mailboxCount;
    }

    // Display names do not matter here, and MimeKit is slow on encoded words without an end.
    private static byte[] WithoutEncodedWords(ReadOnlySpan<byte> value)
    {
        var copy = value.ToArray();
        for (var rest = copy.AsSpan(); rest.IndexOf("=?"u8) is var start and >= 0; rest = rest[(start + 2)..])
        {
            rest[start + 1] = (byte)'_';
        }

        return copy;
    }
}
