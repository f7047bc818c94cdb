using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Inspection.Outcomes;
using EmailAuth.Inspection.Signatures;
using EmailAuth.Signatures;

namespace EmailAuth.Cli.Output;

/// <summary>The signature that decides about a message: an aligned one that passes, else an aligned one that does not, else one that passes.</summary>
internal static class DecidingSignature
{
    /// <summary>The signature; null when the message has none.</summary>
    public static DkimResult? Of(AuthenticationOutcome outcome) => outcome.Dkim?.Signatures
        .OrderByDescending(signature => IdentifierCheck.Aligns(outcome, IdentifierSource.Dkim, signature.Domain?.ToString()) is true ? 1 : 0)
        .ThenByDescending(static signature => signature.Code == SignatureResultCode.Pass ? 1 : 0)
        .FirstOrDefault();

    /// <summary>What was found of it, where the cause of the verdict is that it does not hold; else null.</summary>
    public static SignatureDiagnosis? ChangeOf(MessageAccount account)
    {
        var cause = account.Diagnosis.Causes[0].Code;
        return cause is (CauseCode.BodyChanged or CauseCode.BodyCut or CauseCode.BodyHashWrong or CauseCode.HeaderChanged or CauseCode.HeaderAndBodyChanged
            or CauseCode.OtherKey or CauseCode.ChangedByList or CauseCode.KeyUnusable)
            && Of(account.Outcome) is { } signature
            ? account.Signatures?.FirstOrDefault(diagnosis =>
                diagnosis.Result == signature && (!diagnosis.Changes.IsEmpty || (diagnosis.Summary.Length > 0 && cause != CauseCode.ChangedByList)))
            : null;
    }
}
