namespace EmailAuth.Dns;

/// <summary>What a check asks for. Each purpose has its own allowance, its own clock and its own turns, so that none takes another's answers away.</summary>
internal enum DnsPurpose : byte
{
    /// <summary>SPF of MAIL FROM.</summary>
    SpfMailFrom,

    /// <summary>SPF of HELO.</summary>
    SpfHelo,

    /// <summary>Keys of DKIM signatures.</summary>
    DkimKeys,

    /// <summary>Keys of an ARC chain.</summary>
    ArcKeys,

    /// <summary>The DMARC policy of the author domain, and whether that domain exists.</summary>
    DmarcAuthor,

    /// <summary>The organizational domains of authenticated identifiers.</summary>
    DmarcIdentifiers,

    /// <summary>BIMI records.</summary>
    Bimi,

    /// <summary>The client's names and their addresses.</summary>
    ClientNames,

    /// <summary>The addresses of a web server that holds what a BIMI record names.</summary>
    Web,
}
