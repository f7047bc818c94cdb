using System.Globalization;

namespace EmailAuth.Cli.Envelopes;

/// <summary>
/// The Received field that the user trusts: that of a host, or that with a number, counted from 1 at the top. Exactly one of the two is set.
/// </summary>
internal sealed record BorderChoice(string? Host, int? Number)
{
    // More than any message that is delivered has: servers stop a loop at 100 hops or fewer.
    private const int MaxNumber = 999;

    /// <summary>Reads the value of <c>--border</c>; null when it is neither a number nor the name of a host.</summary>
    public static BorderChoice? Parse(string text)
    {
        if (text.Length > 0 && !text.AsSpan().ContainsAnyExceptInRange('0', '9'))
        {
            return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is >= 1 and <= MaxNumber
                ? new BorderChoice(null, number)
                : null;
        }

        var host = text.TrimEnd('.');
        return host.Length is > 0 and <= 255 && !host.Any(static c => c is '@' or '/' || char.IsControl(c) || char.IsWhiteSpace(c)) ? new BorderChoice(host, null) : null;
    }
}
