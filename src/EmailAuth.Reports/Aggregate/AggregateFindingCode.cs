namespace EmailAuth.Reports.Aggregate;

/// <summary>What can be wrong with an aggregate report. A code never changes its meaning; any version may add codes.</summary>
public enum AggregateFindingCode
{
    /// <summary>There is a document type declaration, which is refused. Nothing after it is read.</summary>
    DocumentType,

    /// <summary>The XML is not well-formed; nothing after the place is read. Arguments: why.</summary>
    NotWellFormed,

    /// <summary>The report is longer than allowed. Arguments: the limit in bytes.</summary>
    TooManyBytes,

    /// <summary>Elements are nested deeper than allowed. Arguments: the limit.</summary>
    TooDeep,

    /// <summary>A tag is longer than allowed. Arguments: the limit in characters.</summary>
    MarkupTooLong,

    /// <summary>There are more different names than a report can need. Arguments: the limit in characters.</summary>
    TooManyNames,

    /// <summary>There are more rows than allowed. Arguments: the limit.</summary>
    TooManyRecords,

    /// <summary>There is no element <c>feedback</c>.</summary>
    NotAReport,

    /// <summary>The period is missing or cannot be read.</summary>
    PeriodMissing,

    /// <summary>The policy domain is missing.</summary>
    PolicyDomainMissing,

    /// <summary>There is no row that can be used.</summary>
    NoRecord,

    /// <summary>White space or other characters come before the XML declaration.</summary>
    LeadingText,

    /// <summary>The report is inside another element. Arguments: its name.</summary>
    WrongRoot,

    /// <summary>Bytes are not valid in the encoding of the document; U+FFFD replaces them.</summary>
    InvalidEncoding,

    /// <summary>The document names an encoding that is not known; it is read as UTF-8. Arguments: the name.</summary>
    UnknownEncoding,

    /// <summary>A text has a character that is not allowed in XML, or a line end; U+FFFD or a space replaces it.</summary>
    ControlCharacter,

    /// <summary>A "&lt;" or "&amp;" in a text is not escaped.</summary>
    StrayMarkup,

    /// <summary>A text is longer than allowed, and is cut. Arguments: the limit in characters.</summary>
    TextTooLong,

    /// <summary>The namespace is missing. RFC 7489's form is read.</summary>
    NoNamespace,

    /// <summary>The namespace is not known. RFC 7489's form is read. Arguments: the namespace.</summary>
    UnknownNamespace,

    /// <summary>An element that this place does not have; it is ignored. Arguments: the name of the first.</summary>
    UnknownElement,

    /// <summary>An element of RFC 7489 that RFC 9990 does not have. Arguments: its name.</summary>
    ObsoleteElement,

    /// <summary>A text outside of the elements that hold one.</summary>
    StrayText,

    /// <summary>An element that may appear once appears again; the first one counts.</summary>
    RepeatedElement,

    /// <summary>A required element is missing.</summary>
    MissingElement,

    /// <summary>An element comes after one that it must come before.</summary>
    WrongOrder,

    /// <summary>A required element is empty.</summary>
    EmptyElement,

    /// <summary>A word has capital letters.</summary>
    LetterCase,

    /// <summary>A value that the element does not have. Arguments: the first one.</summary>
    InvalidValue,

    /// <summary>A value of RFC 7489 that RFC 9990 does not have. Arguments: the value.</summary>
    ObsoleteValue,

    /// <summary>The version is not 1.0. Arguments: the version.</summary>
    WrongVersion,

    /// <summary>The report id has a form that is not allowed. Arguments: the id.</summary>
    ReportIdSyntax,

    /// <summary>The report id has more than letters and digits, so that a file name cannot have it. Arguments: the id.</summary>
    ReportIdNotAlphanumeric,

    /// <summary>The report id is not the one of the file name and the subject. Arguments: the id, the other id.</summary>
    ReportIdDiffers,

    /// <summary>The policy domain is not the one of the file name and the subject. Arguments: the domain, the other domain.</summary>
    PolicyDomainDiffers,

    /// <summary>The period is not the one of the file name.</summary>
    PeriodDiffers,

    /// <summary>The period ends before it begins.</summary>
    PeriodBackwards,

    /// <summary>The period is not in whole seconds.</summary>
    PeriodFraction,

    /// <summary>The period is longer than a day. Arguments: its length in seconds.</summary>
    PeriodLong,

    /// <summary>The source is not an IP address. Arguments: the first one.</summary>
    SourceNotAnAddress,

    /// <summary>A count is 0 or less.</summary>
    CountNotPositive,

    /// <summary>The counts together are larger than a number can be; the sum is cut.</summary>
    CountOverflow,

    /// <summary>A name is not a domain in A-labels. Arguments: the first one.</summary>
    NotADomain,

    /// <summary>A mailbox appears where a report must not have one.</summary>
    LocalPart,

    /// <summary>The message failed, the applied policy is not the published one, and no reason is given.</summary>
    ReasonMissing,

    /// <summary>There are several results of SPF; the one of MAIL FROM is read. It is the first one where none says so.</summary>
    SeveralSpf,

    /// <summary>SPF was checked for another identity than MAIL FROM. Arguments: the scope.</summary>
    WrongScope,

    /// <summary>A row has more signatures than it should. Arguments: the limit.</summary>
    TooManySignatures,

    /// <summary>A signature that did not pass comes before one that did.</summary>
    SignatureOrder,

    /// <summary>A row cannot be used and is left out.</summary>
    RecordLeftOut,

    /// <summary>DKIM is said to pass with alignment, and no signature passes.</summary>
    DkimPassUnexplained,

    /// <summary>SPF is said to pass with alignment, and its result is not pass.</summary>
    SpfPassUnexplained,

    /// <summary>What is said to pass with alignment is of a domain that has nothing in common with the author domain. Arguments: both domains.</summary>
    ForeignPass,

    /// <summary>The message passed, and was quarantined or refused.</summary>
    RefusedThoughPassed,

    /// <summary>The message failed, and the disposition says that it passed.</summary>
    PassThoughFailed,
}
