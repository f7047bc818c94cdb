using System.CommandLine;
using System.Diagnostics;
using EmailAuth.Cli.Output;
using EmailAuth.Dmarc;
using EmailAuth.Inspection.Dmarc;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Commands;

/// <summary><c>emailauth dmarc</c>: explains the record that applies to a domain, and the tree walk that found it.</summary>
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

            Exit codes: 0 no error (there may be warnings), 1 an error in what is published, 2 wrong usage, 3 no answer from the DNS.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var resolver = ResolverOptions.CreateResolver(arguments);
        var inspection = await DmarcInspector.InspectAsync(arguments.GetRequiredValue(Domain), resolver, cancellationToken: cancellationToken);
        if (inspection.Result.Code == DmarcResultCode.TempError)
        {
            throw ResolverOptions.NoAnswer($"the policy of {inspection.Domain}", inspection.Result.Reason);
        }

        var counts = FindingCounts.Of(inspection.Findings);
        if (arguments.GetValue(OutputOptions.Json))
        {
            WriteJson(inspection, counts);
        }
        else
        {
            var page = Page.Open();
            Write(page, inspection);
            counts.WriteTo(page);
        }

        return counts.ExitCode;
    }

    private static void Write(IPage page, DmarcInspection inspection)
    {
        var result = inspection.Result;
        page.Title($"DMARC of {inspection.Domain}");
        foreach (var record in inspection.Records)
        {
            record.WriteTo(page);
        }

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

        foreach (var finding in inspection.DomainFindings)
        {
            page.Remark(finding);
        }
    }

    private static string PolicyOf(DmarcResult result)
    {
        var tag = result.PolicyTag switch
        {
            "sp" => "sp, otherwise p",
            "np" => "np, otherwise sp, otherwise p",
            _ => "p",
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

    private static void WriteJson(DmarcInspection inspection, FindingCounts counts) => JsonOutput.Write(json =>
    {
        var result = inspection.Result;
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
        foreach (var record in inspection.Records)
        {
            record.WriteTo(json);
        }

        json.WriteEndArray();
        RecordOutput.WriteFindings(json, inspection.DomainFindings);
        json.WriteEndObject();
    });
}
