using System.Net;
using System.Text;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Reports.Collection;
using EmailAuth.Reports.Store.Collecting;
using EmailAuth.Reports.Store.Delivery;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Smtp;
using EmailAuth.Reports.Store.Tests.Delivery;

namespace EmailAuth.Reports.Store.Tests.TestSupport;

/// <summary>A receiver of mail that judges it, counts it in a journal, imports that and sends reports: all parts are the real ones but SMTP.</summary>
internal sealed class TestReceiver : IAsyncDisposable
{
    /// <summary>From where the mail of all receivers comes.</summary>
    public const string Client = "192.0.2.25";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("emailauth-receiver-");
    private readonly MemoryReportStore _store = new();
    private readonly Journal _journal;
    private readonly JournalCollector _collector;
    private readonly AuthenticationPipeline _pipeline;
    private readonly ReportDispatcher _dispatcher;

    public TestReceiver(string domain, IDnsResolver resolver, TimeProvider clock, Func<ReportMail, Task> send, params string[] ownAddresses)
    {
        _journal = new Journal(new JournalOptions { Folder = _folder.FullName });
        _pipeline = new AuthenticationPipeline(
            resolver,
            new AuthenticationOptions { AuthservId = domain, TimeProvider = clock, RecordsTelemetry = false },
            observers: [new ReportCollector(_journal, new ReportCollectorOptions { OwnAddresses = [.. ownAddresses] })]);
        _collector = new JournalCollector(
            _ => Task.FromResult<IReportStore>(_store), [_folder.FullName], new CollectorOptions { Retention = TimeSpan.Zero, TimeProvider = clock }, static line => Assert.Fail(line));
        _dispatcher = new ReportDispatcher(
            _store,
            _store,
            new DmarcReportDestinations(resolver),
            new ReportMailFactory(_store, TestIdentity.Of(domain), TestIdentity.Signer(domain, clock), clock),
            () => new Sending(send),
            DispatcherWorld.AtOnce with { Workers = 1 },
            clock);
    }

    public MemoryReportStore Store => _store;

    /// <summary>The mail of a domain that its receiver authenticates by SPF.</summary>
    public static byte[] Message(string from, string fields = "Subject: hello") =>
        Encoding.ASCII.GetBytes($"From: {from}\r\nDate: Fri, 20 Nov 2026 12:00:00 +0000\r\n{fields}\r\n\r\nhello\r\n");

    /// <summary>Judges and counts a message of a domain, which has to pass DMARC.</summary>
    public async Task ReceiveAsync(string domain, string mailFrom, string recipient, ReadOnlyMemory<byte> message)
    {
        var envelope = new SmtpEnvelope(IPAddress.Parse(Client), $"mail.{domain}", mailFrom) { Recipients = [recipient] };
        var outcome = await _pipeline.AuthenticateAsync(envelope, message, TestContext.Current.CancellationToken);
        Assert.True(outcome.Dmarc?.Code == DmarcResultCode.Pass, outcome.Dmarc?.Reason);
    }

    /// <summary>Imports what was counted, and sends the reports of the periods that are over.</summary>
    public async Task ReportAsync()
    {
        Assert.True(await _journal.FlushAsync(), _journal.Fault);
        Assert.True(await _collector.RunOnceAsync(TestContext.Current.CancellationToken));
        await _dispatcher.RunOnceAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _journal.DisposeAsync();
        await _collector.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private sealed class Sending(Func<ReportMail, Task> send) : IReportTransport
    {
        public async Task<DeliveryAttempt> SendAsync(ReportMail mail, CancellationToken cancellationToken)
        {
            await send(mail);
            return DeliveryAttempt.Sent("250 ok");
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
