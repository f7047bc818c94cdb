using System.Text;
using EmailAuth;
using EmailAuth.Messages;

/// <summary>The envelope of a message in a mailbox, as far as our own server wrote it down.</summary>
internal static class StoredEnvelope
{
    public static SmtpEnvelope Of(ReadOnlyMemory<byte> message, string receivedBy)
    {
        HeaderBlock header = HeaderBlock.Parse(LineEndings.ToCrlf(message));
        (ReceivedField? received, string? mailFrom) = (null, null);
        for (var i = 0; i < header.Count && received is null; i++)
        {
            // The topmost of our server: the fields below it are the sender's, who may write there what the sender likes.
            if (header[i].IsNamed("Received"u8) && ReceivedField.Parse(header[i].Value) is var field && receivedBy.Equals(field.ByHost, StringComparison.OrdinalIgnoreCase))
            {
                received = field;
            }
            else if (header[i].IsNamed("Return-Path"u8))
            {
                mailFrom ??= Encoding.UTF8.GetString(header[i].Value).Trim();
            }
        }

        return new SmtpEnvelope(received?.ClientAddress, received?.FromHost, received is null ? null : mailFrom) { IsReconstructed = true };
    }
}
