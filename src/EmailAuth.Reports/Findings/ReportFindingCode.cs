namespace EmailAuth.Reports.Findings;

/// <summary>What reading or checking a report can find. A code never changes its meaning; any version may add codes.</summary>
public enum ReportFindingCode
{
    /// <summary>There are no octets.</summary>
    InputEmpty,

    /// <summary>Nothing in the input is a report.</summary>
    NotAReport,

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

    /// <summary>The mail and the report in it disagree; the report counts. Arguments: what, the mail's value, the report's value.</summary>
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
}
