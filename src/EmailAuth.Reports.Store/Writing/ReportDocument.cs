using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Store.Writing;

/// <summary>Makes the XML of a report of the store, checked row by row while it is written. For one use.</summary>
/// <param name="store">The store.</param>
/// <param name="report">The report; a final one, unless it is only looked at.</param>
/// <param name="issuer">Who makes it.</param>
/// <param name="part">Which part of the report; null for all of it.</param>
public sealed class ReportDocument(IReportStore store, StoredReport report, ReportIssuer issuer, ReportPart? part = null)
{
    private readonly string _id = part?.IdOf(report.Id) ?? report.Id;
    private AggregateReportCheck? _check;

    /// <summary>The file name and subject; null when the policy domain is not a name, of which no report can be made.</summary>
    public AggregateReportName? Name { get; } = DomainName.Parse(report.Policy.Domain).Value is { } domain
        ? new AggregateReportName { Receiver = issuer.Domain, PolicyDomain = domain, Begin = report.Period.Begin, End = LastSecondOf(report), ReportId = part?.IdOf(report.Id) ?? report.Id }
        : null;

    /// <summary>What is wrong with what was written.</summary>
    public ImmutableArray<ReportFinding> Findings { get; private set; } = [];

    /// <summary>Whether what was written may be sent: no finding is above a note.</summary>
    public bool IsConforming { get; private set; }

    /// <summary>How many rows were written.</summary>
    public long Rows { get; private set; }

    // RFC 9990 section 3.1: periods do not overlap, so the end is the last second that is in the period.
    private AggregateReportMetadata Metadata => new()
    {
        OrganizationName = issuer.OrganizationName,
        Email = issuer.Email,
        ReportId = _id,
        Begin = report.Period.Begin,
        End = LastSecondOf(report),
        Generator = issuer.Generator,
    };

    /// <summary>Writes the XML.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="compresses">Whether it is compressed (gzip).</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="ArgumentException">The report has a value that the schema does not have; the findings say which.</exception>
    public async Task WriteAsync(Stream stream, bool compresses, CancellationToken cancellationToken)
    {
        _check = new AggregateReportCheck(Metadata, report.Policy, Name);
        try
        {
            var rows = CheckedRowsAsync(_check, cancellationToken);
            Rows = compresses
                ? await AggregateReportWriter.WriteCompressedAsync(stream, Metadata, report.Policy, rows, cancellationToken)
                : await AggregateReportWriter.WriteAsync(stream, Metadata, report.Policy, rows, cancellationToken);
        }
        finally
        {
            Findings = _check.Finish();
            IsConforming = _check.IsConforming && Name is not null;
        }
    }

    private static DateTimeOffset LastSecondOf(StoredReport report) => report.Period.End.AddSeconds(-1);

    private async IAsyncEnumerable<AggregateRecord> CheckedRowsAsync(AggregateReportCheck check, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = 0L;
        await foreach (var row in store.ReadRowsAsync(report, cancellationToken))
        {
            if (part is not null && number >= part.End)
            {
                yield break;
            }

            if (part is null || number >= part.Begin)
            {
                check.Add(row);
                yield return row;
            }

            number++;
        }
    }
}
