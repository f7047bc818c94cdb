namespace EmailAuth.Reports.Store.Incoming;

/// <summary>By what facts or documents are added up.</summary>
public enum IncomingGroup
{
    /// <summary>All together.</summary>
    All,

    /// <summary>By name.</summary>
    Name,

    /// <summary>By name and detail.</summary>
    NameAndDetail,

    /// <summary>By the word of the result.</summary>
    Word,

    /// <summary>By name and the word of the result.</summary>
    NameAndWord,

    /// <summary>By day, the earliest first.</summary>
    Day,

    /// <summary>By who made the report.</summary>
    Submitter,

    /// <summary>By name, and who made the report.</summary>
    NameAndSubmitter,
}
