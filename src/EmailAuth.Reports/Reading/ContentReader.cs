using System.Collections.Immutable;
using System.Security.Cryptography;
using EmailAuth.Reports.Aggregate;
using EmailAuth.Reports.Feedback;
using EmailAuth.Reports.Tls;

namespace EmailAuth.Reports.Reading;

/// <summary>Reads a report that is out of its containers, and adds what its mail means for it.</summary>
internal static class ContentReader
{
    public static async ValueTask ReadXmlAsync(ReportScan scan, Stream xml, ReportScope scope, CancellationToken cancellationToken)
    {
        var hashed = new HashedStream(xml);
        await using (hashed.ConfigureAwait(false))
        {
            var given = 0L;
            var kept = ImmutableArray.CreateBuilder<AggregateRecord>();
            var read = await AggregateReportReader.ReadAsync(hashed, TakeAsync, scan.Options.Aggregate, cancellationToken).ConfigureAwait(false);
            var report = read.With(kept.DrainToImmutable());
            scope.Findings.AddRange(report.Findings);
            if (report is not { Metadata: { } metadata, Policy: { } policy })
            {
                scan.AddNone(scope, report.Findings.Any(static finding => finding.Code == ReportFindingCode.NotAReport) ? ReportKind.None : ReportKind.Aggregate, report, given);
                return;
            }

            if (scope.Carrier is { } carrier)
            {
                MailChecks.CheckSubject(carrier.Mail, policy.Domain, scope.Findings);
            }

            await CheckSignatureAsync(scan, scope, ReportKind.Aggregate, null, cancellationToken).ConfigureAwait(false);
            var key = new ReportKey
            {
                Kind = ReportKind.Aggregate,
                Submitter = FieldText.DomainOf(metadata.Email) ?? metadata.OrganizationName.ToLowerInvariant(),
                Domain = policy.Domain.TrimEnd('.').ToLowerInvariant(),
                Id = metadata.ReportId,
                Begin = metadata.Begin,
                End = metadata.End,
                ContentHash = hashed.Hash,
            };
            scan.Add(Result(scope, ReportKind.Aggregate, key, null, null, report, given));

            ValueTask TakeAsync(AggregateRecord row, CancellationToken cancellation)
            {
                if (scan.Options.OnRow is { } onRow)
                {
                    given++;
                    return onRow(row, cancellation);
                }

                if (kept.Count < scan.Options.MaxKeptRows)
                {
                    kept.Add(row);
                }

                return ValueTask.CompletedTask;
            }
        }
    }

    public static async ValueTask ReadJsonAsync(ReportScan scan, ReadOnlyMemory<byte> json, ReportScope scope, CancellationToken cancellationToken)
    {
        var report = TlsReportReader.Read(json, scan.Options.MaxJsonDepth, scan.Options.MaxJsonValues, scope.Findings);
        if (report is null)
        {
            scan.AddNone(scope);
            return;
        }

        var domain = report.Policies.FirstOrDefault(static policy => policy.Domain is not null)?.Domain?.TrimEnd('.').ToLowerInvariant();
        if (scope is { Carrier: { } carrier, Node: { } node })
        {
            MailChecks.CheckTls(carrier.Mail, node, report, scope.Findings);
            MailChecks.CheckSubject(carrier.Mail, domain, scope.Findings);
        }

        await CheckSignatureAsync(scan, scope, ReportKind.Tls, null, cancellationToken).ConfigureAwait(false);
        var key = new ReportKey
        {
            Kind = ReportKind.Tls,
            Submitter = FieldText.DomainOf(report.ContactInfo) ?? report.OrganizationName?.ToLowerInvariant() ?? string.Empty,
            Domain = domain ?? string.Empty,
            Id = report.ReportId ?? string.Empty,
            Begin = report.Begin,
            End = report.End,
            ContentHash = Convert.ToHexStringLower(SHA256.HashData(json.Span)),
        };
        scan.Add(Result(scope, ReportKind.Tls, key, null, report));
    }

