using System.Diagnostics;

namespace EmailAuth.Iprev;

/// <summary>The codes of iprev's reasons as programs read them.</summary>
internal static class IprevReasonKeyword
{
    /// <summary>The code in one word.</summary>
    /// <param name="reason">The cause.</param>
    public static string Keyword(this IprevReason reason) => reason switch
    {
        IprevReason.Other => "other",
        IprevReason.NoName => "no_name",
        IprevReason.NoMatch => "no_match",
        IprevReason.NameLimit => "name_limit",
        IprevReason.DnsFailure => "dns_failure",
        _ => throw new UnreachableException(),
    };
}
