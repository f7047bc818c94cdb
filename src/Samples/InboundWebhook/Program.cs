using System.Diagnostics;
using EmailAuth;
using EmailAuth.Hosting;
using EmailAuth.Policy;

const int MaxBytes = 30 * 1024 * 1024; // as much as the provider posts
var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.WebHost.ConfigureKestrel(static kestrel =>
{
    kestrel.Limits.MaxRequestBodySize = MaxBytes;
    kestrel.Limits.MaxConcurrentConnections = 32; // a request is held in memory until its signature is checked
});
builder.Services.AddEmailAuth(builder.Configuration.GetSection("EmailAuth"));
builder.Services.AddSingleton(TimeProvider.System);
var app = builder.Build();
var (signature, folder) = (new WebhookSignature(app.Configuration["Webhook:PublicKey"]), app.Configuration["Webhook:MailFolder"]!);
app.MapPost("/inbound", ReceiveAsync);
await app.RunAsync();

async Task<IResult> ReceiveAsync(HttpRequest request, AuthenticationPipeline pipeline, TimeProvider time, CancellationToken cancellationToken)
{
    using var body = new MemoryStream();
    try
    {
        await request.Body.CopyToAsync(body, cancellationToken);
    }
    catch (BadHttpRequestException e)
    {
        return Results.StatusCode(e.StatusCode); // too large, too slow
    }

    if (!signature.IsGenuine(request.Headers, body.GetBuffer().AsSpan(0, (int)body.Length), time.GetUtcNow()))
    {
        return Results.Unauthorized();
    }

    body.Position = 0;
    if (await PostedMessage.ReadAsync(request.ContentType, body, cancellationToken) is not { } posted)
    {
        return Results.BadRequest();
    }

    AuthenticationOutcome outcome = await pipeline.AuthenticateAsync(posted.Envelope, posted.Message, cancellationToken);
    switch (outcome.Disposition.Action)
    {
        case DispositionAction.Accept or DispositionAction.Quarantine:
            await StoreAsync(posted.Message, outcome, cancellationToken);
            return Results.Ok();
        case DispositionAction.Reject:
            // The provider has taken the message already. A bounce would go to the victim of the forgery: drop it.
            return Results.Ok();
        case DispositionAction.TempFail:
            return Results.StatusCode(StatusCodes.Status503ServiceUnavailable); // the provider posts it again later
        default:
            throw new UnreachableException();
    }
}

// The message is ours when the provider hears 200, so it must be on the disk. Its outcome is beside it, for the program that reads it.
async Task StoreAsync(ReadOnlyMemory<byte> message, AuthenticationOutcome outcome, CancellationToken cancellationToken)
{
    var path = Path.Combine(Directory.CreateDirectory(folder).FullName, Guid.CreateVersion7().ToString());
    await File.WriteAllTextAsync(path + ".json", outcome.ToJson(), cancellationToken);
    await using (var file = File.Create(path + ".part"))
    {
        await file.WriteAsync(message, cancellationToken);
        file.Flush(flushToDisk: true);
    }

    File.Move(path + ".part", path + ".eml");
}
