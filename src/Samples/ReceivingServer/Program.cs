using EmailAuth.Hosting;
using SmtpServer.Storage;

var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddEmailAuth(builder.Configuration.GetSection("EmailAuth"));
builder.Services.AddSingleton<IMessageStore, AuthenticatingStore>();
builder.Services.AddSingleton<IMailboxFilter, OwnDomains>();
builder.Services.AddHostedService<SmtpListener>();
await builder.Build().RunAsync();
