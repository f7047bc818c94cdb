using System.Globalization;

namespace EmailAuth.Benchmarks.Compare;

/// <summary>What stands after <c>compare</c> on the command line.</summary>
/// <param name="Rounds">How many rounds count.</param>
/// <param name="Dkim">Whether DKIM is compared.</param>
/// <param name="Spf">Whether SPF is compared.</param>
internal sealed record CompareOptions(int Rounds = 5, bool Dkim = true, bool Spf = true)
{
    private const int MaxRounds = 1000;

    public const string Usage =
        """
        compare [--rounds N] [--only dkim|spf]

        Times EmailAuth, MimeKit and ARSoft.Tools.Net in this process and, where they are installed, mailauth, dkimpy, Mail::DKIM, libopendkim,
        pyspf and Mail::SPF in processes of their own, on the same messages and records, and writes two tables in Markdown. It takes some three minutes.

          --rounds N   how many rounds count, 1 to 1000; the tables show the median. Default 5.
          --only ...   the table of DKIM or that of SPF alone.
        """;

    /// <summary>Reads the arguments.</summary>
    /// <returns>The options, or null and what is wrong with the arguments.</returns>
    public static (CompareOptions? Options, string? Error) Parse(string[] arguments)
    {
        var options = new CompareOptions();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : null;
            switch (arguments[i], value)
            {
                case ("--rounds", not null) when int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var rounds) && rounds is >= 1 and <= MaxRounds:
                    options = options with { Rounds = rounds };
                    break;
                case ("--rounds", _):
                    return (null, $"--rounds takes a number from 1 to {MaxRounds}");
                case ("--only", "dkim" or "spf"):
                    options = options with { Dkim = value == "dkim", Spf = value == "spf" };
                    break;
                case ("--only", _):
                    return (null, "--only takes dkim or spf");
                default:
                    return (null, $"unknown argument '{arguments[i]}'");
            }
        }

        return (options, null);
    }
}
