using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using EmailAuth.Reports.Aggregate;

namespace EmailAuth.Reports.Reading;

/// <summary>Reads one message or file: opens its containers, bounded, and reads the reports in them.</summary>
internal sealed class ReportScan(ReportReaderOptions options)
{
    private readonly ExpansionBudget _budget = new(options.MaxExpandedBytes, options.MaxExpansionRatio);
    private readonly List<ReadReport> _reports = [];
    private bool _isFull;

    /// <summary>Reads a stream.</summary>
    /// <returns>The reports; or one that says what was found instead.</returns>
    public async ValueTask<IReadOnlyList<ReadReport>> ReadAsync(Stream stream, string place, CancellationToken cancellationToken)
    {
        var scope = new ReportScope { Place = place };
        await ReadAsync(stream, scope, static start => ContentKinds.OfFile(start), cancellationToken).ConfigureAwait(false);
        if (_reports.Count == 0)
        {
            AddNone(scope);
        }

        return _reports;
    }

    private async ValueTask ReadAsync(Stream inner, ReportScope scope, Func<ReadOnlySpan<byte>, ContentKind> decide, CancellationToken cancellationToken)
    {
        var stream = new StartedStream(inner);
        await using (stream.ConfigureAwait(false))
        {
            var start = await stream.StartAsync(ContentKinds.StartLength, cancellationToken).ConfigureAwait(false);
            var kind = decide(start.Span);
            if (kind is ContentKind.Gzip or ContentKind.Zip or ContentKind.Message && scope.Depth == options.MaxContainerDepth)
            {
                scope.Findings.AddFinding(ReportFindingCode.ContainersTooDeep, null, Number(options.MaxContainerDepth));
                AddNone(scope);
                return;
            }

            switch (kind)
            {
                case ContentKind.Xml or ContentKind.Json or ContentKind.Feedback when _reports.Count >= options.MaxReports:
                    // It is not read: its rows would be given for a report that is not.
                    AddTooMany(scope.Place);
                    break;
                case ContentKind.Gzip:
                    await ReadGzipAsync(stream, scope, cancellationToken).ConfigureAwait(false);
                    break;
                case ContentKind.Zip when await KeepAsync(stream, scope, options.MaxInputBytes, cancellationToken).ConfigureAwait(false) is { } archive:
                    await ReadZipAsync(archive, scope, cancellationToken).ConfigureAwait(false);
                    break;
                case ContentKind.Xml:
                    await ContentReader.ReadXmlAsync(this, stream, scope, cancellationToken).ConfigureAwait(false);
                    break;
                case ContentKind.Json when await KeepAsync(stream, scope, options.MaxJsonBytes, cancellationToken).ConfigureAwait(false) is { } json:
                    await ContentReader.ReadJsonAsync(this, json, scope, cancellationToken).ConfigureAwait(false);
                    break;
                case ContentKind.Feedback when await KeepAsync(stream, scope, options.MaxHeaderBytes, cancellationToken).ConfigureAwait(false) is { } fields:
                    await ContentReader.ReadFeedbackAsync(this, fields, default, false, scope, cancellationToken).ConfigureAwait(false);
                    break;
                case ContentKind.Message or ContentKind.Mailbox when await KeepAsync(stream, scope, options.MaxInputBytes, cancellationToken).ConfigureAwait(false) is { } message:
                    await new MessageScan(this, options).ReadAsync(WithoutSeparator(message, kind), scope, cancellationToken).ConfigureAwait(false);
                    break;
                case ContentKind.Empty:
                    scope.Findings.AddFinding(ReportFindingCode.InputEmpty, null);
                    break;
                case ContentKind.Unknown or ContentKind.Zip or ContentKind.Json or ContentKind.Feedback or ContentKind.Mailbox or ContentKind.Message:
                    // It is something else, or has more octets than are kept.
                    break;
                default:
                    throw new UnreachableException();
            }
        }
    }

    public ReportReaderOptions Options => options;

    /// <summary>Whether no more reports are taken.</summary>
    public bool IsFull => _isFull;

    /// <summary>Reads a part of a message that may be a report or have one inside.</summary>
    /// <returns>Whether it is something that was read, with whatever verdict.</returns>
    public async ValueTask<bool> ReadPartAsync(Stream stream, ReportScope scope, bool isText, CancellationToken cancellationToken)
    {
        var (count, isContainer) = (_reports.Count, false);
        await ReadAsync(stream, scope, Decide, cancellationToken).ConfigureAwait(false);
        if (isContainer && _reports.Count == count)
        {
            AddNone(scope);
        }

        return _reports.Count > count;

        ContentKind Decide(ReadOnlySpan<byte> start)
        {
            // The fields of a feedback report are read with the part beside them.
            var kind = ContentKinds.OfPart(start, isText);
            isContainer = kind is ContentKind.Gzip or ContentKind.Zip;
            return kind is ContentKind.Empty ? ContentKind.Unknown : kind;
        }
    }

    /// <summary>Adds a report, as long as there is room.</summary>
    public void Add(ReadReport report)
    {
        if (_reports.Count < options.MaxReports)
        {
            _reports.Add(report);
            return;
        }

        AddTooMany(report.Place);
    }

