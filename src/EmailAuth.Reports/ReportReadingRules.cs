using static EmailAuth.Reports.ReportFindingSeverity;

namespace EmailAuth.Reports;

/// <summary>The rules of what is found in containers, mail, feedback reports and TLS reports.</summary>
internal static class ReportReadingRules
{
    private const string Arf = "RFC 5965 section 3.1";
    private const string ArfForm = "RFC 5965 section 2";
    private const string Failure = "RFC 6591 section 3.1";
    private const string TlsJson = "RFC 8460 section 4.4";
    private const string TlsMail = "RFC 8460 section 5.3";
    private const string IJson = "RFC 7493 section 2";
    private const string Limits = "RFC 9990 section 8";

    private const string RaiseLimit = "Raise the limit in the options if the sender is known and the size is real.";
    private const string Ignore = "Ignore it: no sender of reports does so.";
    private const string NotAlone = "Do not act on this report alone.";

    /// <summary>All of them.</summary>
    public static IEnumerable<KeyValuePair<ReportFindingCode, ReportFindingRule>> All => OfContainers().Concat(OfMail()).Concat(OfFeedback()).Concat(OfTls());

    private static Dictionary<ReportFindingCode, ReportFindingRule> OfContainers() => new()
    {
        [ReportFindingCode.InputEmpty] = new("input_empty", Fatal, null, "there is nothing to read") { Advice = "Look how the file was made: it is empty." },
        [ReportFindingCode.InputTooLarge] = new("input_too_large", Fatal, Limits, "more than {0} octets") { Advice = RaiseLimit },
        [ReportFindingCode.ExpandedTooLarge] = new("expanded_too_large", Fatal, Limits, "it expands to more than {0} octets") { Advice = RaiseLimit },
        [ReportFindingCode.RatioTooHigh] = new("ratio_too_high", Fatal, Limits, "it expands more than {0} times, as a decompression bomb does") { Advice = RaiseLimit },
        [ReportFindingCode.ContainersTooDeep] = new("containers_too_deep", Fatal, Limits, "more than {0} containers inside each other") { Advice = Ignore },
        [ReportFindingCode.TooManyEntries] = new("too_many_entries", Fault, Limits, "the archive has more than {0} entries; the others are not read") { Advice = "Unpack the archive, and read the files one by one." },
        [ReportFindingCode.TooManyParts] = new("too_many_parts", Fault, Limits, "the message has more than {0} parts; the others are not read") { Advice = Ignore },
        [ReportFindingCode.PartsTooDeep] = new("parts_too_deep", Fault, Limits, "parts of the message are nested more than {0} deep; deeper ones are not read") { Advice = Ignore },
        [ReportFindingCode.HeaderTooLarge] = new("header_too_large", Fault, Limits, "a header has more than {0} octets; the rest of it is not read") { Advice = RaiseLimit },
        [ReportFindingCode.TooManyReports] = new("too_many_reports", Fatal, Limits, "more than {0} reports in one message or file; the others are not read") { Advice = "Unpack the file, and read the reports one by one." },
        [ReportFindingCode.CompressionDamaged] = new("compression_damaged", Fault, "RFC 1952 section 2.3", "the compressed data is damaged or ends early"),
        [ReportFindingCode.ArchiveDamaged] = new("archive_damaged", Fault, null, "the zip archive is damaged"),
        [ReportFindingCode.ArchiveMethodUnsupported] = new("archive_method_unsupported", Fault, null, "an entry of the zip archive is encrypted or compressed by an unknown method ({0})") { Advice = "Unpack it with another program." },
        [ReportFindingCode.ArchiveSizesWrong] = new("archive_sizes_wrong", Fault, null, "the sizes in the zip archive are not those of its content") { Advice = "Treat the sender with care: the sizes may be wrong on purpose." },
        [ReportFindingCode.ArchiveUsed] = new("archive_used", Note, "RFC 9990 section 3.5.2", "a zip archive, where gzip is asked for"),
        [ReportFindingCode.CompressedTwice] = new("compressed_twice", Fault, "RFC 9990 section 3.5.2", "it was compressed twice"),
        [ReportFindingCode.NotUtf8] = new("not_utf8", Fault, null, "the octets are not UTF-8; they are read as Latin-1"),
    };

