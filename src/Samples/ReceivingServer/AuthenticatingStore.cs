using System.Buffers;
using System.Net;
using System.Text;
using EmailAuth;
using EmailAuth.Messages;
using EmailAuth.Policy;
using SmtpServer;
using SmtpServer.Mail;
using SmtpServer.Net;
using SmtpServer.Protocol;
using SmtpServer.Storage;

/// <summary>Asks EmailAuth who sent a message, and refuses it or writes it into a folder.</summary>
internal sealed class AuthenticatingStore(AuthenticationPipeline pipeline, IConfiguration configuration, ILogger<AuthenticatingStore> logger) : IMessageStore
{
    public async Task<SmtpResponse> SaveAsync(
        ISessionContext context, IMessageTransaction transaction, ReadOnlySequence<byte> buffer, CancellationToken cancellationToken)
    {
        var client = (IPEndPoint)context.Properties[EndpointListener.RemoteEndPointKey];
        var mailFrom = transaction.From is { Host.Length: > 0 } from ? from.AsAddress() : string.Empty; // <> is the empty reverse-path
        var envelope = new SmtpEnvelope(client.Address, context.Properties[SmtpListener.Helo] as string, mailFrom)
        {
            Recipients = [.. transaction.To.Select(static to => to.AsAddress())],
        };
        // SmtpServer leaves out the line end before the final dot.
        byte[] message = [.. buffer.ToArray(), .. "\r\n"u8];
        try
        {
            AuthenticationOutcome outcome = await pipeline.AuthenticateAsync(envelope, message, cancellationToken);
            Disposition disposition = outcome.Disposition;
            if (disposition.Reply is { } refusal)
            {
                return new SmtpResponse((SmtpReplyCode)refusal.Code, $"{refusal.EnhancedCode} {refusal.Text}");
            }

            await WriteAsync(disposition.Action == DispositionAction.Quarantine ? "quarantine" : "inbox", outcome, message, cancellationToken);
            return SmtpResponse.Ok;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            // What goes wrong here is not the sender's fault: the client tries again later.
            logger.LogError(e, "The message was not taken.");
            return new SmtpResponse((SmtpReplyCode)451, "4.3.0 Try again later");
        }
    }

    private async Task WriteAsync(string folder, AuthenticationOutcome outcome, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        var path = Directory.CreateDirectory(Path.Combine(configuration["Server:MailFolder"]!, folder)).FullName;
        var file = Path.Combine(path, $"{Guid.CreateVersion7()}.eml");
        await using (var target = File.Create(file + ".part"))
        {
            // Our results at the top, and none of the fields that only we may write.
            var results = outcome.ExtendedHeader is { } second ? $"{outcome.Header}\r\n{second}\r\n" : $"{outcome.Header}\r\n";
            await target.WriteAsync(Encoding.UTF8.GetBytes(results), cancellationToken);
            message = outcome.HasConvertedLineEnds ? LineEndings.ToCrlf(message) : message;
            var header = HeaderBlock.Parse(message, pipeline.Options.MessageLimits);
            var removed = outcome.FieldsToRemove.Select(static field => field.Index).ToHashSet();
            var rest = 0;
            for (var i = 0; i < header.Count; rest += header[i++].Raw.Length)
            {
                await target.WriteAsync(removed.Contains(i) ? default : header[i].Raw, cancellationToken);
            }

            await target.WriteAsync(message[rest..], cancellationToken);
            target.Flush(flushToDisk: true);
        }

        File.Move(file + ".part", file);
    }
}
