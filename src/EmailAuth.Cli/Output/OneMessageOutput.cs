using EmailAuth.Cli.Pages;
using EmailAuth.Cli.Pages.Outcome;

namespace EmailAuth.Cli.Output;

/// <summary>How the outcome of one message is written: a form for standard output, and a page if one is wanted.</summary>
/// <param name="Form">The form.</param>
/// <param name="PagePath">Where the page is written; null for none.</param>
/// <param name="Dns">Where the answers of the DNS come from, in words.</param>
internal sealed record OneMessageOutput(OutcomeForm Form, string? PagePath, string Dns)
{
    /// <exception cref="CommandException">The page cannot be written, or the field is wanted and the envelope is a guess.</exception>
    public async Task WriteAsync(VerifiedMessage verified, CancellationToken cancellationToken)
    {
        if (PagePath is not null)
        {
            var name = verified.Name == "-" ? "standard input" : Path.GetFileName(verified.Name);
            await PageFile.WriteAsync(PagePath, OutcomePage.Of(verified.Account!, new OutcomeBasis(name, Dns)), cancellationToken);
        }

        OutcomeOutput.Write(Form, verified);
    }
}