    public static async ValueTask ReadFeedbackAsync(
        ReportScan scan, ReadOnlyMemory<byte> fields, ReadOnlyMemory<byte> header, bool hasOriginal, ReportScope scope, CancellationToken cancellationToken)
    {
        var original = hasOriginal ? OriginalOf(header, scan.Options, scope.Findings) : null;
        var report = FeedbackReader.Read(fields.Span, original, scan.Options.MaxFields, scope.Findings);
        if (report is null)
        {
            scan.AddNone(scope);
            return;
        }

        if (scope.Node is { } node && node.Multipart is not { MediaType: "multipart/report", ReportType: "feedback-report" })
        {
            scope.Findings.AddFinding(ReportFindingCode.FeedbackMailForm, null);
        }

        if (original is null && scope.Node is not null)
        {
            scope.Findings.AddFinding(ReportFindingCode.FeedbackOriginalMissing, null);
        }

        CheckComplaint(report, scope.Findings);
        await AddFeedbackAsync(scan, scope, report, [fields, header], cancellationToken).ConfigureAwait(false);
    }

    public static async ValueTask ReadTextFailureAsync(ReportScan scan, ReadOnlyMemory<byte> text, ReportScope scope, CancellationToken cancellationToken)
    {
        scope.Findings.AddFinding(ReportFindingCode.FeedbackTextOnly, null);
        await AddFeedbackAsync(scan, scope, TextFailureReport.Read(text.Span, scan.Options.MaxFields), [text], cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask AddFeedbackAsync(
        ReportScan scan, ReportScope scope, FeedbackReport report, ReadOnlyMemory<byte>[] content, CancellationToken cancellationToken)
    {
        var kind = report.Type == FeedbackType.AuthFailure ? ReportKind.Failure : ReportKind.Feedback;
        await CheckSignatureAsync(scan, scope, kind, report, cancellationToken).ConfigureAwait(false);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var octets in content)
        {
            hash.AppendData(octets.Span);
        }

        var key = new ReportKey
        {
            Kind = kind,
            Submitter = scope.Carrier?.Mail.AuthorDomain ?? report.ReportingMta?.ToLowerInvariant() ?? string.Empty,
            Domain = (report.ReportedDomains.IsEmpty ? FieldText.DomainOf(report.OriginalMailFrom) : report.ReportedDomains[0].ToLowerInvariant()) ?? string.Empty,
            Id = report.Original?["Message-ID"] is { } id ? FieldText.WithoutBrackets(id) : report.OriginalEnvelopeId ?? string.Empty,
            Begin = report.ArrivalDate,
            ContentHash = Convert.ToHexStringLower(hash.GetCurrentHash()),
        };
        scan.Add(Result(scope, kind, key, report, null));
    }

    // RFC 9477 section 3.5: what a complaint by CFBL needs of the message; RFC 6449: without a token it is of no use to the sender.
    private static void CheckComplaint(FeedbackReport report, ReportFindings findings)
    {
        if (report.Type == FeedbackType.AuthFailure)
        {
            return;
        }

        if (report.IsCfbl)
        {
            foreach (var name in (ReadOnlySpan<string>)["CFBL-Feedback-ID", "Message-ID"])
            {
                if (report.Original?[name] is null)
                {
                    findings.AddFinding(ReportFindingCode.CfblFieldMissing, name, name);
                }
            }
        }

        if (report.Tokens.IsEmpty)
        {
            findings.AddFinding(ReportFindingCode.FeedbackNoToken, null);
        }
    }

    private static OriginalMessage OriginalOf(ReadOnlyMemory<byte> header, ReportReaderOptions options, ReportFindings findings)
    {
        var block = FieldBlock.Read(header.Span, options.MaxFields);
        if (block.IsCut || header.Length == options.MaxHeaderBytes)
        {
            findings.AddFinding(ReportFindingCode.OriginalCut, null);
        }

        return new OriginalMessage { Fields = block.Fields, HasBody = block.HasBody };
    }

    private static async ValueTask CheckSignatureAsync(ReportScan scan, ReportScope scope, ReportKind kind, FeedbackReport? feedback, CancellationToken cancellationToken)
    {
        if (scope.Carrier is { } carrier)
        {
            await carrier.JudgeAsync(scan.Options, cancellationToken).ConfigureAwait(false);
            MailChecks.CheckSignature(carrier.Mail, kind, feedback, scope.Findings);
        }
    }

    private static ReadReport Result(ReportScope scope, ReportKind kind, ReportKey key, FeedbackReport? feedback, TlsReport? tls, AggregateReport? aggregate = null, long rowsGiven = 0) => new()
    {
        Kind = kind,
        Verdict = scope.Findings.Verdict,
        Findings = scope.Findings.ToImmutable(),
        Place = scope.Place,
        Aggregate = aggregate,
        RowsGiven = rowsGiven,
        Feedback = feedback,
        Tls = tls,
        Mail = scope.Carrier?.Mail,
        Key = key,
    };
}
