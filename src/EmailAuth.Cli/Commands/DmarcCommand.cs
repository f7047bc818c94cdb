using System.CommandLine;
using System.Diagnostics;
using EmailAuth.Cli.Output;
using EmailAuth.Cli.Published;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Commands;

/// <summary><c>emailauth dmarc</c>: which record applies to a domain, explained, and the tree walk as it went.</summary>
internal static class DmarcCommand
{
    private static readonly Argument<DomainName> Domain = OutputOptions.Domain("The author domain: what comes after @ in From.");

    public static Command Create()
    {
        var command = new Command("dmarc", "Explains the DMARC policy of a domain (RFC 9989): the tree walk, each tag, the risks.")
        {
            Domain, OutputOptions.Json,
        };
        ResolverOptions.AddTo(command);
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth dmarc example.com
              emailauth dmarc news.example.com --json

            Exit codes: 0 nothing wrong (risks may be pointed out), 1 something wrong is published, 2 wrong usage, 3 no answer from the DNS.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var resolver = ResolverOptions.CreateResolver(arguments);
        var given = arguments.GetRequiredValue(Domain);
        var domain = AuthorDomainOf(given);
        var result = await new DmarcEvaluator(resolver).EvaluateAsync(domain, [], cancellationToken);
        if (result.Code == DmarcResultCode.TempError)
        {
            throw new CommandException(ExitCode.Input, $"cannot look up the policy of {domain}: {result.Reason}; retry, or use another server with --dns");
        }

        // What is published at each step, texts that are not a record included.
        var records = new List<PublishedRecord>();
        foreach (var step in result.Walk)
        {
            records.AddRange(await ReadAsync(step.Domain, result, resolver, cancellationToken));
        }

        var findings = FindingsOf(domain, result);
        if (given != domain)
        {
            findings.Add(new Finding(Severity.Note, $"{given} is where the record of {domain} is published; this is the policy of {domain}"));
        }

        var counts = FindingCounts.Of(findings.Concat(records.SelectMany(record => record.Findings)));
        if (arguments.GetValue(OutputOptions.Json))
        {
            WriteJson(result, records, findings, counts);
        }
        else
        {
            var page = Page.Open();
            Write(page, result, records, findings);
            counts.WriteTo(page);
        }

        return counts.ExitCode;
    }

    // People paste the name at which the record is.
    private static DomainName AuthorDomainOf(DomainName given) =>
        given.Parent is { } parent && given.ToString().StartsWith("_dmarc.", StringComparison.Ordinal) ? parent : given;

    private static async Task<List<PublishedRecord>> ReadAsync(DomainName place, DmarcResult result, IDnsResolver resolver, CancellationToken cancellationToken)
    {
        var records = new List<PublishedRecord>();
        if (place.Prepend("_dmarc") is { } name)
        {
            foreach (var text in (await resolver.QueryAsync(new DnsQuestion(name, DnsRecordType.Txt), cancellationToken)).Texts)
            {
                var published = new PublishedRecord(name.ToString(), text);
                records.Add(published);
                if (DmarcRecordInspection.Inspect(published) is { } record && place == result.PolicyDomain)
                {
                    await ReportAddresses.CheckAsync(published, record, place, result.OrganizationalDomain, resolver, cancellationToken);
                }
            }
        }

        return records;
    }

    private static List<Finding> FindingsOf(DomainName domain, DmarcResult result)
    {
        var findings = new List<Finding>();
        foreach (var step in result.Walk)
        {
            if (step.Outcome == DmarcLookupOutcome.SeveralRecords)
            {
                findings.Add(new Finding(Severity.Error, $"at _dmarc.{step.Domain}: {step.Reason}; keep one"));
            }
            else if (step.Outcome == DmarcLookupOutcome.TemporaryFailure)
            {
                findings.Add(new Finding(Severity.Warning, $"_dmarc.{step.Domain} cannot be looked up: {step.Reason}"));
            }
        }

        if (result.Record is null)
        {
            findings.Add(new Finding(Severity.Error, $"no DMARC policy applies to {domain}: publish one at _dmarc below your organization's domain, for a start \"v=DMARC1; p=none; rua=mailto:...\""));
        }
        else if (result.AuthorDomainExists == false)
        {
            findings.Add(new Finding(Severity.Note, $"{domain} does not exist (NXDOMAIN): the policy for such names applies"));
        }

        return findings;
    }

    private static void Write(IPage page, DmarcResult result, List<PublishedRecord> records, List<Finding> findings)
    {
        page.Title($"DMARC of {result.AuthorDomain}");
        records.ForEach(record => record.WriteTo(page));
        page.Section("The tree walk (RFC 9989 section 4.10)");
        foreach (var step in result.Walk)
        {
            page.Line($"_dmarc.{step.Domain}", step.Record?.Text ?? step.Reason ?? "no record", step.Record is null ? Tone.Dim : Tone.Good);
        }

        page.Section("What applies");
        page.Line("organizational domain", result.OrganizationalDomain?.ToString() ?? "not known");
        if (result.Record is not null)
        {
            page.Line("record of", $"{result.PolicyDomain} ({Words(result.Source)})");
            page.Line("policy for failing mail", PolicyOf(result), result.EffectivePolicy == DmarcPolicy.None ? Tone.Doubtful : Tone.Good);
        }

        findings.ForEach(page.Remark);
    }

    private static string PolicyOf(DmarcResult result)
    {
        var tag = result.PolicyTag switch
        {
            DmarcPolicyTag.Domain => "p",
            DmarcPolicyTag.Subdomain => "sp, else p",
            DmarcPolicyTag.NonexistentSubdomain => "np, else sp, else p",
            _ => throw new UnreachableException(),
        };
        var published = result.PublishedPolicy is { } policy ? policy.Keyword() : "not known";
        var effective = result.EffectivePolicy != result.PublishedPolicy ? $", in test mode {result.EffectivePolicy!.Value.Keyword()}" : string.Empty;
        return $"{published} (from {tag}){effective}";
    }

    private static string Words(DmarcPolicySource source) => source switch
    {
        DmarcPolicySource.AuthorDomain => "its own",
        DmarcPolicySource.OrganizationalDomain => "the organizational domain's",
        DmarcPolicySource.PublicSuffixDomain or DmarcPolicySource.None => "the public suffix's",
        _ => throw new UnreachableException(),
    };

    private static void WriteJson(DmarcResult result, List<PublishedRecord> records, List<Finding> findings, FindingCounts counts) => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        json.WriteString("domain", result.AuthorDomain?.ToString());
        json.WriteString("organizational_domain", result.OrganizationalDomain?.ToString());
        json.WriteString("policy_domain", result.PolicyDomain?.ToString());
        json.WriteString("policy", result.PublishedPolicy?.Keyword());
        json.WriteString("effective_policy", result.EffectivePolicy?.Keyword());
        counts.WriteTo(json);
        json.WriteStartArray("walk");
        foreach (var step in result.Walk)
        {
            json.WriteStartObject();
            json.WriteString("name", $"_dmarc.{step.Domain}");
            json.WriteString("record", step.Record?.Text);
            json.WriteString("reason", step.Reason);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("records");
        records.ForEach(record => record.WriteTo(json));
        json.WriteEndArray();
        PublishedRecord.WriteFindings(json, findings);
        json.WriteEndObject();
    });
}
