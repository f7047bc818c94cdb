using System.CommandLine;
using EmailAuth.Cli.Output;
using EmailAuth.Cli.Published;
using EmailAuth.Dkim;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Commands;

/// <summary><c>emailauth dkim</c>: the key that a domain publishes under a selector, explained.</summary>
internal static class DkimCommand
{
    private static readonly Argument<DomainName> Domain = OutputOptions.Domain("The signing domain: d= of a signature.");

    private static readonly Argument<string> Selector = new("SELECTOR") { Description = "The selector: s= of a signature." };

    public static Command Create()
    {
        var command = new Command("dkim", "Explains the DKIM key record of a domain's selector (RFC 6376): each tag, the key's size, the risks.")
        {
            Domain, Selector, OutputOptions.Json,
        };
        ResolverOptions.AddTo(command);
        Selector.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && !DomainName.Parse(result.Tokens[0].Value).IsSuccess)
            {
                result.AddError($"'{result.Tokens[0].Value}' is no selector: take what stands after s= in the signature");
            }
        });
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth dkim example.com brisbane
              emailauth dkim example.com brisbane --json

            Exit codes: 0 nothing wrong (risks may be pointed out), 1 something wrong is published, 2 wrong usage, 3 no answer from the DNS.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var resolver = ResolverOptions.CreateResolver(arguments);
        var domain = arguments.GetRequiredValue(Domain);
        var name = domain.Prepend(DomainName.Parse(arguments.GetRequiredValue(Selector)).Value + "._domainkey")
            ?? throw new CommandException(ExitCode.Usage, "the selector and the domain together are too long for the DNS (253 characters)");
        var response = await resolver.QueryAsync(new DnsQuestion(name, DnsRecordType.Txt), cancellationToken);
        if (response.Status == DnsStatus.Failure)
        {
            throw new CommandException(ExitCode.Input, $"the TXT records of {name} cannot be had: {response.Reason}; try again later, or another server with --dns");
        }

        var (records, keys) = (new List<PublishedRecord>(), new List<VerificationKey>());
        foreach (var text in response.Texts)
        {
            var record = new PublishedRecord(name.ToString(), text);
            keys.Add(DkimKeyInspection.Inspect(record));
            records.Add(record);
        }

        var findings = new List<Finding>();
        if (records.Count == 0)
        {
            var what = response.Status == DnsStatus.NameError ? "does not exist (NXDOMAIN)" : "has no TXT record";
            findings.Add(new Finding(Severity.Error, $"there is no key: {name} {what}; signatures that name this selector do not pass"));
        }
        else if (records.Count > 1)
        {
            findings.Add(new Finding(Severity.Error, $"{records.Count} TXT records where one may be: verifiers refuse or choose at random (RFC 6376 section 3.6.2.2)"));
        }

        Write(arguments, name, records, keys, findings);
        return findings.Concat(records.SelectMany(record => record.Findings)).Any(finding => finding.Severity == Severity.Error) ? ExitCode.Failure : ExitCode.Success;
    }

    private static void Write(ParseResult arguments, DomainName name, List<PublishedRecord> records, List<VerificationKey> keys, List<Finding> findings)
    {
        if (!arguments.GetValue(OutputOptions.Json))
        {
            var page = Page.Open();
            page.Title($"DKIM key {name}");
            records.ForEach(record => record.WriteTo(page));
            findings.ForEach(page.Remark);
            return;
        }

        JsonOutput.Write(json =>
        {
            json.WriteStartObject();
            json.WriteString("name", name.ToString());
            json.WriteString("key_type", keys is [{ Record: { } key }] ? key.KeyType : null);
            if (keys is [{ Bits: > 0 } sized])
            {
                json.WriteNumber("key_bits", sized.Bits);
            }

            json.WriteStartArray("records");
            records.ForEach(record => record.WriteTo(json));
            json.WriteEndArray();
            PublishedRecord.WriteFindings(json, findings);
            json.WriteEndObject();
        });
    }
}
