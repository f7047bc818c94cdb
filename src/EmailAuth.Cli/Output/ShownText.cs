using System.Text;
using System.Text.Json;
using EmailAuth.Messages;
using MimeKit;
using MimeKit.Utils;

namespace EmailAuth.Cli.Output;

/// <summary>
/// The texts of a message that mail programs show in addition to the address. The sender writes them, and no check verifies them. They
/// are kept apart from verified data, so that people do not confuse the two.
/// </summary>
/// <param name="DisplayName">The name before the first address in From, decoded (RFC 2047). Null if From has no name.</param>
/// <param name="Subject">The first Subject, decoded. Null if the message has no Subject.</param>
/// <param name="MessageId">The first Message-ID, as written. Null if the message has no Message-ID.</param>
internal sealed record ShownText(string? DisplayName, string? Subject, string? MessageId)
{
    private const int MaxCharacters = 256;

    // Enough for every honest message. Decoding more would be work that the sender chooses.
    private const int MaxOctets = 4096;

    /// <summary>Reads them as a mail program would, from the first field of each name.</summary>
    public static ShownText Of(HeaderBlock header)
    {
        var from = First(header, "From"u8);
        var subject = First(header, "Subject"u8);
        var name = from is not null && InternetAddressList.TryParse(from, out var list) ? list.FirstOrDefault()?.Name : null;
        var id = First(header, "Message-ID"u8);
        return new ShownText(Cut(name), Cut(subject is null ? null : Rfc2047.DecodeText(subject)), Cut(id is null ? null : Encoding.UTF8.GetString(id)));
    }

    private static string? Cut(string? text) =>
        string.IsNullOrWhiteSpace(text) ? null : text.Trim() is { Length: <= MaxCharacters } all ? all : string.Concat(text.AsSpan(0, MaxCharacters), "...");

    private static byte[]? First(HeaderBlock header, ReadOnlySpan<byte> name)
    {
        for (var index = 0; index < header.Count; index++)
        {
            if (header[index].IsNamed(name))
            {
                var value = header[index].Value;
                return value[..Math.Min(value.Length, MaxOctets)].ToArray();
            }
        }

        return null;
    }

    /// <summary>Writes them as the member <c>unverified</c>.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject("unverified");
        json.WriteString("display_name", DisplayName);
        json.WriteString("subject", Subject);
        json.WriteString("message_id", MessageId);
        json.WriteEndObject();
    }
}
