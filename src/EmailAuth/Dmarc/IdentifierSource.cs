namespace EmailAuth.Dmarc;

/// <summary>What authenticated an identifier (RFC 9989 section 4.4); decides which alignment mode counts.</summary>
public enum IdentifierSource
{
    /// <summary>SPF: the identifier is the domain of the MAIL FROM identity; <c>aspf</c> counts.</summary>
    Spf,

    /// <summary>DKIM: the identifier is the <c>d=</c> of a signature that passed; <c>adkim</c> counts.</summary>
    Dkim,
}
