using System.Net;
using SmtpServer;
using SmtpServer.Mail;
using SmtpServer.Protocol;
using SmtpServer.Storage;

/// <summary>Listens for mail as long as the host runs.</summary>
internal sealed class SmtpListener(IServiceProvider services, IConfiguration configuration) : BackgroundService
{
    public const string Helo = nameof(Helo);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var settings = configuration.GetRequiredSection("Server");
        var address = new IPEndPoint(IPAddress.Parse(settings["Address"]!), settings.GetValue<int>("Port"));
        var server = new SmtpServer.SmtpServer(
            new SmtpServerOptionsBuilder()
                .ServerName(configuration["EmailAuth:AuthservId"]!)
                .MaxMessageSize(settings.GetValue<int>("MaxMessageBytes"), MaxMessageSizeHandling.Strict)
                .Endpoint(endpoint => endpoint.Endpoint(address))
                .Build(),
            services);

        // SPF needs the client's name in HELO or EHLO, which SmtpServer does not keep.
        server.SessionCreated += static (_, session) => session.Context.CommandExecuting += static (_, executing) =>
        {
            var name = (executing.Command as EhloCommand)?.DomainOrAddress ?? (executing.Command as HeloCommand)?.DomainOrAddress;
            if (name is not null)
            {
                executing.Context.Properties[Helo] = name;
            }
        };
        await server.StartAsync(stoppingToken);
    }
}

/// <summary>Takes mail for our own domains only.</summary>
internal sealed class OwnDomains(IConfiguration configuration) : IMailboxFilter
{
    private readonly string[] _domains = configuration["Server:Domains"]!.Split(',', StringSplitOptions.TrimEntries);

    public Task<bool> CanAcceptFromAsync(ISessionContext context, IMailbox from, int size, CancellationToken cancellationToken) => Task.FromResult(true);

    public Task<bool> CanDeliverToAsync(ISessionContext context, IMailbox to, IMailbox from, CancellationToken cancellationToken) =>
        Task.FromResult(_domains.Contains(to.Host, StringComparer.OrdinalIgnoreCase));
}
