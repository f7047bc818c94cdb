using System.Diagnostics;
using System.Net.Sockets;
using EmailAuth.Syntax;

namespace EmailAuth.Testing;

/// <summary>The rules for the data of each kind of entry. A <see cref="ZoneResolver"/> accepts a zone that follows them.</summary>
internal static class ZoneRules
{
    /// <exception cref="JsonFault">The entry breaks a rule.</exception>
    public static void Check(ZoneRecord entry)
    {
        if (entry.Check is not null && (entry.For is null || !ZoneRecord.Checks.Contains(entry.Check, StringComparer.Ordinal)))
        {
            throw new JsonFault($"a check is one of {string.Join(", ", ZoneRecord.Checks)}, and needs a type in \"for\"", "check");
        }

        if (Complaint(entry) is { } complaint)
        {
            throw new JsonFault(complaint, "data");
        }
    }

    private static string? Complaint(ZoneRecord entry)
    {
        switch (entry.Type)
        {
            case ZoneEntryKind.A:
                return IsAddress(entry.Data, AddressFamily.InterNetwork) ? null : $"\"{entry.Data}\" is not a valid IPv4 address";
            case ZoneEntryKind.Aaaa:
                return IsAddress(entry.Data, AddressFamily.InterNetworkV6) ? null : $"\"{entry.Data}\" is not a valid IPv6 address";
            case ZoneEntryKind.Txt:
                return entry.Data is null && entry.Strings.IsDefault ? "a TXT record has data or strings" : null;
            case ZoneEntryKind.MX when entry.Data is "." or "":
                return null;
            case ZoneEntryKind.MX or ZoneEntryKind.Ptr or ZoneEntryKind.CName:
                return DomainName.ParseDnsName(entry.Data).Error?.Reason;
            case ZoneEntryKind.Spf or ZoneEntryKind.Timeout or ZoneEntryKind.ServFail or ZoneEntryKind.Refused or ZoneEntryKind.Malformed:
            case ZoneEntryKind.Unreachable or ZoneEntryKind.Limit or ZoneEntryKind.Fault or ZoneEntryKind.NxDomain:
                return null;
            default:
                throw new UnreachableException();
        }
    }

    private static bool IsAddress(string? text, AddressFamily family) =>
        VectorText.TryParseAddress(text, out var address) && address.AddressFamily == family;
}
