using System.Diagnostics;
using System.IO.Pipelines;
using System.Net;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Protocol;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace EmailAuth.Milter.Service;

/// <summary>Serves one MTA's connection: bytes to packets, packets to the dialogue, replies back.</summary>
internal sealed class MilterConnectionHandler(
    MilterRuntime runtime, MilterConnections connections, MilterEvents events, TimeProvider timeProvider) : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        // The settings of now hold for this connection to its end, whatever is reloaded meanwhile.
        var (options, authenticator) = runtime.Current;
        var peer = Name(connection.RemoteEndPoint);
        using var watch = connections.TryAdd(connection, options);
        if (watch is null)
        {
            events.ConnectionRefused(peer, options.MaxConnections);
            return;
        }

        events.ConnectionOpened();
        var dialogue = new MilterDialogue(authenticator, options, events, timeProvider);
        try
        {
            using var draining = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested
                .UnsafeRegister(static state => ((PipeReader)state!).CancelPendingRead(), connection.Transport.Input);
            await ServeAsync(connection, dialogue, new MilterPacketReader(options.MaxPacketBytes), watch, options.ProgressInterval, peer);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or ConnectionAbortedException)
        {
            if (watch.TimedOut is not null || dialogue.IsInMessage)
            {
                events.ConnectionLost(peer, dialogue.QueueId, watch.TimedOut ??
                    (exception is OperationCanceledException ? "it closed before the verdict was there" : exception.Message));
            }
        }
        catch (Exception exception)
        {
            events.InternalError(dialogue.QueueId, exception);
        }
        finally
        {
            await dialogue.DisposeAsync();
            events.ConnectionClosed();
        }
    }

    private async Task ServeAsync(
        ConnectionContext connection, MilterDialogue dialogue, MilterPacketReader reader, MilterConnectionWatch watch, TimeSpan grace,
        string peer)
    {
        var input = connection.Transport.Input;
        var output = connection.Transport.Output;
        while (true)
        {
            watch.AwaitPacket(reader.IsInsidePacket, reader.PacketsRead);

            // Not cancelled when the connection closes: what was received before is still read, such as a QUIT.
            var result = await input.ReadAsync(CancellationToken.None);
            var buffer = result.Buffer;
            while (true)
            {
                var status = reader.Read(ref buffer, out var packet);
                if (status == MilterReadStatus.Incomplete)
                {
                    break;
                }

                var step = status == MilterReadStatus.Malformed ? DialogueAction.Violation : dialogue.Receive(packet, output);
                switch (step)
                {
                    case DialogueAction.Continue:
                        break;
                    case DialogueAction.EndOfMessage:
                        watch.Await(MilterWait.Nothing);
                        using (var patience = new CompletionGracePeriod(grace, timeProvider, connection.ConnectionClosed))
                        {
                            await dialogue.CompleteMessageAsync(output, patience.Token);
                        }

                        break;
                    case DialogueAction.Close:
                        return;
                    case DialogueAction.Violation:
                        events.ProtocolViolated(peer, dialogue.QueueId, reader.Error ?? dialogue.Violation ?? "unknown");
                        return;
                    default:
                        throw new UnreachableException();
                }
            }

            // Everything is examined: were it not, a packet longer than the transport's own buffer would never come to its end.
            input.AdvanceTo(buffer.Start, buffer.End);
            watch.Await(MilterWait.Reply);
            var flushed = await output.FlushAsync(CancellationToken.None);
            if (flushed.IsCompleted || (IsDraining(connection) && !dialogue.IsInMessage))
            {
                return;
            }

            if (result.IsCompleted)
            {
                if (dialogue.IsInMessage || reader.IsInsidePacket)
                {
                    events.ConnectionLost(peer, dialogue.QueueId, "the MTA closed it within a message");
                }

                return;
            }
        }
    }

    private static bool IsDraining(ConnectionContext connection) =>
        connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested.IsCancellationRequested == true;

    private static string Name(EndPoint? peer) => peer is null or System.Net.Sockets.UnixDomainSocketEndPoint ? "local socket" : peer.ToString() ?? "?";
}
