using System.Diagnostics;
using EmailAuth.Reports.Feedback;
using EmailAuth.Reports.Reading;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary>The words of reports that were read, for programs and for people.</summary>
internal static class ReportWords
{
    public static string Keyword(ReportKind kind) => kind switch
    {
        ReportKind.None => "none",
        ReportKind.Aggregate => "aggregate",
        ReportKind.Failure => "failure",
        ReportKind.Feedback => "feedback",
        ReportKind.Tls => "tls",
        _ => throw new UnreachableException(),
    };

    public static string Title(ReportKind kind) => kind switch
    {
        ReportKind.None => "Not a report",
        ReportKind.Aggregate => "DMARC aggregate report",
        ReportKind.Failure => "Authentication failure report",
        ReportKind.Feedback => "Feedback report",
        ReportKind.Tls => "TLS report",
        _ => throw new UnreachableException(),
    };

    public static string Keyword(RecipientTokenKind kind) => kind switch
    {
        RecipientTokenKind.ReturnPath => "return_path",
        RecipientTokenKind.CfblFeedbackId => "cfbl_feedback_id",
        RecipientTokenKind.FeedbackId => "feedback_id",
        RecipientTokenKind.ListUnsubscribe => "list_unsubscribe",
        RecipientTokenKind.MessageId => "message_id",
        RecipientTokenKind.OriginalRecipient => "original_recipient",
        _ => throw new UnreachableException(),
    };
}
