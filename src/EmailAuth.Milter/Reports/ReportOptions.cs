using System.Collections.Immutable;
using EmailAuth.Reports.Collection;
using EmailAuth.Reports.Failures;
using EmailAuth.Reports.Feedback;
using EmailAuth.Settings;

namespace EmailAuth.Milter.Reports;

/// <summary>The settings in <c>Reports</c>.</summary>
internal sealed record ReportOptions
{
    /// <summary>Whether received mail is counted for aggregate reports.</summary>
    public bool IsEnabled { get; init; }

    /// <summary>The folder of the journal; that of the packaged unit's StateDirectory.</summary>
    public string JournalFolder { get; init; } = "/var/lib/emailauth/journal";

    /// <summary>How often the journal is written to the disk.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The largest size of the journal.</summary>
    public long MaxJournalBytes { get; init; } = 1024L * 1024 * 1024;

    /// <summary>The addresses at which this site gets reports of others.</summary>
    public ImmutableArray<string> OwnAddresses { get; init; } = [];

    /// <summary>Whether failure reports are made of mail that fails.</summary>
    public bool MakesFailureReports { get; init; }

    /// <summary>How much of the message's header they have.</summary>
    public OriginalContent FailureContent { get; init; }

    /// <summary>The key of the hashes in them; null without.</summary>
    public SettingFile<RedactionKey>? RedactionKey { get; init; }

    /// <summary>How failure reports are made; null when they are not.</summary>
    public FailureReportOptions? ToFailureOptions() => IsEnabled && MakesFailureReports && RedactionKey is { Content: var key }
        ? new FailureReportOptions { Key = key, Content = FailureContent, Limits = JournalLimits }
        : null;

    // They keep a flood out of the journal; the store has those of the operator.
    private static FailureLimits JournalLimits { get; } = new() { MaxPerDomain = 200, MaxInAll = 2000 };

    /// <summary>The settings of the journal; null when mail is not counted.</summary>
    public JournalOptions? ToJournalOptions(TimeProvider time) => IsEnabled
        ? new JournalOptions { Folder = JournalFolder, FlushInterval = FlushInterval, MaxBytes = MaxJournalBytes, TimeProvider = time }
        : null;
}
