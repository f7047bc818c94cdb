using EmailAuth.Reports.Store.Writing;

namespace EmailAuth.Reports.Store.Delivery.Mail;

/// <summary>The compressed files of a report: one, or several where one would be too large.</summary>
internal sealed class ReportFiles(IReportStore store, ReportIssuer issuer)
{
    // A report of so many files is not one that anybody reads.
    private const int MaxParts = 1000;

    /// <summary>In how many files a report has to be sent. The report is final.</summary>
    /// <param name="report">The report.</param>
    /// <param name="maxBytes">The largest file.</param>
    /// <param name="cancellationToken">Ends the counting.</param>
    public async Task<int> CountPartsAsync(StoredReport report, long maxBytes, CancellationToken cancellationToken)
    {
        var rows = await CountRowsAsync(report, cancellationToken);
        var most = (int)Math.Clamp(rows, 1, MaxParts);
        var parts = 1;
        while (parts < most && await LargestAsync(report, parts, rows, cancellationToken) is var largest && largest > maxBytes)
        {
            // Rows are in the order of their hashes, so that parts are about equal. A tenth more, as each part begins its compression again.
            parts = (int)Math.Min(most, Math.Max(parts + 1L, (long)Math.Ceiling(parts * 1.1 * largest / maxBytes)));
        }

        return parts;
    }

    /// <summary>What makes a file, which is the same each time.</summary>
    /// <param name="report">The report, which is final.</param>
    /// <param name="part">Which file, from 1.</param>
    /// <param name="parts">Of how many.</param>
    /// <param name="cancellationToken">Ends the counting of rows.</param>
    public async Task<ReportDocument> DocumentAsync(StoredReport report, int part, int parts, CancellationToken cancellationToken) =>
        Document(report, part, parts, parts == 1 ? 0 : await CountRowsAsync(report, cancellationToken));

    private ReportDocument Document(StoredReport report, int part, int parts, long rows) =>
        new(store, report, issuer, parts == 1 ? null : new ReportPart { Number = part, Count = parts, Rows = rows });

    private async Task<long> LargestAsync(StoredReport report, int parts, long rows, CancellationToken cancellationToken)
    {
        var largest = 0L;
        for (var part = 1; part <= parts; part++)
        {
            await using var counted = new CountedStream();
            await Document(report, part, parts, rows).WriteAsync(counted, compresses: true, cancellationToken);
            largest = Math.Max(largest, counted.Length);
        }

        return largest;
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
