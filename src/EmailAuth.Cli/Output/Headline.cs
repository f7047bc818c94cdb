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

    private static string Failure(MessageAccount account) => account.Diagnosis.Causes[0] switch
    {
        { IsCertain: true } or { Code: CauseCode.PerhapsForged } => $"DMARC fails: {Clause(account)}",
        _ => $"DMARC fails, probably because {Clause(account)}",
    };

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

    // What follows the first clause is detail, which the cause has in full.
    private static string Clause(MessageAccount account)
    {
        var text = account.Diagnosis.Causes[0].Text;
        var colon = text.IndexOf(": ", StringComparison.Ordinal);
        var semicolon = text.IndexOf("; ", StringComparison.Ordinal);
        var end = (colon, semicolon) is ( > 0, > 0) ? Math.Min(colon, semicolon) : Math.Max(colon, semicolon);
        return end > 0 ? text[..end] : text;
    }
}