    private static Dictionary<ReportFindingCode, ReportFindingRule> OfMail() => new()
    {
        [ReportFindingCode.ForwardedMessage] = new("forwarded_message", Note, null, "the report was in a message attached to another message") { Advice = "Have the reports sent to the program directly: who forwards them can change them." },
        [ReportFindingCode.MediaTypeWrong] = new("media_type_wrong", Note, "RFC 9990 section 3.5.2", "the part is called {0}, and is {1}"),
        [ReportFindingCode.MailDisagrees] = new("mail_disagrees", Note, "RFC 8460 section 5.6", "the mail says \"{0}\", the report \"{1}\"; the report counts") { Advice = "Look at who signed the mail." },
        [ReportFindingCode.MailNotVerified] = new("mail_not_verified", Note, "RFC 9990 section 9", "who signed the mail was not looked at, so anybody may have made the report") { Advice = "Verify the mail, or read it without --offline." },
        [ReportFindingCode.MailNotSigned] = new("mail_not_signed", Note, "RFC 9990 section 3.5.2", "no valid DKIM signature of {0} covers the mail ({1}), so anybody may have made the report") { Advice = NotAlone },
        [ReportFindingCode.TlsMailNotSigned] = new("tls_mail_not_signed", Fatal, "RFC 8460 section 3", "no valid DKIM signature of {0} covers the mail ({1}), so the report must be ignored") { Advice = "Ignore the report." },
        [ReportFindingCode.TlsSignatureHasLength] = new("tls_signature_has_length", Fault, "RFC 8460 section 3", "the signature of {0} has l=, which leaves room for additions") { Advice = NotAlone },
        [ReportFindingCode.TlsKeyWithoutService] = new("tls_key_without_service", Fault, "RFC 8460 section 3", "the key record of {0} does not have s=tlsrpt") { Advice = "Nothing, if the sender is known: few senders have it." },
        [ReportFindingCode.CfblMailNotSigned] = new("cfbl_mail_not_signed", Fatal, "RFC 9477 section 3.4", "no valid DKIM signature of {0} covers the mail ({1}), so the complaint must not be processed") { Advice = "Ignore the complaint: it may be forged to make you suspend an address." },
        [ReportFindingCode.TlsMailFieldMissing] = new("tls_mail_field_missing", Fault, TlsMail, "the mail has no field {0}"),
        [ReportFindingCode.TlsMailForm] = new("tls_mail_form", Fault, TlsMail, "the mail is not a multipart/report with the type tlsrpt"),
        [ReportFindingCode.TlsSubmitterDiffers] = new("tls_submitter_differs", Fault, TlsMail, "the submitter {0} is not {1}, the domain of contact-info") { Advice = "Look at who signed the mail." },
        [ReportFindingCode.FeedbackMailForm] = new("feedback_mail_form", Fault, ArfForm, "the mail is not a multipart/report with the type feedback-report"),
        [ReportFindingCode.FeedbackOriginalMissing] = new("feedback_original_missing", Fault, ArfForm, "there is no third part with the message or its header"),
        [ReportFindingCode.FeedbackTextOnly] = new("feedback_text_only", Fault, ArfForm, "the report is only text for people; what it says was read from the text"),
        [ReportFindingCode.MailUndecided] = new("mail_undecided", Fault, "RFC 6376 section 6.1.2", "whether a signature of {0} covers the mail cannot be decided now: the DNS did not answer") { Advice = "Read the mail again later." },
    };

    private static Dictionary<ReportFindingCode, ReportFindingRule> OfFeedback() => new()
    {
        [ReportFindingCode.FeedbackFieldMissing] = new("feedback_field_missing", Fault, Arf, "the field {0} is missing"),
        [ReportFindingCode.FeedbackFieldRepeated] = new("feedback_field_repeated", Fault, Arf, "the field {0} appears several times; the first one counts"),
        [ReportFindingCode.FeedbackFieldMalformed] = new("feedback_field_malformed", Fault, Arf, "the field {0} has the value \"{1}\", which is not in its form"),
        [ReportFindingCode.FeedbackTooManyFields] = new("feedback_too_many_fields", Fault, Arf, "more than {0} fields; the others are not read") { Advice = RaiseLimit },
        [ReportFindingCode.FeedbackLinesMalformed] = new("feedback_lines_malformed", Fault, Arf, "{0} lines are not part of a field"),
        [ReportFindingCode.FeedbackVersionUnknown] = new("feedback_version_unknown", Fault, Arf, "the version is {0}, not 1"),
        [ReportFindingCode.FeedbackTypeUnknown] = new("feedback_type_unknown", Note, Arf, "the type {0} is not registered") { Advice = "Have a person look at it." },
        [ReportFindingCode.FeedbackOldDateName] = new("feedback_old_date_name", Note, Arf, "Received-Date is the old name of Arrival-Date"),
        [ReportFindingCode.FeedbackNoToken] = new("feedback_no_token", Note, "RFC 6449 section 3.3.2", "nothing in it tells who complained") { Advice = "Put a token into your mail that you recognize: a VERP return path, Feedback-ID or CFBL-Feedback-ID." },
        [ReportFindingCode.CfblFieldMissing] = new("cfbl_field_missing", Fault, "RFC 9477 section 3.5", "the third part does not have the field {0} of the message"),
        [ReportFindingCode.FailureFieldMissing] = new("failure_field_missing", Fault, Failure, "the field {0} is missing, which is required {1}"),
        [ReportFindingCode.FailureWordUnknown] = new("failure_word_unknown", Fault, Failure, "the field {0} has the word \"{1}\", which is not registered"),
        [ReportFindingCode.FailureContradiction] = new("failure_contradiction", Fault, Failure, "the report contradicts itself: {0}") { Advice = NotAlone },
        [ReportFindingCode.OriginalCut] = new("original_cut", Note, null, "the header of the message that it is about is longer than what is read of it") { Advice = RaiseLimit },
    };

