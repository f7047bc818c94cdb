using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;
using EmailAuth.Inspection.Dkim;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Commands;

/// <summary><c>emailauth dkim</c>: explains the key that a domain publishes under a selector.</summary>
internal static class DkimCommand
{
    private const string KeyLabel = "._domainkey.";

    private static readonly Argument<DomainName> Domain = OutputOptions.Domain("The signing domain: d= of a signature.");

    private static readonly Argument<string?> Selector = new("SELECTOR")
    {
        Description = "The selector: s= of a signature.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> Common = new("--common") { Description = "Instead of SELECTOR: try selectors that many domains use, and show those with a key." };

    private static readonly Option<string?> PrivateKey = new("--private-key")
    {
        Description = "Also check that receivers verify with this record what the private key in this PEM file signs.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Passphrase =
        KeyOptions.Passphrase("A file whose first line is the passphrase of the private key. Needed if it is encrypted.");

    public static Command Create()
    {
        var command = new Command("dkim", "Explains the DKIM key record of a selector of a domain (RFC 6376): each tag, the size of the key, the risks.")
        {
            Domain, Selector, Common, PrivateKey, Passphrase, OutputOptions.Json,
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
              emailauth dkim example.com brisbane --private-key brisbane.pem
              emailauth dkim example.com brisbane --json

            The DNS cannot list the selectors of a domain. Look at a message from it: DKIM-Signature has d=example.com and s=SELECTOR.

            Exit codes: 0 no error (there may be warnings), 1 an error in what is published, 2 wrong usage, 3 no answer from the DNS.

            """);
    }

    private static void RequireSelector(CommandResult result)
    {
        if (result.Errors.Any() || OutputOptions.GivenDomain(result, Domain) is not { } domain)
        {
            return;
        }

        if (result.IsOn(Common) && result.GetResult(PrivateKey) is not null)
        {
            result.AddError("--private-key belongs to one selector: give SELECTOR instead of --common");
        }

        var hasSelector = result.GetResult(Selector) is { Tokens.Count: > 0 };
        if (result.IsOn(Common) && hasSelector)
        {
            result.AddError("--common and SELECTOR exclude each other: choose one");
        }
        else if (!hasSelector && !result.IsOn(Common) && !IsKeyName(domain))
        {
            result.AddError(
                $"SELECTOR is missing. It is the value of s= in the DKIM-Signature field with d={domain} of a message from there; '--common' tries names that many domains use");
        }
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var resolver = ResolverOptions.CreateResolver(arguments);
        var domain = arguments.GetRequiredValue(Domain);
        var isSearch = arguments.GetValue(Common);
        var names = isSearch ? DkimKeyInspector.CommonSelectors.Select(selector => NameOf(domain, selector))
            : arguments.GetValue(Selector) is { } selector ? [NameOf(domain, selector)]
            : [domain];
        var keys = new List<DkimKeyInspection>();
        foreach (var name in names)
        {
            var key = await DkimKeyInspector.InspectAsync(name, resolver, cancellationToken: cancellationToken);
            if (key.Failure is { } failure)
            {
                throw ResolverOptions.NoAnswer($"the TXT records of {name}", failure.Reason);
            }

            if (!isSearch || !key.Records.IsEmpty)
            {
                keys.Add(key);
            }
        }

        using var privateKey = arguments.GetValue(PrivateKey) is { } file ? KeyFile.Load(file, arguments.GetValue(Passphrase)) : null;
        var pair = privateKey is null ? null : await KeyPair.CheckAsync(keys[0].Name, privateKey, resolver, cancellationToken);
        var counts = FindingCounts.Of([.. keys.SelectMany(static key => key.Findings), .. pair?.Findings ?? []]);
        if (arguments.GetValue(OutputOptions.Json))
        {
            WriteJson(keys, isSearch, pair, counts);
        }
        else
        {
            Write(Page.Open(), domain, keys, pair, counts);
        }

        return counts.ExitCode;
    }

    // People paste the name of the key record, which has both the selector and the domain.
    private static bool IsKeyName(DomainName name) => name.ToString().Contains(KeyLabel, StringComparison.Ordinal);

    private static DomainName NameOf(DomainName domain, string selector) => DkimKeyInspector.NameOf(domain, DomainName.Parse(selector).Value!)
        ?? throw new CommandException(ExitCode.Usage, "the selector and the domain together are too long for the DNS (253 characters)");

    private static void Write(IPage page, DomainName domain, List<DkimKeyInspection> keys, KeyPair? pair, FindingCounts counts)
    {
        if (keys.Count == 0)
        {
            page.Title($"DKIM keys of {domain}");
            page.Remark(DkimKeyInspector.NoCommonSelector(domain));
            return;
        }

        foreach (var key in keys)
        {
            page.Title($"DKIM key {key.Name}");
            foreach (var record in key.Records)
            {
                record.WriteTo(page);
            }

            foreach (var finding in key.NameFindings)
            {
                page.Remark(finding);
            }
        }

        if (pair is not null)
        {
            page.Line("private key", pair.Text, pair.Mismatch is null ? Tone.Good : Tone.Bad);
        }

        counts.WriteTo(page);
    }

    // One key is an object. A search, which may find any number, is always an array.
    private static void WriteJson(List<DkimKeyInspection> keys, bool isSearch, KeyPair? pair, FindingCounts counts) => JsonOutput.Write(json =>
    {
        if (!isSearch)
        {
            Write(json, keys[0], pair, counts);
            return;
        }

        json.WriteStartArray();
        keys.ForEach(key => Write(json, key, null, FindingCounts.Of(key.Findings)));
        json.WriteEndArray();
    });

    private static void Write(Utf8JsonWriter json, DkimKeyInspection key, KeyPair? pair, FindingCounts counts)
    {
        json.WriteStartObject();
        json.WriteString("name", key.Name.ToString());
        json.WriteString("alias_of", key.Aliases is [.., var last] ? last.ToString() : null);
        json.WriteString("key_type", key.Key?.KeyType);
        if (key.Key?.KeyBits is > 0 and var bits)
        {
            json.WriteNumber("key_bits", bits);
        }

        if (pair is not null)
        {
            json.WriteBoolean("private_key_belongs", pair.Mismatch is null);
        }

        counts.WriteTo(json);
        json.WriteStartArray("records");
        foreach (var record in key.Records)
        {
            record.WriteTo(json);
        }

        json.WriteEndArray();
        RecordOutput.WriteFindings(json, [.. key.NameFindings, .. pair?.Findings ?? []]);
        json.WriteEndObject();
    }
}
