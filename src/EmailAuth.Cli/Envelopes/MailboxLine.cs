using System.Text;
using EmailAuth.Cli.Input;
using EmailAuth.Messages;

namespace EmailAuth.Cli.Envelopes;

/// <summary>What the line that starts a message in an mbox file says (RFC 4155 appendix A): the reverse-path, and the time of delivery in UTC.</summary>
/// <param name="MailFrom">The reverse-path; empty for the null one; null when the line has something else there.</param>
/// <param name="Time">The time; null when it cannot be read.</param>
internal sealed record MailboxLine(string? MailFrom, DateTimeOffset? Time)
{
    private static readonly string[] Weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

    /// <summary>Reads a line that <see cref="MailboxSeparator"/> recognizes.</summary>
    public static MailboxLine Parse(string line)
    {
        var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

        // An address with spaces ("joe at example.com") is how archives hide addresses: it is not read.
        var date = Array.FindLastIndex(words, static word => Weekdays.Contains(word, StringComparer.Ordinal));
        return new MailboxLine(
            date == 2 ? MailFromOf(words[1]) : null,
            date < 0 ? null : ReceivedField.Parse(Encoding.UTF8.GetBytes($"; {string.Join(' ', words[date..])}")).Date);
    }

    // Mail programs put other things there: "-", or a number of their own with a name that is not a domain (1712@xxx).
    private static string? MailFromOf(string word) =>
        word is "MAILER-DAEMON" or "<>" ? string.Empty
        : ReversePath.Parse(word).Value is { Domain: { } domain, Address: { Length: > 0 } address } && domain.ToString().Contains('.', StringComparison.Ordinal) ? address
        : null;
}
