namespace EmailAuth.Dkim;

/// <summary>What became of one half of a signature: the hash of the body, or the signature over the header (RFC 6376 section 6.1.3).</summary>
public enum DkimCheck
{
    /// <summary>It was not checked: the signature or its key was unusable before it came to that.</summary>
    NotChecked,

    /// <summary>It holds: nothing that it covers was changed.</summary>
    Matches,

    /// <summary>It does not hold: something that it covers was changed, or was never so signed.</summary>
    Differs,
}
