using System.Collections.Immutable;

namespace EmailAuth.Cli.Pages.Reports;

/// <summary>What the reports about a domain say for a period: all that its page shows.</summary>
internal sealed record ReportSummary
{
    /// <summary>The domain.</summary>
    public required string Domain { get; init; }

    /// <summary>The first day, in UTC.</summary>
    public required DateOnly From { get; init; }

    /// <summary>The last day, in UTC.</summary>
    public required DateOnly To { get; init; }

    /// <summary>When the summary was made.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>The number of aggregate reports that were counted.</summary>
    public long ReportCount { get; init; }

    /// <summary>The number of addresses that sent.</summary>
    public long AddressCount { get; init; }

    /// <summary>The messages of each day, without gaps.</summary>
    public ImmutableArray<ReportedDay> Days { get; init; } = [];

    /// <summary>What needs the owner's attention, the most urgent first.</summary>
    public ImmutableArray<ReportEvent> Events { get; init; } = [];

    /// <summary>Who sent, the largest first.</summary>
    public ImmutableArray<ReportedSource> Sources { get; init; } = [];

    /// <summary>What receivers did with the messages.</summary>
    public ImmutableArray<ReportedDisposition> Dispositions { get; init; } = [];

    /// <summary>The policies that reporters saw.</summary>
    public ImmutableArray<SeenPolicy> Policies { get; init; } = [];

    /// <summary>Who reported, the largest first.</summary>
    public ImmutableArray<Reporter> Reporters { get; init; } = [];

    /// <summary>How well the documents conform to their form.</summary>
    public ImmutableArray<ReportConformance> Conformance { get; init; } = [];

    /// <summary>Where reports contradict themselves, a sentence each.</summary>
    public ImmutableArray<string> Contradictions { get; init; } = [];

    /// <summary>TLS reports (RFC 8460); null without one.</summary>
    public ReportedTls? Tls { get; init; }

    /// <summary>Complaints and failure reports by type; addresses of people are not in them.</summary>
    public ImmutableArray<ReportedComplaint> Complaints { get; init; } = [];

    /// <summary>All messages.</summary>
    public long Messages => Days.Sum(static day => day.Total);

    /// <summary>Those for which DMARC passes.</summary>
    public long Aligned => Days.Sum(static day => day.Total - day.Neither);
}

/// <summary>The messages of a day by what is aligned and passes.</summary>
internal sealed record ReportedDay(DateOnly Day, long Both, long DkimOnly, long SpfOnly, long Neither)
{
    public long Total => Both + DkimOnly + SpfOnly + Neither;
}

/// <summary>Something that needs attention.</summary>
internal sealed record ReportEvent(State State, string Word, string Title, string Text);

/// <summary>Hosts that send, as one source.</summary>
internal sealed record ReportedSource(string Name, string HostNames, ImmutableArray<string> Addresses, long AddressCount, State State, string Verdict)
{
    public long Messages { get; init; }

    public long SpfAligned { get; init; }

    public long DkimAligned { get; init; }

    public long Passing { get; init; }
}

/// <summary>What receivers did with a number of messages.</summary>
internal sealed record ReportedDisposition(string Name, long Messages, string Meaning);

/// <summary>A policy as reporters saw it.</summary>
internal sealed record SeenPolicy(string Policy, long Reports, long Messages);

/// <summary>Who reported.</summary>
internal sealed record Reporter(string Name, long Reports, long Messages, long NotAligned, State State, string Verdict, string Why);

/// <summary>A verdict on the form of documents.</summary>
internal sealed record ReportConformance(State State, string Verdict, long Documents, string Why);

/// <summary>TLS reports.</summary>
internal sealed record ReportedTls(long Sessions, long Failed, long Reports, long Senders, ImmutableArray<ReportedTlsFailure> Failures);

/// <summary>A kind of TLS failure.</summary>
internal sealed record ReportedTlsFailure(string Kind, long Sessions, string Meaning, string Advice, string ReportedBy);

/// <summary>Complaints of a type.</summary>
internal sealed record ReportedComplaint(string Type, long Mails, string Meaning, string Advice);
