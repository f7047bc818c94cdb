using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Text;
using EmailAuth.Milter.Protocol.Tests.TestSupport;
using EmailAuth.Milter.Protocol.Trial;
using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Milter.Protocol.Tests;

public sealed class MilterTrialTests
{
    private static readonly MilterTrialMessage Hello = new()
    {
        Client = new MilterClient { HostName = "mail.example.com", Address = IPAddress.Parse("192.0.2.1"), Port = 4321 },
        Helo = "mail.example.com",
        MailFrom = "<joe@example.com>",
        MailArguments = ["SMTPUTF8"],
        Recipients = ["<bob@example.org>", "<eve@example.org>"],
        Macros = ImmutableSortedDictionary<string, string>.Empty.Add("i", "Q7").Add("auth_authen", "joe").Add("j", "mx.example.org").Add("own", "x"),
        Content = "From: joe@example.com\r\nSubject: a\r\n b\r\nX-Tight:c\r\n\r\nHello\r\n"u8.ToArray(),
    };

    private readonly RecordingHandler _handler = new();

    [Fact]
    public async Task A_milter_is_told_the_whole_message_and_every_reply_is_noted()
    {
        var result = await TryAsync(Hello);

        Assert.Null(result.Fault);
        Assert.Equal(MilterReply.Continue, result.Answer);
        Assert.Equal(6, result.Version);
        Assert.Equal(
            [
                "negotiated 6", "connect mail.example.com [192.0.2.1]", "helo mail.example.com", "mail joe@example.com SMTPUTF8", "rcpt bob@example.org",
                "rcpt eve@example.org", "data", "field From: joe@example.com", "field Subject: a\r\n b", "field X-Tight:c",
            ],
            _handler.Calls.Take(10));
        Assert.Equal(
            ["CONNECT", "HELO", "MAIL", "RCPT", "RCPT", "DATA", "header field", "header field", "header field", "end of header", "body", "end of message"],
            result.Sent.Select(step => step.Name));
        Assert.Equal("7 octets", result.Sent.Single(step => step.Name == "body").Detail);
        Assert.Equal(Hello.Content.ToArray(), result.Content.ToArray());
    }

    [Fact]
    public async Task Changes_are_told_and_made()
    {
        _handler.AtEnd = (_, changes, _) =>
        {
            changes.InsertHeader(0, "Authentication-Results", "mx.example.org;\n spf=pass");
            changes.AddHeader("X-Last", "yes");
            changes.ChangeHeader(1, "subject", "other");
            changes.RemoveHeader(1, "X-Tight");
            changes.AddRecipient("<new@example.org>");
            changes.DeleteRecipient("<eve@example.org>");
            changes.ReplaceBody("Bye\r\n"u8);
            changes.Quarantine("looks odd");
            return new(MilterResponse.Accept);
        };

        var result = await TryAsync(Hello, new MilterConnectionOptions { RequiredActions = Packets.AllActions & ~MilterActions.SetMacroList });

        Assert.Equal(MilterReply.Accept, result.Answer);
        Assert.Equal(
            [
                "InsertHeader Authentication-Results: mx.example.org;  spf=pass", "AddHeader X-Last: yes", "ChangeHeader subject: other", "ChangeHeader X-Tight",
                "AddRecipient <new@example.org>", "DeleteRecipient <eve@example.org>", "ReplaceBody ", "Quarantine : looks odd",
            ],
            result.Changes.Select(change => change.ToString()));
        Assert.Equal(
            "Authentication-Results: mx.example.org;\r\n spf=pass\r\nFrom: joe@example.com\r\nSubject: other\r\nX-Last: yes\r\n\r\nBye\r\n",
            Encoding.UTF8.GetString(result.Content.Span));
    }

    [Theory]
    [InlineData("connect", "CONNECT", 1)]
    [InlineData("helo", "HELO", 2)]
    [InlineData("mail", "MAIL", 3)]
    [InlineData("data", "DATA", 6)]
    [InlineData("field Subject", "header field", 8)]
    public async Task A_refusal_ends_the_message(string call, string step, int sent)
    {
        _handler.Answers[call] = MilterResponse.Reject;

        var result = await TryAsync(Hello);

        Assert.Equal((MilterReply.Reject, step, sent), (result.Answer, result.Sent[^1].Name, result.Sent.Length));
    }

    [Fact]
    public async Task A_refused_recipient_leaves_the_others()
    {
        _handler.Answers["rcpt bob"] = MilterResponse.Refuse("550 5.1.1 100% unknown");

        var result = await TryAsync(Hello);

        Assert.Equal(MilterReply.Continue, result.Answer);
        Assert.Equal("550 5.1.1 100% unknown", result.Sent.First(step => step.Name == "RCPT").Text);

        _handler.Answers["rcpt"] = MilterResponse.TemporaryFailure;
        Assert.Equal(MilterReply.TemporaryFailure, (await TryAsync(Hello with { Recipients = ["<eve@example.org>"] })).Answer);
    }

