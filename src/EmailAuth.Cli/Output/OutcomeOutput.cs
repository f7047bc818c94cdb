using System.Diagnostics;

namespace EmailAuth.Cli.Output;

/// <summary>Writes the outcome of one message to standard output.</summary>
internal static class OutcomeOutput
{
    /// <exception cref="CommandException">The field is wanted, and the envelope is a guess.</exception>
    public static void Write(OutcomeForm form, VerifiedMessage verified)
    {
        var account = verified.Account!;
        switch (form)
        {
            case OutcomeForm.Json:
                Console.Out.WriteLine(account.Json(JsonOutput.Indented));
                break;
            case OutcomeForm.Explanation:
                WriteExplanation(account);
                break;
            case OutcomeForm.Canonical:
                CanonicalOutput.Write(Console.Out, account.Outcome, verified.Message);
                break;
            case OutcomeForm.Brief:
                Answer.Write(Page.Open(), account);
                break;
            case OutcomeForm.Field when account.Outcome.HasReconstructedEnvelope:
                throw new CommandException(ExitCode.Input, NoField(verified));
            case OutcomeForm.Field:
                WriteField(account.Outcome);
                break;
            default:
                throw new UnreachableException();
        }
    }

    /// <summary>Why there is no field: no host received the message with a guessed envelope.</summary>
    public static string NoField(VerifiedMessage verified) =>
        $"there is no field, because the envelope is not known: {verified.Envelope?.Problem ?? "it is a guess"}";

    /// <summary>Writes the Authentication-Results field, and the second one if there is one.</summary>
    public static void WriteField(AuthenticationOutcome outcome)
    {
        foreach (var field in new[] { outcome.Header, outcome.ExtendedHeader })
        {
            if (!string.IsNullOrEmpty(field))
            {
                Console.Out.WriteLine(VisibleText.OfLines(field));
            }
        }
    }

    // On a terminal the answer is repeated when it has scrolled off: the last rows are what a person sees.
    private static void WriteExplanation(MessageAccount account)
    {
        if (Page.Height is not { } height || Page.Width is not { } width)
        {
            Explanation.Write(Page.Open(), account);
            return;
        }

        using var text = new StringWriter();
        Explanation.Write(Page.Open(text), account);
        Console.Out.Write(text);
        if (TerminalRows.Count(text.ToString(), width) >= height)
        {
            var page = Page.Open();
            Console.Out.WriteLine();
            page.Section("The answer again");
            Answer.Write(page, account);
        }
    }
}
