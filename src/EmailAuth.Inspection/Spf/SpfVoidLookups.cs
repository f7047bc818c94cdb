using System.Globalization;
using EmailAuth.Cli.Output;

namespace EmailAuth.Cli.Published;

/// <summary>
/// How many lookups of a record find nothing (RFC 7208 section 4.6.4). It differs between clients: "a" asks for the kind of address that
/// the client has, "ptr" for the names of the client's address.
/// </summary>
internal sealed class SpfVoidLookups
{
    /// <summary>How many find nothing for a client with an IPv4 address.</summary>
    public int IPv4Count { get; private set; }

    /// <summary>How many find nothing for a client with an IPv6 address.</summary>
    public int IPv6Count { get; private set; }

    /// <summary>How many more find nothing for a client whose address has no name.</summary>
    public int PointerCount { get; set; }

    /// <summary>How many more may find nothing, as their names hold macros.</summary>
    public int DependentCount { get; set; }

    /// <summary>The most that can find nothing, names with macros aside.</summary>
    public int Count => Math.Max(IPv4Count, IPv6Count) + PointerCount;

    /// <summary>Counts a term.</summary>
    public void Add(bool isVoidIPv4, bool isVoidIPv6)
    {
        IPv4Count += isVoidIPv4 ? 1 : 0;
        IPv6Count += isVoidIPv6 ? 1 : 0;
    }

    /// <summary>What is to be said when more find nothing than may, for some client or for all.</summary>
    public Finding? Judge(int most)
    {
        var (severity, count, whom) = (IPv4Count > most, IPv6Count > most) switch
        {
            (true, true) => (Severity.Error, Count, "every client"),
            (false, true) => (Severity.Warning, IPv6Count, "every IPv6 client"),
            (true, false) => (Severity.Warning, IPv4Count, "every IPv4 client"),
            _ when Count > most => (Severity.Warning, Count, $"every {Family}client whose address has no name (reverse DNS), as ptr finds nothing for it,"),
            _ => (Severity.Warning, Count + DependentCount, "a client"),
        };
        return count <= most ? null : new Finding(severity, string.Create(
            CultureInfo.InvariantCulture,
            $"{(count > Count ? "up to " : string.Empty)}{count} lookups find nothing where {most} may: permerror for {whom} that does not match earlier{(count > Count ? ", depending on the message" : string.Empty)} (RFC 7208 section 4.6.4)"));
    }

    /// <summary>The count beside its limit.</summary>
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
