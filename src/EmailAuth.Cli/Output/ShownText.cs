using System.Runtime.InteropServices;
using System.Text.Json;
using MimeKit;

namespace EmailAuth.Cli.Output;

/// <summary>
/// What mail programs show of a message beside its address: the sender's words, which no check verifies. They are set apart from what is
/// verified, so that nobody takes one for the other.
/// </summary>
/// <param name="DisplayName">The name in front of the first address of From, decoded (RFC 2047); null when there is none.</param>
/// <param name="Subject">The first Subject, decoded; null when there is none.</param>
internal sealed record ShownText(string? DisplayName, string? Subject)
{
    private const int MaxCharacters = 256;

    /// <summary>Reads them as a mail program would. A header that cannot be read has none.</summary>
    public static ShownText Of(ReadOnlyMemory<byte> message)
    {
        try
        {
            var bytes = MemoryMarshal.TryGetArray(message, out var segment) ? segment : message.ToArray();
            using var stream = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
            var fields = HeaderList.Load(stream);
            var from = fields[HeaderId.From];
            var name = from is not null && InternetAddressList.TryParse(from, out var list) ? list.FirstOrDefault()?.Name : null;
            return new ShownText(Cut(name), Cut(fields[HeaderId.Subject]));
        }
        catch (Exception e) when (e is FormatException or IOException)
        {
            return new ShownText(null, null);
        }
    }

    /// <summary>Writes an outcome with these beside it, as <c>unverified</c>.</summary>
    public string Json(AuthenticationOutcome outcome, JsonWriterOptions options, string? message = null)
    {
        using var document = JsonDocument.Parse(outcome.ToJson());
        return JsonOutput.Text(
            json =>
            {
                json.WriteStartObject();
                if (message is not null)
                {
                    json.WriteString("message", message);
                }

                foreach (var member in document.RootElement.EnumerateObject())
                {
                    member.WriteTo(json);
                    if (member.NameEquals("author"))
                    {
                        WriteTo(json);
                    }
                }

                json.WriteEndObject();
            },
            options);
    }

    private static string? Cut(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : text.Length <= MaxCharacters ? text : string.Concat(text.AsSpan(0, MaxCharacters), "...");

    private void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject("unverified");
        json.WriteString("display_name", DisplayName);
        json.WriteString("subject", Subject);
        json.WriteEndObject();
    }
}
