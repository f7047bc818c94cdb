using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using EmailAuth.Cli.Output;
using EmailAuth.Cli.Published;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Commands;

/// <summary><c>emailauth dkim</c>: the key that a domain publishes under a selector, explained.</summary>
internal static class DkimCommand
{
    private const string KeyLabel = "._domainkey.";

    // What large senders and the manuals of signers use. A domain may use any name, so not to find one says nothing.
    private static readonly ImmutableArray<string> CommonSelectors =
    [
        "default", "selector1", "selector2", "google", "k1", "k2", "k3", "s1", "s2", "dkim", "mail", "smtp", "key1", "sig1", "mx", "mandrill", "pm", "fm1", "fm2", "fm3", "zoho", "protonmail",
    ];

    private static readonly Argument<DomainName> Domain = OutputOptions.Domain("The signing domain: d= of a signature.");

    private static readonly Argument<string?> Selector = new("SELECTOR")
    {
        Description = "The selector: s= of a signature.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> Common = new("--common") { Description = "Instead of SELECTOR: try selectors that many domains use, and show those with a key." };

    public static Command Create()
    {
        var command = new Command("dkim", "Explains the DKIM key record of a domain's selector (RFC 6376): each tag, the key's size, the risks.")
        {
            Domain, Selector, Common, OutputOptions.Json,
        };
        ResolverOptions.AddTo(command);
        Selector.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !DomainName.Parse(result.Tokens[0].Value).IsSuccess)
            {
                result.AddError($"'{result.Tokens[0].Value}' is not a selector: use the value of s= in the signature");
            }
        });
        command.Validators.Add(RequireSelector);
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth dkim example.com brisbane
              emailauth dkim brisbane._domainkey.example.com
              emailauth dkim example.com --common
              emailauth dkim example.com brisbane --json

            The DNS cannot list the selectors of a domain. Look into a message from it: DKIM-Signature has d=example.com and s=SELECTOR.

            Exit codes: 0 nothing wrong (risks may be pointed out), 1 something wrong is published, 2 wrong usage, 3 no answer from the DNS.

            """);
    }

    private static void RequireSelector(CommandResult result)
    {
        if (result.Errors.Any() || OutputOptions.GivenDomain(result, Domain) is not { } domain)
        {
            return;
        }

        var hasSelector = result.GetResult(Selector) is { Tokens.Count: > 0 };
        if (result.GetValue(Common) && hasSelector)
        {
            result.AddError("--common and SELECTOR cannot go together: choose one");
        }
        else if (!hasSelector && !result.GetValue(Common) && !IsKeyName(domain))
        {
            result.AddError(
                $"which SELECTOR of {domain}? It is what follows s= beside d={domain} in the DKIM-Signature field of a message from there; '--common' tries names that many domains use");
        }
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var resolver = ResolverOptions.CreateResolver(arguments);
        var domain = arguments.GetRequiredValue(Domain);
        var isSearch = arguments.GetValue(Common);
        IEnumerable<DomainName> names = isSearch ? CommonSelectors.Select(selector => NameOf(domain, selector))
            : arguments.GetValue(Selector) is { } selector ? [NameOf(domain, DomainName.Parse(selector).Value!.ToString())]
            : [domain];
        var keys = new List<PublishedKey>();
        foreach (var name in names)
        {
            var key = await PublishedKey.AskAsync(resolver, name, cancellationToken);
            if (!isSearch || key.IsThere)
            {
                keys.Add(key);
            }
        }

        var counts = FindingCounts.Of(keys.SelectMany(key => key.AllFindings));
        if (arguments.GetValue(OutputOptions.Json))
        {
            WriteJson(keys, isSearch);
        }
        else
        {
            Write(Page.Open(), domain, keys, counts);
        }

        return counts.ExitCode;
    }

    // People paste the name at which the key is; it holds both.
    private static bool IsKeyName(DomainName name) => name.ToString().Contains(KeyLabel, StringComparison.Ordinal);

    private static DomainName NameOf(DomainName domain, string selector) => domain.Prepend(selector + "._domainkey")
        ?? throw new CommandException(ExitCode.Usage, "the selector and the domain together are too long for the DNS (253 characters)");

    private static void Write(IPage page, DomainName domain, List<PublishedKey> keys, FindingCounts counts)
    {
        if (keys.Count == 0)
        {
            page.Title($"DKIM keys of {domain}");
            page.Remark(new Finding(
                Severity.Note, $"no key under any of {CommonSelectors.Length} common selectors, which says little: a domain may use any name. Look for s= in a message from {domain}"));
            return;
        }

        keys.ForEach(key => key.WriteTo(page));
        counts.WriteTo(page);
    }

    // Of one key an object; of a search, which may find any number, always an array.
    private static void WriteJson(List<PublishedKey> keys, bool isSearch) => JsonOutput.Write(json =>
    {
        if (!isSearch)
        {
            keys[0].WriteTo(json);
            return;
        }

        json.WriteStartArray();
        keys.ForEach(key => key.WriteTo(json));
        json.WriteEndArray();
    });
}
