using EmailAuth.Reports.Store.Delivery.Mail;

namespace EmailAuth.Reports.Store.Delivery.Smtp;

/// <summary>Takes the mail of reports away. Used by one thread at a time.</summary>
public interface IReportTransport : IAsyncDisposable
{
    /// <summary>Tries once to hand over a mail. Whatever a host does is an answer, not an exception.</summary>
    /// <param name="mail">The mail.</param>
    /// <param name="cancellationToken">Ends the attempt with an <see cref="OperationCanceledException"/>; whether the mail was taken is then not known.</param>
    Task<DeliveryAttempt> SendAsync(ReportMail mail, CancellationToken cancellationToken);
}
