using EmailAuth.Dns;
using EmailAuth.Reports.Store.Delivery.Mail;
using EmailAuth.Syntax;
using MailKit.Net.Smtp;
using MimeKit;

namespace EmailAuth.Reports.Store.Delivery.Smtp;

/// <summary>
/// Mails reports by SMTP, to a smarthost or to the hosts of each recipient's domain. A connection is kept a while for the next report to the same
/// place.
/// </summary>
public sealed class SmtpTransport : IReportTransport
{
    private readonly SmtpTransportOptions _options;
    private readonly MailRouteLookup _routes;
    private readonly SmtpConnections _connections;
    private readonly TimeProvider _time;

    /// <summary>Makes a transport.</summary>
    /// <param name="resolver">Finds the hosts of recipients' domains.</param>
    /// <param name="options">How mail is handed over.</param>
    /// <param name="timeProvider">The clock, or null for the system's.</param>
    public SmtpTransport(IDnsResolver resolver, SmtpTransportOptions options, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(resolver);
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _time = timeProvider ?? TimeProvider.System;
        _routes = new MailRouteLookup(resolver, options.AllowsPrivateAddresses);
        _connections = new SmtpConnections(options, _time);
    }

    /// <inheritdoc/>
    public async Task<DeliveryAttempt> SendAsync(ReportMail mail, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(mail);
        using var limit = new CancellationTokenSource(_options.MailTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return await SendInTimeAsync(mail, both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return DeliveryAttempt.Deferred($"the mail was not taken within {_options.MailTimeout.TotalSeconds:0} seconds");
        }
    }

    /// <summary>Ends the connections.</summary>
    public ValueTask DisposeAsync() => _connections.DisposeAsync();

    private async Task<DeliveryAttempt> SendInTimeAsync(ReportMail mail, CancellationToken cancellationToken)
    {
        var place = _options.Smarthost ?? mail.Recipient[(mail.Recipient.LastIndexOf('@') + 1)..];
        try
        {
            var client = await _connections.TakeAsync(place, cancellationToken);
            if (client is null)
            {
                var (connected, fault) = await ConnectAsync(place, cancellationToken);
                if (connected is null)
                {
                    return fault!;
                }

                client = connected;
            }

            return await SendAsync(client, place, mail, cancellationToken);
        }
        catch (Exception e) when (SmtpFault.IsOfPeer(e))
        {
            return DeliveryAttempt.Deferred(SmtpFault.Text(e));
        }
    }

    private async Task<(SmtpClient? Client, DeliveryAttempt? Fault)> ConnectAsync(string place, CancellationToken cancellationToken)
    {
        if (_options.Smarthost is not null)
        {
            return (await _connections.ConnectToNameAsync(place, cancellationToken), null);
        }

        if (DomainName.Parse(place).Value is not { } domain)
        {
            return (null, DeliveryAttempt.Refused("the address has no domain"));
        }

        var route = await _routes.FindAsync(domain, cancellationToken);
        var fault = route.Fault;
        foreach (var target in route.Targets)
        {
            try
            {
                return (await _connections.ConnectToAddressAsync(target, cancellationToken), null);
            }
            catch (Exception e) when (SmtpFault.IsOfPeer(e))
            {
                // The next host is tried; what the first one said is what people look for.
                fault ??= DeliveryAttempt.Deferred($"{target.Host}: {SmtpFault.Text(e)}");
            }
        }

        return (null, fault);
    }

    private async Task<DeliveryAttempt> SendAsync(SmtpClient client, string place, ReportMail mail, CancellationToken cancellationToken)
    {
        var isKept = false;
        try
        {
            // The octets stay as they are signed: MailKit prepares no message that has a DKIM signature.
            using var octets = new MemoryStream(mail.Message.ToArray(), writable: false);
            using var message = await MimeMessage.LoadAsync(octets, persistent: true, cancellationToken);
            var reply = await client.SendAsync(
                FormatOptions.Default, message, new MailboxAddress(null, mail.ReturnPath), [new MailboxAddress(null, mail.Recipient)], cancellationToken);
            isKept = true;
            return DeliveryAttempt.Sent($"250 {reply}");
        }
        catch (SmtpCommandException e)
        {
            // After a reply the dialogue can go on; MailKit has sent RSET.
            isKept = client.IsConnected;
            return SmtpFault.Classify(e, _options.Smarthost is not null);
        }
        finally
        {
            _connections.GiveBack(place, client, isKept);
        }
    }
}
