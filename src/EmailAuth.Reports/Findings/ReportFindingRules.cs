using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;
using static EmailAuth.Reports.Findings.ReportFindingSeverity;

namespace EmailAuth.Reports.Findings;

/// <summary>The severity, text, section and advice of each code. No other file has texts of findings.</summary>
internal static class ReportFindingRules
{
    private const string Limits = "RFC 9990 section 8";
    private const string Arf = "RFC 5965 section 3.1";
    private const string ArfForm = "RFC 5965 section 2";
    private const string Failure = "RFC 6591 section 3.1";
    private const string TlsJson = "RFC 8460 section 4.4";
    private const string TlsMail = "RFC 8460 section 5.3";
    private const string IJson = "RFC 7493 section 2";

    private const string RaiseLimit = "Raise the limit in the options if the sender is known and the size is real.";
    private const string TellSender = "Tell the sender of the report; what could be read is usable.";
    private const string Nothing = "Nothing to do.";

    private static readonly FrozenDictionary<ReportFindingCode, ReportFindingRule> Rules = Container().Concat(Mail()).Concat(Feedback()).Concat(Tls()).ToFrozenDictionary();

    /// <summary>The rule of a code.</summary>
    public static ReportFindingRule Of(ReportFindingCode code) => Rules[code];

    /// <summary>A template with its arguments in place of <c>{0}</c> and so on; an argument that is missing leaves a gap.</summary>
    public static string Fill(string template, ImmutableArray<string> arguments)
    {
        var text = new StringBuilder(template.Length + 40);
        var rest = template.AsSpan();
        while (rest.IndexOf('{') is var mark and >= 0)
        {
            var index = rest[mark + 1] - '0';
            text.Append(rest[..mark]).Append(index < arguments.Length ? arguments[index] : string.Empty);
            rest = rest[(mark + 3)..];
        }

        return text.Append(rest).ToString();
    }

    private static Dictionary<ReportFindingCode, ReportFindingRule> Container() => new()
    {
        [ReportFindingCode.InputEmpty] = new(Fatal, "there is nothing to read", null, "Look how the file was made: it is empty."),
        [ReportFindingCode.NotAReport] = new(Fatal, "nothing in it is a report", null, "Keep ordinary mail out of the folder of reports, or ignore it."),
        [ReportFindingCode.InputTooLarge] = new(Fatal, "more than {0} octets", Limits, RaiseLimit),
        [ReportFindingCode.ExpandedTooLarge] = new(Fatal, "it expands to more than {0} octets", Limits, RaiseLimit),
        [ReportFindingCode.RatioTooHigh] = new(Fatal, "it expands more than {0} times, as a decompression bomb does", Limits, RaiseLimit),
        [ReportFindingCode.ContainersTooDeep] = new(Fatal, "more than {0} containers inside each other", Limits, "Ignore it: no sender of reports does so."),
        [ReportFindingCode.TooManyEntries] = new(Fault, "the archive has more than {0} entries; the others are not read", Limits, "Unpack the archive, and read the files one by one."),
        [ReportFindingCode.TooManyParts] = new(Fault, "the message has more than {0} parts; the others are not read", Limits, "Ignore it: no sender of reports does so."),
        [ReportFindingCode.PartsTooDeep] = new(Fault, "parts of the message are nested more than {0} deep; deeper ones are not read", Limits, "Ignore it: no sender of reports does so."),
        [ReportFindingCode.HeaderTooLarge] = new(Fault, "a header has more than {0} octets; the rest of it is not read", Limits, RaiseLimit),
        [ReportFindingCode.TooManyReports] = new(Fault, "more than {0} reports in one message or file; the others are not read", Limits, "Unpack the file, and read the reports one by one."),
        [ReportFindingCode.CompressionDamaged] = new(Fault, "the compressed data is damaged or ends early", "RFC 1952 section 2.3", TellSender),
        [ReportFindingCode.ArchiveDamaged] = new(Fault, "the zip archive is damaged", null, TellSender),
        [ReportFindingCode.ArchiveMethodUnsupported] = new(Fault, "an entry of the zip archive is encrypted or compressed by an unknown method ({0})", null, "Unpack it with another program."),
        [ReportFindingCode.ArchiveSizesWrong] = new(Fault, "the sizes in the zip archive are not those of its content", null, "Treat the sender with care: the sizes may be wrong on purpose."),
        [ReportFindingCode.ArchiveUsed] = new(Note, "a zip archive, where gzip is asked for", "RFC 9990 section 3.5.2", Nothing),
        [ReportFindingCode.CompressedTwice] = new(Fault, "it was compressed twice", "RFC 9990 section 3.5.2", TellSender),
        [ReportFindingCode.NotUtf8] = new(Fault, "the octets are not UTF-8; they are read as Latin-1", null, TellSender),
    };

