using System.CommandLine;
using System.CommandLine.Parsing;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Commands;

/// <summary>Arguments and options that several commands share.</summary>
internal static class OutputOptions
{
    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON, for programs." };

    /// <summary>The option that writes a page.</summary>
    /// <param name="content">What the page shows.</param>
    public static Option<string?> Page(string content) => new("--html")
    {
        Description = $"Also write a page to look at, print or send: {content}. One file, which loads nothing.",
        HelpName = "FILE",
    };

    public static Argument<DomainName> Domain(string description) => new("DOMAIN")
    {
        Description = description,
        CustomParser = ParseDomain,
    };

    /// <summary>An argument with several paths. It does not treat a mistyped option as a path.</summary>
    public static Argument<string[]> Paths(string name, string description, bool isOptional = false)
    {
        var argument = new Argument<string[]>(name) { Description = description, Arity = isOptional ? ArgumentArity.ZeroOrMore : ArgumentArity.OneOrMore };
        argument.Validators.Add(result =>
        {
            foreach (var token in result.Tokens)
            {
                if (token.Value is ['-', _, ..] && !Path.Exists(token.Value))
                {
                    result.AddError($"there is no option '{token.Value}'");
                    return;
                }
            }
        });
        return argument;
    }

    /// <summary>The domain on the command line, for validators. Null if it is missing or malformed; the argument itself reports that.</summary>
    public static DomainName? GivenDomain(CommandResult result, Argument<DomainName> argument) =>
        result.GetResult(argument) is { Tokens: [var token, ..] } ? ReadDomain(token.Value).Value : null;

    /// <summary>Reads a domain. People paste what they have, so a trailing dot and a whole address are accepted.</summary>
    public static ParseResult<DomainName> ReadDomain(string text) => DomainName.Parse(text[(text.LastIndexOf('@') + 1)..].TrimEnd('.'));

    private static DomainName? ParseDomain(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        var parsed = ReadDomain(text);
        if (parsed.IsSuccess)
        {
            return parsed.Value;
        }

        argument.AddError($"'{text}' is not a domain: {parsed.Error.Reason}");
        return null;
    }
}
