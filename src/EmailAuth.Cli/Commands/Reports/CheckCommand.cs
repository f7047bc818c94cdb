using System.CommandLine;
using EmailAuth.Cli.Output;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Reports.Store.Delivery;
using EmailAuth.Reports.Store.Delivery.Mail;

namespace EmailAuth.Cli.Commands.Reports;

/// <summary><c>emailauth reports check</c>: whether our report mail would pass DMARC.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var command = new Command("check", "Says whether the mail of a report would pass DMARC at its receiver: key, SPF, alignment, policy.") { OutputOptions.Json };
        MailOptions.AddIdentityTo(command);
        command.Validators.Add(static result =>
        {
            if (result.GetResult(ReportOptions.Email) is null)
            {
                result.AddError("--email is missing: give the address that sends the reports");
            }
        });
        command.SetAction(RunAsync);
        return command.WithExamples("""
            Examples:
              emailauth reports check --email dmarc@example.org --key dmarc.pem --selector dmarc
              emailauth reports check --email dmarc@example.org --key dmarc.pem --selector dmarc --client-ip 192.0.2.25 --helo mail.example.org

            An example is made and signed as reports are, and judged as a receiver would.

            Exit codes: 0 it passes, 1 it does not, 2 wrong usage, 3 a key cannot be read or a query failed.

            """);
    }

    public static async Task<ReportMailVerdict> JudgeAsync(
        ParseResult arguments, ReportIdentity identity, ReportMailSigner? signer, IDnsResolver resolver, CancellationToken cancellationToken)
    {
        try
        {
            return await ReportMailCheck.CheckAsync(
                identity, signer, resolver, MailOptions.ClientOf(arguments), MailOptions.HeloOf(arguments), cancellationToken: cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            throw new CommandException(ExitCode.Failure, e.Message, e);
        }
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        var identity = MailOptions.IdentityOf(arguments);
        var (signer, key) = MailOptions.SignerOf(arguments, identity);
        using (key)
        {
            var verdict = await JudgeAsync(arguments, identity, signer, ResolverOptions.CreateResolver(arguments), cancellationToken);
            if (arguments.GetValue(OutputOptions.Json))
            {
                WriteJson(verdict);
            }
            else
            {
                WritePage(Page.Open(), identity, verdict);
            }

            return verdict.IsPass ? ExitCode.Success : verdict.IsUndecided ? ExitCode.Input : ExitCode.Failure;
        }
    }

    private static void WritePage(IPage page, ReportIdentity identity, ReportMailVerdict verdict)
    {
        page.Title($"Mail of reports from {identity.From}");
        foreach (var (name, result, reason) in Lines(verdict))
        {
            page.Line(name, reason is null ? result : $"{result}: {reason}", result == "pass" ? Tone.Good : name == "dmarc" ? Tone.Bad : Tone.Doubtful);
        }

        page.Line("sends", verdict.IsPass ? "yes" : "no, unless --unchecked is given", verdict.IsPass ? Tone.Good : Tone.Bad);
    }

    private static void WriteJson(ReportMailVerdict verdict) => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        json.WriteBoolean("passes", verdict.IsPass);
        foreach (var (name, result, reason) in Lines(verdict))
        {
            json.WriteStartObject(name);
            json.WriteString("result", result);
            json.WriteString("reason", reason);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    });

    private static IEnumerable<(string Name, string Result, string? Reason)> Lines(ReportMailVerdict verdict)
    {
        var (dkim, spf, dmarc) = (verdict.Outcome.Dkim, verdict.Outcome.Spf, verdict.Outcome.Dmarc);
        yield return dkim?.Signatures is [var signature, ..]
            ? ("dkim", ((Results.IMethodOutcome)dkim).Result, signature.Reason)
            : ("dkim", "none", "the mail is not signed: give --key and --selector");
        yield return verdict.HasClient && spf is not null
            ? ("spf", ((Results.IMethodOutcome)spf).Result, spf.Reason)
            : ("spf", "none", "the address of the mail server is not known: give --client-ip");
        yield return ("dmarc", dmarc is null ? "none" : ((Results.IMethodOutcome)dmarc).Result, dmarc switch
        {
            null => "not judged",
            { Code: DmarcResultCode.None } => "the domain has no DMARC record, so that no receiver can see that the mail passes",
            _ => dmarc.Reason,
        });
    }
}
