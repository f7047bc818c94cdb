using System.Diagnostics;

namespace EmailAuth.Dns;

/// <summary>Purposes as an <see cref="IDnsTranscript"/> names them.</summary>
internal static class DnsPurposeKeyword
{
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