    [Fact]
    public async Task Steps_that_the_milter_does_not_want_are_left_out()
    {
        var result = await TryAsync(Hello, new MilterConnectionOptions
        {
            Steps = MilterSteps.NoConnect | MilterSteps.NoHelo | MilterSteps.NoRecipients | MilterSteps.NoData | MilterSteps.NoHeaders | MilterSteps.NoEndOfHeaders
                | MilterSteps.NoReplyToMail | MilterSteps.NoBody,
        });

        Assert.Equal(["MAIL", "end of message"], result.Sent.Select(step => step.Name));
        Assert.Null(result.Sent[0].Reply);
    }

    [Theory]
    [InlineData(MilterSteps.HeaderLeadingSpace, " joe@example.com|c")]
    [InlineData(MilterSteps.None, "joe@example.com|c")]
    public async Task The_space_after_the_colon_comes_if_the_milter_asks_for_it(MilterSteps steps, string values)
    {
        var packets = await OverheardAsync(Hello, steps);

        var fields = packets.Where(packet => packet.Code == 'L').Select(packet => packet.Text.TrimEnd('|').Split('|')[1]).ToList();
        Assert.Equal(values, $"{fields[0]}|{fields[2]}");
        Assert.Equal(steps == MilterSteps.None ? "a\n b" : " a\n b", fields[1]);
    }

    [Fact]
    public async Task Macros_come_at_their_usual_steps_or_where_the_milter_asks_for_them()
    {
        Assert.Equal(
            ["Cj|mx.example.org|", "M{auth_authen}|joe|i|Q7|{own}|x|", "Ti|Q7|", "Ni|Q7|", "Ei|Q7|"],
            (await OverheardAsync(Hello, MilterSteps.None)).Where(packet => packet.Code == 'D').Select(packet => packet.Text));

        byte[] lists = [0, 0, 0, 0, .. "{own}\0"u8, 0, 0, 0, 2, .. "j i\0"u8];
        Assert.Equal(
            ["C{own}|x|", "Mi|Q7|j|mx.example.org|", "Ti|Q7|", "Ni|Q7|", "Ei|Q7|"],
            (await OverheardAsync(Hello, MilterSteps.None, lists)).Where(packet => packet.Code == 'D').Select(packet => packet.Text));
    }

