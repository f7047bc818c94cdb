using System.Net;
using System.Net.Sockets;
using System.Text;
using EmailAuth.Inspection.Senders;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Domains;

/// <summary>
/// Asks a mail host whether it takes mail for postmaster@ and abuse@, by RCPT TO. No message is sent. Many hosts treat such questions as a search for
/// addresses to send spam to, so this is only done when the user asks for it.
/// </summary>
/// <param name="port">The port of SMTP.</param>
/// <param name="helo">The name of this host. One without a dot is not said: its address is.</param>
/// <param name="timeout">How long a host may take.</param>
internal sealed class SmtpProbe(int port, string helo, TimeSpan timeout)
{
    private const int MaxLineLength = 2_000;
    private const int MaxLines = 100;

    /// <summary>The local-parts (RFC 5321 section 4.5.1, RFC 2142).</summary>
    private static readonly string[] Roles = ["postmaster", "abuse"];

    /// <summary>Asks a host.</summary>
    /// <param name="domain">The domain of the addresses.</param>
    /// <param name="host">An address of the mail host.</param>
    /// <param name="cancellationToken">Ends the dialogue.</param>
    public async Task<RoleAddress[]> AskAsync(DomainName domain, IPAddress host, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            using var socket = new TcpClient(host.AddressFamily);
            await socket.ConnectAsync(host, port, limit.Token);
            return await AskAsync(domain, socket, limit.Token);
        }
        catch (Exception e) when (e is SocketException or IOException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return Unknown(domain, e is OperationCanceledException ? $"no answer from {host} in {timeout.TotalSeconds:0} s" : $"no dialogue with {host}: {e.Message}");
        }
    }

    /// <summary>Both addresses, of which nothing is known.</summary>
    public static RoleAddress[] Unknown(DomainName domain, string reason) =>
        Array.ConvertAll(Roles, role => new RoleAddress { Address = $"{role}@{domain}", Reply = reason });

    private async Task<RoleAddress[]> AskAsync(DomainName domain, TcpClient socket, CancellationToken cancellationToken)
    {
        var stream = socket.GetStream();
        foreach (var command in new[] { null, $"EHLO {Greeting(((IPEndPoint)socket.Client.LocalEndPoint!).Address)}", "MAIL FROM:<>" })
        {
            var reply = await SayAsync(stream, command, cancellationToken);
            if (reply is not ['2', ..])
            {
                return Unknown(domain, $"{command ?? "the greeting"}: {reply}");
            }
        }

        var found = new List<RoleAddress>();
        foreach (var role in Roles)
        {
            var reply = await SayAsync(stream, $"RCPT TO:<{role}@{domain}>", cancellationToken);
            found.Add(new RoleAddress
            {
                Address = $"{role}@{domain}",
                IsAccepted = IsAccepted(reply),
                Reply = reply,
            });
        }

        await SayAsync(stream, "QUIT", cancellationToken);
        return [.. found];
    }

    // RFC 5321 section 4.1.3: a host without a name that others can look up says its address.
    private string Greeting(IPAddress own)
    {
        var address = own.IsIPv4MappedToIPv6 ? own.MapToIPv4() : own;
        return helo.Contains('.', StringComparison.Ordinal) ? helo
            : address.AddressFamily == AddressFamily.InterNetwork ? $"[{address}]"
            : $"[IPv6:{new IPAddress(address.GetAddressBytes())}]";
    }

    // RFC 5321 section 4.2.1: 2yz is acceptance, 4yz may be greylisting. Many hosts refuse a client only here, for its name or because a block list
    // has it: of 5yz only what is about the address is its refusal (RFC 3463: 5.1.z, but for 5.1.7 and 5.1.8, which are about the sender).
    private static bool? IsAccepted(string reply)
    {
        if (reply is ['2', ..])
        {
            return true;
        }

        var words = reply.Split(' ', 3);
        var status = words.Length > 1 ? words[1] : string.Empty;
        return words[0] is not ['5', _, _] || reply.Contains("5.7.", StringComparison.Ordinal) || status is "5.1.7" or "5.1.8" ? null
            : status.StartsWith("5.1.", StringComparison.Ordinal) || words[0] is "550" or "551" ? false
            : null;
    }

    // Sends a command, and reads the reply: its last line, in visible ASCII.
    private static async Task<string> SayAsync(NetworkStream stream, string? command, CancellationToken cancellationToken)
    {
        if (command is not null)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), cancellationToken);
        }

        var line = new StringBuilder();
        var octet = new byte[1];
        for (var lines = 0; lines < MaxLines; lines++)
        {
            line.Clear();
            while (true)
            {
                if (await stream.ReadAsync(octet, cancellationToken) == 0 || line.Length > MaxLineLength)
                {
                    throw new IOException("the host ended the dialogue, or its reply is too long");
                }

                if (octet[0] == '\n')
                {
                    break;
                }

                line.Append(octet[0] is >= (byte)' ' and <= (byte)'~' ? (char)octet[0] : ' ');
            }

            if (line.Length < 4 || line[3] != '-')
            {
                return line.ToString().TrimEnd();
            }
        }

        throw new IOException("the reply is too long");
    }
}
