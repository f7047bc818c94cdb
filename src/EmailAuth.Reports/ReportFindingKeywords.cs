using System.Diagnostics;

namespace EmailAuth.Reports;

/// <summary>Findings in words that programs read, such as JSON.</summary>
public static class ReportFindingKeywords
{
    /// <summary>The code in one word, such as <c>reason_missing</c>.</summary>
    /// <param name="code">The code.</param>
    public static string Keyword(this ReportFindingCode code) => ReportFindingRules.Of(code).Keyword;

    /// <summary>A verdict in one word: <c>conforms</c>, <c>salvaged</c> or <c>unusable</c>.</summary>
    /// <param name="verdict">The verdict.</param>
    public static string Keyword(this ReportVerdict verdict) => verdict switch
    {
        ReportVerdict.Conforms => "conforms",
        ReportVerdict.Salvaged => "salvaged",
        ReportVerdict.Unusable => "unusable",
        _ => throw new UnreachableException(),
    };

    /// <summary>The severity in one word.</summary>
    /// <param name="severity">The severity.</param>
    public static string Keyword(this ReportFindingSeverity severity) => severity switch
    {
        ReportFindingSeverity.Note => "note",
        ReportFindingSeverity.Fault => "fault",
        ReportFindingSeverity.Fatal => "fatal",
        _ => throw new UnreachableException(),
    };
}
