using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EmailAuth.Milter.Tests.EndToEnd;

/// <summary>An SMTP client that says exactly what a test tells it to, from whatever address (XCLIENT of Postfix).</summary>
internal sealed class SmtpConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _buffer = new byte[8192];
    private int _filled;

    /// <summary>Connects, and says who is there.</summary>
    public static async Task<SmtpConnection> OpenAsync(
        int port, string? clientAddress = null, string? clientName = null, string helo = "mail.author.example", string? login = null)
    {
        var smtp = new SmtpConnection();
        await smtp._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port));
        smtp.Expect(await smtp.ReadReplyAsync(), "220");
        if (clientAddress is not null)
        {
            smtp.Expect(await smtp.SayAsync($"EHLO {helo}"), "250");
            smtp.Expect(await smtp.SayAsync($"XCLIENT ADDR={clientAddress} NAME={clientName ?? "[UNAVAILABLE]"} LOGIN={login ?? "[UNAVAILABLE]"}"), "220");
        }

        smtp.Expect(await smtp.SayAsync($"EHLO {helo}"), "250");
        return smtp;
    }

    /// <summary>Sends a message; the reply to whatever was refused, or to the end of the message.</summary>
    public async Task<string> SendAsync(string mailFrom, string recipient, byte[] message)
    {
        foreach (var command in (string[])[$"MAIL FROM:{mailFrom}", $"RCPT TO:<{recipient}>", "DATA"])
        {
            var reply = await SayAsync(command);
            if (reply[0] is not ('2' or '3'))
            {
                await SayAsync("RSET");
                return reply;
            }
        }

        await _socket.SendAsync(Stuffed(message));
        return await ReadReplyAsync();
    }

    public async Task<string> SayAsync(string command)
    {
        await _socket.SendAsync(Encoding.UTF8.GetBytes(command + "\r\n"));
        return await ReadReplyAsync();
    }

    /// <summary>Sends bytes as they are, and gives the next reply.</summary>
    public async Task<string> SendRawAsync(byte[] bytes)
    {
        await _socket.SendAsync(bytes);
        return await ReadReplyAsync();
    }

    /// <summary>Sends a text and waits for nothing.</summary>
    public async Task SendOnlyAsync(string text) => await _socket.SendAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends a last command, and reads whatever is replied until the server closes the connection.</summary>
    public async Task SayToTheEndAsync(string command)
    {
        await _socket.SendAsync(Encoding.UTF8.GetBytes(command + "\r\n"));
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            while (await _socket.ReceiveAsync(_buffer.AsMemory(), patience.Token) > 0)
            {
            }
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            // It closed the connection before it had read all.
            return;
        }
    }

    public void Dispose() => _socket.Dispose();

    // RFC 5321 section 4.5.2, and the end of the data.
    private static byte[] Stuffed(byte[] message)
    {
        var stuffed = new MemoryStream(message.Length + 64);
        var atLineStart = true;
        foreach (var b in message)
        {
            if (atLineStart && b == '.')
            {
                stuffed.WriteByte((byte)'.');
            }

            stuffed.WriteByte(b);
            atLineStart = b == '\n';
        }

        stuffed.Write(atLineStart ? ".\r\n"u8 : "\r\n.\r\n"u8);
        return stuffed.ToArray();
    }

    private async Task<string> ReadReplyAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        while (true)
        {
            var text = Encoding.UTF8.GetString(_buffer, 0, _filled);
            if (text.EndsWith("\r\n", StringComparison.Ordinal) && text.Split("\r\n")[^2] is { Length: > 3 } last && last[3] == ' ')
            {
                _filled = 0;
                return text.TrimEnd();
            }

            var length = await _socket.ReceiveAsync(_buffer.AsMemory(_filled), patience.Token);
            if (length == 0)
            {
                throw new IOException($"The server closed the connection: {text}");
            }

            _filled += length;
        }
    }

    private void Expect(string reply, string code) => Assert.True(reply.StartsWith(code, StringComparison.Ordinal), $"expected {code}: {reply}");
}
