using System.CommandLine;
using System.CommandLine.Parsing;

namespace EmailAuth.Cli.Commands;

/// <summary>Reads options in validators, which run before what is malformed is refused: GetValue would end the process there.</summary>
internal static class GivenOptions
{
    /// <summary>Whether a switch is given, and not as false. A value that is neither true nor false is refused by the option itself.</summary>
    public static bool IsOn(this CommandResult result, Option<bool> option) =>
        result.GetResult(option) is { Implicit: false } given && (given.Tokens is not [.., var token] || !bool.TryParse(token.Value, out var isOn) || isOn);

    /// <summary>The last text that an option is given; null without one.</summary>
    public static string? TextOf(this CommandResult result, Option option) => result.GetResult(option)?.Tokens is [.., var token] ? token.Value : null;
}
