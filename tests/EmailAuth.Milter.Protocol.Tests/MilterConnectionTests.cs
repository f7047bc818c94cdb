using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Milter.Protocol.Tests.TestSupport;
using Microsoft.Extensions.Time.Testing;

namespace EmailAuth.Milter.Protocol.Tests;

public sealed class MilterConnectionTests
{
    private readonly RecordingHandler _handler = new();
    private readonly FakeTimeProvider _time = new();

    private MilterConnectionOptions Timed => new()
    {
        IdleTimeout = TimeSpan.FromHours(2),
        PacketTimeout = TimeSpan.FromMinutes(1),
        ProgressInterval = TimeSpan.FromSeconds(5),
        TimeProvider = _time,
    };

    [Fact]
    public async Task A_stream_is_served_and_stays_open()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var mta = new TcpClient();
        await mta.ConnectAsync((IPEndPoint)listener.LocalEndpoint, cancel);
        using var milter = await listener.AcceptTcpClientAsync(cancel);

        var run = MilterConnection.RunAsync(milter.GetStream(), _handler, stopping: TestContext.Current.CancellationToken, cancellationToken: cancel);
        await mta.GetStream().WriteAsync(Packets.Dialogue().SelectMany(packet => packet).ToArray(), cancel);

        Assert.Equal(MilterConnectionEnd.Quit, (await run).End);
        Assert.True(milter.GetStream().CanWrite);
        milter.Close();
        using var received = new MemoryStream();
        await mta.GetStream().CopyToAsync(received, cancel);
        Assert.Equal("Occcccccc", string.Concat(Answer.ReadAll(received.ToArray()).Select(answer => (char)answer.Code)));
    }

    [Theory]
    [InlineData(0, MilterConnectionEnd.Closed)]
    [InlineData(2, MilterConnectionEnd.Closed)] // after CONNECT
    [InlineData(4, MilterConnectionEnd.Lost)] // after MAIL
    public async Task An_MTA_that_hangs_up_is_a_result(int packets, MilterConnectionEnd end)
    {
        await using var conversation = new HandlerConversation(_handler);
        foreach (var packet in Packets.Dialogue()[..packets])
        {
            await conversation.SayAsync(packet);
        }

        if (end == MilterConnectionEnd.Lost)
        {
            await conversation.SayAsync(Packets.Mail());
        }

        Assert.Equal(end, (await conversation.CloseAsync()).End);
        Assert.Equal("close", _handler.Calls[^1]);
    }

    [Fact]
    public async Task An_MTA_that_hangs_up_within_a_packet_is_lost()
    {
        await using var conversation = new HandlerConversation(_handler);
        await conversation.SayAsync(Packets.Offer(), Packets.Connect()[..7]);

        var result = await conversation.CloseAsync();

        Assert.Equal((MilterConnectionEnd.Lost, "the MTA closed it within a packet"), (result.End, result.Reason));
    }

    [Fact]
    public async Task A_transport_that_fails_is_a_result()
    {
        var result = await MilterConnection.RunAsync(new BrokenStream(), _handler, stopping: TestContext.Current.CancellationToken, cancellationToken: TestContext.Current.CancellationToken);

        Assert.Equal((MilterConnectionEnd.Closed, "broken by the test"), (result.End, result.Reason));
    }

    [Fact]
    public async Task The_handler_is_cancelled_when_the_MTA_has_closed_the_connection()
    {
        _handler.AtEnd = Never;
        var (commands, replies) = (new Pipe(), new Pipe());
        var run = MilterConnection.RunAsync(commands.Reader, replies.Writer, _handler, Timed, stopping: TestContext.Current.CancellationToken, cancellationToken: TestContext.Current.CancellationToken);
        await replies.Reader.CompleteAsync();
        await commands.Writer.WriteAsync(Packets.Dialogue().SelectMany(packet => packet).ToArray(), TestContext.Current.CancellationToken);

        var result = await run;

        Assert.Equal((MilterConnectionEnd.Lost, "the MTA no longer reads replies within a message"), (result.End, result.Reason));
    }

    [Fact]
    public async Task A_stop_ends_a_connection_that_has_no_message_in_progress()
    {
        await using var conversation = new HandlerConversation(_handler);
        await conversation.SayAsync(Packets.Offer(), Packets.Connect());

        conversation.Stop();

        Assert.Equal(MilterConnectionEnd.Stopped, (await conversation.Run).End);
    }

    [Fact]
    public async Task A_stop_lets_the_message_in_progress_finish()
    {
        await using var conversation = new HandlerConversation(_handler);
        await conversation.SayAsync(Packets.Offer(), Packets.Connect(), Packets.Mail());

        conversation.Stop();

        Assert.Equal("c", string.Concat((await conversation.SayAsync(Packets.EndOfBody)).Select(answer => (char)answer.Code)));
        Assert.Equal(MilterConnectionEnd.Stopped, (await conversation.Run).End);
    }

    [Fact]
    public async Task A_cancellation_ends_a_connection_that_waits()
    {
        using var cancel = new CancellationTokenSource();
        var (commands, replies) = (new Pipe(), new Pipe());
        var run = MilterConnection.RunAsync(commands.Reader, replies.Writer, _handler, stopping: TestContext.Current.CancellationToken, cancellationToken: cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        Assert.Equal(["close"], _handler.Calls);
    }

    [Fact]
    public async Task A_cancellation_reaches_a_handler_that_waits()
    {
        _handler.AtEnd = Never;
        using var cancel = new CancellationTokenSource();
        var (commands, replies) = (new Pipe(), new Pipe());
        var run = MilterConnection.RunAsync(commands.Reader, replies.Writer, _handler, Timed, stopping: TestContext.Current.CancellationToken, cancellationToken: cancel.Token);
        await commands.Writer.WriteAsync(Packets.Dialogue().SelectMany(packet => packet).ToArray(), TestContext.Current.CancellationToken);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    // A handler that is slow to give up: nothing else of it runs until it has.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_handler_is_not_closed_before_the_end_of_the_message_has_returned(bool isLost)
    {
        var (started, cancelled, release) = (new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        _handler.AtEnd = async (_, _, token) =>
        {
            started.SetResult();
            await using var registration = token.Register(() => cancelled.TrySetResult());
            await cancelled.Task;
            await release.Task;
            _handler.Calls.Add("end of message returns");
            token.ThrowIfCancellationRequested();
            return MilterResponse.Continue;
        };
        using var cancel = new CancellationTokenSource();
        var (commands, replies) = (new Pipe(), new Pipe());
        var run = MilterConnection.RunAsync(commands.Reader, replies.Writer, _handler, Timed, stopping: TestContext.Current.CancellationToken, cancellationToken: cancel.Token);
        await commands.Writer.WriteAsync(Packets.Dialogue().SelectMany(packet => packet).ToArray(), TestContext.Current.CancellationToken);
        await started.Task;
        await (isLost ? replies.Reader.CompleteAsync().AsTask() : cancel.CancelAsync());
        while (!cancelled.Task.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(5)); // a reply that nobody reads
            await Task.Yield();
        }

        for (var turn = 0; turn < 1000; turn++)
        {
            await Task.Yield();
        }

        Assert.False(run.IsCompleted);
        release.SetResult();
        if (isLost)
        {
            Assert.Equal(MilterConnectionEnd.Lost, (await run).End);
        }
        else
        {
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
        }

        Assert.Equal(["end of message returns", "close"], _handler.Calls[^2..]);
    }

    [Fact]
    public async Task What_the_handler_throws_at_a_cancellation_is_rethrown()
    {
        var started = new TaskCompletionSource();
        _handler.AtEnd = async (_, _, token) =>
        {
            started.SetResult();
            await Task.Delay(Timeout.Infinite, token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new InvalidOperationException("made up");
        };
        using var cancel = new CancellationTokenSource();
        var (commands, replies) = (new Pipe(), new Pipe());
        var run = MilterConnection.RunAsync(commands.Reader, replies.Writer, _handler, Timed, stopping: TestContext.Current.CancellationToken, cancellationToken: cancel.Token);
        await commands.Writer.WriteAsync(Packets.Dialogue().SelectMany(packet => packet).ToArray(), TestContext.Current.CancellationToken);
        await started.Task;

        await cancel.CancelAsync();

        Assert.Equal("made up", (await Assert.ThrowsAsync<InvalidOperationException>(() => run)).Message);
    }

    [Fact]
    public async Task A_waiting_MTA_gets_progress_replies_and_then_the_changes()
    {
        var verdict = new TaskCompletionSource<MilterResponse>();
        _handler.AtEnd = (_, modifications, _) =>
        {
            modifications.AddHeader("X", "1");
            return new(verdict.Task);
        };
        await using var conversation = new HandlerConversation(
            _handler, new MilterConnectionOptions { RequiredActions = MilterActions.AddHeaders, TimeProvider = _time });
        await conversation.SayAsync([Packets.Offer(), Packets.Connect(), .. Packets.Message()[..^1]]);

        var end = conversation.SendAsync(Packets.EndOfBody);
        List<Answer> answers = [];
        while (answers.Count == 0)
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            await Task.Yield();
            answers.AddRange(await conversation.AnswersAsync());
        }

        verdict.SetResult(MilterResponse.Continue);
        await end;
        answers.AddRange(await conversation.AnswersAsync());

        Assert.Equal("hc", string.Concat(answers.Select(answer => (char)answer.Code)).TrimStart('p'));
        Assert.Equal(MilterReply.Progress, answers[0].Reply);
    }

    [Theory]
    [InlineData(0, "the MTA was silent for IdleTimeout", 7_200)]
    [InlineData(7, "a packet did not end within PacketTimeout", 60)]
    public async Task An_MTA_that_is_silent_too_long_is_a_result(int begun, string reason, int seconds)
    {
        await using var conversation = new HandlerConversation(_handler, Timed);
        await conversation.SayAsync([Packets.Offer(), .. begun > 0 ? new[] { Packets.Connect()[..begun] } : []]);

        _time.Advance(TimeSpan.FromSeconds(seconds - 1));
        Assert.False(conversation.Run.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));

        var result = await conversation.Run;
        Assert.Equal((MilterConnectionEnd.TimedOut, reason, false), (result.End, result.Reason, result.IsViolation));
    }

    // One that trickles in byte by byte is still the same packet.
    [Fact]
    public async Task The_time_limit_is_for_the_whole_packet()
    {
        await using var conversation = new HandlerConversation(_handler, Timed);
        await conversation.SayAsync(Packets.Offer(), Packets.Connect()[..6]);

        foreach (var octet in Packets.Connect()[6..9])
        {
            _time.Advance(TimeSpan.FromSeconds(19));
            await conversation.SayAsync([octet]);
        }

        Assert.False(conversation.Run.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal("a packet did not end within PacketTimeout", (await conversation.Run).Reason);
    }

    [Fact]
    public async Task An_MTA_that_reads_no_reply_is_a_result()
    {
        var (commands, replies) = (new Pipe(), new Pipe(new PipeOptions(pauseWriterThreshold: 4, resumeWriterThreshold: 2)));
        var run = MilterConnection.RunAsync(commands.Reader, replies.Writer, _handler, Timed, stopping: TestContext.Current.CancellationToken, cancellationToken: TestContext.Current.CancellationToken);
        await commands.Writer.WriteAsync(Packets.Offer(), TestContext.Current.CancellationToken);

        while (!run.IsCompleted)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal((MilterConnectionEnd.TimedOut, "the MTA did not read a reply within PacketTimeout"), ((await run).End, (await run).Reason));
    }

    [Fact]
    public async Task A_handler_that_takes_long_is_never_timed_out()
    {
        var verdict = new TaskCompletionSource<MilterResponse>();
        _handler.AtEnd = (_, _, _) => new(verdict.Task);
        await using var conversation = new HandlerConversation(_handler, Timed);
        await conversation.SayAsync([Packets.Offer(), Packets.Connect(), .. Packets.Message()[..^1]]);

        var end = conversation.SendAsync(Packets.EndOfBody);
        _time.Advance(TimeSpan.FromHours(3));
        verdict.SetResult(MilterResponse.Accept);
        await end;

        Assert.Equal(MilterReply.Accept, (await conversation.AnswersAsync())[^1].Reply);
        Assert.False(conversation.Run.IsCompleted);
    }

    private static async ValueTask<MilterResponse> Never(MilterContext context, MilterModifications modifications, CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.Infinite, cancellationToken);
        return MilterResponse.Continue;
    }

    private sealed class BrokenStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("broken by the test");
    }
}
