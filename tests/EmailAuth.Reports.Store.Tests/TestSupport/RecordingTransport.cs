using System.Collections.Concurrent;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Smtp;

namespace EmailAuth.Reports.Store.Tests.TestSupport;

/// <summary>Keeps the mails that it is given, and when.</summary>
internal sealed class RecordingTransport : IReportTransport
{
    public Func<ReportMail, DeliveryAttempt> Answer { get; set; } = static _ => DeliveryAttempt.Sent("250 ok");

    public bool KeepsMails { get; init; } = true;

    public TimeProvider? Clock { get; init; }

    public ConcurrentQueue<ReportMail> Mails { get; } = new();

    public ConcurrentDictionary<string, List<DateTimeOffset>> Times { get; } = new(StringComparer.Ordinal);

    public int MostBytes { get; private set; }

    public Task<DeliveryAttempt> SendAsync(ReportMail mail, CancellationToken cancellationToken)
    {
        if (KeepsMails)
        {
            Mails.Enqueue(mail);
        }

        MostBytes = Math.Max(MostBytes, mail.Message.Length);
        if (Clock is not null)
        {
            var times = Times.GetOrAdd(mail.Recipient.Split('@')[1], static _ => []);
            lock (times)
            {
                times.Add(Clock.GetUtcNow());
            }
        }

        return Task.FromResult(Answer(mail));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
