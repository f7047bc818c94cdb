using System.Diagnostics;

namespace EmailAuth.Dns;

/// <summary>Purposes as zones write them.</summary>
internal static class DnsPurposeKeyword
{
    /// <summary>All of them, for people.</summary>
    public static string All => string.Join(", ", Enum.GetValues<DnsPurpose>().Select(Keyword));

    public static string Keyword(this DnsPurpose purpose) => purpose switch
    {
        DnsPurpose.SpfMailFrom => "spf",
        DnsPurpose.SpfHelo => "spf-helo",
        DnsPurpose.DkimKeys => "dkim",
        DnsPurpose.ArcKeys => "arc",
        DnsPurpose.DmarcAuthor => "dmarc",
        DnsPurpose.DmarcIdentifiers => "dmarc-identifiers",
        DnsPurpose.Bimi => "bimi",
        DnsPurpose.ClientNames => "client-names",
        DnsPurpose.Web => "web",
        _ => throw new UnreachableException(),
    };
}
