using EmailAuth.Dmarc;
using EmailAuth.Inspection.Outcomes;

namespace EmailAuth.Cli.Output;

/// <summary>The answer as one sentence: the verdict and what decided it.</summary>
internal static class Headline
{
    public static string Of(MessageAccount account)
    {
        var outcome = account.Outcome;
        return outcome.Dmarc switch
        {
            null => "DMARC is not checked: the settings switch it off",
            { Code: DmarcResultCode.Pass } dmarc => $"DMARC passes: {Vouches(dmarc)}",
            _ when OpenVerdict.Is(outcome) => $"DMARC is not decided: {Clause(account)}",
            { Code: DmarcResultCode.Fail } => Failure(account),
            { Code: DmarcResultCode.None } dmarc => $"No DMARC policy: {dmarc.AuthorDomain} asks receivers for nothing",
            { Code: DmarcResultCode.TempError } => $"DMARC is not decided: {Clause(account)}",
            _ => $"No domain answers for the message: {Clause(account)}",
        };
    }

    // A change that was found says more than the cause that it explains.
    private static string Failure(MessageAccount account)
    {
        var found = DecidingSignature.ChangeOf(account);
        if (found is { Changes.IsEmpty: true })
        {
            return $"DMARC fails: {First(ResultWords.Of(found.Result))}";
        }

        if (found is { Changes: [var change, ..] })
        {
            var text = First(change.Text);
            var who = account.Diagnosis.Causes[0] is { Code: CauseCode.ChangedByList, Arguments: [_, _, var list, ..] } ? $" (the mailing list {list})" : string.Empty;
            return change.IsProven ? $"DMARC fails: {text}{who}" : $"DMARC fails, probably because {text}{who}";
        }

        return account.Diagnosis.Causes[0] is { IsCertain: true } or { Code: CauseCode.PerhapsForged }
            ? $"DMARC fails: {Clause(account)}"
            : $"DMARC fails, probably because {Clause(account)}";
    }

    private static string Vouches(DmarcResult dmarc)
    {
        var signer = dmarc.Alignments.FirstOrDefault(static one => one.Counts && one.Identifier.Method == IdentifierSource.Dkim);
        var host = dmarc.Alignments.FirstOrDefault(static one => one.Counts && one.Identifier.Method == IdentifierSource.Spf);
        return (signer, host) switch
        {
            ({ }, { }) => $"{signer.Identifier.Domain} signed it, and the sending host may send for {host.Identifier.Domain}",
            ({ }, null) => $"{signer.Identifier.Domain} signed it",
            (null, { }) => $"by SPF alone, as the sending host may send for {host.Identifier.Domain}",
            _ => "the author domain is authenticated",
        };
    }

    private static string Clause(MessageAccount account) => First(account.Diagnosis.Causes[0].Text);

    // What follows the first clause is detail, which the cause has in full.
    private static string First(string text)
    {
        var colon = text.IndexOf(": ", StringComparison.Ordinal);
        var semicolon = text.IndexOf("; ", StringComparison.Ordinal);
        var end = (colon, semicolon) is ( > 0, > 0) ? Math.Min(colon, semicolon) : Math.Max(colon, semicolon);
        return end > 0 ? text[..end] : text;
    }
}
