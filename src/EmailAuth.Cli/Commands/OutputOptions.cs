using System.CommandLine;
using System.CommandLine.Parsing;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Commands;

/// <summary>Arguments and options that several commands share.</summary>
internal static class OutputOptions
{
    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON, for programs." };

    public static Argument<DomainName> Domain(string description) => new("DOMAIN")
    {
        Description = description,
        CustomParser = ParseDomain,
    };

    private static DomainName? ParseDomain(ArgumentResult argument)
    {
        // People paste what they have: a trailing dot and an address's domain are no mistake worth a complaint.
        var text = argument.Tokens[0].Value;
        var parsed = DomainName.Parse(text[(text.LastIndexOf('@') + 1)..].TrimEnd('.'));
        if (parsed.IsSuccess)
        {
            return parsed.Value;
        }

        argument.AddError($"'{text}' is no domain: {parsed.Error.Reason}");
        return null;
    }
}
