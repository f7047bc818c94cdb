using System.Runtime.InteropServices;
using EmailAuth.Dmarc;
using EmailAuth.Signatures;
using EmailAuth.Spf;

namespace EmailAuth.Reports.Failures;

/// <summary>What of a message's outcome decides which failure reports it gives. Immutable.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct FailureFacts
{
    /// <summary>What SPF gave for the author domain.</summary>
    public required MechanismState Spf { get; init; }

    /// <summary>What DKIM gave for the author domain.</summary>
    public required MechanismState Dkim { get; init; }

    /// <summary>Whether SPF failed for whatever domain: fail, softfail or permerror. None and neutral do not say that anything is wrong.</summary>
    public bool HasSpfFailed { get; init; }

    /// <summary>Whether a signature of whatever domain failed: fail or permerror. One that local policy does not accept did not fail.</summary>
    public bool HasSignatureFailed { get; init; }

    /// <summary>The facts of an outcome.</summary>
    /// <param name="outcome">The outcome.</param>
    public static FailureFacts Of(AuthenticationOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return new FailureFacts
        {
            Spf = StateOf(outcome.Dmarc, IdentifierSource.Spf, outcome.Spf is null or { Code: SpfResultCode.TempError }),
            Dkim = StateOf(
                outcome.Dmarc,
                IdentifierSource.Dkim,
                outcome.Dkim is null || outcome.Dkim.Signatures.Any(static signature => signature.Code == SignatureResultCode.TempError)),
            HasSpfFailed = outcome.Spf is { Domain: not null, Code: SpfResultCode.Fail or SpfResultCode.SoftFail or SpfResultCode.PermError },
            HasSignatureFailed = FailedSignature.Of(outcome) is not null,
        };
    }

    private static MechanismState StateOf(DmarcResult? dmarc, IdentifierSource method, bool isUndecided)
    {
        foreach (var alignment in dmarc?.Alignments ?? [])
        {
            if (alignment.Identifier.Method == method)
            {
                if (alignment.Counts)
                {
                    return MechanismState.Aligned;
                }

                // A pass whose alignment a failed query leaves open.
                isUndecided |= alignment is { Result: "pass", IsCompared: false };
            }
        }

        return isUndecided ? MechanismState.Undecided : MechanismState.NotAligned;
    }
}
