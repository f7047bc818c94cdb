using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using EmailAuth.Milter.Protocol;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>An MTA that does nothing but talk to milters: one message over and over, each step as the milter negotiated it.</summary>
internal sealed class LoadGenerator : IDisposable
{
    private readonly Socket _socket;
    private readonly byte[] _buffer = new byte[64 * 1024];
    private MilterSteps _steps;
    private int _from;
    private int _to;

    private LoadGenerator(Socket socket) => _socket = socket;

    /// <summary>How long the milter took from the end of each message to its answer.</summary>
    public List<TimeSpan> Waits { get; } = [];

    /// <summary>The replies to the last end of message, as letters.</summary>
    public string LastReplies { get; private set; } = string.Empty;

    public static async Task<LoadGenerator> OpenAsync(EndPoint milter)
    {
        var socket = milter is IPEndPoint
            ? new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true }
            : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(milter);
        var generator = new LoadGenerator(socket);
        await socket.SendAsync(Packets.Offer());
        var agreed = await generator.ReadAsync();
        generator._steps = (MilterSteps)BinaryPrimitives.ReadUInt32BigEndian(agreed.AsSpan(13));
        await generator.SayAsync(
            [.. Packets.Macro(MilterCommand.Connect, "j", "mx.example.org", "{daemon_name}", "smtpd"), .. Packets.Connect("192.0.2.1", "mail.author.example")],
            MilterSteps.NoConnect, MilterSteps.NoReplyToConnect);
        await generator.SayAsync(Packets.Helo("mail.author.example"), MilterSteps.NoHelo, MilterSteps.NoReplyToHelo);
        return generator;
    }

    /// <summary>Sends a message.</summary>
    /// <param name="message">With CRLF.</param>
    public async Task SendAsync(LoadMessage message)
    {
        await SayAsync(
            [.. Packets.Macro(MilterCommand.Mail, "i", "4LOADTEST"), .. Packets.Mail()], MilterSteps.NoMail, MilterSteps.NoReplyToMail);
        await SayAsync(Packets.Recipient(), MilterSteps.NoRecipients, MilterSteps.NoReplyToRecipient);
        await SayAsync(Packets.Of(MilterCommand.Data), MilterSteps.NoData, MilterSteps.NoReplyToData);
        var leadingSpace = _steps.HasFlag(MilterSteps.HeaderLeadingSpace);
        foreach (var (name, value) in message.Fields)
        {
            await SayAsync(
                Packets.Header(name, leadingSpace || !value.StartsWith(' ') ? value : value[1..]), MilterSteps.NoHeaders, MilterSteps.NoReplyToHeader);
        }

        await SayAsync(Packets.EndOfHeaders, MilterSteps.NoEndOfHeaders, MilterSteps.NoReplyToEndOfHeaders);
        await SayAsync(message.BodyPacket, MilterSteps.NoBody, MilterSteps.NoReplyToBody);
        var started = Stopwatch.GetTimestamp();
        await _socket.SendAsync(Packets.EndOfBody);
        var replies = string.Empty;
        do
        {
            replies += (char)(await ReadAsync())[4];
        }
        while (!"acdrty".Contains(replies[^1], StringComparison.Ordinal));

        Waits.Add(Stopwatch.GetElapsedTime(started));
        LastReplies = replies;
    }

    public void Dispose() => _socket.Dispose();

    private async Task SayAsync(byte[] packet, MilterSteps leftOut, MilterSteps withoutReply)
    {
        if (_steps.HasFlag(leftOut))
        {
            return;
        }

        await _socket.SendAsync(packet);
        if (!_steps.HasFlag(withoutReply))
        {
            var reply = (char)(await ReadAsync())[4];
            Assert.True(reply is 'c' or 's', $"{(char)packet[4]}: {reply}");
        }
    }

    private async Task<byte[]> ReadAsync()
    {
        await FillAsync(4);
        var length = BinaryPrimitives.ReadInt32BigEndian(_buffer.AsSpan(_from)) + 4;
        await FillAsync(length);
        var packet = _buffer.AsSpan(_from, length).ToArray();
        _from += length;
        return packet;
    }

    private async Task FillAsync(int count)
    {
        if (_from == _to)
        {
            _from = _to = 0;
        }

        while (_to - _from < count)
        {
            var length = await _socket.ReceiveAsync(_buffer.AsMemory(_to));
            Assert.True(length > 0, $"{_socket.RemoteEndPoint} closed the connection");
            _to += length;
        }
    }
}

/// <summary>A message cut into what the protocol sends.</summary>
internal sealed record LoadMessage(IReadOnlyList<(string Name, string Value)> Fields, byte[] BodyPacket)
{
    public static LoadMessage Parse(string message)
    {
        var end = message.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var fields = new List<(string, string)>();
        foreach (var line in message[..end].Split("\r\n"))
        {
            if (line[0] is ' ' or '\t')
            {
                fields[^1] = (fields[^1].Item1, fields[^1].Item2 + "\n" + line);
            }
            else
            {
                var colon = line.IndexOf(':', StringComparison.Ordinal);
                fields.Add((line[..colon], line[(colon + 1)..]));
            }
        }

        return new LoadMessage(fields, Packets.Of(MilterCommand.Body, Encoding.Latin1.GetBytes(message[(end + 4)..])));
    }
}
