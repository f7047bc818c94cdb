using EmailAuth.Dmarc;
using EmailAuth.Reports.Failures;

namespace EmailAuth.Reports.Tests.Failures;

/// <summary>RFC 9989 section 4.7: the values of <c>fo</c>, each with every result of SPF and DKIM, and all combinations of the values.</summary>
public sealed class FailureReportDecisionTests
{
    private const string Spf = "SPF: pass aligned, pass of another domain, fail, none, temperror";

    /// <summary>
    /// A row is what DKIM gave; its columns are what SPF gave: pass aligned, pass of another domain, fail, none, temperror. A cell has the reports: m about DMARC,
    /// d about a signature, s about SPF.
    /// </summary>
    public static TheoryData<DmarcFailureOptions, string, string, string> Table => new()
    {
        { DmarcFailureOptions.AllFail, "aligned", "- - - - -", Spf },
        { DmarcFailureOptions.AllFail, "other", "- m m m -", Spf },
        { DmarcFailureOptions.AllFail, "fail", "- m m m -", Spf },
        { DmarcFailureOptions.AllFail, "none", "- m m m -", Spf },
        { DmarcFailureOptions.AllFail, "temperror", "- - - - -", Spf },
        { DmarcFailureOptions.AllFail, "aligned and fail", "- - - - -", Spf },
        { DmarcFailureOptions.AnyFail, "aligned", "- m m m -", Spf },
        { DmarcFailureOptions.AnyFail, "other", "m m m m m", Spf },
        { DmarcFailureOptions.AnyFail, "fail", "m m m m m", Spf },
        { DmarcFailureOptions.AnyFail, "none", "m m m m m", Spf },
        { DmarcFailureOptions.AnyFail, "temperror", "- m m m -", Spf },
        { DmarcFailureOptions.AnyFail, "aligned and fail", "- m m m -", Spf },
        { DmarcFailureOptions.Dkim, "aligned", "- - - - -", Spf },
        { DmarcFailureOptions.Dkim, "other", "- - - - -", Spf },
        { DmarcFailureOptions.Dkim, "fail", "d d d d d", Spf },
        { DmarcFailureOptions.Dkim, "none", "- - - - -", Spf },
        { DmarcFailureOptions.Dkim, "temperror", "- - - - -", Spf },
        { DmarcFailureOptions.Dkim, "aligned and fail", "d d d d d", Spf },
        { DmarcFailureOptions.Spf, "aligned", "- - s - -", Spf },
        { DmarcFailureOptions.Spf, "other", "- - s - -", Spf },
        { DmarcFailureOptions.Spf, "fail", "- - s - -", Spf },
        { DmarcFailureOptions.Spf, "none", "- - s - -", Spf },
        { DmarcFailureOptions.Spf, "temperror", "- - s - -", Spf },
        { DmarcFailureOptions.Spf, "aligned and fail", "- - s - -", Spf },
        { DmarcFailureOptions.None, "fail", "- - - - -", "never of a record" },
    };

    [Theory, MemberData(nameof(Table))]
    public void Each_value_of_fo_asks_for_its_reports(DmarcFailureOptions options, string dkim, string expected, string columns)
    {
        Assert.NotEmpty(columns);
        Assert.Equal(expected, string.Join(' ', SpfResults.Select(spf => Text(FailureReportDecision.Decide(options, Facts(spf, dkim))))));
    }

    [Fact]
    public void Several_values_ask_for_what_each_of_them_asks_for()
    {
        DmarcFailureOptions[] values = [DmarcFailureOptions.AllFail, DmarcFailureOptions.AnyFail, DmarcFailureOptions.Dkim, DmarcFailureOptions.Spf];
        for (var set = 0; set < 16; set++)
        {
            DmarcFailureOptions[] chosen = [.. values.Where((_, bit) => (set & (1 << bit)) != 0)];
            foreach (var spf in SpfResults)
            {
                foreach (var dkim in (string[])["aligned", "other", "fail", "none", "temperror", "aligned and fail"])
                {
                    var alone = chosen.Aggregate(FailureReportKinds.None, (kinds, value) => kinds | FailureReportDecision.Decide(value, Facts(spf, dkim)));
                    var together = chosen.Aggregate(DmarcFailureOptions.None, static (all, value) => all | value);
                    Assert.Equal(alone, FailureReportDecision.Decide(together, Facts(spf, dkim)));
                }
            }
        }
    }

    private static readonly string[] SpfResults = ["aligned", "other", "fail", "none", "temperror"];

    private static FailureFacts Facts(string spf, string dkim) => new()
    {
        Spf = State(spf),
        Dkim = State(dkim),
        HasSpfFailed = spf == "fail",
        HasSignatureFailed = dkim.Contains("fail", StringComparison.Ordinal),
    };

    private static MechanismState State(string result) =>
        result.StartsWith("aligned", StringComparison.Ordinal) ? MechanismState.Aligned : result == "temperror" ? MechanismState.Undecided : MechanismState.NotAligned;

    private static string Text(FailureReportKinds kinds) => kinds == FailureReportKinds.None ? "-" : string.Concat(
        kinds.HasFlag(FailureReportKinds.Dmarc) ? "m" : "", kinds.HasFlag(FailureReportKinds.Dkim) ? "d" : "", kinds.HasFlag(FailureReportKinds.Spf) ? "s" : "");
}
