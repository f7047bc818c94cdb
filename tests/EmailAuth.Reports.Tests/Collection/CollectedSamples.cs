using EmailAuth.Dmarc;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Collection;

namespace EmailAuth.Reports.Tests.Collection;

/// <summary>Messages as a collector makes them.</summary>
internal static class CollectedSamples
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);

    public static PublishedPolicy Policy { get; } = new()
    {
        Domain = "example.com",
        Policy = DmarcPolicy.Reject,
        SubdomainPolicy = DmarcPolicy.Quarantine,
        DkimAlignment = DmarcAlignmentMode.Relaxed,
        SpfAlignment = DmarcAlignmentMode.Strict,
        DiscoveryMethod = "treewalk",
        FailureOptions = "1:d",
        IsTesting = false,
    };

    /// <summary>A message that can be told from others by a number, which is in its source address.</summary>
    public static CollectedMessage Numbered(int number) => new()
    {
        ReceivedAt = Noon.AddSeconds(number),
        Policy = Policy,
        ReportUris = ["mailto:dmarc@example.com", "mailto:d@reports.example.net"],
        IsReport = number % 7 == 0,
        Record = Row(number),
    };

    public static int NumberOf(CollectedMessage message)
    {
        var octets = message.Record.SourceAddress.Split('.');
        return (int.Parse(octets[1]) << 16) | (int.Parse(octets[2]) << 8) | int.Parse(octets[3]);
    }

    public static AggregateRecord Row(int number) => new()
    {
        SourceAddress = $"10.{(number >> 16) & 255}.{(number >> 8) & 255}.{number & 255}",
        Disposition = AggregateDisposition.None,
        Dkim = AlignedResult.Pass,
        Spf = AlignedResult.Fail,
        HeaderFrom = "news.example.com",
        EnvelopeFrom = "",
        Reasons = [new PolicyOverrideReason { Type = PolicyOverrideType.LocalPolicy, Comment = "monitoring" }, new PolicyOverrideReason { Type = PolicyOverrideType.PolicyTestMode }],
        DkimResults =
        [
            new ReportedDkim { Domain = "example.com", Selector = "s1", Result = "pass" },
            new ReportedDkim { Domain = "example.net", Selector = "s2", Result = "fail", HumanResult = "body hash différent" },
        ],
        SpfResult = new ReportedSpf { Domain = "mta.example.net", Scope = "mfrom", Result = "softfail" },
    };
}
