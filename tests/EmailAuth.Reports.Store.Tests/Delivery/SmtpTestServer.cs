using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace EmailAuth.Reports.Store.Tests.Delivery;

/// <summary>A mail server on loopback whose replies a test chooses.</summary>
internal sealed class SmtpTestServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _accepting;
    private X509Certificate2? _certificate;
    private int _connections;

    public SmtpTestServer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Replies to a command in place of the usual one; null for that. "CLOSE" ends the connection without a reply.</summary>
    public Func<string, string?> Script { get; set; } = static _ => null;

    /// <summary>Is awaited after the final dot, before the reply.</summary>
    public Func<Task>? BeforeAcceptance { get; set; }

    /// <summary>Gets each mail that is taken; by default, <see cref="Mails"/> keeps them.</summary>
    public Action<string>? Taken { get; set; }

    /// <summary>A further extension that is offered in reply to EHLO.</summary>
    public string Extension { get; init; } = "8BITMIME";

    /// <summary>Whether STARTTLS is offered, with a certificate that nobody vouches for.</summary>
    public bool OffersTls { get; set; }

    /// <summary>Whether the offer is false: the handshake does not work.</summary>
    public bool BreaksTls { get; set; }

    public int Connections => _connections;

    public ConcurrentQueue<string> Commands { get; } = new();

    public ConcurrentQueue<(string MailFrom, string Recipient, byte[] Message, bool IsEncrypted)> Mails { get; } = new();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        try
        {
            await _accepting;
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or InvalidOperationException)
        {
            // The listener was stopped.
        }

        _certificate?.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptTcpClientAsync(_end.Token);
            Interlocked.Increment(ref _connections);
            _ = ServeAsync(client);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                await TalkAsync(client.GetStream());
            }
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException or System.Security.Authentication.AuthenticationException)
        {
            // The client or the test ended the connection.
        }
    }

    private async Task TalkAsync(Stream stream)
    {
        var (isEncrypted, mailFrom, recipient) = (false, string.Empty, string.Empty);
        var lines = new LineReader(stream);
        await SayAsync(stream, Script("CONNECT") ?? "220 mx.test ESMTP");
        while (await lines.ReadAsync(_end.Token) is { } line)
        {
            if (Taken is null)
            {
                Commands.Enqueue(line);
            }

            var verb = line.Split(' ', ':')[0].ToUpperInvariant();
            var reply = Script(line);
            if (reply == "CLOSE")
            {
                return;
            }

            if (reply is not null)
            {
                await SayAsync(stream, reply);
                continue;
            }

            switch (verb)
            {
                case "EHLO":
                    await SayAsync(stream, $"250-mx.test\r\n{(OffersTls && !isEncrypted ? "250-STARTTLS\r\n" : null)}250 {Extension}");
                    break;
                case "STARTTLS":
                    await SayAsync(stream, "220 go on");
                    if (BreaksTls)
                    {
                        await SayAsync(stream, "this is not TLS");
                        return;
                    }

                    var tls = new SslStream(stream);
                    await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = Certificate() }, _end.Token);
                    (stream, lines, isEncrypted) = (tls, new LineReader(tls), true);
                    break;
                case "MAIL":
                    mailFrom = Path(line);
                    await SayAsync(stream, "250 2.1.0 ok");
                    break;
                case "RCPT":
                    recipient = Path(line);
                    await SayAsync(stream, "250 2.1.5 ok");
                    break;
                case "DATA":
                    await SayAsync(stream, "354 go on");
                    if (await ReadMessageAsync(lines) is not { } message)
                    {
                        // Without the final dot there is no mail.
                        return;
                    }

                    if (BeforeAcceptance is { } wait)
                    {
                        await wait();
                    }

                    if (Script("DOT") is { } refused)
                    {
                        await SayAsync(stream, refused);
                        break;
                    }

                    if (Taken is { } taken)
                    {
                        taken(recipient);
                    }
                    else
                    {
                        Mails.Enqueue((mailFrom, recipient, message, isEncrypted));
                    }

                    await SayAsync(stream, "250 2.0.0 queued as 1");
                    break;
                case "QUIT":
                    await SayAsync(stream, "221 bye");
                    return;
                default:
                    await SayAsync(stream, "250 ok");
                    break;
            }
        }
    }

    private static string Path(string line) => line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)];

    private async Task SayAsync(Stream stream, string text)
    {
        await stream.WriteAsync(Encoding.ASCII.GetBytes(text + "\r\n"), _end.Token);
        await stream.FlushAsync(_end.Token);
    }

    private async Task<byte[]?> ReadMessageAsync(LineReader lines)
    {
        using var message = new MemoryStream();
        while (await lines.ReadAsync(_end.Token) is { } line)
        {
            if (line == ".")
            {
                return message.ToArray();
            }

            message.Write(Encoding.ASCII.GetBytes((line.StartsWith('.') ? line[1..] : line) + "\r\n"));
        }

        return null;
    }

    private X509Certificate2 Certificate()
    {
        if (_certificate is null)
        {
            using var key = RSA.Create(2048);
            var request = new CertificateRequest("CN=somebody.else.test", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            var now = TimeProvider.System.GetUtcNow();
            using var made = request.CreateSelfSigned(now.AddDays(-2), now.AddDays(-1));
            _certificate = X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pfx), null);
        }

        return _certificate;
    }

    private sealed class LineReader(Stream stream)
    {
        private readonly byte[] _buffer = new byte[4096];
        private readonly List<byte> _line = [];
        private int _at;
        private int _end;

        public async Task<string?> ReadAsync(CancellationToken cancellationToken)
        {
            _line.Clear();
            while (true)
            {
                if (_at == _end)
                {
                    (_at, _end) = (0, await stream.ReadAsync(_buffer, cancellationToken));
                    if (_end == 0)
                    {
                        return null;
                    }
                }

                var next = _buffer[_at++];
                if (next == '\n')
                {
                    return Encoding.ASCII.GetString([.. _line]).TrimEnd('\r');
                }

                _line.Add(next);
            }
        }
    }
}
