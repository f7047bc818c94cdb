namespace EmailAuth.Inspection.Domains;

/// <summary>What a domain is used for. An absence that is right for it is not a fault.</summary>
public enum DomainProfile
{
    /// <summary>It sends mail, and usually receives mail.</summary>
    Sends,

    /// <summary>It receives mail and sends none.</summary>
    ReceivesOnly,

    /// <summary>It neither sends nor receives mail.</summary>
    Parked,
}
