using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Syntax;

namespace EmailAuth.Reports.Store.Delivery.Mail;

/// <summary>
/// The compressed files of a report: one, or several where one would be too large. Each is a report of its own for the same period, with its own id
/// and some of the rows: no row is in two of them, so that a reader's sums are right without its knowing of the division.
/// </summary>
internal sealed class ReportFiles(IReportStore store, ReportIdentity identity, string generator)
{
    // A report of so many files is not one that anybody reads.
    private const int MaxParts = 1000;

    /// <summary>In how many files a report has to be sent. The report is final.</summary>
    /// <param name="report">The report.</param>
    /// <param name="maxBytes">The largest file.</param>
    /// <param name="cancellationToken">Ends the counting.</param>
    public async Task<int> CountPartsAsync(StoredReport report, long maxBytes, CancellationToken cancellationToken)
    {
        var parts = 1;
        while (true)
        {
            var (largest, rows) = await MeasureAsync(report, parts, cancellationToken);
            var most = (int)Math.Min(MaxParts, Math.Max(1, rows));
            if (largest <= maxBytes || parts >= most)
            {
                return parts;
            }

            // Rows are in the order of their hashes, so that parts are about equal. A tenth more, as each part begins its compression again.
            parts = (int)Math.Min(most, Math.Max(parts + 1L, (long)Math.Ceiling(parts * 1.1 * largest / maxBytes)));
        }
    }

    /// <summary>Writes a file. Equal arguments give equal bytes.</summary>
    /// <param name="report">The report, which is final.</param>
    /// <param name="part">Which file, from 1.</param>
    /// <param name="parts">Of how many.</param>
    /// <param name="stream">Where to.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    public async Task<AggregateReportName> WriteAsync(StoredReport report, int part, int parts, Stream stream, CancellationToken cancellationToken)
    {
        var rows = parts == 1 ? 0 : await CountRowsAsync(report, cancellationToken);
        return await WriteAsync(report, part, parts, rows, stream, cancellationToken);
    }

    /// <summary>What names a file.</summary>
    public AggregateReportName NameOf(StoredReport report, int part, int parts) => new()
    {
        Receiver = identity.Submitter,
        PolicyDomain = DomainName.Parse(report.Policy.Domain).Value ?? throw new ReportStoreException($"the policy domain '{report.Policy.Domain}' is not a domain"),
        Begin = report.Period.Begin,
        End = report.Period.End,
        ReportId = IdOf(report.Id, part, parts),
    };

    /// <summary>The id of a file: that of the report, or one that follows from it and the part.</summary>
    public static string IdOf(string reportId, int part, int parts) => parts == 1
        ? reportId
        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{reportId}/{part}/{parts}"))).AsSpan(0, 16));

    private async Task<AggregateReportName> WriteAsync(
        StoredReport report, int part, int parts, long rows, Stream stream, CancellationToken cancellationToken)
    {
        var name = NameOf(report, part, parts);
        var metadata = new AggregateReportMetadata
        {
            OrganizationName = identity.Organization,
            Email = identity.From.ToString(),
            ExtraContactInfo = identity.ExtraContact,
            ReportId = name.ReportId!,
            Begin = name.Begin,
            End = name.End,
            Generator = generator,
        };
        var from = rows * (part - 1) / parts;
        var to = parts == 1 ? long.MaxValue : rows * part / parts;
        var gzip = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true);
        await using (gzip)
        {
            await AggregateReportWriter.WriteAsync(gzip, metadata, report.Policy, RowsAsync(report, from, to, cancellationToken), cancellationToken);
        }

        return name;
    }

    private async Task<(long Largest, long Rows)> MeasureAsync(StoredReport report, int parts, CancellationToken cancellationToken)
    {
        var rows = await CountRowsAsync(report, cancellationToken);
        var largest = 0L;
        for (var part = 1; part <= parts; part++)
        {
            await using var counted = new CountedStream();
            await WriteAsync(report, part, parts, rows, counted, cancellationToken);
            largest = Math.Max(largest, counted.Length);
        }

        return (largest, rows);
    }

    private async Task<long> CountRowsAsync(StoredReport report, CancellationToken cancellationToken)
    {
        var rows = 0L;
        await foreach (var _ in store.ReadRowsAsync(report, cancellationToken))
        {
            rows++;
        }

        return rows;
    }

    private async IAsyncEnumerable<AggregateRecord> RowsAsync(
        StoredReport report, long from, long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var number = 0L;
        await foreach (var row in store.ReadRowsAsync(report, cancellationToken))
        {
            if (number >= to)
            {
                yield break;
            }

            if (number++ >= from)
            {
                yield return row;
            }
        }
    }

    /// <summary>Counts what is written to it.</summary>
    private sealed class CountedStream : Stream
    {
        private long _length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _length;

        public override long Position { get => _length; set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => _length += count;

        public override void Write(ReadOnlySpan<byte> buffer) => _length += buffer.Length;
    }
}