    private static Dictionary<ReportFindingCode, ReportFindingRule> OfTls() => new()
    {
        [ReportFindingCode.JsonMalformed] = new("json_malformed", Fatal, IJson, "the JSON is malformed: {0}") { Advice = "Tell the sender of the report." },
        [ReportFindingCode.JsonTooDeep] = new("json_too_deep", Fatal, Limits, "the JSON is nested more than {0} deep") { Advice = "Ignore it: no report is nested so deep." },
        [ReportFindingCode.JsonTooManyValues] = new("json_too_many_values", Fatal, Limits, "the JSON has more than {0} values") { Advice = RaiseLimit },
        [ReportFindingCode.JsonByteOrderMark] = new("json_byte_order_mark", Fault, "RFC 8259 section 8.1", "the JSON starts with a byte order mark"),
        [ReportFindingCode.JsonDuplicateName] = new("json_duplicate_name", Fault, "RFC 7493 section 2.3", "the name {0} appears twice in one object; the last one counts") { Advice = "Do not act on this report alone: programs differ about what it says." },
        [ReportFindingCode.JsonNumberOutOfRange] = new("json_number_out_of_range", Fault, "RFC 7493 section 2.2", "{0} is not a whole number from 0 to 2^53 - 1"),
        [ReportFindingCode.TlsMemberMissing] = new("tls_member_missing", Fault, TlsJson, "it is missing"),
        [ReportFindingCode.TlsMemberType] = new("tls_member_type", Fault, TlsJson, "it is {0}"),
        [ReportFindingCode.TlsNumberAsText] = new("tls_number_as_text", Fault, TlsJson, "the number is written as the text \"{0}\""),
        [ReportFindingCode.TlsDateMalformed] = new("tls_date_malformed", Fault, TlsJson, "\"{0}\" is not a date in the form of RFC 3339"),
        [ReportFindingCode.TlsDateWithoutZone] = new("tls_date_without_zone", Fault, TlsJson, "\"{0}\" has no time zone; UTC is assumed"),
        [ReportFindingCode.TlsPeriodReversed] = new("tls_period_reversed", Fault, TlsJson, "the period ends before it begins") { Advice = NotAlone },
        [ReportFindingCode.TlsPeriodLong] = new("tls_period_long", Note, "RFC 8460 section 4.1", "the period is longer than a day"),
        [ReportFindingCode.TlsPolicyAsOneText] = new("tls_policy_as_one_text", Fault, TlsJson, "the whole policy is one text, not a list of lines"),
        [ReportFindingCode.TlsHostsAsOneText] = new("tls_hosts_as_one_text", Note, TlsJson, "the patterns of hosts are one text, not a list"),
        [ReportFindingCode.TlsPolicyTypeUnknown] = new("tls_policy_type_unknown", Fault, TlsJson, "\"{0}\" is not a registered kind of policy"),
        [ReportFindingCode.TlsResultTypeUnknown] = new("tls_result_type_unknown", Note, "RFC 8460 section 4.3", "\"{0}\" is not a kind of failure of RFC 8460") { Advice = "Look it up in the IANA registry of STARTTLS validation result types." },
        [ReportFindingCode.TlsFailuresExceedTotal] = new("tls_failures_exceed_total", Fault, TlsJson, "{0} sessions failed in this way, of {1} that failed at all") { Advice = NotAlone },
        [ReportFindingCode.TlsFailuresUnexplained] = new("tls_failures_unexplained", Note, TlsJson, "the details have {0} of {1} failed sessions"),
    };
}
