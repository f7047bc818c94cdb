namespace EmailAuth.Bimi;

/// <summary>The result of BIMI for a message: the results of <c>bimi</c> in Authentication-Results (BIMI draft section 7.7).</summary>
public enum BimiResultCode
{
    /// <summary>BIMI was not applied: the message or its DMARC policy does not meet the requirements (section 7.1).</summary>
    Skipped,

    /// <summary>Neither the author domain nor its organizational domain has a record.</summary>
    None,

    /// <summary>A record was found, and everything that the options ask for was checked.</summary>
    Pass,

    /// <summary>The record, the indicator or the evidence is wrong; asking again does not help.</summary>
    Fail,

    /// <summary>The DNS or a web server failed for now; a later attempt may succeed.</summary>
    TempError,

    /// <summary>The domain owner declines to publish an indicator (section 4.3.1).</summary>
    Declined,
}
