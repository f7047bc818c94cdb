using System.IO.Pipelines;

namespace EmailAuth.Milter.Protocol;

/// <summary>One connection: bytes to packets, packets to the dialogue, replies back.</summary>
internal sealed class ConnectionLoop : IDisposable
{
    private readonly PipeReader _input;
    private readonly PipeWriter _output;
    private readonly MilterHandler _handler;
    private readonly MilterPacketReader _packets;
    private readonly MilterDialogue _dialogue;
    private readonly WaitLimit _limit;
    private readonly CancellationTokenSource _ending;
    private readonly CancellationToken _stopping;
    private readonly CancellationToken _cancelled;

    // Why the transport failed; null while it works.
    private string? _failure;

    public ConnectionLoop(
        PipeReader input, PipeWriter output, MilterHandler handler, MilterConnectionOptions options, CancellationToken stopping,
        CancellationToken cancellationToken)
    {
        _input = input;
        _output = output;
        _handler = handler;
        _stopping = stopping;
        _cancelled = cancellationToken;
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _packets = new MilterPacketReader(options.MaxPacketBytes);
        _dialogue = new MilterDialogue(handler, options, output, FlushAsync);
        _limit = new WaitLimit(options, Wake);
    }

    public async Task<MilterConnectionResult> RunAsync()
    {
        // A wait is ended by CancelPendingRead, so that data that already arrived, such as a QUIT, is still read. A stop does not cancel the
        // // sending of replies.
        using var stopping = _stopping.UnsafeRegister(static loop => ((ConnectionLoop)loop!)._input.CancelPendingRead(), this);
        using var cancelled = _cancelled.UnsafeRegister(static loop => ((ConnectionLoop)loop!).Wake(), this);
        try
        {
            return await ServeAsync().ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_failure is not null && !_cancelled.IsCancellationRequested)
        {
            // The handler waited for something when the transport failed.
            return Lost(_failure);
        }
        finally
        {
            _limit.Await(MilterWait.Nothing);
            await _handler.OnCloseAsync(_dialogue.Context).ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _limit.Dispose();
        _ending.Dispose();
    }

    private async Task<MilterConnectionResult> ServeAsync()
    {
        while (true)
        {
            _limit.AwaitPacket(_packets.IsInsidePacket, _packets.PacketsRead);
            var read = await ReadAsync().ConfigureAwait(false);
            _limit.Await(MilterWait.Nothing);
            if (_failure is not null)
            {
                return Lost(_failure);
            }

            var buffer = read.Buffer;
            MilterConnectionResult? end = null;
            while (end is null && _packets.Read(ref buffer, out var packet) is var status and not MilterReadStatus.Incomplete)
            {
                end = status == MilterReadStatus.Packet
                    ? await _dialogue.ReceiveAsync(packet, _ending.Token).ConfigureAwait(false)
                    : new() { End = MilterConnectionEnd.InvalidPacketLength, Reason = _packets.Error! };
            }

            // Everything is marked as examined: otherwise a packet longer than the transport's own buffer would never be completed.
            _input.AdvanceTo(buffer.Start, buffer.End);
            await FlushAsync().ConfigureAwait(false);
            if (end is not null || (end = AfterFlush(read.IsCompleted)) is not null)
            {
                return end;
            }
        }
    }

    private MilterConnectionResult? AfterFlush(bool isCompleted)
    {
        _cancelled.ThrowIfCancellationRequested();
        if (_limit.TimedOut is { } what)
        {
            return new() { End = MilterConnectionEnd.TimedOut, Reason = what };
        }

        if (_failure is not null || isCompleted)
        {
            return Lost(_failure ?? "the MTA closed it");
        }

        return _stopping.IsCancellationRequested && !_dialogue.IsInMessage
            ? new() { End = MilterConnectionEnd.Stopped, Reason = "the milter is stopping" }
            : null;
    }

    private async ValueTask<ReadResult> ReadAsync()
    {
        try
        {
            return await _input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsOfTheTransport(exception))
        {
            _failure = exception.Message;
            return default;
        }
    }

    private async ValueTask FlushAsync()
    {
        if (_failure is not null)
        {
            return;
        }

        _limit.Await(MilterWait.Reply);
        try
        {
            var flushed = await _output.FlushAsync(CancellationToken.None).ConfigureAwait(false);
            _failure = flushed.IsCompleted ? "the MTA no longer reads replies" : _limit.TimedOut;
        }
        catch (Exception exception) when (IsOfTheTransport(exception))
        {
            _failure = exception.Message;
        }

        _limit.Await(MilterWait.Nothing);
        if (_failure is not null)
        {
            await _ending.CancelAsync().ConfigureAwait(false);
        }
    }

    private MilterConnectionResult Lost(string why)
    {
        if (_limit.TimedOut is { } what)
        {
            return new() { End = MilterConnectionEnd.TimedOut, Reason = what };
        }

        return _dialogue.IsInMessage ? new() { End = MilterConnectionEnd.Lost, Reason = $"{why} within a message" }
            : _packets.IsInsidePacket ? new() { End = MilterConnectionEnd.Lost, Reason = $"{why} within a packet" }
            : new() { End = MilterConnectionEnd.Closed, Reason = why };
    }

    private void Wake()
    {
        _input.CancelPendingRead();
        _output.CancelPendingFlush();
    }

    private static bool IsOfTheTransport(Exception exception) => exception is IOException or OperationCanceledException or ObjectDisposedException;
}