    [Theory]
    [InlineData("", "closed the connection")] // before it negotiates
    [InlineData("63", "not an answer to the negotiation")]
    [InlineData("4f", "not an answer to the negotiation")]
    [InlineData("4f 00000001 00000000 00000000", "protocol version 1")]
    [InlineData("4f 00000007 00000000 00000000", "protocol version 7")]
    [InlineData("4f 00000006 80000000 00000000", "that were not offered")]
    [InlineData("4f 00000006 00000000 00000000", "closed the connection (after CONNECT")]
    [InlineData("4f 00000006 00000000 00000000|21", "cannot be read: 0x21")]
    [InlineData("4f 00000006 00000000 00000000|79 33353020 00", "does not begin with 4yz or 5yz")]
    [InlineData("4f 00000006 00000001 00000000|68 5800 5900", "before the end of the message")]
    [InlineData("4f 00000006 00000000 001fffff|68 5800 5900", "did not ask to be allowed")]
    [InlineData("4f 00000006 00000001 001fffff|68 5800 59", "cannot be read: 0x68")] // no NUL
    [InlineData("4f 00000006 00000010 001fffff|6d 80000000 5800 5900", "cannot be read: 0x6d")] // a negative index
    public async Task What_a_milter_does_wrong_is_the_fault(string replies, string fault)
    {
        var pipes = new DuplexPipes();
        foreach (var reply in replies.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            var bytes = Convert.FromHexString(reply.Replace(" ", string.Empty, StringComparison.Ordinal));
            await pipes.Milter.WriteAsync(Packets.Of(bytes[0], bytes.AsSpan(1)), TestContext.Current.CancellationToken);
        }

        await pipes.Milter.DisposeAsync();
        var result = await MilterTrial.RunAsync(pipes.Mta, Hello, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Contains(fault, result.Fault, StringComparison.Ordinal);
        Assert.Null(result.Answer);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(1024u * 1024 + 1)]
    [InlineData(uint.MaxValue)]
    public async Task A_packet_of_a_length_that_cannot_be_is_a_fault(uint length)
    {
        var pipes = new DuplexPipes();
        var head = new byte[5];
        BinaryPrimitives.WriteUInt32BigEndian(head, length);
        await pipes.Milter.WriteAsync(head, TestContext.Current.CancellationToken);

        var result = await MilterTrial.RunAsync(pipes.Mta, Hello, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Contains($"a packet of {length} bytes", result.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_milter_that_works_has_time_and_one_that_is_silent_has_not()
    {
        var time = new FakeTimeProvider();
        var pipes = new DuplexPipes();
        var trial = MilterTrial.RunAsync(pipes.Mta, Hello, TimeSpan.FromSeconds(10), time, TestContext.Current.CancellationToken);
        await pipes.Milter.WriteAsync(Packets.Of((byte)'O', new byte[] { 0, 0, 0, 6, 0, 0, 0, 0, 0, 0x1f, 0xff, 0xff }), TestContext.Current.CancellationToken);
        await AwaitEndOfMessageAsync(pipes.Milter);
        time.Advance(TimeSpan.FromSeconds(9));
        Assert.False(trial.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));

        Assert.Contains("did not reply within 10 s (after end of message)", (await trial).Fault, StringComparison.Ordinal);
    }

    [Property(MaxTest = 300)]
    public void Any_bytes_of_a_milter_give_a_result(byte[] bytes)
    {
        using var connection = new ScriptedStream([.. Packets.Of((byte)'O', new byte[] { 0, 0, 0, 6, 0, 0, 1, 0xff, 0, 0x1f, 0xff, 0xff }), .. bytes]);

        var result = MilterTrial.RunAsync(connection, Hello, cancellationToken: TestContext.Current.CancellationToken).GetAwaiter().GetResult();

        Assert.True(result.Fault is null != result.Answer is null);
    }

    [Theory]
    [InlineData("a\0b")]
    [InlineData("<joe@example.com>\r\nDATA")]
    public async Task Texts_that_would_end_a_command_are_the_callers_mistake(string text)
    {
        await Assert.ThrowsAsync<ArgumentException>(() => MilterTrial.RunAsync(Stream.Null, Hello with { MailFrom = text }, cancellationToken: TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentException>(() => MilterTrial.RunAsync(Stream.Null, Hello with { Recipients = [] }, cancellationToken: TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => MilterTrial.RunAsync(Stream.Null, Hello, TimeSpan.Zero, cancellationToken: TestContext.Current.CancellationToken));
    }

    private static async Task AwaitEndOfMessageAsync(Stream milter)
    {
        var head = new byte[5];
        do
        {
            await milter.ReadExactlyAsync(head, TestContext.Current.CancellationToken);
            await milter.ReadExactlyAsync(new byte[BinaryPrimitives.ReadInt32BigEndian(head) - 1], TestContext.Current.CancellationToken);
        }
        while (head[4] != (byte)'E');
    }

    private async Task<MilterTrialResult> TryAsync(MilterTrialMessage message, MilterConnectionOptions? options = null)
    {
        var cancel = TestContext.Current.CancellationToken;
        var pipes = new DuplexPipes();
        var serving = MilterConnection.RunAsync(pipes.Milter, _handler, options ?? new MilterConnectionOptions { Steps = MilterSteps.HeaderLeadingSpace }, cancel, cancel);
        var result = await MilterTrial.RunAsync(pipes.Mta, message, cancellationToken: cancel);
        await pipes.Mta.DisposeAsync();
        Assert.Equal(MilterConnectionEnd.Quit, (await serving).End);
        return result;
    }

    // What is sent to a milter that continues always.
    private static async Task<List<Answer>> OverheardAsync(MilterTrialMessage message, MilterSteps steps, byte[]? lists = null)
    {
        byte[] offer = [0, 0, 0, 6, 0, 0, lists is null ? (byte)0 : (byte)1, 0, .. BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness((uint)steps)), .. lists ?? []];
        using var connection = new ScriptedStream([.. Packets.Of((byte)'O', offer), .. Enumerable.Repeat(Packets.Of((byte)'c', []), 20).SelectMany(packet => packet)]);
        await MilterTrial.RunAsync(connection, message, cancellationToken: TestContext.Current.CancellationToken);
        return Answer.ReadAll(connection.Written);
    }

    // A connection whose other side has already said everything.
    private sealed class ScriptedStream(byte[] replies) : MemoryStream(replies)
    {
        private readonly MemoryStream _written = new();

        public byte[] Written => _written.ToArray();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => _written.WriteAsync(buffer, cancellationToken);

        protected override void Dispose(bool disposing)
        {
            _written.Dispose();
            base.Dispose(disposing);
        }
    }
}
