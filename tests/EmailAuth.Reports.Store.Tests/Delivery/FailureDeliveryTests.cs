using System.Text;
using EmailAuth.Dns;
using EmailAuth.Reports.Reading;
using EmailAuth.Reports.Store.Delivery;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Delivery.Smtp;
using EmailAuth.Reports.Store.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using static EmailAuth.Reports.Store.Tests.TestSupport.DispatcherWorld;

namespace EmailAuth.Reports.Store.Tests.Delivery;

/// <summary>Failure reports on their way: when, to whom, in what form.</summary>
public sealed class FailureDeliveryTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(TestMessages.Noon);
    private readonly RecordingTransport _transport = new();
    private readonly List<DeliveryEvent> _events = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    [Fact]
    public async Task A_thousand_like_failures_are_one_mail_to_each_address_after_the_window()
    {
        await using var store = new MemoryReportStore(new StoreOptions { TimeProvider = _clock });
        await store.ImportAsync(TestMessages.Batch(0, Enumerable.Range(0, 1000).Select(static number => TestFailures.Message(isNoted: number == 0))), Cancel);
        var dispatcher = Dispatcher(store, Zone("example.com._report._dmarc.example.net"), _transport, _clock, told: _events.Add);
        _clock.Advance(TimeSpan.FromMinutes(64));
        await dispatcher.RunOnceAsync(Cancel);
        Assert.Empty(_transport.Mails);
        _clock.Advance(TimeSpan.FromMinutes(1));
        await dispatcher.RunOnceAsync(Cancel);
        await dispatcher.RunOnceAsync(Cancel);
        Assert.Equal(["f@example.com", "g@example.net"], _transport.Mails.Select(static mail => mail.Recipient).Order(StringComparer.Ordinal));
        Assert.Equal(2, _transport.Mails.Select(static mail => mail.ReturnPath).Distinct(StringComparer.Ordinal).Count());
        Assert.All(_events, static told => Assert.True(told is { Failure.Incidents: 1000, Report: null }));
        foreach (var mail in _transport.Mails)
        {
            var read = await ReadAsync(mail);
            Assert.Equal((ReportKind.Failure, ReportVerdict.Conforms, 1000L), (read.Kind, read.Verdict, read.Feedback!.Incidents));
            Assert.Equal("<h@example.com>", read.Feedback.Original!["From"]);
            var text = Encoding.ASCII.GetString(mail.Message.Span);
            Assert.Contains("Auto-Submitted: auto-generated\r\n", text, StringComparison.Ordinal);
            Assert.Contains("Subject: Authentication failure report for example.com\r\n", text, StringComparison.Ordinal);
            Assert.StartsWith("dmarc-bounces+", mail.ReturnPath, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task An_address_of_another_organization_without_consent_gets_nothing_and_one_of_which_it_is_not_known_waits()
    {
        await using var store = new MemoryReportStore(new StoreOptions { TimeProvider = _clock });
        await store.ImportAsync(TestMessages.Batch(0, TestFailures.Message("attacker.example", ruf: ["mailto:postmaster@victim.example", "mailto:x@slow.example"])), Cancel);
        var isAway = true;
        var resolver = new ScriptedResolver(Zone("attacker.example._report._dmarc.slow.example"))
        {
            Script = (_, question, _) => isAway && question.ToString().Contains("slow", StringComparison.Ordinal) ? static () => ValueTask.FromResult(DnsResponse.Failed(DnsFailure.Timeout)) : null,
        };
        var dispatcher = Dispatcher(store, resolver, _transport, _clock);
        _clock.Advance(TimeSpan.FromHours(2));
        await dispatcher.RunOnceAsync(Cancel);
        Assert.Empty(_transport.Mails);
        isAway = false;
        _clock.Advance(TimeSpan.FromMinutes(20));
        await dispatcher.RunOnceAsync(Cancel);
        Assert.Equal(["x@slow.example"], _transport.Mails.Select(static mail => mail.Recipient));
    }

    [Fact]
    public async Task A_report_that_waited_too_long_is_not_sent()
    {
        await using var store = new MemoryReportStore(new StoreOptions { TimeProvider = _clock });
        await store.ImportAsync(TestMessages.Batch(0, TestFailures.Message()), Cancel);
        _clock.Advance(TimeSpan.FromHours(26));
        await Dispatcher(store, Zone(), _transport, _clock, told: _events.Add).RunOnceAsync(Cancel);
        Assert.Empty(_transport.Mails);
        Assert.Equal("the failure is too old to be reported", Assert.Single(_events).End.Reply);
    }

    [Fact]
    public async Task A_refusal_suppresses_the_address_for_reports_of_both_kinds()
    {
        await using var store = new MemoryReportStore(new StoreOptions { TimeProvider = _clock });
        _transport.Answer = static _ => DeliveryAttempt.Refused("550 5.1.1 no such user");
        await store.ImportAsync(TestMessages.Batch(0, TestFailures.Message(ruf: ["mailto:d@example.com"]), TestMessages.Of()), Cancel);
        var dispatcher = Dispatcher(store, Zone(), _transport, _clock, told: told => { if (!told.Delivery.IsPlan) { _events.Add(told); } });
        _clock.Advance(TimeSpan.FromMinutes(65));
        await dispatcher.RunOnceAsync(Cancel);
        _clock.Advance(TimeSpan.FromHours(11));
        await dispatcher.RunOnceAsync(Cancel);
        Assert.Equal([DeliveryState.Refused, DeliveryState.Suppressed], _events.Select(static told => told.End.State));
        Assert.Equal([true, false], _events.Select(static told => told.Delivery.IsFailure));
    }

    [Fact]
    public async Task A_signed_report_passes_DMARC_and_is_the_same_when_it_is_sent_again()
    {
        await using var store = new MemoryReportStore(new StoreOptions { TimeProvider = _clock });
        await store.ImportAsync(TestMessages.Batch(0, TestFailures.Message(ruf: ["mailto:f@example.com"])), Cancel);
        var mails = new ReportMailFactory(store, TestIdentity.Of(), TestIdentity.Signer(time: _clock), _clock);
        var failure = (await store.SealFailureAsync(1, Cancel))!;
        var delivery = new ReportDelivery { Token = ReturnPathToken.Create(), ReportKey = -1, Address = "f@example.com", Host = "example.com", DueAt = _clock.GetUtcNow(), FirstDueAt = _clock.GetUtcNow(), ChangedAt = _clock.GetUtcNow() };
        var mail = await mails.CreateAsync(failure, delivery, Cancel);
        var pipeline = new AuthenticationPipeline(new ZoneResolver(TestIdentity.Zone()), new AuthenticationOptions { AuthservId = "mx.example.com", TimeProvider = _clock });
        var outcome = await pipeline.AuthenticateAsync(new SmtpEnvelope(System.Net.IPAddress.Parse("198.51.100.1"), "x", mail.ReturnPath), mail.Message, cancellationToken: Cancel);
        Assert.Equal(Dmarc.DmarcResultCode.Pass, outcome.Dmarc!.Code);
        Assert.Equal(mail.Message.ToArray(), (await mails.CreateAsync(failure, delivery, Cancel)).Message.ToArray());
    }

    private static async Task<ReadReport> ReadAsync(Store.Delivery.Mail.ReportMail mail)
    {
        await foreach (var report in new ReportReader().ReadAsync(mail.Message, Cancel))
        {
            return report;
        }

        throw new InvalidOperationException("There is no report.");
    }
}
