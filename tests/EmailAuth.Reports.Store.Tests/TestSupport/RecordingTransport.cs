using System.Collections.Concurrent;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Smtp;

namespace EmailAuth.Reports.Store.Tests.TestSupport;

/// <summary>Keeps the mails that it is given.</summary>
internal sealed class RecordingTransport : IReportTransport
{
    public Func<ReportMail, DeliveryAttempt> Answer { get; set; } = static _ => DeliveryAttempt.Sent("250 ok");

    public bool KeepsMails { get; init; } = true;

    public ConcurrentQueue<ReportMail> Mails { get; } = new();

    public Task<DeliveryAttempt> SendAsync(ReportMail mail, CancellationToken cancellationToken)
    {
        if (KeepsMails)
        {
            Mails.Enqueue(mail);
        }

        return Task.FromResult(Answer(mail));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
