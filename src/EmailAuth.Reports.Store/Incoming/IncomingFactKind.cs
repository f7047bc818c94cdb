namespace EmailAuth.Reports.Store.Incoming;

/// <summary>What a fact of a report is about. The numbers are in databases and do not change.</summary>
public enum IncomingFactKind
{
    /// <summary>Messages of a source (the name) with an author domain (the detail), by alignment and disposition.</summary>
    Row = 1,

    /// <summary>Messages with a signature of a domain (the name) and selector (the detail), by result.</summary>
    Signature = 2,

    /// <summary>Messages under a published policy (the name).</summary>
    Policy = 3,

    /// <summary>Complaints about a stream of mail (the name; the detail says what the name is), by type.</summary>
    Complaint = 4,

    /// <summary>Sessions that failed in a way (the name) at an MX (the detail).</summary>
    TlsFailure = 5,

    /// <summary>Sessions to a domain (the name) under a kind of policy (the detail), by success.</summary>
    TlsSession = 6,

    /// <summary>Findings with a code (the name) about the document, by severity; those of documents that do not count, too.</summary>
    Finding = 7,
}
