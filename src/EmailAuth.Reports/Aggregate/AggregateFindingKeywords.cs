using System.Diagnostics;

namespace EmailAuth.Reports.Aggregate;

/// <summary>Findings in words that programs read, such as JSON.</summary>
public static class AggregateFindingKeywords
{
    /// <summary>The code in one word, such as <c>reason_missing</c>.</summary>
    /// <param name="code">The code.</param>
    public static string Keyword(this AggregateFindingCode code) => AggregateFindingRules.Of(code).Keyword;

    /// <summary>The severity in one word.</summary>
    /// <param name="severity">The severity.</param>
    public static string Keyword(this AggregateFindingSeverity severity) => severity switch
    {
        AggregateFindingSeverity.Note => "note",
        AggregateFindingSeverity.Fault => "fault",
        AggregateFindingSeverity.Fatal => "fatal",
        _ => throw new UnreachableException(),
    };
}
