using System.Collections.Immutable;
using System.CommandLine;
using System.CommandLine.Parsing;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EmailAuth.Bimi;
using EmailAuth.Cli.Input;
using EmailAuth.Cli.Output;
using EmailAuth.Cryptography;
using EmailAuth.Dmarc;
using EmailAuth.Inspection.Bimi;
using EmailAuth.Syntax;

namespace EmailAuth.Cli.Commands;

/// <summary>
/// <c>emailauth bimi</c>: shows what a receiver would show for a domain, and what is wrong with a logo or a mark certificate.
/// </summary>
internal static class BimiCommand
{
    private static readonly Argument<DomainName> Domain = new("DOMAIN")
    {
        Description = "The domain of the author's address.",
        CustomParser = ParseDomain,
    };

    private static readonly Option<string> Selector = new("--selector")
    {
        Description = "The selector, as a signed BIMI-Selector field would name it.",
        HelpName = "S",
        DefaultValueFactory = _ => "default",
    };

    private static readonly Option<string?> LocalPart = new("--local-part")
    {
        Description = "The local-part of the author's address, for records that depend on it (lps).",
        HelpName = "L",
    };

    private static readonly Option<bool> Fetch = new("--fetch")
    {
        Description = "Fetch the logo that the record names and, with --roots, the certificate, and check both.",
    };

