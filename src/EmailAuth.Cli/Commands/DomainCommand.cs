using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using EmailAuth.Bimi;
using EmailAuth.Cli.Commands.Reports;
using EmailAuth.Cli.Domains;
using EmailAuth.Cli.Envelopes;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;
using EmailAuth.Cli.Pages;
using EmailAuth.Cli.Pages.Domains;
using EmailAuth.Dns;
using EmailAuth.Inspection.Domains;
using EmailAuth.Inspection.Senders;
using EmailAuth.Messages;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Commands;

/// <summary><c>emailauth domain</c>: everything that domains publish for mail, and the rules that they are held to.</summary>
internal static class DomainCommand
{
    private const int SmtpPort = 25;
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(20);

    private static readonly Argument<string[]> Names = new("NAME") { Description = "The domains.", Arity = ArgumentArity.ZeroOrMore };

    private static readonly Option<string[]> Selectors = new("--selector") { Description = "A DKIM selector in use; each must have a key. May be repeated.", HelpName = "S" };

    private static readonly Option<IPAddress[]> Addresses = new("--ip")
    {
        Description = "An address that sends mail of the domain. May be repeated. Default: the single addresses in its SPF record.",
        HelpName = "ADDRESS",
        CustomParser = ParseAddresses,
        AllowMultipleArgumentsPerToken = false,
    };

    private static readonly Option<string?> Helo = new("--helo") { Description = "The name that these hosts use in HELO or EHLO.", HelpName = "NAME" };

    private static readonly Option<string?> Profile = new("--profile")
    {
        Description = "What the domain is used for. Default: guessed from what it publishes; it sends if --message passes, or with --ip or --selector.",
        HelpName = "sends|receives-only|parked",
    };

