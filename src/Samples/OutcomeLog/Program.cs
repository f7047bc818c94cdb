using System.Net;
using EmailAuth;
using EmailAuth.Hosting;

var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddEmailAuth(builder.Configuration.GetSection("EmailAuth"));
builder.Services.AddEmailAuthObserver<ChannelObserver>();
builder.Services.AddHostedService<OutcomeWriter>();
using IHost host = builder.Build();
await host.StartAsync();

// In place of your mail server: each line of the input names a client, its HELO, MAIL FROM and the file of a message.
var pipeline = host.Services.GetRequiredService<AuthenticationPipeline>();
var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
using var input = new StreamReader(Console.OpenStandardInput());
try
{
    while (await input.ReadLineAsync(stopping).AsTask().WaitAsync(stopping) is { } line)
    {
        await JudgeAsync(line);
    }
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("stopped");
}

await host.StopAsync();

async Task JudgeAsync(string line)
{
    if (line.Split(' ') is not [var client, var helo, var mailFrom, var file] || !IPAddress.TryParse(client, out var address) || !File.Exists(file))
    {
        Console.Error.WriteLine($"not CLIENT HELO MAIL_FROM FILE: {line}");
        return;
    }

    await using FileStream message = File.OpenRead(file);
    await pipeline.AuthenticateAsync(new SmtpEnvelope(address, helo, mailFrom), message, stopping);
}
