using System.Collections.Immutable;
using EmailAuth.Reports.Collection;

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

    /// <summary>The settings of the journal; null when there is none.</summary>
    public JournalOptions? ToJournalOptions(TimeProvider time) => IsEnabled
        ? new JournalOptions { Folder = JournalFolder, FlushInterval = FlushInterval, MaxBytes = MaxJournalBytes, TimeProvider = time }
        : null;
}
