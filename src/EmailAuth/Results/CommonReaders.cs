using System.Collections.Immutable;

namespace EmailAuth.Results;

/// <summary>What existing readers know. Some of them drop the whole field at a method or a property that they do not know.</summary>
/// <remarks>
/// SpamAssassin 4.0 (its plugin AuthRes) knows the least: it lacks BIMI and every policy of DMARC except <c>policy.dmarc</c>. Our other
/// results and properties go into a second field.
/// </remarks>
internal static class CommonReaders
{
    /// <summary>The methods of RFC 8601 section 2.7 and those registered since, whether this library runs them or not: readers search a field for them.</summary>
    public static readonly ImmutableArray<string> RegisteredMethods =
        ["adsp", "arc", "atps", "auth", "bimi", "dkim", "dmarc", "dnswl", "domainkeys", "iprev", "rrvs", "sender-id", "smime", "spf", "vbr"];

    /// <summary>
    /// Whether a field may have a second result of a method. A second one of SPF misleads: OpenDMARC uses the last one, SpamAssassin's AuthRes
    /// any pass, its SPF plugin the last one, whatever its identity is. A pass of HELO, whose name the client chooses, would hide a fail of
    /// MAIL FROM, and a host without a record for its HELO name a pass.
    /// </summary>
    public static bool TakeSeveral(string method) => method != "spf";

    public static bool Know(string method) => method is "spf" or "dkim" or "arc" or "dmarc" or "iprev";

    /// <summary>Whether they know all the properties of a result.</summary>
    public static bool KnowAll(MethodResult result) => result.Properties.All(property => Know(result.Method, property));

    public static bool Know(string method, ResultProperty property) => method switch
    {
        "spf" => property is { Type: "smtp", Name: "mailfrom" or "helo" },
        "dkim" => property is { Type: "header", Name: "d" or "i" or "s" or "a" or "b" },
        "arc" => property is { Type: "header", Name: "oldest-pass" } or { Type: "smtp", Name: "remote-ip" },
        "dmarc" => property is { Type: "header", Name: "from" } or { Type: "policy", Name: "dmarc" },
        "iprev" => property is { Type: "policy", Name: "iprev" },
        _ => false,
    };
}
