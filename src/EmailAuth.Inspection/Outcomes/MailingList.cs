using System.Text;
using EmailAuth.Messages;

namespace EmailAuth.Inspection.Outcomes;

/// <summary>The signs that a message came through a mailing list. Anyone can write them, so they only help to guess who changed it.</summary>
internal static class MailingList
{
    private const int MaxCharacters = 80;

    /// <summary>The identifier of the list (RFC 2919), or null.</summary>
    public static string? Of(HeaderBlock? header)
    {
        for (var index = 0; index < (header?.Count ?? 0); index++)
        {
            var field = header![index];
            if (field.IsNamed("List-Id"u8))
            {
                return IdOf(field.Value);
            }
        }

        return null;
    }

    // RFC 2919 section 3: the identifier is in angle brackets, after a phrase that describes the list.
    private static string? IdOf(ReadOnlySpan<byte> value)
    {
        var start = value.LastIndexOf((byte)'<');
        var id = value[(start + 1)..];
        id = id.IndexOf((byte)'>') is var end and >= 0 ? id[..end] : id;
        var text = Encoding.UTF8.GetString(id[..Math.Min(id.Length, MaxCharacters)]).Trim();
        return text.Length == 0 ? null : text;
    }
}
