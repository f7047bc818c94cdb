using EmailAuth.Reports.Store;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary>The reports of a period, counted.</summary>
internal sealed class PeriodState(ReportPeriod period)
{
    public ReportPeriod Period { get; } = period;

    public long Reports { get; private set; }

    public long Final { get; private set; }

    /// <summary>The reports that are not made, because all their messages are reports.</summary>
    public long NotMade { get; private set; }

    public long Messages { get; private set; }

    public void Add(StoredReport report)
    {
        var isMade = report.Messages > report.MessagesAboutReports;
        Reports += isMade ? 1 : 0;
        NotMade += isMade ? 0 : 1;
        Final += report.SealedAt is null ? 0 : 1;
        Messages += report.Messages;
    }
}
