using System.Collections.Frozen;

namespace EmailAuth.Reports.Aggregate;

/// <summary>The keyword, severity, section and text of each finding.</summary>
internal static class AggregateFindingRules
{
    private const string Format = "RFC 9990 section 3.1.1";
    private const string Schema = "RFC 9990 Appendix A";
    private const string Id = "RFC 9990 section 3.5.1";
    private const string Names = "RFC 9990 section 3.1.4";
    private const string Discarded = "RFC 9990 section 5";
    private const string Xml = "XML 1.0 section 2.1";

    private static readonly FrozenDictionary<AggregateFindingCode, AggregateFindingRule> Rules = Fatal()
        .Concat(OfDocument())
        .Concat(OfValues())
        .Concat(Notes())
        .ToFrozenDictionary();

    /// <summary>The rule of a code. A test checks that each code has a rule.</summary>
    public static AggregateFindingRule Of(AggregateFindingCode code) => Rules[code];

    private static Dictionary<AggregateFindingCode, AggregateFindingRule> Fatal() => new()
    {
        [AggregateFindingCode.DocumentType] = Fatal("document_type", null, "there is a document type declaration, which can define entities of any size: it is refused"),
        [AggregateFindingCode.TooManyBytes] = Fatal("too_many_bytes", null, "the report has more than {0} bytes"),
        [AggregateFindingCode.TooDeep] = Fatal("too_deep", null, "elements are nested more than {0} deep"),
        [AggregateFindingCode.MarkupTooLong] = Fatal("markup_too_long", null, "a tag has more than {0} characters"),
        [AggregateFindingCode.TooManyNames] = Fatal("too_many_names", null, "the names of elements and attributes have more than {0} characters in all"),
        [AggregateFindingCode.TooManyRecords] = Fatal("too_many_records", null, "the report has more than {0} rows"),
        [AggregateFindingCode.NotAReport] = Fatal("not_a_report", Schema, "there is no element feedback"),
        [AggregateFindingCode.PeriodMissing] = Fatal("period_missing", Discarded, "the period is missing or cannot be read"),
        [AggregateFindingCode.PolicyDomainMissing] = Fatal("policy_domain_missing", Discarded, "the policy domain is missing"),
        [AggregateFindingCode.NoRecord] = Fatal("no_record", Schema, "there is no row that can be used"),
    };

    private static Dictionary<AggregateFindingCode, AggregateFindingRule> OfDocument() => new()
    {
        [AggregateFindingCode.NotWellFormed] = Fault("not_well_formed", Xml, "not well-formed, and nothing after this place is read: {0}"),
        [AggregateFindingCode.LeadingText] = Fault("leading_text", "XML 1.0 section 2.8", "there are characters before the document"),
        [AggregateFindingCode.WrongRoot] = Fault("wrong_root", Schema, "the report is inside an element {0}"),
        [AggregateFindingCode.InvalidEncoding] = Fault("invalid_encoding", "XML 1.0 section 4.3.3", "there are bytes that are not valid in the document's encoding"),
        [AggregateFindingCode.UnknownEncoding] = Fault("unknown_encoding", "XML 1.0 section 4.3.3", "the encoding {0} is not known; the document is read as UTF-8"),
        [AggregateFindingCode.ControlCharacter] = Fault("control_character", "XML 1.0 section 2.2", "there is a control character"),
        [AggregateFindingCode.StrayMarkup] = Fault("stray_markup", "XML 1.0 section 2.4", "\"<\" or \"&\" is not escaped"),
        [AggregateFindingCode.TextTooLong] = Fault("text_too_long", null, "the text has more than {0} characters and is cut"),
        [AggregateFindingCode.UnknownNamespace] = Fault("unknown_namespace", Schema, "the namespace {0} is not known; the form of RFC 7489 is read"),
        [AggregateFindingCode.UnknownElement] = Fault("unknown_element", Schema, "this place has no element {0}: it is ignored"),
        [AggregateFindingCode.ObsoleteElement] = Fault("obsolete_element", "RFC 9990 Appendix C", "RFC 9990 does not have the element {0}"),
        [AggregateFindingCode.StrayText] = Fault("stray_text", Schema, "there is a text between elements"),
        [AggregateFindingCode.RepeatedElement] = Fault("repeated_element", Schema, "the element appears more than once: the first one counts"),
        [AggregateFindingCode.MissingElement] = Fault("missing_element", Schema, "the element is missing"),
        [AggregateFindingCode.WrongOrder] = Fault("wrong_order", Schema, "the element comes after one that it must come before"),
        [AggregateFindingCode.EmptyElement] = Fault("empty_element", Format, "the element is empty"),
        [AggregateFindingCode.LetterCase] = Fault("letter_case", Schema, "the word has capital letters"),
        [AggregateFindingCode.InvalidValue] = Fault("invalid_value", Schema, "the element cannot have the value \"{0}\""),
        [AggregateFindingCode.ObsoleteValue] = Fault("obsolete_value", "RFC 9990 Appendix C", "RFC 9990 does not have the value {0}"),
        [AggregateFindingCode.RecordLeftOut] = Fault("record_left_out", Discarded, "the row cannot be used and is left out"),
    };

