using System.Text;
using EmailAuth.Dmarc;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Tests.TestSupport;

/// <summary>Parts of reports that tests put together.</summary>
internal static class ReportSamples
{
    public static readonly DateTimeOffset Begin = new(2026, 11, 28, 0, 0, 0, TimeSpan.Zero);
    public static readonly DateTimeOffset End = new(2026, 11, 28, 23, 59, 59, TimeSpan.Zero);

    public static DomainName Receiver { get; } = DomainName.Parse("mx.example.org").Value!;

    public static AggregateReportMetadata Metadata(string policyDomain = "example.com", string? error = null) => new()
    {
        OrganizationName = "Example Receiver",
        Email = "postmaster@mx.example.org",
        ExtraContactInfo = "https://mx.example.org/dmarc",
        ReportId = Name(policyDomain).ReportId!,
        Begin = Begin,
        End = End,
        Errors = error is null ? [] : [error],
        Generator = "EmailAuth",
    };

    public static AggregateReportName Name(string policyDomain = "example.com")
    {
        var domain = DomainName.Parse(policyDomain).Value!;
        return new AggregateReportName
        {
            Receiver = Receiver,
            PolicyDomain = domain,
            Begin = Begin,
            End = End,
            ReportId = AggregateReportName.IdOf(Receiver, domain, Begin, End),
        };
    }

    public static PublishedPolicy Published(
        DmarcPolicy policy = DmarcPolicy.Reject, DmarcPolicy? subdomains = null, DmarcPolicy? nonexistent = null, bool isTesting = false, string domain = "example.com") => new()
        {
            Domain = domain,
            Policy = policy,
            SubdomainPolicy = subdomains ?? policy,
            NonexistentSubdomainPolicy = nonexistent ?? subdomains ?? policy,
            DkimAlignment = DmarcAlignmentMode.Relaxed,
            SpfAlignment = DmarcAlignmentMode.Strict,
            DiscoveryMethod = "treewalk",
            FailureOptions = "0",
            IsTesting = isTesting,
        };

    /// <summary>A row of messages that pass.</summary>
    public static AggregateRecord Passing(string source = "192.0.2.1", long count = 3, AggregateDisposition disposition = AggregateDisposition.Pass, string author = "example.com") => new()
    {
        SourceAddress = source,
        Count = count,
        Disposition = disposition,
        Dkim = AlignedResult.Pass,
        Spf = AlignedResult.Pass,
        HeaderFrom = author,
        EnvelopeFrom = author,
        DkimResults = [new ReportedDkim { Domain = author, Selector = "s1", Result = "pass" }],
        SpfResult = new ReportedSpf { Domain = author, Scope = "mfrom", Result = "pass" },
    };

    /// <summary>A row of messages that fail.</summary>
    public static AggregateRecord Failing(
        AggregateDisposition disposition = AggregateDisposition.Reject, PolicyOverrideReason[]? reasons = null, string source = "198.51.100.7", long count = 2, string author = "example.com") => new()
        {
            SourceAddress = source,
            Count = count,
            Disposition = disposition,
            Dkim = AlignedResult.Fail,
            Spf = AlignedResult.Fail,
            Reasons = [.. reasons ?? []],
            HeaderFrom = author,
            EnvelopeFrom = "sender.example.net",
            DkimResults = [new ReportedDkim { Domain = author, Selector = "s1", Result = "fail" }],
            SpfResult = new ReportedSpf { Domain = "sender.example.net", Scope = "mfrom", Result = "softfail" },
        };

    public static PolicyOverrideReason Reason(PolicyOverrideType type, string? comment = null) => new() { Type = type, Comment = comment };

    /// <summary>The XML of a report.</summary>
    public static async Task<byte[]> WriteAsync(AggregateReportMetadata metadata, PublishedPolicy policy, params AggregateRecord[] records)
    {
        using var stream = new MemoryStream();
        await AggregateReportWriter.WriteAsync(stream, metadata, policy, records.ToAsyncEnumerable(), TestContext.Current.CancellationToken);
        return stream.ToArray();
    }

    /// <summary>Reads a report with its rows.</summary>
    public static Task<AggregateReport> ReadAsync(string xml, AggregateReportReaderOptions? options = null) => ReadAsync(Encoding.UTF8.GetBytes(xml), options);

    /// <summary>Reads a report with its rows.</summary>
    public static async Task<AggregateReport> ReadAsync(byte[] xml, AggregateReportReaderOptions? options = null)
    {
        using var stream = new MemoryStream(xml);
        return await AggregateReportReader.ReadAllAsync(stream, options, TestContext.Current.CancellationToken);
    }

    /// <summary>The codes and places of findings, one a line.</summary>
    public static string Lines(IEnumerable<AggregateFinding> findings) =>
        string.Join('\n', findings.Select(static finding => $"{finding.Code.Keyword()} {finding.Place}".TrimEnd()));
}
