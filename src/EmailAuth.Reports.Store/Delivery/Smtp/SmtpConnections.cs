using System.Net;
using System.Net.Sockets;
using MailKit.Net.Smtp;
using MailKit.Security;

namespace EmailAuth.Reports.Store.Delivery.Smtp;

/// <summary>Makes connections to mail hosts, and keeps idle ones for the next mail to the same place. Used by one thread at a time.</summary>
internal sealed class SmtpConnections(SmtpTransportOptions options, TimeProvider time) : IAsyncDisposable
{
    private readonly Dictionary<string, (SmtpClient Client, long Since)> _idle = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>How many connections were made.</summary>
    public int Made { get; private set; }

    /// <summary>An idle connection to a place, if there is one that works.</summary>
    public async ValueTask<SmtpClient?> TakeAsync(string place, CancellationToken cancellationToken)
    {
        await CloseOldAsync();
        if (!_idle.Remove(place, out var kept))
        {
            // Room for the connection that comes now.
            while (_idle.Count >= options.MaxKept && _idle.Count > 0)
            {
                await CloseAsync(_idle.MinBy(static idle => idle.Value.Since).Key);
            }

            return null;
        }

        try
        {
            // A host may have ended the connection since: found out here, and not in the middle of a mail.
            await kept.Client.NoOpAsync(cancellationToken);
            return kept.Client;
        }
        catch (Exception e) when (SmtpFault.IsOfPeer(e))
        {
            kept.Client.Dispose();
            return null;
        }
        catch (OperationCanceledException)
        {
            kept.Client.Dispose();
            throw;
        }
    }

    /// <summary>Keeps a connection that can be used again, or ends it. Nothing is waited for: a mail that was taken is to be noted at once.</summary>
    public void GiveBack(string place, SmtpClient client, bool isUsable)
    {
        if (!isUsable || !client.IsConnected || _idle.Count >= options.MaxKept || !_idle.TryAdd(place, (client, time.GetTimestamp())))
        {
            client.Dispose();
        }
    }

    /// <summary>Connects to a smarthost.</summary>
    public async Task<SmtpClient> ConnectToNameAsync(string host, CancellationToken cancellationToken)
    {
        var isImplicit = options.Security == SmtpSecurity.Implicit;
        var client = await ConnectAsync(
            (connecting, security, token) => connecting.ConnectAsync(host, options.Port, isImplicit ? SecureSocketOptions.SslOnConnect : security, token),
            cancellationToken);
        if (options.User is { } user)
        {
            try
            {
                if (!client.IsSecure && options.Security != SmtpSecurity.None)
                {
                    // An attacker between us and the smarthost could have removed the offer of TLS, and would read the password.
                    throw new System.Security.Authentication.AuthenticationException($"{host} offers no TLS, and the password is not sent without it");
                }

                await client.AuthenticateAsync(user, options.Password ?? string.Empty, cancellationToken);
            }
            catch
            {
                client.Dispose();
                throw;
            }
        }

        return client;
    }

    /// <summary>Connects to an address of a recipient's host.</summary>
    public Task<SmtpClient> ConnectToAddressAsync(MailTarget target, CancellationToken cancellationToken) => ConnectAsync(
        async (connecting, security, token) =>
        {
            var socket = new Socket(target.Address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                using var limit = new CancellationTokenSource(options.StepTimeout, time);
                using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, token);
                try
                {
                    await socket.ConnectAsync(new IPEndPoint(target.Address, options.Port), both.Token);
                }
                catch (OperationCanceledException e) when (!token.IsCancellationRequested)
                {
                    throw new TimeoutException($"no connection to {target.Address} in time", e);
                }

                await connecting.ConnectAsync(socket, target.Host, options.Port, security, token);
            }
            catch
            {
                socket.Dispose();
                throw;
            }
        },
        cancellationToken);

    public async ValueTask DisposeAsync()
    {
        foreach (var place in _idle.Keys.ToArray())
        {
            await CloseAsync(place);
        }
    }

    // RFC 7435 section 3: where TLS is offered and does not work, opportunistic security goes on without it.
    private async Task<SmtpClient> ConnectAsync(
        Func<SmtpClient, SecureSocketOptions, CancellationToken, Task> connect, CancellationToken cancellationToken)
    {
        try
        {
            return await ConnectOnceAsync(connect, ChosenSecurity, cancellationToken);
        }
        catch (SslHandshakeException) when (options.Security == SmtpSecurity.Opportunistic)
        {
            return await ConnectOnceAsync(connect, SecureSocketOptions.None, cancellationToken);
        }
    }

    private SecureSocketOptions ChosenSecurity => options.Security switch
    {
        SmtpSecurity.Opportunistic => SecureSocketOptions.StartTlsWhenAvailable,
        SmtpSecurity.Required or SmtpSecurity.Verified => SecureSocketOptions.StartTls,
        SmtpSecurity.Implicit => SecureSocketOptions.SslOnConnect,
        SmtpSecurity.None => SecureSocketOptions.None,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private async Task<SmtpClient> ConnectOnceAsync(
        Func<SmtpClient, SecureSocketOptions, CancellationToken, Task> connect, SecureSocketOptions security, CancellationToken cancellationToken)
    {
        var client = new SmtpClient
        {
            Timeout = (int)options.StepTimeout.TotalMilliseconds,
            LocalDomain = options.HeloName ?? System.Net.Dns.GetHostName(),
            CheckCertificateRevocation = false,
        };
        if (options.Security is not (SmtpSecurity.Verified or SmtpSecurity.Implicit))
        {
#pragma warning disable CA5359 // Without a verified name, a certificate's faults change nothing: see SmtpSecurity.
            client.ServerCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }

        try
        {
            await connect(client, security, cancellationToken);
            Made++;
            return client;
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    private async ValueTask CloseOldAsync()
    {
        foreach (var place in _idle.Where(kept => time.GetElapsedTime(kept.Value.Since) > options.KeptFor).Select(static kept => kept.Key).ToArray())
        {
            await CloseAsync(place);
        }
    }

    private async ValueTask CloseAsync(string place)
    {
        if (!_idle.Remove(place, out var kept))
        {
            return;
        }

        using (kept.Client)
        {
            try
            {
                // A host that does not answer QUIT is not waited for.
                using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), time);
                await kept.Client.DisconnectAsync(quit: true, limit.Token);
            }
            catch (Exception e) when (SmtpFault.IsOfPeer(e) || e is OperationCanceledException)
            {
                // The mails were taken: how the connection ends changes nothing.
            }
        }
    }
}