    private static readonly Option<string?> Message = new("--message")
    {
        Description = "A message that the domain sent: alignment, one-click unsubscribe, Feedback-ID, CFBL-Address and ARC are checked, and its selectors.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Roots = new("--roots")
    {
        Description = "Fetch the BIMI logo and certificate, and verify them with these roots of mark authorities (PEM).",
        HelpName = "FILE",
    };

    private static readonly Option<bool> NoFetch = new("--no-fetch") { Description = "Do not fetch the MTA-STS policy. Also without this option nothing is fetched with --zone." };

    private static readonly Option<bool> Probe = new("--probe-mailboxes")
    {
        Description = "Ask the mail host by RCPT TO whether it accepts mail to postmaster@ and abuse@. Nothing is sent. Hosts may treat this as an attack, and report the address of this host to block lists.",
    };

    private static readonly Option<string?> Record = new("--record")
    {
        Description = "Check this text of a record (v=spf1 ..., v=DMARC1 ..., v=DKIM1 ...) as if NAME published it, and nothing else.",
        HelpName = "TEXT",
    };

    private static readonly Option<string?> FailOn = new("--fail-on")
    {
        Description = "The findings that give exit code 1. Default: error.",
        HelpName = "warning|error",
    };

    private static readonly Option<string?> Store = new("--store")
    {
        Description = $"Also check the selectors whose signatures passed in reports, and show how many messages failed: the store of \"emailauth reports import\". {ReportOptions.PasswordVariable} may have its password.",
        HelpName = "ADDRESS",
    };

    private static readonly Option<string?> PagePath = OutputOptions.Page("what to change and what is published, for one domain");

    private static readonly Option<bool> Schema = SchemaOption.Create("what --json prints for a domain");

    public static Command Create()
    {
        var command = new Command("domain", "Checks everything that domains publish for mail, and what Gmail, Yahoo and Microsoft ask of senders; says what to change.")
        {
            Names, Selectors, Addresses, Helo, Profile, Message, Roots, NoFetch, Probe, Store, Record, FailOn, OutputOptions.Json, PagePath, Schema,
        };
        DomainList.AddTo(command);
        ResolverOptions.AddTo(command);
        Profile.AcceptOnlyFromAmong("sends", "receives-only", "parked");
        FailOn.AcceptOnlyFromAmong("warning", "error");
        Names.Validators.Add(static result =>
        {
            foreach (var token in result.Tokens)
            {
                if (!OutputOptions.ReadDomain(token.Value).IsSuccess)
                {
                    result.AddError($"'{token.Value}' is not a domain: {OutputOptions.ReadDomain(token.Value).Error!.Reason}");
                    return;
                }
            }
        });
        command.Validators.Add(Require);
        ReportOptions.RefusePasswords(command, Store);
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth domain example.com
              emailauth domain example.com --selector s2026 --ip 192.0.2.1 --helo mail.example.com --message newsletter.eml
              emailauth domain example.com --zone example.com.zone --origin example.com --fail-on warning
              emailauth domain example.com --html example.com.html
              emailauth domain example.com --record 'v=spf1 include:_spf.example.net -all'
              emailauth domain --list domains.txt --output results.jsonl --resume

            --probe-mailboxes connects to the first mail host. Many hosts count such questions as an attack: they may answer anything, delay
            or refuse this host, or report its address to block lists. Use it for your own domains only, and not with --zone.

            Exit codes: 0 no error (there may be warnings), 1 a finding that --fail-on names, 2 wrong usage, 3 the DNS does not answer or a
            file cannot be read, 130 interrupted.

            """);
    }

    private static void Require(CommandResult result)
    {
        var names = result.GetResult(Names)?.Tokens.Count ?? 0;
        var isList = DomainList.IsGiven(result);
        if (result.IsOn(Schema))
        {
            return;
        }

        if (names == 0 && !isList && result.GetResult(Record) is null)
        {
            result.AddError("NAME is missing: give the domains, or --list FILE");
        }
        else if (names > 0 && isList)
        {
            result.AddError("NAME and --list exclude each other: choose one");
        }
        else if (result.GetResult(Record) is not null && (names > 1 || isList))
        {
            result.AddError("--record is for one NAME");
        }
        else if (result.GetResult(PagePath) is not null && (names != 1 || result.GetResult(Record) is not null))
        {
            result.AddError("--html makes the page of one domain: give one NAME");
        }
        else if (isList && result.IsOn(Probe))
        {
            result.AddError("--probe-mailboxes is not for lists: name your own domains");
        }
        else if (ResolverOptions.IsZone(result) && result.IsOn(Probe))
        {
            result.AddError("--zone and --probe-mailboxes exclude each other: with a zone file the network is not used");
        }
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        if (arguments.GetValue(Schema))
        {
            return SchemaOption.Print(OutputSchema.Domain);
        }

        OutputFile.Refuse(
            arguments.GetValue(PagePath), arguments.GetValue(Message), arguments.GetValue(Roots), ResolverOptions.ZoneOf(arguments), arguments.GetValue(Store));
        var resolver = ResolverOptions.CreateResolver(arguments);
        var isStrict = arguments.GetValue(FailOn) == "warning";
        var names = (arguments.GetValue(Names) ?? []).Select(static name => OutputOptions.ReadDomain(name).Value!).Distinct().ToArray();
        if (arguments.GetValue(Record) is { } text)
        {
            return await CheckRecordAsync(text, names.FirstOrDefault(), resolver, isStrict, arguments.GetValue(OutputOptions.Json), cancellationToken);
        }

        await using var store = arguments.GetValue(Store) is { } address ? await ReportOptions.OpenAsync(address, cancellationToken) : null;
        var options = await ReadOptionsAsync(arguments, resolver, cancellationToken) with
        {
            History = store is null ? null : new StoreHistory(ReportOptions.Incoming(store), DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime)),
        };
        if (DomainList.IsGiven(arguments.CommandResult))
        {
            return await DomainList.RunAsync(arguments, resolver, options, isStrict, cancellationToken);
        }

        var (worst, isUnknown) = (ExitCode.Success, false);
        foreach (var name in names)
        {
            var inspection = await DomainInspector.InspectAsync(name, resolver, options.With([]), cancellationToken);
            if (arguments.GetValue(Probe))
            {
                // The answers of the DNS are kept by the resolver.
                var roles = await ProbeAsync(inspection, cancellationToken);
                inspection = await DomainInspector.InspectAsync(name, resolver, options.With(roles), cancellationToken);
            }

            isUnknown |= inspection.HasUnknown;
            worst = Math.Max(worst, CodeOf(inspection, isStrict));
            if (arguments.GetValue(PagePath) is { } page)
            {
                await PageFile.WriteAsync(page, DomainPage.Of(inspection, TimeProvider.System.GetUtcNow(), ResolverOptions.SourceOf(arguments)), cancellationToken);
            }

            Write(inspection, arguments.GetValue(OutputOptions.Json), names.Length > 1);
        }

        // What is not known is not sound.
        return worst == ExitCode.Success && isUnknown ? ExitCode.Input : worst;
    }

    /// <summary>The exit code for a domain.</summary>
    public static int CodeOf(DomainInspection inspection, bool isStrict)
    {
        var counts = FindingCounts.Of(inspection.Findings);
        return counts.Errors > 0 || (isStrict && counts.Warnings > 0) ? ExitCode.Failure : ExitCode.Success;
    }

    private static void Write(DomainInspection inspection, bool isJson, bool isMany)
    {
        if (!isJson)
        {
            DomainText.Write(Page.Open(), inspection);
        }
        else if (isMany)
        {
            Console.Out.WriteLine(JsonOutput.Text(json => DomainJson.Write(json, inspection), JsonOutput.OneLine));
        }
        else
        {
            JsonOutput.Write(json => DomainJson.Write(json, inspection));
        }
    }

    private static async Task<int> CheckRecordAsync(
        string text, DomainName? name, IDnsResolver resolver, bool isStrict, bool isJson, CancellationToken cancellationToken)
    {
        var inspection = await RecordInspector.InspectAsync(text, name, resolver, cancellationToken);
        if (inspection.Kind is null)
        {
            throw new CommandException(ExitCode.Usage, "--record needs a text that begins with v=spf1, v=DMARC1, v=DKIM1, v=BIMI1, v=STSv1 or v=TLSRPTv1");
        }

        var counts = FindingCounts.Of(inspection.Findings);
        if (isJson)
        {
            JsonOutput.Write(json =>
            {
                json.WriteStartObject();
                json.WriteString("kind", inspection.Kind);
                counts.WriteTo(json);
                json.WriteStartArray("findings");
                foreach (var finding in inspection.Findings)
                {
                    json.WriteStartObject();
                    DomainJson.WriteFinding(json, finding);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteEndObject();
            });
        }
        else
        {
            var page = Page.Open();
            inspection.Record?.WriteTo(page);
            foreach (var finding in inspection.Findings.Where(finding => inspection.Record?.Findings.Contains(finding) is not true))
            {
                page.Remark(finding);
            }

            counts.WriteTo(page);
        }

        return isStrict && counts.Warnings > 0 ? ExitCode.Failure : counts.ExitCode;
    }

    private static async Task<DomainOptions> ReadOptionsAsync(ParseResult arguments, IDnsResolver resolver, CancellationToken cancellationToken)
    {
        var roots = arguments.GetValue(Roots) is { } path ? (ImmutableArray<X509Certificate2>?)BimiCommand.LoadRoots(path) : null;
        return new DomainOptions
        {
            Profile = arguments.GetValue(Profile) switch
            {
                "sends" => DomainProfile.Sends,
                "receives-only" => DomainProfile.ReceivesOnly,
                "parked" => DomainProfile.Parked,
                _ => null,
            },
            Selectors = [.. arguments.GetValue(Selectors) ?? []],
            Addresses = [.. arguments.GetValue(Addresses) ?? []],
            Helo = arguments.GetValue(Helo),
            FetchesPolicy = !arguments.GetValue(NoFetch) && !ResolverOptions.IsZone(arguments),
            Bimi = roots is { } given ? new BimiOptions { RetrieveIndicator = true, VerifyEvidence = true, MarkRoots = given } : BimiOptions.Default,
            Message = arguments.GetValue(Message) is { } file ? await ReadMessageAsync(file, resolver, cancellationToken) : null,
        };
    }

    // The client is a guess from the fields of the message, as in "verify". It only explains.
    private static async Task<SampleMessage> ReadMessageAsync(string path, IDnsResolver resolver, CancellationToken cancellationToken)
    {
        var bytes = await MessageFile.ReadAsync(path, cancellationToken);
        var envelope = StoredEnvelopeReader.Read(new EnvelopeChoice(null, null, null, null, null), bytes, null);
        var outcome = await new AuthenticationPipeline(resolver, new AuthenticationOptions { AuthservId = "localhost" }).AuthenticateAsync(envelope.Envelope, bytes, cancellationToken);
        return SampleMessage.Of(outcome, HeaderBlock.Parse(LineEndings.ToCrlf(bytes)));
    }

    private static async Task<ImmutableArray<RoleAddress>> ProbeAsync(DomainInspection inspection, CancellationToken cancellationToken)
    {
        var (domain, hosts) = (inspection.Domain, inspection.MailHosts);
        var address = hosts.Hosts.SelectMany(static host => host.Addresses).FirstOrDefault();
        return address is null ? [.. SmtpProbe.Unknown(domain, "the domain has no mail host with an address")]
            : hosts.Findings.Any(static finding => finding.Code == Inspection.FindingCode.MxPrivateAddress) ? [.. SmtpProbe.Unknown(domain, "the mail host has an address that is not public")]
            : [.. await new SmtpProbe(SmtpPort, Environment.MachineName, ProbeTimeout).AskAsync(domain, address, cancellationToken)];
    }

    private static IPAddress[]? ParseAddresses(ArgumentResult argument)
    {
        var addresses = new List<IPAddress>();
        foreach (var token in argument.Tokens)
        {
            if (!HostText.TryParseAddress(token.Value, out var address))
            {
                argument.AddError($"--ip must be an IPv4 or IPv6 address, not '{token.Value}'");
                return null;
            }

            addresses.Add(address);
        }

        return [.. addresses];
    }
}
