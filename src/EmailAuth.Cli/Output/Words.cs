using System.Diagnostics;
using EmailAuth.Dmarc;

namespace EmailAuth.Cli.Output;

/// <summary>What values are called in front of people: in the words of the standards, not in those of the code.</summary>
internal static class Words
{
    public static string Of(DmarcDiscoveryMethod method) => method switch
    {
        DmarcDiscoveryMethod.TreeWalk => "tree walk",
        DmarcDiscoveryMethod.PublicSuffixList => "public suffix list",
        _ => throw new UnreachableException(),
    };

    public static string Of(DmarcPolicySource source) => source switch
    {
        DmarcPolicySource.AuthorDomain => "the author domain",
        DmarcPolicySource.OrganizationalDomain => "the organizational domain",
        DmarcPolicySource.PublicSuffixDomain => "the public suffix domain",
        DmarcPolicySource.None => "no domain",
        _ => throw new UnreachableException(),
    };
}
