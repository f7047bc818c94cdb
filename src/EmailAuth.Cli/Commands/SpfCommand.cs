using System.CommandLine;
using System.Globalization;
using System.Net;
using System.Text.Json;
using EmailAuth.Cli.Output;
using EmailAuth.Inspection;
using EmailAuth.Inspection.Spf;
using EmailAuth.Messages;
using EmailAuth.Spf;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Commands;

/// <summary>
/// <c>emailauth spf</c>: explains what a domain publishes, with the tree of its includes, and checks a client against it.
/// </summary>
internal static class SpfCommand
{
    private static readonly Argument<DomainName> Domain = OutputOptions.Domain("The domain whose SPF record to explain.");

    // The limits that 'emailauth verify' also uses.
    private static readonly SpfOptions Limits = SpfOptions.Default;

    private static readonly Option<string?> Sender = new("--mail-from", "--sender")
    {
        Description = "The sender, for macros. Default: postmaster at the domain.",
        HelpName = "ADDRESS",
    };

    public static Command Create()
    {
        var command = new Command("spf", "Explains a domain's SPF record (RFC 7208): each term, the include tree, the lookups, the risks.")
        {
            Domain, EnvelopeOptions.Ip, EnvelopeOptions.Helo, Sender, OutputOptions.Json,
        };
        ResolverOptions.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.TextOf(Sender) is { } sender && OutputOptions.GivenDomain(result, Domain) is { } domain
                && ReversePath.Parse(sender) is var path && path.Value?.Domain != domain)
            {
                var why = path.Error is { } error ? $"; '{sender}' is not an address: {error.Reason}" : ", as that is the domain to check";
                result.AddError($"--mail-from must be an address at {domain}{why}");
            }
        });
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth spf example.com
              emailauth spf example.com --ip 192.0.2.1
              emailauth spf example.com --ip 2001:db8::1 --mail-from alice@example.com --json

            Exit codes: 0 no error (there may be warnings), 1 an error in what is published, 2 wrong usage, 3 no answer from the DNS.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var resolver = ResolverOptions.CreateResolver(arguments);
        var domain = arguments.GetRequiredValue(Domain);
        var tree = await SpfInspector.InspectAsync(domain, resolver, Limits, cancellationToken);
        if (tree.Failure is { } failure)
        {
            throw ResolverOptions.NoAnswer($"the TXT records of {domain}", failure.Reason);
        }

        var result = arguments.GetValue(EnvelopeOptions.Ip) is { } ip
            ? await CheckAsync(new SpfEvaluator(resolver, Limits), ip, arguments, domain, cancellationToken)
            : null;
        if (arguments.GetValue(OutputOptions.Json))
        {
            JsonOutput.Write(json => Write(json, tree, result));
        }
        else
        {
            Write(Page.Open(), tree, result);
        }

        return FindingCounts.Of(tree.Findings).ExitCode;
    }

    private static ValueTask<SpfResult> CheckAsync(
        SpfEvaluator evaluator, IPAddress ip, ParseResult arguments, DomainName domain, CancellationToken cancellationToken) =>
        evaluator.EvaluateMailFromAsync(
            ip, arguments.GetValue(EnvelopeOptions.Helo) ?? domain.ToString(), arguments.GetValue(Sender) ?? $"postmaster@{domain}", cancellationToken);

    private static void Write(IPage page, SpfInspection tree, SpfResult? result)
    {
        page.Title($"SPF of {tree.Root.Domain}");
        foreach (var record in tree.Root.Records)
        {
            record.WriteTo(page);
        }

        foreach (var finding in tree.Root.Findings)
        {
            page.Remark(finding);
        }

        if (!tree.Root.Steps.IsEmpty)
        {
            page.Section("DNS lookups for a client that matches nothing");
            page.Tree(BranchOf(tree.Root, tree.Root.Domain.ToString(), tree.MaxLookups));
        }

        if (tree.Root.Record is not null)
        {
            page.Line(
                "lookups",
                string.Create(CultureInfo.InvariantCulture, $"{tree.LookupCount}{(tree.IsCut ? " and more" : string.Empty)} of {tree.MaxLookups}"),
                tree.LookupCount > tree.MaxLookups ? Tone.Bad : Tone.Good);
            page.Line(
                "lookups that find nothing",
                tree.VoidLookups.Describe(tree.MaxVoidLookups),
                tree.VoidLookups.Count > tree.MaxVoidLookups ? Tone.Bad : Tone.Good);
        }

        WriteIncluded(page, tree.Root);
        if (result is not null)
        {
            Write(page, result);
        }

        FindingCounts.Of(tree.Findings).WriteTo(page);
    }

    // Records of other domains are shown only when they have findings.
    private static void WriteIncluded(IPage page, SpfNode node)
    {
        foreach (var target in node.Steps.Select(step => step.Target).OfType<SpfNode>())
        {
            foreach (var record in target.Records.Where(static record => record.Findings.Any(static finding => finding.Severity != FindingSeverity.Note)))
            {
                record.WriteTextTo(page);
            }

            WriteIncluded(page, target);
        }
    }

    private static Branch BranchOf(SpfNode node, string text, int maxLookups)
    {
        var branch = new Branch(text, node.Findings.Any(static finding => finding.Severity == FindingSeverity.Error) ? Tone.Bad : Tone.Plain);
        foreach (var finding in node.Steps.IsEmpty && node.Record is null ? node.Findings : [])
        {
            branch.Children.Add(new Branch(finding.ToString(), finding.Severity.Tone()));
        }

        foreach (var step in node.Steps)
        {
            var line = string.Create(CultureInfo.InvariantCulture, $"[{step.Number}] {step.Term}{(step.Answer is null ? string.Empty : $": {step.Answer}")}");
            var tone = step.Number > maxLookups ? Tone.Bad : step.IsVoid ? Tone.Doubtful : Tone.Plain;
            branch.Children.Add(step.Target is { } target ? BranchOf(target, line, maxLookups) with { Tone = tone } : new Branch(line, tone));
        }

        return branch;
    }

    private static void Write(IPage page, SpfResult result)
    {
        page.Section($"Check of {result.Client} as {result.Sender}");
        var verdict = result.Code.Keyword();
        page.Line("result", verdict, ResultTone.Of(verdict));
        page.Line("why", result.Reason);
        if (result.Explanation is { } explanation)
        {
            page.Line("the domain says", explanation);
        }

        page.Line("lookups", string.Create(CultureInfo.InvariantCulture, $"{result.LookupCount} of {Limits.MaxLookups}, {result.VoidLookupCount} of {Limits.MaxVoidLookups} found nothing"));
        if (result.Evidence is { } evidence)
        {
            page.Tree(SpfBranches.Of(evidence));
        }
    }

    private static void Write(Utf8JsonWriter json, SpfInspection tree, SpfResult? result)
    {
        json.WriteStartObject();
        json.WriteNumber("lookups", tree.LookupCount);
        json.WriteBoolean("lookups_cut", tree.IsCut);
        json.WriteNumber("void_lookups", tree.VoidLookups.Count);
        json.WriteNumber("void_lookups_ipv4", tree.VoidLookups.IPv4Count);
        json.WriteNumber("void_lookups_ipv6", tree.VoidLookups.IPv6Count);
        json.WriteNumber("void_lookups_ptr", tree.VoidLookups.PointerCount);
        json.WriteNumber("max_lookups", tree.MaxLookups);
        json.WriteNumber("max_void_lookups", tree.MaxVoidLookups);
        FindingCounts.Of(tree.Findings).WriteTo(json);
        json.WritePropertyName("tree");
        Write(json, tree.Root);
        json.WritePropertyName("check");
        if (result is null)
        {
            json.WriteNullValue();
        }
        else
        {
            json.WriteStartObject();
            json.WriteString("result", result.Code.Keyword());
            json.WriteString("client", result.Client?.ToString());
            json.WriteString("helo", result.Helo);
            json.WriteString("sender", result.Sender);
            json.WriteString("mechanism", result.MatchedMechanism?.ToString());
            json.WriteString("explanation", result.Explanation);
            json.WriteString("reason", result.Reason);
            json.WriteString("reason_code", result.ReasonCode);
            json.WriteNumber("lookups", result.LookupCount);
            json.WriteNumber("void_lookups", result.VoidLookupCount);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, SpfNode node)
    {
        json.WriteStartObject();
        json.WriteString("domain", node.Domain.ToString());
        json.WriteStartArray("records");
        foreach (var record in node.Records)
        {
            record.WriteTo(json);
        }

        json.WriteEndArray();
        RecordOutput.WriteFindings(json, node.Findings);
        json.WriteStartArray("lookups");
        foreach (var step in node.Steps)
        {
            json.WriteStartObject();
            json.WriteNumber("number", step.Number);
            json.WriteString("term", step.Term.ToString());
            json.WriteString("answer", step.Answer);
            json.WriteBoolean("void", step.IsVoid);
            if (step.Target is { } target)
            {
                json.WritePropertyName("target");
                Write(json, target);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
