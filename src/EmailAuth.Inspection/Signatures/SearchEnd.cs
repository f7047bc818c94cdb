namespace EmailAuth.Inspection.Signatures;

/// <summary>How the search for a change of one half of a signature ended.</summary>
public enum SearchEnd
{
    /// <summary>There was nothing to search for: the half holds, or nothing shows what was signed.</summary>
    NotNeeded,

    /// <summary>The change was found: with it taken back, the hash is exactly the signed one.</summary>
    Found,

    /// <summary>None of the known changes explains the hash.</summary>
    NotFound,

    /// <summary>A limit ended the search before all known changes were tried.</summary>
    LimitReached,
}
