using System.Diagnostics;

namespace EmailAuth.Cli.Output;

/// <summary>Writes the outcome of one message to standard output.</summary>
internal static class OutcomeOutput
{
    public static void Write(OutcomeForm form, MessageAccount account)
    {
        switch (form)
        {
            case OutcomeForm.Json:
                Console.Out.WriteLine(account.Json(JsonOutput.Indented));
                break;
            case OutcomeForm.Explanation:
                WriteExplanation(account);
                break;
            case OutcomeForm.Brief:
                Answer.Write(Page.Open(), account);
                break;
            case OutcomeForm.Field:
                WriteField(account.Outcome);
                break;
            default:
                throw new UnreachableException();
        }
    }

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
