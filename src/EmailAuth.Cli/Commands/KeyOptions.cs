using System.CommandLine;
using System.CommandLine.Parsing;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Commands;

/// <summary>Options that the commands with keys share.</summary>
internal static class KeyOptions
{
    /// <summary>The option for the passphrase of keys, or of a new one.</summary>
    public static Option<string?> Passphrase(string description) => new("--passphrase-file") { Description = description, HelpName = "FILE" };

    /// <summary>Reads the one value of <c>--domain</c>.</summary>
    public static DomainName? ParseDomain(ArgumentResult argument) => ParseDomains(argument) is [var domain] ? domain : null;

    /// <summary>Reads each value of <c>--domain</c>.</summary>
    public static DomainName[]? ParseDomains(ArgumentResult argument)
    {
        var domains = new List<DomainName>();
        foreach (var token in argument.Tokens)
        {
            var domain = DomainName.Parse(token.Value);
            if (!domain.IsSuccess)
            {
                argument.AddError($"--domain must be a domain name, not '{token.Value}'");
                return null;
            }

            domains.Add(domain.Value);
        }

        return [.. domains];
    }
}
