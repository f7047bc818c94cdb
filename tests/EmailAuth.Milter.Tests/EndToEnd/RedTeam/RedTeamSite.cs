using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Milter.Tests.EndToEnd.RedTeam;

/// <summary>A receiver that enforces policies: Postfix, our milter with <c>OnReject</c> "reject", and the name servers of everybody.</summary>
public sealed class RedTeamSite : IAsyncLifetime
{
    /// <summary>The mailbox to which nothing may ever be delivered.</summary>
    internal const string Trap = "box1000";

    /// <summary>A client whose mail is not judged.</summary>
    internal const string UncheckedClient = "198.18.0.1";

    private readonly string _folder = Directory.CreateTempSubdirectory("emailauth-red-").FullName;
    private HostileDns? _dns;
    private int _mailboxes;

    /// <summary>Why there is no site, or null.</summary>
    public string? Missing { get; } = Programs.WhyNoPostfix();

    internal int Port { get; private set; }

    internal PostfixServer Postfix { get; private set; } = null!;

    internal Daemon Milter { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (Missing is not null)
        {
            return;
        }

        _dns = new HostileDns();
        var socket = Path.Combine(_folder, "milter.sock");
        var configuration = Path.Combine(_folder, "milter.json");

        // A server of the attacker's that is silent is waited for twice, and no honest one is given up because it waits for a processor.
        await File.WriteAllTextAsync(configuration, $$"""
            {
              "Listen": "unix:{{socket}}", "SocketMode": "0666", "AuthservId": "mx.example.org", "UncheckedClients": "198.18.0.0/15", "AddReceivedSpf": true,
              "Dns": { "Servers": "{{_dns.EndPoint}}", "Timeout": "8s" },
              "Policy": { "OnReject": "reject", "TrustedSealers": "{{HostileDns.Forwarder}}, hop3.example" }
            }
            """);
        await Daemon.RunAsync("chmod", "0755", _folder);
        Milter = await MilterProcess.StartAsync(configuration, socket);
        Port = LoopbackPort.Take();

        // Postfix takes us for a local client whatever XCLIENT says, and would mend From and add one where it is missing.
        Postfix = await PostfixServer.StartChangingAsync(Path.Combine(_folder, "postfix"), "local_header_rewrite_clients =", new PostfixListener(Port, $"unix:{socket}"));
    }

    public async ValueTask DisposeAsync()
    {
        if (Postfix is not null)
        {
            await Postfix.DisposeAsync();
        }

        if (Milter is not null)
        {
            await Milter.DisposeAsync();
        }

        if (_dns is not null)
        {
            await _dns.DisposeAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Sends a mail and says what is wrong with what became of it, or null.</summary>
    internal async Task<string?> TryAsync(Mail mail)
    {
        var mailbox = $"box{Interlocked.Increment(ref _mailboxes)}";
        using var smtp = await SmtpConnection.OpenAsync(Port, mail.Client, null, mail.Helo, mail.Login);
        var reply = mail.Sending is { } sending ? await sending(smtp, mail, mailbox) : await smtp.SendAsync(mail.From, $"{mailbox}@example.org", mail.Message);
        var answer = reply[0] switch { '2' => Answer.Delivered, '4' => Answer.Deferred, '5' => Answer.Refused, _ => throw new IOException(reply) };
        var wrong = answer != Answer.Delivered ? null : DeliveredMail.Read(await Postfix.DeliveredAsync(mailbox)).WhatIsWrong(mail);
        wrong = answer != mail.Expected ? $"expected {mail.Expected}: {reply}{(answer == Answer.Delivered ? $"\n{Head(await Postfix.DeliveredAsync(mailbox))}" : null)}" : wrong;
        return wrong is null ? null : $"{mail.What}: {wrong}";
    }

    private static string Head(string message) => message[..Math.Min(message.Length, 2_000)];
}
