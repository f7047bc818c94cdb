using System.Globalization;
using System.Runtime.CompilerServices;

namespace EmailAuth.Reports.Reading;

/// <summary>Reads reports about mail out of whatever they come in: a message, an mbox file, gzip, zip, XML or JSON. Thread-safe.</summary>
/// <remarks>
/// What is in a file is decided by its content, never by names or media types. Bad input throws nothing: it gives a verdict with findings. No URI
/// of a report is fetched, and the message that a report is about is not opened. What is kept in memory and how much is expanded is bounded by
/// <see cref="ReportReaderOptions"/>; an mbox file and the rows of an aggregate report are read in a stream
/// (<see cref="ReportReaderOptions.OnRow"/>).
/// <example>
/// <code>
/// var pipeline = new AuthenticationPipeline(resolver, new AuthenticationOptions { AuthservId = "mx.example.org", Methods = AuthenticationMethods.Dkim });
/// var envelope = new SmtpEnvelope(null, null, null) { IsReconstructed = true };
/// var reader = new ReportReader(new ReportReaderOptions { Authenticate = (mail, stop) =&gt; pipeline.AuthenticateAsync(envelope, mail, stop) });
/// await foreach (var report in reader.ReadAsync(stream))
/// {
///     Console.WriteLine(report);
/// }
/// </code>
/// </example>
/// </remarks>
public sealed class ReportReader
{
    private readonly ReportReaderOptions _options;

    /// <summary>Creates a reader.</summary>
    /// <param name="options">The bounds; null for the defaults.</param>
    public ReportReader(ReportReaderOptions? options = null) => _options = options ?? ReportReaderOptions.Default;

    /// <summary>Reads the reports in octets.</summary>
    /// <param name="octets">A message, an mbox file, or a report with or without compression. Not to be changed until reading ends.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    /// <returns>At least one element: where there is no report, its kind is <see cref="ReportKind.None"/> and its findings say why.</returns>
    public async IAsyncEnumerable<ReadReport> ReadAsync(ReadOnlyMemory<byte> octets, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var stream = Octets.StreamOf(octets);
        await foreach (var report in ReadAsync(stream, cancellationToken).ConfigureAwait(false))
        {
            yield return report;
        }
    }

    /// <summary>Reads the reports in a stream, from where it is to its end. The stream is not closed.</summary>
    /// <param name="stream">The stream; it need not seek.</param>
    /// <param name="cancellationToken">Ends reading.</param>
    /// <returns>At least one element: where there is no report, its kind is <see cref="ReportKind.None"/> and its findings say why.</returns>
    /// <exception cref="IOException">The stream itself cannot be read.</exception>
    public async IAsyncEnumerable<ReadReport> ReadAsync(Stream stream, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var started = new StartedStream(stream);
        await using (started.ConfigureAwait(false))
        {
            var start = await started.StartAsync(ContentKinds.StartLength, cancellationToken).ConfigureAwait(false);
            if (ContentKinds.OfFile(start.Span) != ContentKind.Mailbox)
            {
                foreach (var report in await new ReportScan(_options).ReadAsync(started, string.Empty, cancellationToken).ConfigureAwait(false))
                {
                    yield return report;
                }

                yield break;
            }

            var number = 0;
            await foreach (var message in Mailbox.ReadAsync(started, _options.MaxInputBytes, cancellationToken).ConfigureAwait(false))
            {
                var place = string.Create(CultureInfo.InvariantCulture, $"message {++number}");
                foreach (var report in await ReadMessageAsync(message, place, cancellationToken).ConfigureAwait(false))
                {
                    yield return report;
                }
            }
        }
    }

    private async ValueTask<IReadOnlyList<ReadReport>> ReadMessageAsync(ReadOnlyMemory<byte>? message, string place, CancellationToken cancellationToken)
    {
        if (message is { } octets)
        {
            using var stream = Octets.StreamOf(octets);
            return await new ReportScan(_options).ReadAsync(stream, place, cancellationToken).ConfigureAwait(false);
        }

        var findings = new ReportFindings();
        findings.AddFinding(ReportFindingCode.InputTooLarge, null, _options.MaxInputBytes.ToString(CultureInfo.InvariantCulture));
        return [new ReadReport { Kind = ReportKind.None, Verdict = findings.Verdict, Findings = findings.ToImmutable(), Place = place }];
    }
}
