using System.Security.Cryptography;
using System.Text;
using EmailAuth.Reports.Reading;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Store.Incoming;

/// <summary>Stores what <see cref="ReportReader"/> reads. For one reader at a time.</summary>
/// <remarks>Rows wait in a temporary file of this user's until their report is known to be usable, so that memory does not grow with them.</remarks>
/// <param name="store">Where the reports are stored.</param>
/// <param name="options">How they are read; null for the defaults.</param>
/// <param name="timeProvider">The clock; null for the system's.</param>
public sealed class ReportImporter(IIncomingReportStore store, ReportReaderOptions? options = null, TimeProvider? timeProvider = null) : IAsyncDisposable
{
    private readonly RowSpool _rows = new();
    private readonly ReportReaderOptions _options = options ?? ReportReaderOptions.Default;
    private readonly TimeProvider _clock = timeProvider ?? TimeProvider.System;

    /// <summary>The options of the reader whose reports are stored.</summary>
    public ReportReaderOptions ReaderOptions => _options with { OnRow = _rows.AddAsync };

    /// <summary>Reads all reports of a stream and stores each, as a whole or not at all.</summary>
    /// <param name="stream">The stream; it is not closed.</param>
    /// <param name="cancellationToken">Ends the import.</param>
    /// <exception cref="ReportStoreException">The store failed; what was given before is stored.</exception>
    public async IAsyncEnumerable<ImportedReport> ImportAsync(
        Stream stream, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        // An import that failed or was left leaves rows behind.
        _rows.Clear();
        await foreach (var report in new ReportReader(ReaderOptions).ReadAsync(stream, cancellationToken))
        {
            yield return await AddAsync(report, cancellationToken);
        }
    }

    /// <summary>Removes the temporary file.</summary>
    public ValueTask DisposeAsync() => _rows.DisposeAsync();

    private async Task<ImportedReport> AddAsync(ReadReport report, CancellationToken cancellationToken)
    {
        var rows = _rows.Take(report.RowsGiven);
        var days = report.Kind is ReportKind.Aggregate or ReportKind.Tls
            ? ReportDays.Of(report.Key?.Begin, report.Key?.End, _clock.GetUtcNow())
            : ReportDays.Of(report.Key?.Begin, null, _clock.GetUtcNow());
        var document = DocumentOf(report, rows, days);
        var result = await store.AddAsync(document, IncomingFacts.OfAsync(report, rows, days), cancellationToken);
        _rows.Release(rows);
        return new ImportedReport { Document = document, Result = result };
    }

    private static IncomingDocument DocumentOf(ReadReport report, RowSpool.Rows rows, ReportDays days)
    {
        // A key for TLS reports alone says nothing about other mail (RFC 6376 section 3.6.1).
        var signers = report.Mail?.Authentication?.Dkim?.Signatures
            .Where(signature => signature is { Code: SignatureResultCode.Pass, Domain: not null } && (signature.IsKeyForMail || report.Kind == ReportKind.Tls))
            .Select(static signature => signature.Domain!).Distinct().Take(8).ToList() ?? [];
        var submitter = report.Key?.Submitter ?? report.Mail?.AuthorDomain ?? string.Empty;
        var name = DomainName.Parse(submitter).Value;
        return new IncomingDocument
        {
            Identity = IdentityOf(report),
            ContentHash = report.Key?.ContentHash ?? string.Empty,
            Kind = report.Kind,
            Verdict = report.Verdict,
            Submitter = IncomingText.Domain(submitter),
            Domain = IncomingText.Domain(report.Key?.Domain ?? string.Empty),
            ReportId = report.Kind is ReportKind.Aggregate or ReportKind.Tls ? IncomingText.Of(report.Key?.Id ?? string.Empty) : string.Empty,
            FirstDay = days.First,
            LastDay = days.Last,
            Signers = IncomingText.Of(string.Join(' ', signers)),
            IsSigned = name is not null && signers.Exists(name.IsEqualToOrBelow),
            Messages = report.Aggregate is { } aggregate ? IncomingText.Total(aggregate.MessageCount)
                : report.Tls is { } tls ? IncomingText.Total(tls.Policies.Sum(static policy => IncomingText.Count(policy.SuccessfulSessions) + IncomingText.Count(policy.FailedSessions)))
                : report.Feedback is { } feedback ? IncomingText.Count(feedback.Incidents) : 0,
            Failed = report.Tls is { } failures
                ? IncomingText.Total(failures.Policies.Sum(static policy => IncomingText.Count(policy.FailedSessions)))
                : rows.Read().Sum(static row => row.IsDkim || row.IsSpf ? 0 : row.Count),
        };
    }

    // Complaints have no ids of their own: each content is one. What is unusable must not keep a usable copy from being counted, such as one that is signed.
    private static string IdentityOf(ReadReport report)
    {
        string[] parts = report.Key is { } key
            ?
            [
                report.Kind.ToString(),
                report.Verdict == ReportVerdict.Unusable ? "unusable" : string.Empty,
                key.Submitter,
                key.Domain,
                key.Id,
                $"{key.Begin?.ToUnixTimeSeconds()}",
                $"{key.End?.ToUnixTimeSeconds()}",
                report.Kind is ReportKind.Feedback or ReportKind.Failure ? key.ContentHash : string.Empty,
            ]
            : [report.Kind.ToString(), "unread", report.Mail?.MessageId ?? string.Empty, report.Mail?.From ?? string.Empty, report.Mail?.Subject ?? string.Empty,
                .. report.Findings.Select(static finding => finding.ToString())];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            // The length before each part: no two lists of parts give the same octets.
            var octets = Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(octets.Length));
            hash.AppendData(octets);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
