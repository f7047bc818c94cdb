using System.Net;
using EmailAuth.Dkim;
using EmailAuth.Milter.Protocol;
using EmailAuth.Signatures;
using EmailAuth.Syntax;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

// Kestrel listens, limits the connections and ends them when the host stops.
var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
var settings = builder.Configuration.GetRequiredSection("Signer");
using var key = PemSigningKey.Load(await File.ReadAllTextAsync(settings["KeyFile"]!));
var domain = DomainName.Parse(settings["Domain"]!).Value ?? throw new InvalidOperationException("Signer:Domain is not a domain name.");
var identity = new DkimSigningIdentity { Domain = domain, Selector = settings["Selector"]!, Key = key };
builder.Services.AddSingleton(identity).AddSingleton(new DkimSigner([identity]));
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.Limits.MaxConcurrentConnections = 200;
    kestrel.Listen(IPAddress.Loopback, settings.GetValue<int>("Port"), static endpoint => endpoint.UseConnectionHandler<MilterConnections>());
});
await using WebApplication app = builder.Build();
app.Logger.LogInformation("Publish {Selector}._domainkey.{Domain} TXT \"{Record}\"", identity.Selector, identity.Domain, key.Record);
await app.RunAsync();

internal sealed class MilterConnections(DkimSigner signer, DkimSigningIdentity identity, ILogger<MilterConnections> logger) : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var stopping = connection.Features.GetRequiredFeature<IConnectionLifetimeNotificationFeature>().ConnectionClosedRequested;
        var result = await MilterConnection.RunAsync(
            connection.Transport.Input, connection.Transport.Output, new SigningHandler(signer, identity.Domain), SigningHandler.Options, stopping);
        logger.LogDebug("The MTA's connection ended: {Result}", result);
    }
}
