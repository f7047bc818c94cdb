namespace EmailAuth.Inspection.Bimi;

/// <summary>Whether a mailbox provider shows the logo of a domain.</summary>
public enum LogoState
{
    /// <summary>It does not.</summary>
    NotShown,

    /// <summary>It depends on what only the provider knows, such as the reputation of the domain, or on a document that was not fetched.</summary>
    Unknown,

    /// <summary>It does.</summary>
    Shown,

    /// <summary>It does, with a mark for a verified trademark.</summary>
    ShownAsVerified,
}
