using System.Text;
using EmailAuth.Messages;

namespace EmailAuth.Inspection.Senders;

/// <summary>Reads the fields of a message that mailbox providers ask senders for.</summary>
internal static class MessageFields
{
    // Gmail: the last part of Feedback-ID names the sender and has 5 to 15 characters.
    private const int LeastSenderId = 5;
    private const int MostSenderId = 15;
    private const int MostFeedbackParts = 4;

    /// <summary>The values of a field, unfolded and trimmed.</summary>
    public static List<string> Values(HeaderBlock header, ReadOnlySpan<byte> name)
    {
        var values = new List<string>();
        for (var i = 0; i < header.Count; i++)
        {
            if (header[i].IsNamed(name))
            {
                values.Add(Encoding.UTF8.GetString(header[i].Value).Replace("\r\n", string.Empty, StringComparison.Ordinal).Trim(' ', '\t'));
            }
        }

        return values;
    }

    /// <summary>Why one-click unsubscribe does not work; null when the fields are valid (RFC 8058 section 3.1).</summary>
    public static string? WhyNoOneClick(List<string> unsubscribe, List<string> post)
    {
        if (unsubscribe.Count != 1 || post.Count != 1)
        {
            return unsubscribe.Count == 0 ? "List-Unsubscribe is missing"
                : $"{(unsubscribe.Count > 1 ? "List-Unsubscribe" : "List-Unsubscribe-Post")} appears more than once";
        }

        if (post[0] != "List-Unsubscribe=One-Click")
        {
            return "the value of List-Unsubscribe-Post is not List-Unsubscribe=One-Click";
        }

        var all = Bracketed(unsubscribe[0]).ToArray();
        var uris = Array.FindAll(all, static uri => uri.StartsWith("https:", StringComparison.OrdinalIgnoreCase));
        return uris.Length switch
        {
            0 => "List-Unsubscribe has no https URI",
            1 when Array.Exists(all, static uri => uri.StartsWith("http:", StringComparison.OrdinalIgnoreCase)) => "List-Unsubscribe has an http URI beside the https URI",
            1 => Uri.TryCreate(uris[0], UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? null : "the https URI of List-Unsubscribe is not valid",
            _ => "List-Unsubscribe has more than one https URI",
        };
    }

    /// <summary>Why Gmail does not read a Feedback-ID; null when it has the form a:b:c:SenderId, whose first parts may be empty or absent.</summary>
    public static string? WhyNoFeedbackId(string value)
    {
        var parts = value.Split(':');
        return parts.Length > MostFeedbackParts ? $"it has {Numbers.Text(parts.Length)} parts, and at most {Numbers.Text(MostFeedbackParts)} are read"
            : parts[^1].Trim().Length is < LeastSenderId or > MostSenderId ? "its last part, SenderId, must have 5 to 15 characters"
            : null;
    }

    private static IEnumerable<string> Bracketed(string value)
    {
        for (var start = value.IndexOf('<', StringComparison.Ordinal); start >= 0;)
        {
            var end = value.IndexOf('>', start);
            if (end < 0)
            {
                yield break;
            }

            // RFC 2369 section 2: white space inside the brackets is ignored.
            yield return string.Concat(value[(start + 1)..end].Where(static c => c is not (' ' or '\t')));
            start = value.IndexOf('<', end);
        }
    }
}
