using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using EmailAuth.Milter.Protocol;
using EmailAuth.Milter.Protocol.Tests.TestSupport;

namespace EmailAuth.Benchmarks.Load;

/// <summary>
/// An MTA's connection to a milter. As Postfix does, it writes when a reply is needed or 4 KB are full, leaves out the steps that the milter does
/// not want, and waits for replies only where the milter gives them.
/// </summary>
internal sealed class LoadConnection : IDisposable
{
    private const int PieceLength = 4096;

    private readonly Socket _socket;
    private readonly byte[] _received = new byte[64 * 1024];
    private readonly MemoryStream _unsent = new();
    private MilterSteps _steps;
    private int _from;
    private int _to;

    private LoadConnection(Socket socket) => _socket = socket;

    /// <summary>Connects, agrees on the protocol, and says where the client is.</summary>
    public static async Task<LoadConnection> OpenAsync(EndPoint milter)
    {
        var socket = milter is IPEndPoint
            ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(milter).ConfigureAwait(false);
        var connection = new LoadConnection(socket);
        connection._unsent.Write(Packets.Offer());
        var agreed = await connection.ReadAsync().ConfigureAwait(false);
        connection._steps = (MilterSteps)BinaryPrimitives.ReadUInt32BigEndian(agreed.Span[13..]);
        connection._unsent.Write(Packets.Macro(MilterCommand.Connect, "j", "mx.example.org", "{daemon_name}", "smtpd"));
        await connection.SayAsync(Packets.Connect(DomainMail.Client, DomainMail.ClientName), MilterSteps.NoConnect, MilterSteps.NoReplyToConnect).ConfigureAwait(false);
        await connection.SayAsync(Packets.Helo(DomainMail.ClientName), MilterSteps.NoHelo, MilterSteps.NoReplyToHelo).ConfigureAwait(false);
        return connection;
    }

    /// <summary>Sends a message.</summary>
    /// <returns>How long the milter took from the end of the message to its answer.</returns>
    public async Task<TimeSpan> SendAsync(LoadMessage message)
    {
        await BeginAsync(message).ConfigureAwait(false);
        await SayAsync(message.Body, MilterSteps.NoBody, MilterSteps.NoReplyToBody).ConfigureAwait(false);
        return await EndAsync(message).ConfigureAwait(false);
    }

    /// <summary>Sends a message but for the second half of its body.</summary>
    public async Task BeginHalfAsync(LoadMessage message)
    {
        await BeginAsync(message).ConfigureAwait(false);
        await SayAsync(message.FirstHalf, MilterSteps.NoBody, MilterSteps.NoReplyToBody).ConfigureAwait(false);
        await FlushAsync().ConfigureAwait(false);
    }

    /// <summary>Sends the rest of a message that was begun.</summary>
    public async Task EndHalfAsync(LoadMessage message)
    {
        await SayAsync(message.SecondHalf, MilterSteps.NoBody, MilterSteps.NoReplyToBody).ConfigureAwait(false);
        await EndAsync(message).ConfigureAwait(false);
    }

    private async Task<TimeSpan> EndAsync(LoadMessage message)
    {
        _unsent.Write(Packets.EndOfBody);
        await FlushAsync().ConfigureAwait(false);
        var started = Stopwatch.GetTimestamp();
        var hasField = false;
        while (true)
        {
            var reply = (await ReadAsync().ConfigureAwait(false)).Span[4];
            hasField |= reply is (byte)'i' or (byte)'h';
            if (reply is (byte)'a' or (byte)'c' or (byte)'r' or (byte)'t' or (byte)'d' or (byte)'y')
            {
                return hasField || message.NeedsNoField ? Stopwatch.GetElapsedTime(started)
                    : throw new InvalidOperationException($"{_socket.RemoteEndPoint} added no field and answered {(char)reply}.");
            }
        }
    }

    public void Dispose() => _socket.Dispose();

    private async Task BeginAsync(LoadMessage message)
    {
        _unsent.Write(Packets.Macro(MilterCommand.Mail, "i", "4LOADTEST"));
        await SayAsync(Packets.Mail($"<bounce@{message.Domain}>"), MilterSteps.NoMail, MilterSteps.NoReplyToMail).ConfigureAwait(false);
        await SayAsync(Packets.Recipient(), MilterSteps.NoRecipients, MilterSteps.NoReplyToRecipient).ConfigureAwait(false);
        await SayAsync(Packets.Of(MilterCommand.Data), MilterSteps.NoData, MilterSteps.NoReplyToData).ConfigureAwait(false);
        foreach (var field in _steps.HasFlag(MilterSteps.HeaderLeadingSpace) ? message.FieldsWithSpace : message.Fields)
        {
            await SayAsync(field, MilterSteps.NoHeaders, MilterSteps.NoReplyToHeader).ConfigureAwait(false);
        }

        await SayAsync(Packets.EndOfHeaders, MilterSteps.NoEndOfHeaders, MilterSteps.NoReplyToEndOfHeaders).ConfigureAwait(false);
    }

    private async ValueTask SayAsync(byte[] packet, MilterSteps leftOut, MilterSteps withoutReply)
    {
        if (_steps.HasFlag(leftOut))
        {
            return;
        }

        _unsent.Write(packet);
        if (!_steps.HasFlag(withoutReply))
        {
            var reply = (await ReadAsync().ConfigureAwait(false)).Span[4];
            if (reply is not ((byte)'c' or (byte)'s'))
            {
                throw new InvalidOperationException($"{_socket.RemoteEndPoint} answered with {(char)reply}.");
            }
        }
    }

    private async ValueTask FlushAsync()
    {
        var unsent = _unsent.GetBuffer().AsMemory(0, (int)_unsent.Length);
        while (!unsent.IsEmpty)
        {
            var piece = unsent[..Math.Min(unsent.Length, PieceLength)];
            unsent = unsent[await _socket.SendAsync(piece).ConfigureAwait(false)..];
        }

        _unsent.SetLength(0);
    }

    // The next packet, with its length before it; valid until the next one is read.
    private async ValueTask<ReadOnlyMemory<byte>> ReadAsync()
    {
        await FlushAsync().ConfigureAwait(false);
        await FillAsync(4).ConfigureAwait(false);
        var length = BinaryPrimitives.ReadInt32BigEndian(_received.AsSpan(_from)) + 4;
        await FillAsync(length).ConfigureAwait(false);
        var packet = _received.AsMemory(_from, length);
        _from += length;
        return packet;
    }

    private async ValueTask FillAsync(int count)
    {
        if (_from == _to)
        {
            _from = _to = 0;
        }

        while (_to - _from < count)
        {
            var length = await _socket.ReceiveAsync(_received.AsMemory(_to)).ConfigureAwait(false);
            _to += length > 0 ? length : throw new InvalidOperationException($"{_socket.RemoteEndPoint} closed the connection.");
        }
    }
}
