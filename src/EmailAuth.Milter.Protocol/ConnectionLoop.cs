using System.IO.Pipelines;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace EmailAuth.Milter.Protocol;

/// <summary>
/// One connection: bytes to packets, packets to the dialogue, replies back. Used again for one connection after another while they end normally.
/// </summary>
internal sealed class ConnectionLoop : IDisposable
{
    private readonly Action<ConnectionLoop> _giveBack;
    private readonly MilterPacketReader _packets = new(MilterConnectionOptions.Default.MaxPacketBytes);
    private readonly MilterDialogue _dialogue;
    private readonly WaitLimit _limit;
    private readonly StreamInput _streamInput = new();
    private readonly StreamOutput _streamOutput = new();
    private PipeReader _input = null!;
    private PipeWriter _output = null!;
    private MilterHandler _handler = null!;

    // A handler may keep its token, so each connection has a source of its own.
    private CancellationTokenSource _ending = null!;
    private CancellationToken _stopping;
    private CancellationToken _cancelled;

    // Why the transport failed; null while it works.
    private string? _failure;

    /// <param name="giveBack">Gets it after a normal end, for the next connection.</param>
    public ConnectionLoop(Action<ConnectionLoop> giveBack)
    {
        _giveBack = giveBack;
        _dialogue = new MilterDialogue(FlushAsync);
        _limit = new WaitLimit(Wake);
    }

    /// <summary>Serves one connection over a stream.</summary>
    public Task<MilterConnectionResult> ServeAsync(
        Stream stream, MilterHandler handler, MilterConnectionOptions? options, CancellationToken stopping, CancellationToken cancellationToken)
    {
        _streamInput.Begin(stream);
        _streamOutput.Begin(stream);
        return ServeAsync(_streamInput, _streamOutput, handler, options, stopping, cancellationToken);
    }

    /// <summary>Serves one connection.</summary>
    public async Task<MilterConnectionResult> ServeAsync(
        PipeReader input, PipeWriter output, MilterHandler handler, MilterConnectionOptions? options, CancellationToken stopping,
        CancellationToken cancellationToken)
    {
        options ??= MilterConnectionOptions.Default;
        (_input, _output, _handler) = (input, output, handler);
        (_stopping, _cancelled) = (stopping, cancellationToken);
        _ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        _packets.Begin(options.MaxPacketBytes);
        _dialogue.Begin(handler, options, output);
        _limit.Begin(options);
        MilterConnectionResult? result = null;
        try
        {
            result = await RunAsync().ConfigureAwait(false);
            return result;
        }
        finally
        {
            End(result);
        }
    }

    private async Task<MilterConnectionResult> RunAsync()
    {
        // A wait is ended by CancelPendingRead, so that data that already arrived, such as a QUIT, is still read. A stop does not cancel the
        // sending of replies.
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

    public void Dispose() => _limit.Dispose();

    // After a fault, a cancellation or a time limit, something may still hold on to this connection, so its state is not used again.
    private void End(MilterConnectionResult? result)
    {
        var isNormal = _failure is null && _limit.TimedOut is null && !_cancelled.IsCancellationRequested &&
            result?.End is MilterConnectionEnd.Quit or MilterConnectionEnd.Closed or MilterConnectionEnd.Stopped;
        _ending.Dispose();
        _dialogue.End();
        _streamInput.Complete();
        _streamOutput.Complete();
        (_input, _output, _handler, _ending) = (null!, null!, null!, null!);
        (_stopping, _cancelled, _failure) = (default, default, null);
        if (isNormal)
        {
            _giveBack(this);
        }
        else
        {
            Dispose();
        }
    }

    private async Task<MilterConnectionResult> ServeAsync()
    {
        while (true)
        {
            _streamInput.Expect(_dialogue.IsInMessage);
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

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> ReadAsync()
    {
        try
        {
            return await _input.ReadAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsOfTheTransport(exception))
        {
            _failure = Reason(exception);
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
            _failure = Reason(exception);
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

    // A timer may call it when the connection has just ended.
    private void Wake()
    {
        _input?.CancelPendingRead();
        _output?.CancelPendingFlush();
    }

    // A stream over a socket wraps the system's words in its own.
    private static string Reason(Exception exception) => exception is IOException { InnerException: SocketException inner } ? inner.Message : exception.Message;

    private static bool IsOfTheTransport(Exception exception) => exception is IOException or OperationCanceledException or ObjectDisposedException;
}
