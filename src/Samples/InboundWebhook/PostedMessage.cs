using System.Net;
using System.Text;
using System.Text.Json;
using EmailAuth;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

/// <summary>The fields of a SendGrid post ("send raw"): the message as it arrived there, and who delivered it.</summary>
internal sealed record PostedMessage(SmtpEnvelope Envelope, byte[] Message)
{
    private sealed record Paths(string? From, string[]? To);

    /// <summary>Reads a body; null if a field is absent or malformed.</summary>
    public static async Task<PostedMessage?> ReadAsync(string? contentType, Stream body, CancellationToken cancellationToken)
    {
        try
        {
            var fields = new Dictionary<string, byte[]>(StringComparer.Ordinal);
            var boundary = HeaderUtilities.RemoveQuotes(MediaTypeHeaderValue.Parse(contentType).Boundary).ToString();
            var reader = new MultipartReader(boundary, body);

            // As bytes: a message is not text, and its signatures depend on each of them.
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                using var value = new MemoryStream();
                await section.Body.CopyToAsync(value, cancellationToken);
                if (section.GetContentDispositionHeader()?.Name.Value is { } name)
                {
                    fields[HeaderUtilities.RemoveQuotes(name).ToString()] = value.ToArray();
                }
            }

            var paths = JsonSerializer.Deserialize<Paths>(fields["envelope"], JsonSerializerOptions.Web);
            var client = IPAddress.Parse(Encoding.ASCII.GetString(fields["sender_ip"]));

            // The provider does not say what the client said in HELO.
            return new PostedMessage(new SmtpEnvelope(client, helo: null, paths?.From ?? string.Empty) { Recipients = [.. paths?.To ?? []] }, fields["email"]);
        }
        catch (Exception e) when (e is FormatException or JsonException or InvalidDataException or IOException or KeyNotFoundException or ArgumentException)
        {
            return null;
        }
    }
}
