using System.Text;
using MimeKit;
using MimeKit.Cryptography;

namespace EmailAuth.Milter.Tests.EndToEnd.RedTeam;

/// <summary>A mail as its reader finds it, by MimeKit, which shares no code with us.</summary>
/// <param name="Text">All of it; each character is a byte.</param>
/// <param name="Message">The same, parsed.</param>
/// <param name="Ours">The results in our name, unfolded, from the top.</param>
internal sealed record DeliveredMail(string Text, MimeMessage Message, IReadOnlyList<string> Ours)
{
    public static DeliveredMail Read(string text)
    {
        using var stream = new MemoryStream(Encoding.Latin1.GetBytes(text));
        var message = MimeMessage.Load(stream);
        var ours = message.Headers
            .Where(field => field.Field.TrimEnd().Equals("Authentication-Results", StringComparison.OrdinalIgnoreCase))
            .Where(field => !AuthenticationResults.TryParse(field.RawValue, out var read) || IsOurs(read.AuthenticationServiceIdentifier))
            .Select(field => Encoding.Latin1.GetString(field.RawValue).ReplaceLineEndings("\n").Replace("\n", string.Empty, StringComparison.Ordinal).Trim());
        return new(text, message, [.. ours]);
    }

    /// <summary>What an attacker has got by with, or an honest sender has lost; null when it is as it should be.</summary>
    public string? WhatIsWrong(Mail mail)
    {
        if (mail.IsUnjudged ? Ours.Count != 0 : Ours.Count != 1)
        {
            return $"{Ours.Count} fields are in our name:\n{Text[..Math.Min(Text.Length, 3_000)]}";
        }

        if (!mail.IsOfBank && Message.From.Mailboxes.Any(author => author.Domain.Equals(HostileDns.Bank, StringComparison.OrdinalIgnoreCase)))
        {
            return $"it is shown as the bank's: {Message.From}";
        }

        if (mail.Never is { } never && Text.Contains(never, StringComparison.OrdinalIgnoreCase))
        {
            return $"it has {never}:\n{Text[..Math.Min(Text.Length, 3_000)]}";
        }

        return mail.IsUnjudged ? null : WhatIsWrongWithOurs(mail, Ours[0]);
    }

    private string? WhatIsWrongWithOurs(Mail mail, string ours)
    {
        var top = Text.IndexOf("Authentication-Results:", StringComparison.OrdinalIgnoreCase);
        if (top < 0 || top > Text.IndexOf("\nReceived:", StringComparison.Ordinal))
        {
            return $"our field is not the first: {ours}";
        }

        if (!AuthenticationResults.TryParse(Encoding.Latin1.GetBytes(ours), out var read))
        {
            return $"MimeKit cannot read our field: {ours}";
        }

        var passes = read.Results.Where(result => result is { Method: "dmarc", Result: "pass" }).SelectMany(result => result.Properties.Select(property => property.Value));
        if (!mail.IsOfBank && passes.Any(domain => domain.EndsWith(HostileDns.Bank, StringComparison.OrdinalIgnoreCase)))
        {
            return $"the bank's name passes: {ours}";
        }

        if (mail.IsOfBank && !mail.Says!.StartsWith("arc=", StringComparison.Ordinal) && !read.Results.Any(result => result is { Method: "dmarc", Result: "pass" }))
        {
            return $"genuine mail does not pass: {ours}";
        }

        // Twice the same method is several signatures; each of ours is in one of five words that a message can only have once.
        if (read.Results.GroupBy(result => result.Method).Any(group => group.Key != "dkim" && group.Count() > 1))
        {
            return $"a method is in it twice: {ours}";
        }

        return mail.Says is { } says && !Said(ours).Contains(says, StringComparison.Ordinal) ? $"expected {says}: {ours}" : null;
    }

    // Without comments, which are between a result and its properties.
    private static string Said(string field)
    {
        var said = new StringBuilder(field.Length);
        var depth = 0;
        foreach (var c in field)
        {
            depth += c == '(' ? 1 : 0;
            if (depth == 0 && !(c is ' ' or '\t' && said.Length > 0 && said[^1] == ' '))
            {
                said.Append(c == '\t' ? ' ' : c);
            }

            depth -= c == ')' ? 1 : 0;
        }

        return said.ToString();
    }

    private static bool IsOurs(string? id) => (id ?? string.Empty).Trim().TrimEnd('.').Equals("mx.example.org", StringComparison.OrdinalIgnoreCase);
}
