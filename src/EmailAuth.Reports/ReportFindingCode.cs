namespace EmailAuth.Reports;

/// <summary>What reading or checking a report can find. A code never changes its meaning; any version may add codes.</summary>
public enum ReportFindingCode
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

    /// <summary>It is not a report: there is no element <c>feedback</c>, or nothing that is known.</summary>
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

    /// <summary>There are no octets.</summary>
    InputEmpty,

    /// <summary>The input, or one message of it, is longer than the limit. Arguments: the limit in octets.</summary>
    InputTooLarge,

    /// <summary>What is compressed expands to more than the limit. Arguments: the limit in octets.</summary>
    ExpandedTooLarge,

    /// <summary>What is compressed expands by more than the ratio that the limit allows. Arguments: the limit.</summary>
    RatioTooHigh,

    /// <summary>Containers are nested deeper than the limit. Arguments: the limit.</summary>
    ContainersTooDeep,

    /// <summary>An archive has more entries than are read. Arguments: the limit.</summary>
    TooManyEntries,

    /// <summary>A message has more parts than are read. Arguments: the limit.</summary>
    TooManyParts,

    /// <summary>Parts of a message are nested deeper than they are read. Arguments: the limit.</summary>
    PartsTooDeep,

    /// <summary>A header is longer than what is read of it. Arguments: the limit in octets.</summary>
    HeaderTooLarge,

    /// <summary>The input has more reports than are read. Arguments: the limit.</summary>
    TooManyReports,

    /// <summary>Compressed data is damaged or ends early; what was before is read.</summary>
    CompressionDamaged,

    /// <summary>A zip archive has no readable directory, or an entry that is not where the directory says.</summary>
    ArchiveDamaged,

    /// <summary>An entry of a zip archive is encrypted, or compressed with a method other than deflate. Arguments: the method.</summary>
    ArchiveMethodUnsupported,

    /// <summary>The sizes that a zip archive states are not those of its content. They are not used.</summary>
    ArchiveSizesWrong,

    /// <summary>The report is in a zip archive, which RFC 9990 does not name.</summary>
    ArchiveUsed,

    /// <summary>What is compressed was compressed again.</summary>
    CompressedTwice,

    /// <summary>The report came in a message that was attached to another one.</summary>
    ForwardedMessage,

    /// <summary>The media type of a part does not fit what the part is. Arguments: the type, what it is.</summary>
    MediaTypeWrong,

    /// <summary>The octets are not UTF-8; they are read as Latin-1.</summary>
    NotUtf8,

    /// <summary>The mail and the report in it disagree; the report counts. Arguments: the mail's value, the report's value.</summary>
    MailDisagrees,

    /// <summary>The mail that carried the report was not verified.</summary>
    MailNotVerified,

    /// <summary>No valid DKIM signature of the author's domain covers the mail. Arguments: the domain, the result.</summary>
    MailNotSigned,

    /// <summary>No valid DKIM signature covers the mail of a TLS report, or not one of the reporting domain: it must be ignored. Arguments: the domain, the result.</summary>
    TlsMailNotSigned,

    /// <summary>The signature of the mail of a TLS report has a length (<c>l=</c>), which is forbidden. Arguments: the domain.</summary>
    TlsSignatureHasLength,

    /// <summary>The key record of the signature does not name the service type of TLS reports (<c>s=tlsrpt</c>). Arguments: the domain.</summary>
    TlsKeyWithoutService,

    /// <summary>No valid DKIM signature of the author's domain covers a complaint by CFBL: it must not be processed. Arguments: the domain, the result.</summary>
    CfblMailNotSigned,

    /// <summary>A required field of a feedback report is missing. Arguments: the field.</summary>
    FeedbackFieldMissing,

    /// <summary>A field that may appear once appears several times; the first counts. Arguments: the field.</summary>
    FeedbackFieldRepeated,

    /// <summary>A field's value is not in its form. Arguments: the field, the value.</summary>
    FeedbackFieldMalformed,

    /// <summary>There are more fields than are read. Arguments: the limit.</summary>
    FeedbackTooManyFields,

    /// <summary>Lines between the fields are not part of a field. Arguments: how many.</summary>
    FeedbackLinesMalformed,

    /// <summary>The version is not 1. Arguments: the version.</summary>
    FeedbackVersionUnknown,

    /// <summary>The type is not registered. Arguments: the type.</summary>
    FeedbackTypeUnknown,

    /// <summary>The report has <c>Received-Date</c>, the old name of <c>Arrival-Date</c>.</summary>
    FeedbackOldDateName,

    /// <summary>The mail is not a <c>multipart/report</c> with the type <c>feedback-report</c>.</summary>
    FeedbackMailForm,

    /// <summary>The report has no third part with the message or its header.</summary>
    FeedbackOriginalMissing,

    /// <summary>The report is only text for people, and was read from it.</summary>
    FeedbackTextOnly,

    /// <summary>Nothing in the report tells who complained.</summary>
    FeedbackNoToken,

    /// <summary>A field that CFBL demands in the third part is missing. Arguments: the field.</summary>
    CfblFieldMissing,

    /// <summary>A field that a failure report needs is missing. Arguments: the field, why.</summary>
    FailureFieldMissing,

    /// <summary>A word in a failure report is not registered. Arguments: the field, the word.</summary>
    FailureWordUnknown,

    /// <summary>A failure report contradicts itself. Arguments: how.</summary>
    FailureContradiction,

    /// <summary>The JSON is malformed. Arguments: why.</summary>
    JsonMalformed,

    /// <summary>The JSON is nested deeper than the limit. Arguments: the limit.</summary>
    JsonTooDeep,

    /// <summary>The JSON has more values than the limit. Arguments: the limit.</summary>
    JsonTooManyValues,

    /// <summary>The JSON starts with a byte order mark.</summary>
    JsonByteOrderMark,

    /// <summary>An object has a name twice, which I-JSON forbids; the last counts. Arguments: the name.</summary>
    JsonDuplicateName,

    /// <summary>A number is not a whole one between 0 and 2^53 - 1, which every reader represents alike. Arguments: the number.</summary>
    JsonNumberOutOfRange,

    /// <summary>A member of a TLS report is missing.</summary>
    TlsMemberMissing,

    /// <summary>A member of a TLS report has another type of value than the one it must have. Arguments: the type it has.</summary>
    TlsMemberType,

    /// <summary>A number is written as text. Arguments: the text.</summary>
    TlsNumberAsText,

    /// <summary>A date is not in the form of RFC 3339. Arguments: the text.</summary>
    TlsDateMalformed,

    /// <summary>A date has no time zone; UTC is assumed. Arguments: the text.</summary>
    TlsDateWithoutZone,

    /// <summary>The period ends before it begins.</summary>
    TlsPeriodReversed,

    /// <summary>The period is longer than a day.</summary>
    TlsPeriodLong,

    /// <summary>The whole policy is one text with line ends.</summary>
    TlsPolicyAsOneText,

    /// <summary>The host patterns are one text instead of a list, as the text of RFC 8460 has it, against its example.</summary>
    TlsHostsAsOneText,

    /// <summary>The kind of policy is not registered. Arguments: the word.</summary>
    TlsPolicyTypeUnknown,

    /// <summary>The kind of failure is not one of RFC 8460; others may be registered since. Arguments: the word.</summary>
    TlsResultTypeUnknown,

    /// <summary>More sessions failed in one way than failed at all. Arguments: the count, the total.</summary>
    TlsFailuresExceedTotal,

    /// <summary>Some failed sessions are in no detail. Arguments: how many the details have, the total.</summary>
    TlsFailuresUnexplained,

    /// <summary>A field that RFC 8460 demands in the mail is missing. Arguments: the field.</summary>
    TlsMailFieldMissing,

    /// <summary>The mail is not a <c>multipart/report</c> with the type <c>tlsrpt</c>.</summary>
    TlsMailForm,

    /// <summary>The submitter in the mail is not the domain of <c>contact-info</c>. Arguments: the submitter, the domain.</summary>
    TlsSubmitterDiffers,

    /// <summary>Whether the mail has a valid signature could not be decided, because the DNS did not answer. Arguments: the domain.</summary>
    MailUndecided,

    /// <summary>The header of the message that a report is about is longer than what is read of it.</summary>
    OriginalCut,
}