    private static Dictionary<ReportFindingCode, ReportFindingRule> Mail() => new()
    {
        [ReportFindingCode.ForwardedMessage] = new(Note, "the report was in a message attached to another message", null, "Have the reports sent to the program directly: who forwards them can change them."),
        [ReportFindingCode.MediaTypeWrong] = new(Note, "the part is called {0}, and is {1}", "RFC 9990 section 3.5.2", Nothing),
        [ReportFindingCode.MailDisagrees] = new(Note, "the mail says for {0} \"{1}\", the report \"{2}\"; the report counts", "RFC 8460 section 5.6", "Look at who signed the mail."),
        [ReportFindingCode.MailNotVerified] = new(Note, "who signed the mail was not looked at, so anybody may have made the report", "RFC 9990 section 9", "Verify the mail, or read it without --offline."),
        [ReportFindingCode.MailNotSigned] = new(Note, "no valid DKIM signature of {0} covers the mail ({1}), so anybody may have made the report", "RFC 9990 section 3.5.2", "Do not act on this report alone."),
        [ReportFindingCode.TlsMailNotSigned] = new(Fatal, "no valid DKIM signature of {0} covers the mail ({1}), so the report must be ignored", "RFC 8460 section 3", "Ignore the report."),
        [ReportFindingCode.TlsSignatureHasLength] = new(Fault, "the signature of {0} has l=, which leaves room for additions", "RFC 8460 section 3", "Do not act on this report alone."),
        [ReportFindingCode.TlsKeyWithoutService] = new(Fault, "the key record of {0} does not have s=tlsrpt", "RFC 8460 section 3", "Nothing, if the sender is known: few senders have it."),
        [ReportFindingCode.CfblMailNotSigned] = new(Fatal, "no valid DKIM signature of {0} covers the mail ({1}), so the complaint must not be processed", "RFC 9477 section 3.4", "Ignore the complaint: it may be forged to make you suspend an address."),
        [ReportFindingCode.TlsMailFieldMissing] = new(Fault, "the mail has no field {0}", TlsMail, TellSender),
        [ReportFindingCode.TlsMailForm] = new(Fault, "the mail is not a multipart/report with the type tlsrpt", TlsMail, TellSender),
        [ReportFindingCode.TlsSubmitterDiffers] = new(Fault, "the submitter {0} is not {1}, the domain of contact-info", TlsMail, "Look at who signed the mail."),
        [ReportFindingCode.FeedbackMailForm] = new(Fault, "the mail is not a multipart/report with the type feedback-report", ArfForm, TellSender),
        [ReportFindingCode.FeedbackOriginalMissing] = new(Fault, "there is no third part with the message or its header", ArfForm, TellSender),
        [ReportFindingCode.FeedbackTextOnly] = new(Fault, "the report is only text for people; what it says was read from the text", ArfForm, TellSender),
    };

    private static Dictionary<ReportFindingCode, ReportFindingRule> Feedback() => new()
    {
        [ReportFindingCode.FeedbackFieldMissing] = new(Fault, "the field {0} is missing", Arf, TellSender),
        [ReportFindingCode.FeedbackFieldRepeated] = new(Fault, "the field {0} appears several times; the first one counts", Arf, TellSender),
        [ReportFindingCode.FeedbackFieldMalformed] = new(Fault, "the field {0} has the value \"{1}\", which is not in its form", Arf, TellSender),
        [ReportFindingCode.FeedbackTooManyFields] = new(Fault, "more than {0} fields; the others are not read", Arf, RaiseLimit),
        [ReportFindingCode.FeedbackLinesMalformed] = new(Fault, "{0} lines are not part of a field", Arf, TellSender),
        [ReportFindingCode.FeedbackVersionUnknown] = new(Fault, "the version is {0}, not 1", Arf, TellSender),
        [ReportFindingCode.FeedbackTypeUnknown] = new(Note, "the type {0} is not registered", Arf, "Have a person look at it."),
        [ReportFindingCode.FeedbackOldDateName] = new(Note, "Received-Date is the old name of Arrival-Date", Arf, Nothing),
        [ReportFindingCode.FeedbackNoToken] = new(Note, "nothing in it tells who complained", "RFC 6449 section 3.3.2", "Put a token into your mail that you recognize: a VERP return path, Feedback-ID or CFBL-Feedback-ID."),
        [ReportFindingCode.CfblFieldMissing] = new(Fault, "the third part does not have the field {0} of the message", "RFC 9477 section 3.5", TellSender),
        [ReportFindingCode.FailureFieldMissing] = new(Fault, "the field {0} is missing, which is required {1}", Failure, TellSender),
        [ReportFindingCode.FailureWordUnknown] = new(Fault, "the field {0} has the word \"{1}\", which is not registered", Failure, TellSender),
        [ReportFindingCode.FailureContradiction] = new(Fault, "the report contradicts itself: {0}", Failure, "Do not act on this report alone."),
    };