    /// <summary>Adds what was found instead of a report.</summary>
    public void AddNone(ReportScope scope, ReportKind kind = ReportKind.None, AggregateReport? aggregate = null, long rowsGiven = 0)
    {
        if (scope.Findings.Verdict != ReportVerdict.Unusable)
        {
            scope.Findings.AddFinding(ReportFindingCode.NotAReport, null);
        }

        Add(new ReadReport
        {
            Kind = kind,
            Verdict = scope.Findings.Verdict,
            Findings = scope.Findings.ToImmutable(),
            Place = scope.Place,
            Aggregate = kind == ReportKind.Aggregate ? aggregate : null,
            RowsGiven = rowsGiven,
            Mail = scope.Carrier?.Mail,
        });
    }

    private void AddTooMany(string place)
    {
        if (!_isFull)
        {
            _isFull = true;
            var last = new ReportFindings();
            last.AddFinding(ReportFindingCode.TooManyReports, null, Number(options.MaxReports));
            _reports.Add(new ReadReport { Kind = ReportKind.None, Verdict = ReportVerdict.Unusable, Findings = last.ToImmutable(), Place = place });
        }
    }

    private async ValueTask ReadGzipAsync(StartedStream stream, ReportScope scope, CancellationToken cancellationToken)
    {
        CheckNesting(scope);
        var inside = scope.Inside("gzip", isCompressed: true, ownFindings: false);
        var expanded = new ExpandedStream(new GZipStream(stream, CompressionMode.Decompress, leaveOpen: true), () => stream.Count, _budget, inside.Findings);
        await using (expanded.ConfigureAwait(false))
        {
            await ReadAsync(expanded, inside, ContentKinds.OfFile, cancellationToken).ConfigureAwait(false);
        }
    }

    private async ValueTask ReadZipAsync(ReadOnlyMemory<byte> archive, ReportScope scope, CancellationToken cancellationToken)
    {
        CheckNesting(scope);
        var entries = ZipDirectory.Read(archive, options.MaxArchiveEntries, out var isCut, out var isDamaged);
        if (isCut)
        {
            scope.Findings.AddFinding(ReportFindingCode.TooManyEntries, null, Number(options.MaxArchiveEntries));
        }

        if (isDamaged)
        {
            scope.Findings.AddFinding(ReportFindingCode.ArchiveDamaged, null);
        }

        for (var i = 0; i < entries.Length && !_isFull; i++)
        {
            // A folder is an entry without content.
            if (entries.Length == 1 || entries[i].StatedCompressed != 0)
            {
                var inside = scope.Inside(entries.Length == 1 ? "zip" : $"zip entry {Number(i + 1)}", isCompressed: true, ownFindings: entries.Length > 1);
                await ReadEntryAsync(entries[i], inside, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask ReadEntryAsync(ZipEntry entry, ReportScope scope, CancellationToken cancellationToken)
    {
        const int Stored = 0;
        const int Deflate = 8;
        if (entry.Method is not (Stored or Deflate))
        {
            scope.Findings.AddFinding(ReportFindingCode.ArchiveMethodUnsupported, null, entry.Method == ZipEntry.Encrypted ? "encrypted" : Number(entry.Method));
            AddNone(scope);
            return;
        }

        scope.Findings.AddFinding(ReportFindingCode.ArchiveUsed, null);
        var compressed = new StartedStream(Octets.StreamOf(entry.Method == Stored ? entry.Data[..(int)Math.Min(entry.StatedCompressed, entry.Data.Length)] : entry.Data));
        Stream content = entry.Method == Stored ? compressed : new DeflateStream(compressed, CompressionMode.Decompress);
        var expanded = new ExpandedStream(content, () => compressed.Count, _budget, scope.Findings);
        var count = _reports.Count;
        await using (expanded.ConfigureAwait(false))
        {
            await ReadAsync(expanded, scope, ContentKinds.OfFile, cancellationToken).ConfigureAwait(false);
            if (_reports.Count == count)
            {
                AddNone(scope);
            }
            else if (!expanded.IsCut && await LengthOfAsync(expanded, cancellationToken).ConfigureAwait(false) != entry.StatedSize)
            {
                // Known only now: the report was read before its end was.
                _reports[^1] = WithFinding(_reports[^1], ReportFindingCode.ArchiveSizesWrong);
            }
        }
    }

    // A reader may stop before the end of the content.
    private static async ValueTask<long> LengthOfAsync(ExpandedStream content, CancellationToken cancellationToken)
    {
        var rest = new byte[4096];
        while (await content.ReadAsync(rest, cancellationToken).ConfigureAwait(false) > 0)
        {
            // Counted by the stream.
        }

        return content.Count;
    }

    private static void CheckNesting(ReportScope scope)
    {
        if (scope.IsCompressed)
        {
            scope.Findings.AddFinding(ReportFindingCode.CompressedTwice, null);
        }
    }

    private static ReadReport WithFinding(ReadReport report, ReportFindingCode code)
    {
        var findings = new ReportFindings();
        findings.AddRange(report.Findings);
        findings.AddFinding(code, null);
        return report.With(findings);
    }

    // A single message may still have the separator of an mbox file above it.
    private static ReadOnlyMemory<byte> WithoutSeparator(ReadOnlyMemory<byte> message, ContentKind kind) =>
        kind == ContentKind.Mailbox && message.Span.IndexOf((byte)'\n') is >= 0 and var end ? message[(end + 1)..] : message;

    private static async ValueTask<ReadOnlyMemory<byte>?> KeepAsync(Stream stream, ReportScope scope, int most, CancellationToken cancellationToken)
    {
        var octets = await Octets.ReadAllAsync(stream, most, cancellationToken).ConfigureAwait(false);
        if (octets is null)
        {
            scope.Findings.AddFinding(ReportFindingCode.InputTooLarge, null, Number(most));
        }

        return octets;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
