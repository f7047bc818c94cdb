using System.Collections.Immutable;
using System.Diagnostics;
using EmailAuth.Bimi;

namespace EmailAuth.Inspection.Bimi;

/// <summary>What large mailbox providers require before they show a logo, as of <see cref="Date"/>, and whether a domain has it.</summary>
public static class LogoDisplays
{
    // What a provider requires beside a valid record under an enforced policy.
    private enum Rule
    {
        // A certificate of either kind; a mark only for one of a registered trademark (VMC).
        AnyCertificate,

        // A certificate of a registered trademark.
        VerifiedCertificate,

        // The reputation of the domain; no certificate.
        Reputation,

        // It takes part; what it requires is not published in a form that can be checked.
        Unpublished,

        // It shows no logos of BIMI.
        Never,
    }

    private static readonly (string Provider, Rule Rule)[] Providers =
    [
        ("Gmail", Rule.AnyCertificate), ("Apple Mail", Rule.VerifiedCertificate), ("Yahoo", Rule.Reputation), ("Fastmail", Rule.Unpublished),
        ("La Poste", Rule.Unpublished), ("Microsoft", Rule.Never),
    ];

    /// <summary>The day on which the rules were last reviewed.</summary>
    public static DateOnly Date { get; } = new(2026, 11, 28);

    /// <summary>What each provider shows.</summary>
    /// <param name="inspection">What the domain publishes.</param>
    public static ImmutableArray<LogoDisplay> Of(BimiInspection inspection)
    {
        ArgumentNullException.ThrowIfNull(inspection);
        return
        [
            .. Providers.Select(provider =>
            {
                var (state, reason) = Judge(provider.Rule, inspection.Result);
                return new LogoDisplay { Provider = provider.Provider, State = state, Reason = reason, OnceEnforced = Judge(provider.Rule, inspection.Published).State };
            }),
        ];
    }

    private static (LogoState State, string Reason) Judge(Rule rule, BimiResult result)
    {
        if (rule == Rule.Never)
        {
            return (LogoState.NotShown, "it does not use BIMI");
        }

        return result.Code switch
        {
            BimiResultCode.Pass => JudgeEvidence(rule, result),
            BimiResultCode.TempError => (LogoState.Unknown, result.Reason ?? "a lookup failed"),
            BimiResultCode.None => (LogoState.NotShown, "there is no BIMI record"),
            BimiResultCode.Declined => (LogoState.NotShown, "the record declines to publish a logo"),
            BimiResultCode.Fail or BimiResultCode.Skipped => (LogoState.NotShown, result.Reason ?? "the record is not valid"),
            _ => throw new UnreachableException(),
        };
    }

    private static (LogoState State, string Reason) JudgeEvidence(Rule rule, BimiResult result)
    {
        if (rule is Rule.Reputation or Rule.Unpublished)
        {
            return (LogoState.Unknown, rule == Rule.Reputation ? "the record is valid; the reputation of the domain decides" : "the record is valid; the provider decides");
        }

        if (result.Record?.EvidenceLocation is null)
        {
            return (LogoState.NotShown, rule == Rule.AnyCertificate ? "the record names no mark certificate (a=)" : "the record names no verified mark certificate (a=)");
        }

        return result.MarkCertificate switch
        {
            null => (LogoState.Unknown, "the mark certificate was not fetched here"),
            { IsValid: false } => (LogoState.NotShown, "the mark certificate is not valid"),
            { Kind: "verified" } => (rule == Rule.AnyCertificate ? LogoState.ShownAsVerified : LogoState.Shown, "the mark certificate is of a registered trademark (VMC)"),
            _ when rule == Rule.VerifiedCertificate => (LogoState.NotShown, "the mark certificate is not of a registered trademark (VMC)"),
            _ => (LogoState.Shown, "the mark certificate is valid (CMC)"),
        };
    }
}
