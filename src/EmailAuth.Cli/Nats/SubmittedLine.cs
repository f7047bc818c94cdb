using System.Buffers;
using System.Globalization;
using System.Text.Json;
using EmailAuth.Cli.Envelopes;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;

namespace EmailAuth.Cli.Nats;

/// <summary>A line to submit.</summary>
/// <param name="Name">Where it is from: a file, with a number when the file has several.</param>
/// <param name="Bytes">The line; empty when it could not be made.</param>
/// <param name="Error">Why it could not be made; null when it could.</param>
internal sealed record SubmittedLine(string Name, ReadOnlyMemory<byte> Bytes, string? Error = null)
{
    /// <summary>The line for a message.</summary>
    /// <param name="message">The message.</param>
    /// <param name="choice">What the user says about the envelope. A guessed envelope is not part of the line: nobody could see later that it was a guess.</param>
    /// <param name="authservId">The name of the host in the result; null for the worker's.</param>
    public static SubmittedLine Of(NamedMessage message, EnvelopeChoice choice, string? authservId)
    {
        if (message.Error is { } error)
        {
            return new SubmittedLine(message.Name, ReadOnlyMemory<byte>.Empty, error);
        }

        var stored = StoredEnvelopeReader.Read(choice, message.Bytes, message.MailboxLine);
        var buffer = new ArrayBufferWriter<byte>((message.Bytes.Length / 3 * 4) + 512);
        using (var json = new Utf8JsonWriter(buffer, JsonOutput.OneLine))
        {
            json.WriteStartObject();
            json.WriteString("id", message.Name);
            json.WriteStartObject("input");
            if (!stored.Envelope.IsReconstructed)
            {
                WriteEnvelope(json, stored);
            }

            json.WriteBase64String("message_b64", message.Bytes.Span);
            if (authservId is not null)
            {
                json.WriteStartObject("options");
                json.WriteString("authserv_id", authservId);
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return new SubmittedLine(message.Name, buffer.WrittenMemory);
    }

    private static void WriteEnvelope(Utf8JsonWriter json, StoredEnvelope stored)
    {
        WriteText(json, "ip", stored.Envelope.ClientAddress?.ToString());
        WriteText(json, "helo", stored.Envelope.Helo);
        WriteText(json, "mail_from", stored.Envelope.MailFrom);
        WriteText(json, "now", stored.Time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }
}