    private static readonly Option<string?> Svg = new("--svg")
    {
        Description = "Check this logo (SVG or SVGZ) against SVG Tiny PS.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Certificate = new("--certificate")
    {
        Description = "Verify this mark certificate (PEM, the mark's certificate first) for the domain; needs --roots.",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Roots = new("--roots")
    {
        Description = "The roots of mark authorities to trust (PEM).",
        HelpName = "FILE",
    };

    private static readonly Option<string?> Save = new("--save")
    {
        Description = "Write the logo, uncompressed, to this file if it is valid.",
        HelpName = "FILE",
    };

    private static readonly Option<DateTimeOffset?> Now = new("--now")
    {
        Description = $"Verify certificates at this time, such as 2026-06-10T13:40:00Z, from {EnvelopeOptions.Years}. Default: now.",
        HelpName = "TIME",
        CustomParser = EnvelopeOptions.ParseTime,
    };

    public static Command Create()
    {
        var command = new Command("bimi", "Explains which brand indicator a receiver would show for a domain, and checks logos and mark certificates.")
        {
            Domain, Selector, LocalPart, Fetch, Svg, Certificate, Roots, Save, Now, OutputOptions.Json,
        };
        ResolverOptions.AddTo(command);
        command.Validators.Add(result =>
        {
            if (result.GetResult(Certificate) is not null && result.GetResult(Roots) is null)
            {
                result.AddError("--certificate needs --roots: the file with the roots of mark authorities that you trust");
            }
        });
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth bimi example.com
              emailauth bimi example.com --svg logo.svg
              emailauth bimi example.com --certificate mark.pem --roots roots.pem --save logo.svg

            Exit codes: 0 no error, 1 a failure, a record without an enforced policy, or a logo or certificate that is not valid, 2 wrong usage,
            3 a file that cannot be read.

            """);
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        OutputFile.Refuse(
            arguments.GetValue(Save), arguments.GetValue(Svg), arguments.GetValue(Certificate), arguments.GetValue(Roots), ResolverOptions.ZoneOf(arguments));
        var clock = arguments.GetValue(Now) is { } now ? new FixedClock(now) : TimeProvider.System;
        var options = CreateOptions(arguments);
        var resolver = ResolverOptions.CreateResolver(arguments);
        var domain = arguments.GetRequiredValue(Domain);
        var inspection = await BimiInspector.InspectAsync(
            domain,
            resolver,
            new BimiInspectionOptions { Selector = arguments.GetValue(Selector)!, LocalPart = arguments.GetValue(LocalPart), Bimi = options, TimeProvider = clock },
            cancellationToken);
        var (dmarc, result) = (inspection.Dmarc, inspection.Result);
        var isJson = arguments.GetValue(OutputOptions.Json);
        var explanation = new BimiExplanation(isJson ? TextWriter.Null : Console.Out);
        explanation.Write(domain, inspection);

        var shown = result.Code == BimiResultCode.Pass ? result.Indicator : null;
        var isWrong = result.Code is BimiResultCode.Fail or BimiResultCode.TempError || inspection.Published.Code == BimiResultCode.TempError;
        var svg = arguments.GetValue(Svg);
        ParseResult<BimiIndicator>? read = svg is null ? default(ParseResult<BimiIndicator>?) : BimiIndicator.Read(ReadFile(svg));
        if (read is { } document)
        {
            explanation.Write("Logo file", document);
        }

        var logo = read?.Value;
        var certificate = arguments.GetValue(Certificate) is { } pem
            ? MarkCertificate.Verify(ReadFile(pem), DomainsOf(domain, dmarc), inspection.Published.Selector ?? arguments.GetValue(Selector)!, options, clock)
            : null;
        if (certificate is not null)
        {
            explanation.Write("Certificate file", certificate);
        }

        var differs = logo is not null && certificate?.Indicator is { } vouchedFor && logo.Hash != vouchedFor.Hash;
        if (differs)
        {
            explanation.WriteDifference();
        }

        var errors = new[] { isWrong, differs, svg is not null && logo is not { IsValid: true }, certificate is { IsValid: false } }.Count(wrong => wrong);
        var found = FindingCounts.Of(inspection.Findings);
        var counts = found with { Errors = found.Errors + errors };
        if (isJson)
        {
            JsonOutput.Write(json => BimiJson.Write(json, domain, inspection, read, certificate, differs, counts));
        }

        explanation.Write(counts);
        isWrong = counts.Errors > 0;
        var verified = logo ?? (certificate is { IsValid: true } ? certificate.Indicator : null) ?? shown;
        await SaveLogoAsync(arguments.GetValue(Save), isWrong ? null : verified, cancellationToken);
        return isWrong ? ExitCode.Failure : ExitCode.Success;
    }

    private static List<DomainName> DomainsOf(DomainName domain, DmarcResult dmarc) =>
        dmarc.OrganizationalDomain is { } organizational && organizational != domain ? [domain, organizational] : [domain];

    private static BimiOptions CreateOptions(ParseResult arguments)
    {
        var roots = arguments.GetValue(Roots) is { } path ? LoadRoots(path) : [];
        var fetch = arguments.GetValue(Fetch);
        return new BimiOptions { RetrieveIndicator = fetch, VerifyEvidence = fetch && !roots.IsEmpty, MarkRoots = roots };
    }

    /// <summary>The roots of mark authorities in a file.</summary>
    public static ImmutableArray<X509Certificate2> LoadRoots(string path)
    {
        PlatformCryptography.Require();
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPem(System.Text.Encoding.Latin1.GetString(ReadFile(path)));
        }
        catch (CryptographicException e)
        {
            throw new CommandException(ExitCode.Input, $"'{path}' has an invalid certificate: give roots in PEM", e);
        }

        return roots.Count > 0 ? [.. roots] : throw new CommandException(ExitCode.Input, $"'{path}' has no certificate: give roots in PEM");
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            return WholeFile.Read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw MessageFile.Unreadable(path, e);
        }
    }

    private static async Task SaveLogoAsync(string? path, BimiIndicator? indicator, CancellationToken cancellationToken)
    {
        if (path is null)
        {
            return;
        }

        if (indicator is null)
        {
            throw new CommandException(ExitCode.Failure, $"no valid logo to write to '{path}': give one with --svg or --certificate, or --fetch");
        }

        await OutputFile.WriteAsync(path, $"'{path}'", indicator.Svg.ToArray(), cancellationToken);
    }

    private static DomainName? ParseDomain(ArgumentResult argument)
    {
        var text = argument.Tokens[0].Value;
        if (text.IndexOf("._bimi.", StringComparison.OrdinalIgnoreCase) is var label and > 0)
        {
            argument.AddError($"DOMAIN is only the domain: emailauth bimi {text[(label + "._bimi.".Length)..]} --selector {text[..label]}");
            return null;
        }

        var parsed = DomainName.Parse(text);
        if (!parsed.IsSuccess)
        {
            argument.AddError($"DOMAIN must be a domain name such as example.com: {parsed.Error.Reason}");
        }

        return parsed.Value;
    }
}