    private static Dictionary<ReportFindingCode, ReportFindingRule> Tls() => new()
    {
        [ReportFindingCode.JsonMalformed] = new(Fatal, "the JSON is malformed: {0}", IJson, "Tell the sender of the report."),
        [ReportFindingCode.JsonTooDeep] = new(Fatal, "the JSON is nested more than {0} deep", Limits, "Ignore it: no report is nested so deep."),
        [ReportFindingCode.JsonTooManyValues] = new(Fatal, "the JSON has more than {0} values", Limits, RaiseLimit),
        [ReportFindingCode.JsonByteOrderMark] = new(Fault, "the JSON starts with a byte order mark", "RFC 8259 section 8.1", TellSender),
        [ReportFindingCode.JsonDuplicateName] = new(Fault, "the name {0} appears twice in one object; the last one counts", "RFC 7493 section 2.3", "Do not act on this report alone: programs differ about what it says."),
        [ReportFindingCode.JsonNumberOutOfRange] = new(Fault, "{0} is not a whole number from 0 to 2^53 - 1", "RFC 7493 section 2.2", TellSender),
        [ReportFindingCode.TlsMemberMissing] = new(Fault, "it is missing", TlsJson, TellSender),
        [ReportFindingCode.TlsMemberType] = new(Fault, "it is {0}", TlsJson, TellSender),
        [ReportFindingCode.TlsNumberAsText] = new(Fault, "the number is written as the text \"{0}\"", TlsJson, TellSender),
        [ReportFindingCode.TlsDateMalformed] = new(Fault, "\"{0}\" is not a date in the form of RFC 3339", TlsJson, TellSender),
        [ReportFindingCode.TlsDateWithoutZone] = new(Fault, "\"{0}\" has no time zone; UTC is assumed", TlsJson, TellSender),
        [ReportFindingCode.TlsPeriodReversed] = new(Fault, "the period ends before it begins", TlsJson, "Do not act on this report alone."),
        [ReportFindingCode.TlsPeriodLong] = new(Note, "the period is longer than a day", "RFC 8460 section 4.1", Nothing),
        [ReportFindingCode.TlsPolicyAsOneText] = new(Fault, "the whole policy is one text, not a list of lines", TlsJson, TellSender),
        [ReportFindingCode.TlsHostsAsOneText] = new(Note, "the patterns of hosts are one text, not a list", TlsJson, Nothing),
        [ReportFindingCode.TlsPolicyTypeUnknown] = new(Fault, "\"{0}\" is not a registered kind of policy", TlsJson, TellSender),
        [ReportFindingCode.TlsResultTypeUnknown] = new(Note, "\"{0}\" is not a kind of failure of RFC 8460", "RFC 8460 section 4.3", "Look it up in the IANA registry of STARTTLS validation result types."),
        [ReportFindingCode.TlsFailuresExceedTotal] = new(Fault, "{0} sessions failed in this way, of {1} that failed at all", TlsJson, "Do not act on this report alone."),
        [ReportFindingCode.TlsFailuresUnexplained] = new(Note, "the details have {0} of {1} failed sessions", TlsJson, Nothing),
    };
}

/// <summary>How much a code matters, its text, the section behind it, and what to do.</summary>
internal sealed record ReportFindingRule(ReportFindingSeverity Severity, string Template, string? Section, string Advice);
