namespace EmailAuth.Dmarc;

/// <summary>How closely an authenticated identifier must match the author domain (RFC 9989 section 4.4, tags <c>adkim</c> and <c>aspf</c>).</summary>
public enum DmarcAlignmentMode
{
    /// <summary>The organizational domains are equal (<c>r</c>, the default).</summary>
    Relaxed,

    /// <summary>The domains are equal (<c>s</c>).</summary>
    Strict,
}
