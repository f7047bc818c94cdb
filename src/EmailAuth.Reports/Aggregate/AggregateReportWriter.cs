using System.IO.Compression;
using System.Text;
using System.Xml;

namespace EmailAuth.Reports.Aggregate;

/// <summary>
/// Writes an aggregate report as XML (RFC 9990 section 3.1.1 and Appendix A), row by row: a report of a million rows needs no more memory than
/// one of ten. Pure but for the stream.
/// </summary>
/// <remarks>
/// It refuses what has no form in the schema, and writes the rest as it is given. <see cref="AggregateReportCheck"/> finds what the text of
/// RFC 9990 demands beyond the schema. A character that XML cannot carry becomes U+FFFD, and a line end a space.
/// </remarks>
public static class AggregateReportWriter
{
    // The XML writer writes to memory, so that the stream is written to only in whole blocks and without blocking.
    private const int BlockBytes = 32 * 1024;

    private static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        Indent = true,
        NewLineChars = "\n",
        CloseOutput = false,
        Async = true,
    };

    /// <summary>Writes a report.</summary>
    /// <param name="stream">Where to. It is neither flushed nor closed.</param>
    /// <param name="metadata">Who reports on which period.</param>
    /// <param name="policy">The policy that applied; <see cref="PublishedPolicy.Policy"/> is not null.</param>
    /// <param name="records">The rows, at least one. They are asked for one at a time.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>How many rows were written.</returns>
    /// <exception cref="ArgumentException">
    /// There is no row, the policy is null, or a row has a value that the schema does not have: one that is unknown or of RFC 7489 alone, a signature
    /// without a selector, a result that DKIM or SPF does not have. Where it is a row, what comes before it is written.
    /// </exception>
    public static async Task<long> WriteAsync(
        Stream stream,
        AggregateReportMetadata metadata,
        PublishedPolicy policy,
        IAsyncEnumerable<AggregateRecord> records,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(metadata);
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(records);

        var written = 0L;
        using var block = new MemoryStream(BlockBytes * 2);

        // Not disposed of asynchronously, which would hide an exception of the rows behind one about the writer's settings. It writes to memory.
#pragma warning disable CA2007, CA1849, MA0042, MA0045
        using (var xml = XmlWriter.Create(block, Settings))
#pragma warning restore CA2007, CA1849, MA0042, MA0045
        {
            var elements = new AggregateElements(xml);
            await foreach (var record in records.WithCancellation(cancellationToken).ConfigureAwait(false))
            {
                if (written++ == 0)
                {
                    elements.Begin(metadata, policy);
                }

                elements.Write(record);
                if (block.Length >= BlockBytes)
                {
                    await PassOnAsync(block, stream, cancellationToken).ConfigureAwait(false);
                }
            }

            // RFC 9990 Appendix A: record has minOccurs="1".
            if (written == 0)
            {
                throw new ArgumentException("A report has at least one row.", nameof(records));
            }

            elements.End();
            xml.Flush();
        }

        block.WriteByte((byte)'\n');
        await PassOnAsync(block, stream, cancellationToken).ConfigureAwait(false);
        return written;
    }

    /// <summary>The same, compressed (RFC 9990 section 3.5.2: gzip). Equal reports give equal bytes.</summary>
    /// <param name="stream">Where to. It is neither flushed nor closed.</param>
    /// <param name="metadata">Who reports on which period.</param>
    /// <param name="policy">The policy that applied; <see cref="PublishedPolicy.Policy"/> is not null.</param>
    /// <param name="records">The rows, at least one. They are asked for one at a time.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <returns>How many rows were written.</returns>
    /// <exception cref="ArgumentException">As <see cref="WriteAsync"/> says.</exception>
    public static async Task<long> WriteCompressedAsync(
        Stream stream,
        AggregateReportMetadata metadata,
        PublishedPolicy policy,
        IAsyncEnumerable<AggregateRecord> records,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var gzip = new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true);
        await using (gzip.ConfigureAwait(false))
        {
            return await WriteAsync(gzip, metadata, policy, records, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async ValueTask PassOnAsync(MemoryStream block, Stream stream, CancellationToken cancellationToken)
    {
        await stream.WriteAsync(block.GetBuffer().AsMemory(0, (int)block.Length), cancellationToken).ConfigureAwait(false);
        block.SetLength(0);
    }
}
