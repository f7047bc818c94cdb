using System.Diagnostics;
using System.Text;

namespace EmailAuth.Reports.Findings;

/// <summary>The words of findings and verdicts in outputs. A word never changes.</summary>
public static class ReportFindingKeywords
{
    /// <summary>A verdict in one word: <c>conforms</c>, <c>salvaged</c> or <c>unusable</c>.</summary>
    /// <param name="verdict">The verdict.</param>
    public static string Keyword(this ReportVerdict verdict) => verdict switch
    {
        ReportVerdict.Conforms => "conforms",
        ReportVerdict.Salvaged => "salvaged",
        ReportVerdict.Unusable => "unusable",
        _ => throw new UnreachableException(),
    };

    /// <summary>A severity in one word: <c>note</c>, <c>fault</c> or <c>fatal</c>.</summary>
    /// <param name="severity">The severity.</param>
    public static string Keyword(this ReportFindingSeverity severity) => severity switch
    {
        ReportFindingSeverity.Note => "note",
        ReportFindingSeverity.Fault => "fault",
        ReportFindingSeverity.Fatal => "fatal",
        _ => throw new UnreachableException(),
    };

    /// <summary>A code as programs in other languages read it: its name in lower case with hyphens, such as <c>tls-date-without-zone</c>.</summary>
    /// <param name="code">The code.</param>
    public static string Keyword(this ReportFindingCode code)
    {
        var name = code.ToString();
        var keyword = new StringBuilder(name.Length + 6);
        for (var i = 0; i < name.Length; i++)
        {
            _ = i > 0 && char.IsAsciiLetterUpper(name[i]) ? keyword.Append('-') : keyword;
            keyword.Append(char.ToLowerInvariant(name[i]));
        }

        return keyword.ToString();
    }
}
