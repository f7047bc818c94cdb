using System.Globalization;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Failing;

namespace EmailAuth.Reports.Store.Delivery.Mail;

/// <summary>Makes the mail of a delivery. Thread-safe. Holds nothing of a mail once it is made.</summary>
public sealed class ReportMailFactory
{
    private readonly ReportFiles _files;
    private readonly ReportMailSigner? _signer;
    private readonly TimeProvider _time;

    /// <summary>Makes a factory.</summary>
    /// <param name="store">The reports.</param>
    /// <param name="identity">In whose name.</param>
    /// <param name="signer">Signs the mails; null to send them unsigned, as where the smarthost signs.</param>
    /// <param name="timeProvider">The clock, or null for the system's.</param>
    /// <exception cref="ArgumentException">The local part of the return path has no room for a token.</exception>
    public ReportMailFactory(
        IReportStore store, ReportIdentity identity, ReportMailSigner? signer, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(identity);
        if (identity.ReturnPath.LocalPart.Length > ReturnPathToken.MaxPrefix)
        {
            throw new ArgumentException(
                $"The local part of the return path has at most {ReturnPathToken.MaxPrefix} characters, so that a token fits behind it.", nameof(identity));
        }

        _files = new ReportFiles(store, identity.Issuer);
        Identity = identity;
        _signer = signer;
        _time = timeProvider ?? TimeProvider.System;
    }

    /// <summary>In whose name mails are made.</summary>
    public ReportIdentity Identity { get; }

    /// <summary>In how many parts a report has to be sent.</summary>
    internal Task<int> CountPartsAsync(StoredReport report, long maxBytes, CancellationToken cancellationToken) =>
        _files.CountPartsAsync(report, maxBytes, cancellationToken);

    /// <summary>The mail of a delivery. When it is made again it has the same id, file name, subject and Message-ID.</summary>
    /// <exception cref="ArgumentException">The report does not conform to RFC 9990.</exception>
    internal async Task<ReportMail> CreateAsync(StoredReport report, ReportDelivery delivery, CancellationToken cancellationToken)
    {
        var document = await _files.DocumentAsync(report, delivery.Part, delivery.Parts, cancellationToken);
        using var compressed = new MemoryStream();
        await document.WriteAsync(compressed, compresses: true, cancellationToken);
        if (document.Name is not { } name || !document.IsConforming)
        {
            var finding = document.Findings.FirstOrDefault(static finding => finding.Severity != ReportFindingSeverity.Note);
            throw new ArgumentException($"it does not conform to RFC 9990: {finding?.Place}: {finding?.Text}", nameof(report));
        }

        var note = delivery.Parts == 1
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"It is one of {delivery.Parts} reports about this time, with different rows: together they are complete.");
        var message = ReportMailWriter.Write(
            Identity, name, compressed.GetBuffer().AsSpan(0, (int)compressed.Length), delivery.Address, _time.GetUtcNow(), note);
        return new ReportMail
        {
            ReturnPath = ReturnPathToken.Address(Identity.ReturnPath, delivery.Token),
            Recipient = delivery.Address,
            FileName = name.FileName,
            Message = _signer is null ? message : await _signer.SignAsync(message, cancellationToken),
        };
    }

    /// <summary>The mail of a failure report or a complaint. When it is made again it has the same subject and Message-ID.</summary>
    internal async Task<ReportMail> CreateAsync(StoredFailure failure, ReportDelivery delivery, CancellationToken cancellationToken)
    {
        var message = FailureMailWriter.Write(Identity, failure, delivery.Address, _time.GetUtcNow());
        return new ReportMail
        {
            ReturnPath = ReturnPathToken.Address(Identity.ReturnPath, delivery.Token),
            Recipient = delivery.Address,
            FileName = $"{failure.PolicyDomain}!{failure.Id}",
            Message = _signer is null ? message : await _signer.SignAsync(message, cancellationToken),
        };
    }
}
