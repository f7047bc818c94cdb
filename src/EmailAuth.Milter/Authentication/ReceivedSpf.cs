using System.Text;
using EmailAuth.Spf;

namespace EmailAuth.Milter.Authentication;

/// <summary>Writes the Received-SPF field (RFC 7208 section 9.1). Each value is a quoted-string, so that nothing of a stranger's gets out.</summary>
internal static class ReceivedSpf
{
    public const string FieldName = "Received-SPF";

    // RFC 5322 section 2.1.1: no line over 998 characters, whatever a stranger calls itself.
    private const int MaxValueLength = 320;

    /// <summary>The field's value: the result, then what it rests on, one pair a line.</summary>
    public static string Value(SpfResult spf, string receiver)
    {
        var text = new StringBuilder(200).Append(spf.Code.ToString().ToLowerInvariant());
        Append(text, " ", "client-ip", spf.Client?.ToString() ?? "unknown");
        Append(text, ";\r\n\t", "envelope-from", spf.IsNullReversePath ? string.Empty : spf.Sender);
        if (spf.Helo is not null)
        {
            Append(text, ";\r\n\t", "helo", spf.Helo);
        }

        Append(text, ";\r\n\t", "receiver", receiver);
        Append(text, ";\r\n\t", "identity", spf.Identity == SpfIdentity.Helo ? "helo" : "mailfrom");
        return text.ToString();
    }

    private static void Append(StringBuilder text, string before, string key, string value)
    {
        text.Append(before).Append(key).Append("=\"");
        foreach (var c in value.Length > MaxValueLength ? value.AsSpan(0, MaxValueLength) : value)
        {
            if (c is '"' or '\\')
            {
                text.Append('\\');
            }

            // RFC 6532 lets UTF-8 stand in a quoted-string; control characters have no place in one.
            text.Append(char.IsControl(c) || c is '\u2028' or '\u2029' ? '?' : c);
        }

        text.Append('"');
    }
}