    private static Dictionary<AggregateFindingCode, AggregateFindingRule> OfValues() => new()
    {
        [AggregateFindingCode.WrongVersion] = Fault("wrong_version", "RFC 9990 section 3.1.1.2", "the version is \"{0}\" and not 1.0"),
        [AggregateFindingCode.ReportIdSyntax] = Fault("report_id_syntax", Id, "\"{0}\" is not a report id"),
        [AggregateFindingCode.ReportIdNotAlphanumeric] = Fault(
            "report_id_not_alphanumeric", Names, "\"{0}\" has more than letters and digits, so the file name cannot have the same id"),
        [AggregateFindingCode.ReportIdDiffers] = Fault("report_id_differs", Names, "the id is \"{0}\" in the report and \"{1}\" in its name"),
        [AggregateFindingCode.PolicyDomainDiffers] = Fault("policy_domain_differs", Names, "the policy domain is {0} in the report and {1} in its name"),
        [AggregateFindingCode.PeriodDiffers] = Fault("period_differs", "RFC 9990 section 3.5.2", "the period is not the one of the name"),
        [AggregateFindingCode.PeriodBackwards] = Fault("period_backwards", Format, "the period ends before it begins"),
        [AggregateFindingCode.PeriodFraction] = Fault("period_fraction", Schema, "the period is not in whole seconds"),
        [AggregateFindingCode.SourceNotAnAddress] = Fault("source_not_an_address", Schema, "\"{0}\" is not an IP address"),
        [AggregateFindingCode.CountNotPositive] = Fault("count_not_positive", Format, "the count is not positive"),
        [AggregateFindingCode.CountOverflow] = Fault("count_overflow", null, "the counts are larger than a number can be together; the sum is cut"),
        [AggregateFindingCode.NotADomain] = Fault("not_a_domain", "RFC 9990 section 3.5.2", "\"{0}\" is not a domain in A-labels"),
        [AggregateFindingCode.LocalPart] = Fault("local_part", "RFC 9990 section 7.2", "there is a mailbox, and reports must not say who wrote or got mail"),
        [AggregateFindingCode.ReasonMissing] = Fault("reason_missing", Schema, "the applied policy is not the published one, and no reason is given"),
        [AggregateFindingCode.SeveralSpf] = Fault("several_spf", "RFC 9990 section 3.1.1.13", "there are several results of SPF"),
        [AggregateFindingCode.WrongScope] = Fault("wrong_scope", "RFC 9990 section 3.1.1.13", "the scope of SPF is \"{0}\" and not mfrom"),
        [AggregateFindingCode.TooManySignatures] = Fault("too_many_signatures", Format, "a row has more than {0} signatures or reasons"),
        [AggregateFindingCode.PassThoughFailed] = Fault("pass_though_failed", Schema, "neither DKIM nor SPF passes, and the disposition is pass"),
    };

    private static Dictionary<AggregateFindingCode, AggregateFindingRule> Notes() => new()
    {
        [AggregateFindingCode.NoNamespace] = Note("no_namespace", Schema, "there is no namespace, so this is the form of RFC 7489"),
        [AggregateFindingCode.PeriodLong] = Note("period_long", "RFC 9989 section 5.3.8", "the period has {0} seconds: it is longer than a day"),
        [AggregateFindingCode.SignatureOrder] = Note("signature_order", Format, "a signature that passes comes after one that does not"),
        [AggregateFindingCode.DkimPassUnexplained] = Note("dkim_pass_unexplained", Format, "DKIM is said to pass, and there is no signature that passes"),
        [AggregateFindingCode.SpfPassUnexplained] = Note("spf_pass_unexplained", Format, "SPF is said to pass, and its result is not pass"),
        [AggregateFindingCode.ForeignPass] = Note("foreign_pass", Format, "the pass is of {0}, which has nothing in common with {1}"),
        [AggregateFindingCode.RefusedThoughPassed] = Note("refused_though_passed", Schema, "DKIM or SPF passes, and the message was quarantined or refused"),
    };

    private static AggregateFindingRule Fatal(string keyword, string? section, string text) => new(keyword, AggregateFindingSeverity.Fatal, section, text);

    private static AggregateFindingRule Fault(string keyword, string? section, string text) => new(keyword, AggregateFindingSeverity.Fault, section, text);

    private static AggregateFindingRule Note(string keyword, string? section, string text) => new(keyword, AggregateFindingSeverity.Note, section, text);
}
