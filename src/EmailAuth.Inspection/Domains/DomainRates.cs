namespace EmailAuth.Inspection.Domains;

/// <summary>How the mail of a domain fared, from reports. Immutable.</summary>
public sealed class DomainRates
{
    /// <summary>Complaints in percent of the messages that were delivered; null when it is not known.</summary>
    public double? ComplaintPercent { get; init; }

    /// <summary>Messages that failed DMARC in percent of all; null when it is not known.</summary>
    public double? FailurePercent { get; init; }

    /// <summary>The first day that counts; null when it is not known.</summary>
    public DateOnly? Since { get; init; }
}
