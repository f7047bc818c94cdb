namespace EmailAuth.Dkim;

/// <summary>The check of one half of a signature: the hash of the body, or the signature over the header (RFC 6376 section 6.1.3).</summary>
public enum DkimCheck
{
    /// <summary>It was not checked, because the signature or its key is unusable.</summary>
    NotChecked,

    /// <summary>It matches: nothing that it covers was changed.</summary>
    Matches,

    /// <summary>It differs: something that it covers was changed, or was signed differently.</summary>
    Differs,
}
