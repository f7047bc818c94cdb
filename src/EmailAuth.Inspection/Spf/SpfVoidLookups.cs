using System.Globalization;

namespace EmailAuth.Inspection.Spf;

/// <summary>
/// How many lookups of a record find nothing (RFC 7208 section 4.6.4). The number depends on the client: "a" asks for the client's kind of
/// address, "ptr" for the names of the client's address.
/// </summary>
public sealed class SpfVoidLookups
{
    internal SpfVoidLookups()
    {
    }

    /// <summary>How many find nothing for a client with an IPv4 address.</summary>
    public int IPv4Count { get; private set; }

    /// <summary>How many find nothing for a client with an IPv6 address.</summary>
    public int IPv6Count { get; private set; }

    /// <summary>How many more find nothing for a client whose address has no name.</summary>
    public int PointerCount { get; internal set; }

    /// <summary>How many more may find nothing, because their names contain macros.</summary>
    public int DependentCount { get; internal set; }

    /// <summary>The largest number that can find nothing, without names with macros.</summary>
    public int Count => Math.Max(IPv4Count, IPv6Count) + PointerCount;

    /// <summary>Counts a term.</summary>
    internal void Add(bool isVoidIPv4, bool isVoidIPv6)
    {
        IPv4Count += isVoidIPv4 ? 1 : 0;
        IPv6Count += isVoidIPv6 ? 1 : 0;
    }

    /// <summary>Adds a finding when more lookups find nothing than allowed, for some clients or for all.</summary>
    internal void Judge(SpfNode root, int most)
    {
        var (severity, code, count) = (IPv4Count > most, IPv6Count > most) switch
        {
            (true, true) => (FindingSeverity.Error, FindingCode.SpfTooManyVoidLookups, Count),
            (false, true) => (FindingSeverity.Warning, FindingCode.SpfTooManyVoidLookupsIPv6, IPv6Count),
            (true, false) => (FindingSeverity.Warning, FindingCode.SpfTooManyVoidLookupsIPv4, IPv4Count),
            _ when Count > most => (FindingSeverity.Warning, FindingCode.SpfTooManyVoidLookupsWithoutName, Count),
            _ => (FindingSeverity.Warning, FindingCode.SpfTooManyVoidLookupsOfMessage, Count + DependentCount),
        };
        if (count > most)
        {
            var (all, may) = (Numbers.Text(count), Numbers.Text(most));
            root.Add(severity, code, code == FindingCode.SpfTooManyVoidLookupsWithoutName ? [all, may, Family] : [all, may]);
        }
    }

    /// <summary>The count beside its limit, in words.</summary>
    /// <param name="most">The limit.</param>
    public string Describe(int most)
    {
        var whom = IPv4Count == IPv6Count ? string.Empty
            : IPv6Count > IPv4Count ? string.Create(CultureInfo.InvariantCulture, $" for an IPv6 client, {IPv4Count + PointerCount} for an IPv4 client")
            : string.Create(CultureInfo.InvariantCulture, $" for an IPv4 client, {IPv6Count + PointerCount} for an IPv6 client");
        var pointers = PointerCount == 0 ? string.Empty
            : string.Create(CultureInfo.InvariantCulture, $"; {PointerCount} fewer when the client's address has a name");
        return string.Create(CultureInfo.InvariantCulture, $"{Count} of {most}{whom}{pointers}");
    }

    private string Family => IPv4Count == IPv6Count ? string.Empty : IPv6Count > IPv4Count ? "IPv6 " : "IPv4 ";
}
