using System.Collections.Immutable;
using EmailAuth.Signatures;

namespace EmailAuth.Vectors;

/// <summary>The verdict a vector expects. Only what is set is compared; each result is the list of acceptable keywords.</summary>
public sealed record VectorExpectation
{
    /// <summary>The acceptable results of SPF; default when it is not compared.</summary>
    public ImmutableArray<string> Spf { get; init; }

    /// <summary>What the domain explains on a fail (RFC 7208 section 6.2); null when it is not compared.</summary>
    public string? SpfExplanation { get; init; }

    /// <summary>The signatures in the order of their fields, top first; default when they are not compared.</summary>
    public ImmutableArray<DkimExpectation> Dkim { get; init; }

    /// <summary>The acceptable results of the lowest DKIM-Signature field; default when it is not compared.</summary>
    public ImmutableArray<string> DkimLast { get; init; }

    /// <summary>The acceptable values of the best result over all signatures; default when it is not compared.</summary>
    public ImmutableArray<string> DkimBest { get; init; }

    /// <summary>What DMARC says; null when it is not compared.</summary>
    public DmarcExpectation? Dmarc { get; init; }

    /// <summary>The acceptable results of ARC; default when it is not compared.</summary>
    public ImmutableArray<string> Arc { get; init; }

    /// <summary>The acceptable results of BIMI; default when it is not compared.</summary>
    public ImmutableArray<string> Bimi { get; init; }

    /// <summary>The acceptable results of iprev; default when it is not compared.</summary>
    public ImmutableArray<string> Iprev { get; init; }

    /// <summary>The value of the Authentication-Results field; null when it is not compared. White space and folding do not matter.</summary>
    public string? AuthenticationResults { get; init; }

    /// <summary>The fields that sealing adds; null when they are not compared.</summary>
    public SealExpectation? Seal { get; init; }

    internal UnknownMembers Unknown { get; init; } = UnknownMembers.None;

    /// <summary>What an outcome says, as the verdict that its recording expects.</summary>
    /// <param name="outcome">The outcome.</param>
    public static VectorExpectation Of(AuthenticationOutcome outcome)
    {
        ArgumentNullException.ThrowIfNull(outcome);
        var verdict = new Verdict(outcome);
        return new VectorExpectation
        {
            Spf = One(verdict.Spf),
            SpfExplanation = verdict.SpfExplanation,
            Dkim = outcome.Dkim is null ? default : [.. outcome.Dkim.Signatures.Select(signature => new DkimExpectation
            {
                Domain = signature.Domain?.ToString(),
                Selector = signature.Selector,
                Result = [signature.Code.Keyword()],
            })],
            DkimBest = One(verdict.DkimBest),
            Dmarc = verdict.Dmarc is null ? null : new DmarcExpectation
            {
                Result = [verdict.Dmarc],
                Policy = verdict.DmarcPolicy,
                Disposition = verdict.DmarcDisposition,
                OrgDomain = verdict.DmarcOrgDomain,
            },
            Arc = One(verdict.Arc),
            Bimi = One(verdict.Bimi),
            Iprev = One(verdict.Iprev),
            AuthenticationResults = verdict.AuthenticationResults,
        };

        static ImmutableArray<string> One(string? result) => result is null ? default : [result];
    }
}
