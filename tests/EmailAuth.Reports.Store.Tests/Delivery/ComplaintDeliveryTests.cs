using System.Text;
using EmailAuth.Reports.Feedback;
using EmailAuth.Reports.Reading;
using EmailAuth.Reports.Store.Delivery;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Queue;
using EmailAuth.Reports.Store.Delivery.Smtp;
using EmailAuth.Reports.Store.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;
using static EmailAuth.Reports.Store.Tests.TestSupport.DispatcherWorld;

namespace EmailAuth.Reports.Store.Tests.Delivery;

/// <summary>Complaints on their way: the same sender, pace and suppression as for reports.</summary>
public sealed class ComplaintDeliveryTests : IAsyncDisposable
{
    private readonly FakeTimeProvider _clock = new(TestMessages.Noon);
    private readonly RecordingTransport _transport = new();
    private readonly List<DeliveryEvent> _events = [];
    private readonly MemoryReportStore _store;

    public ComplaintDeliveryTests() => _store = new MemoryReportStore(new StoreOptions { TimeProvider = _clock });

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _transport.DisposeAsync();
        await _store.DisposeAsync();
    }

    [Fact]
    public async Task A_complaint_goes_once_to_each_recipient_without_a_question_for_consent()
    {
        var id = await _store.AddComplaintAsync(TestFailures.Complaint("fbl@example.com", "fbl@example.net"), Cancel);
        var dispatcher = Dispatcher(_store, Zone(), _transport, _clock, told: _events.Add);
        await dispatcher.RunOnceAsync(Cancel);
        await dispatcher.RunOnceAsync(Cancel);
        Assert.Equal(["fbl@example.com", "fbl@example.net"], _transport.Mails.Select(static mail => mail.Recipient).Order(StringComparer.Ordinal));
        Assert.Equal("2 addresses get it", _events[0].End.Reply);
        Assert.All(_events, static told => Assert.True(told is { Failure.IsComplaint: true, End.State: DeliveryState.Sent }));
        Assert.Equal(2, _transport.Mails.Select(static mail => mail.ReturnPath).Distinct(StringComparer.Ordinal).Count());
        foreach (var mail in _transport.Mails)
        {
            var text = Encoding.ASCII.GetString(mail.Message.Span);
            Assert.Contains("Subject: Report about a mail (abuse)\r\n", text, StringComparison.Ordinal);
            Assert.Contains($"Message-ID: <{id}.", text, StringComparison.Ordinal);
            Assert.Contains("Auto-Submitted: auto-generated\r\n", text, StringComparison.Ordinal);
            Assert.StartsWith("dmarc-bounces+", mail.ReturnPath, StringComparison.Ordinal);
            await foreach (var report in new ReportReader().ReadAsync(mail.Message, Cancel))
            {
                Assert.Equal((ReportKind.Feedback, ReportVerdict.Conforms, FeedbackType.Abuse, "<1@example.com>"), (report.Kind, report.Verdict, report.Feedback!.Type, report.Feedback.Original!["Message-ID"]));
            }
        }
    }

    [Fact]
    public async Task A_refusal_of_a_complaint_suppresses_the_address_for_reports_and_a_bounce_of_a_report_for_complaints()
    {
        _transport.Answer = static _ => DeliveryAttempt.Refused("550 5.1.1 no such user");
        await _store.AddComplaintAsync(TestFailures.Complaint("d@example.com"), Cancel);
        await _store.ImportAsync(TestMessages.Batch(0, TestFailures.Message(ruf: ["mailto:d@example.com"])), Cancel);
        var dispatcher = Dispatcher(_store, Zone(), _transport, _clock, told: told => { if (!told.Delivery.IsPlan) { _events.Add(told); } });
        await dispatcher.RunOnceAsync(Cancel);
        _clock.Advance(TimeSpan.FromMinutes(65));
        await dispatcher.RunOnceAsync(Cancel);
        await _store.AddComplaintAsync(TestFailures.Complaint("D@Example.com", "other@example.com"), Cancel);
        _transport.Answer = static _ => DeliveryAttempt.Sent("250 ok");
        await dispatcher.RunOnceAsync(Cancel);
        Assert.Equal(
            ["d@example.com Refused", "d@example.com Suppressed", "D@example.com Suppressed", "other@example.com Sent"],
            _events.Select(static told => $"{told.Delivery.Address} {told.End.State}").Take(2).Concat(_events.Skip(2).Select(static told => $"{told.Delivery.Address} {told.End.State}").Order(StringComparer.Ordinal)));
        Assert.Equal(2, _transport.Mails.Count);
    }

    [Fact]
    public async Task A_flood_of_complaints_keeps_the_pace_of_a_host_together_with_reports()
    {
        for (var number = 0; number < 8; number++)
        {
            await _store.AddComplaintAsync(TestFailures.Complaint($"fbl{number}@example.com"), Cancel);
        }

        await _store.ImportAsync(TestMessages.Batch(0, TestFailures.Message(ruf: ["mailto:f@example.com"], at: TestMessages.Noon.AddHours(-2))), Cancel);
        var (queue, leases) = LeaseRecorder.Of(_store);
        var running = Dispatcher(_store, Zone(), _transport, _clock, AtOnce with { HostPause = TimeSpan.FromSeconds(2), Workers = 4 }, queue: queue).RunOnceAsync(Cancel);
        await leases.AssertPaceAsync(running, _clock, 9, TimeSpan.FromSeconds(2));
        Assert.Equal(9, _transport.Mails.Count);
    }

    [Fact]
    public async Task A_complaint_that_is_deferred_is_tried_again_with_the_same_id_and_one_that_waited_for_a_day_is_given_up()
    {
        _transport.Answer = static _ => DeliveryAttempt.Deferred("451 4.7.1 later");
        await _store.AddComplaintAsync(TestFailures.Complaint("fbl@example.com"), Cancel);
        var dispatcher = Dispatcher(_store, Zone(), _transport, _clock, told: _events.Add);
        await dispatcher.RunOnceAsync(Cancel);
        _clock.Advance(TimeSpan.FromMinutes(20));
        _transport.Answer = static _ => DeliveryAttempt.Sent("250 ok");
        await dispatcher.RunOnceAsync(Cancel);
        Assert.Equal([DeliveryState.Sent, DeliveryState.Open, DeliveryState.Sent], _events.Select(static told => told.End.State));
        Assert.Single(_transport.Mails.Select(static mail => Line(mail, "Message-ID: ")).Distinct(StringComparer.Ordinal));

        await _store.AddComplaintAsync(TestFailures.Complaint("fbl@example.com"), Cancel);
        _clock.Advance(TimeSpan.FromHours(25));
        await dispatcher.RunOnceAsync(Cancel);
        Assert.Equal((DeliveryState.GivenUp, "the complaint is too old to be sent"), (_events[^1].End.State, _events[^1].End.Reply));
        Assert.Equal(2, _transport.Mails.Count);
    }

    [Fact]
    public async Task A_rehearsal_has_failure_reports_as_they_are_now_and_complaints_and_leaves_the_queue_as_it_is()
    {
        await _store.ImportAsync(TestMessages.Batch(0, Enumerable.Range(0, 30).Select(static number => TestFailures.Message(isNoted: number == 0))), Cancel);
        await _store.ImportAsync(TestMessages.Batch(30, TestFailures.Message(kind: "old", at: TestMessages.Noon.AddDays(-8))), Cancel);
        await _store.AddComplaintAsync(TestFailures.Complaint("fbl@example.org"), Cancel);
        await _store.SuppressAsync(Suppression.After("f@example.com", null, "they asked", _clock.GetUtcNow()), Cancel);
        var (before, mails) = (await _store.CountFailureMailsAsync(Cancel), new ReportMailFactory(_store, TestIdentity.Of(), null, _clock));
        var rehearsal = new ReportRehearsal(_store, _store, new Dmarc.DmarcReportDestinations(Zone("example.com._report._dmarc.example.net")), mails, AtOnce, _clock);
        await rehearsal.RunAsync(_transport, _events.Add, Cancel);
        Assert.Equal(
            ["30  Sent 2 of 2 addresses get it", "30 f@example.com Suppressed f@example.com until 2026-11-21 12:00:00Z: they asked", "30 g@example.net Sent 250 ok", "1  Sent 1 addresses get it", "1 fbl@example.org Sent 250 ok"],
            _events.Select(static told => $"{told.Failure!.Incidents} {told.Delivery.Address} {told.End.State} {told.End.Reply}"));
        Assert.Equal("Incidents: 30", Line(_transport.Mails.First(), "Incidents: "));
        var after = await _store.CountFailureMailsAsync(Cancel);
        Assert.Equal((2, 2), (before.Held, after.Held));
        Assert.Equal((1, 1), (before.Complaints[DeliveryState.Open], after.Complaints[DeliveryState.Open]));

        // Nothing became final: the next failure still counts.
        await _store.ImportAsync(TestMessages.Batch(31, TestFailures.Message(isNoted: false)), Cancel);
        Assert.Equal(31, (await _store.SealFailureAsync(1, Cancel))!.Incidents);
    }

    private static string Line(Store.Delivery.Mail.ReportMail mail, string start)
    {
        var text = Encoding.ASCII.GetString(mail.Message.Span);
        var at = text.IndexOf(start, StringComparison.Ordinal);
        return text[at..text.IndexOf('\r', at)];
    }
}
