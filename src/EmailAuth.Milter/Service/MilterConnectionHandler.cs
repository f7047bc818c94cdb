using System.Diagnostics;
using System.Net.Sockets;
using EmailAuth.Milter.Dialogue;
using EmailAuth.Milter.Protocol;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace EmailAuth.Milter.Service;

/// <summary>Serves one MTA's connection, and says how it ended.</summary>
internal sealed class MilterConnectionHandler(
    MilterRuntime runtime, MilterConnections connections, HeaderMemory headerMemory, MilterEvents events, TimeProvider timeProvider) : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        // This connection keeps the current settings to its end; a reload does not change them.
        var (options, authenticator) = runtime.Current;
        var mta = (AcceptedMta)connection;
        if (!connections.TryEnter(options.MaxConnections))
        {
            events.ConnectionRefused(Name(mta), options.MaxConnections);
            return;
        }

        events.ConnectionOpened();
        var handler = new AuthenticatingHandler(authenticator, options, events, timeProvider, headerMemory, mta.Stream.Watch);
        try
        {
            var stopping = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? CancellationToken.None;
            using var patience = new CompletionGracePeriod(options.ProgressInterval, timeProvider, connection.ConnectionClosed);
            var result = await MilterConnection.RunAsync(
                mta.Stream, handler, AuthenticatingHandler.ConnectionOptions(options, timeProvider), stopping, patience.Token);
            Report(result, mta, handler.QueueId);
        }
        catch (OperationCanceledException)
        {
            if (handler.IsInMessage)
            {
                events.ConnectionLost(Name(mta), handler.QueueId, "the MTA closed it before the verdict");
            }
        }
        catch (Exception exception)
        {
            events.InternalError(handler.QueueId, exception);
        }
        finally
        {
            await handler.DisposeAsync();
            events.ConnectionClosed();
            connections.Leave();
        }
    }

    private void Report(MilterConnectionResult result, AcceptedMta connection, string? queueId)
    {
        switch (result.End)
        {
            case MilterConnectionEnd.Quit or MilterConnectionEnd.Closed or MilterConnectionEnd.Stopped:
                break;
            case MilterConnectionEnd.TimedOut:
                // An orderly close would wait for the MTA to read what it does not read.
                connection.Abort(new ConnectionAbortedException(result.Reason));
                events.ConnectionLost(Name(connection), queueId, result.Reason);
                break;
            case MilterConnectionEnd.Lost:
                events.ConnectionLost(Name(connection), queueId, result.Reason);
                break;
            case MilterConnectionEnd.InvalidPacketLength or MilterConnectionEnd.MalformedPacket or MilterConnectionEnd.UnknownCommand
                or MilterConnectionEnd.UnexpectedCommand or MilterConnectionEnd.UnsupportedVersion or MilterConnectionEnd.ActionNotOffered:
                events.ProtocolViolated(Name(connection), queueId, result.Reason);
                break;
            default:
                throw new UnreachableException();
        }
    }

    private static string Name(AcceptedMta connection) =>
        connection.RemoteEndPoint is { } peer and not UnixDomainSocketEndPoint ? peer.ToString() ?? "?" : "local socket";
}
