using System.Text;
using EmailAuth.Reports.Store.Delivery.Bounces;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Reports.Store.Delivery.Queue;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Reports.Store.Tests.Delivery;

public sealed class BounceTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 3, 0, 0, TimeSpan.Zero);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static MemoryStream Dsn(string to, string action = "failed") => new MemoryStream(Encoding.ASCII.GetBytes($"""
        From: MAILER-DAEMON@mx.example
        To: {to}
        Subject: Undelivered Mail Returned to Sender
        Auto-Submitted: auto-replied
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="b"

        --b
        Content-Type: text/plain

        I am sorry.
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example

        Final-Recipient: rfc822; d@example.com
        Action: {action}
        Status: 5.1.1
        Diagnostic-Code: smtp; 550 5.1.1 no such user

        --b--

        """.ReplaceLineEndings("\r\n")));

    private static MemoryStream Plain(string header) => new MemoryStream(Encoding.ASCII.GetBytes($"From: x@example.com\r\n{header}\r\n\r\ntext\r\n"));

    [Theory]
    [InlineData("failed", BounceKind.Failed)]
    [InlineData("Failed", BounceKind.Failed)]
    [InlineData("delayed", BounceKind.NotFailed)]
    [InlineData("delivered", BounceKind.NotFailed)]
    [InlineData("relayed", BounceKind.NotFailed)]
    public async Task A_delivery_status_says_whether_the_mail_failed(string action, BounceKind expected)
    {
        var bounce = await BounceReader.ReadAsync(Dsn("b+t@receiver.example", action), Cancel);
        Assert.Equal(expected, bounce!.Kind);
        Assert.Equal(["b+t@receiver.example"], bounce.Recipients);
        Assert.Contains("no such user", bounce.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("To: b+t@receiver.example\r\nSubject: returned", BounceKind.Failed, "a host that knows no RFC 3464")]
    [InlineData("To: b+t@receiver.example\r\nAuto-Submitted: auto-replied\r\nSubject: away", BounceKind.AutomaticReply, "a holiday")]
    [InlineData("X-Original-To: b+t@receiver.example\r\nTo: other@receiver.example", BounceKind.Failed, "the mail server says to whom")]
    public async Task Other_mail_counts_unless_a_program_answers(string header, BounceKind expected, string why)
    {
        var bounce = await BounceReader.ReadAsync(Plain(header), Cancel);
        Assert.True(bounce!.Kind == expected, why);
        Assert.Contains("b+t@receiver.example", bounce.Recipients);
    }

    [Fact]
    public async Task A_bounce_is_read_to_a_bound_and_its_pipe_to_the_end()
    {
        // The second address is beyond the bound.
        var filler = string.Concat(Enumerable.Repeat($"X-Filler: {new string('x', 60)}\r\n", BounceReader.MaxBytes / 64));
        var huge = new CountingStream(Encoding.ASCII.GetBytes($"To: b+t@receiver.example\r\n{filler}To: late@receiver.example\r\n\r\n"), 20L * 1024 * 1024);
        var bounce = await BounceReader.ReadAsync(huge, Cancel);
        Assert.Equal(BounceKind.Failed, bounce!.Kind);
        Assert.Equal(["b+t@receiver.example"], bounce.Recipients);
        Assert.True(huge.IsAtEnd);
    }

    [Property]
    public bool Whatever_comes_nothing_throws(byte[] content) => BounceReader.ReadAsync(new MemoryStream(content), CancellationToken.None).GetAwaiter().GetResult() is null or { Recipients.Length: <= 20 };

    [Fact]
    public async Task A_token_suppresses_the_address_that_got_it_and_no_other()
    {
        await using var store = new MemoryReportStore();
        var (mine, other) = (Delivery("d@example.com"), Delivery("e@example.com"));
        await store.AddAsync([mine, other], Cancel);
        var path = TestIdentity.Mailbox("b@receiver.example");
        var intake = new BounceIntake(store, path, new FakeTimeProvider(Now));
        Assert.Null(await intake.TakeAsync((await BounceReader.ReadAsync(Dsn(ReturnPathToken.Address(path, ReturnPathToken.Create())), Cancel))!, null, Cancel));
        Assert.Null(await intake.TakeAsync((await BounceReader.ReadAsync(Dsn(ReturnPathToken.Address(path, mine.Token), "delayed"), Cancel))!, null, Cancel));
        Assert.Null(await store.FindSuppressionAsync("d@example.com", Cancel));
        var taken = await intake.TakeAsync((await BounceReader.ReadAsync(Dsn(ReturnPathToken.Address(path, mine.Token)), Cancel))!, null, Cancel);
        Assert.Equal((mine.Token, DeliveryState.Bounced), (taken!.Token, taken.State));
        Assert.Equal(Now.AddDays(1), (await store.FindSuppressionAsync("D@example.com", Cancel))!.Until);
        Assert.Null(await store.FindSuppressionAsync("e@example.com", Cancel));

        // The address that the mail server names counts, and not what the header has.
        Assert.Null(await intake.TakeAsync((await BounceReader.ReadAsync(Dsn(ReturnPathToken.Address(path, other.Token)), Cancel))!, "b+none@receiver.example", Cancel));
        Assert.Equal(other.Token, (await intake.TakeAsync((await BounceReader.ReadAsync(Plain("To: x@y.example"), Cancel))!, ReturnPathToken.Address(path, other.Token), Cancel))!.Token);
    }

    private static ReportDelivery Delivery(string address) => new()
    {
        Token = ReturnPathToken.Create(),
        ReportKey = 1,
        Address = address,
        Host = "example.com",
        DueAt = Now,
        FirstDueAt = Now,
        ChangedAt = Now,
    };

    private sealed class CountingStream(byte[] start, long length) : Stream
    {
        private long _at;

        public bool IsAtEnd { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => _at; set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var take = (int)Math.Min(count, length - _at);
            for (var at = 0; at < take; at++, _at++)
            {
                buffer[offset + at] = _at < start.Length ? start[_at] : (_at % 70 == 0 ? (byte)'\n' : (byte)'x');
            }

            IsAtEnd = take == 0;
            return take;
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
