namespace EmailAuth.Reports.Complaints;

/// <summary>Why a complaint may go to an address of <c>CFBL-Address</c>, or why it must not (RFC 9477 section 3.1).</summary>
public enum CfblReason
{
    /// <summary>It may: author domain, domain of the address and signing domain are the same (section 3.1.1).</summary>
    Strict,

    /// <summary>It may: the domain of the address is the author domain or below it, and a domain between or above both signed (section 3.1.2).</summary>
    Relaxed,

    /// <summary>It may: the author domain and the domain of the address both signed (section 3.1.3).</summary>
    ThirdParty,

    /// <summary>The message names no address.</summary>
    NoAddress,

    /// <summary>The field is not an address with at most the format of the report.</summary>
    MalformedAddress,

    /// <summary>The message has no one author domain.</summary>
    NoAuthor,

    /// <summary>No signature of the message is valid.</summary>
    NotSigned,

    /// <summary>Of the valid signatures, none that counts covers this field (section 3.1.4).</summary>
    AddressNotCovered,

    /// <summary>Of the valid signatures that cover the field, none that counts covers <c>CFBL-Feedback-ID</c> (section 3.1.4).</summary>
    FeedbackIdNotCovered,

    /// <summary>The field is covered, but not by the domains that it takes.</summary>
    OtherDomain,

    /// <summary>The field asks for a format that is not written here (<c>report=xarf</c>).</summary>
    OtherFormat,

    /// <summary>The message has more fields than are looked at.</summary>
    TooMany,
}
