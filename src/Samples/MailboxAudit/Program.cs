using EmailAuth;
using EmailAuth.Dmarc;
using EmailAuth.Hosting;
using MailKit;
using MailKit.Net.Imap;
using MailKit.Security;

var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddEmailAuth(builder.Configuration.GetSection("EmailAuth"));
using IHost host = builder.Build();
var (pipeline, settings) = (host.Services.GetRequiredService<AuthenticationPipeline>(), builder.Configuration.GetRequiredSection("Mailbox"));
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
try
{
    await AuditAsync(stop.Token);
    return 0;
}
catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or AuthenticationException or SslHandshakeException or CommandException or ProtocolException or OperationCanceledException)
{
    Console.Error.WriteLine($"{settings["Host"]}: {e.Message}");
    return 1;
}

async Task AuditAsync(CancellationToken cancellationToken)
{
    using var client = new ImapClient();
    await client.ConnectAsync(settings["Host"]!, settings.GetValue<int>("Port"), SecureSocketOptions.SslOnConnect, cancellationToken);
    await client.AuthenticateAsync(settings["User"]!, settings["Password"]!, cancellationToken);
    IMailFolder folder = await client.GetFolderAsync(settings["Folder"]!, cancellationToken);
    await folder.OpenAsync(FolderAccess.ReadOnly, cancellationToken);
    var counts = new SortedDictionary<string, (int Pass, int Fail, int Other)>(StringComparer.Ordinal);
    foreach (IMessageSummary summary in await folder.FetchAsync(0, -1, MessageSummaryItems.UniqueId | MessageSummaryItems.Size, cancellationToken))
    {
        if (summary.Size > settings.GetValue<uint>("MaxMessageBytes"))
        {
            Console.WriteLine($"message {summary.UniqueId}: skipped, it has {summary.Size} bytes");
            continue;
        }

        // The bytes, not a MimeMessage: signatures depend on each of them.
        using var bytes = new MemoryStream();
        await using (Stream stream = await folder.GetStreamAsync(summary.UniqueId, string.Empty, cancellationToken))
        {
            await stream.CopyToAsync(bytes, cancellationToken);
        }

        byte[] message = bytes.ToArray();
        AuthenticationOutcome outcome = await pipeline.AuthenticateAsync(StoredEnvelope.Of(message, settings["ReceivedBy"]!), message, cancellationToken);
        var author = outcome.Author.Domain?.ToString() ?? "(none)";
        var (pass, fail, other) = counts.GetValueOrDefault(author);
        DmarcResultCode? code = outcome.Dmarc?.Code;
        counts[author] = code == DmarcResultCode.Pass ? (pass + 1, fail, other) : code == DmarcResultCode.Fail ? (pass, fail + 1, other) : (pass, fail, other + 1);
        if (code != DmarcResultCode.Pass)
        {
            Console.WriteLine($"message {summary.UniqueId}: {outcome.Disposition.Reason}");
        }
    }

    await client.DisconnectAsync(quit: true, cancellationToken);
    Console.WriteLine("  pass  fail other  DMARC of");
    foreach (var (author, (pass, fail, other)) in counts)
    {
        Console.WriteLine($"{pass,6}{fail,6}{other,6}  {author}");
    }
}
