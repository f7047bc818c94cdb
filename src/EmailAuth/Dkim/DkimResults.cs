using System.Collections.Immutable;
using EmailAuth.Results;

namespace EmailAuth.Dkim;

/// <summary>What DKIM says of a message: one result for each signature.</summary>
public sealed record DkimResults
{
    /// <summary>The result of a message without signatures.</summary>
    public static DkimResults None { get; } = new() { Signatures = [] };

    /// <summary>The results in the order of the DKIM-Signature fields, top first; empty when the message is not signed.</summary>
    public required ImmutableArray<DkimResult> Signatures { get; init; }

    /// <summary>The best result: pass before temperror, fail, policy, neutral, permerror; none when the message is not signed.</summary>
    public DkimResultCode Code
    {
        get
        {
            var best = DkimResultCode.None;
            foreach (var signature in Signatures)
            {
                best = RankOf(signature.Code) < RankOf(best) ? signature.Code : best;
            }

            return best;
        }
    }

    /// <summary>The results in the terms of RFC 8601, in the same order; one <c>none</c> when the message is not signed.</summary>
    public ImmutableArray<MethodResult> ToMethodResults()
    {
        if (Signatures.IsEmpty)
        {
            return [new MethodResult { Method = "dkim", Result = DkimNames.Of(DkimResultCode.None) }];
        }

        var characters = DistinctSignatureLength();
        return [.. Signatures.Select(signature => signature.ToMethodResult(characters))];
    }

    // RFC 6008 section 3: at least 8 characters of b=, and as many as it takes to tell the signatures apart. Two signatures that start with
    // the same 64 are copies.
    private int DistinctSignatureLength()
    {
        var characters = 8;
        while (characters < 64)
        {
            var starts = Signatures.Select(signature => signature.SignatureStart(characters)).Where(start => start is not null).ToList();
            if (starts.Distinct(StringComparer.Ordinal).Count() == starts.Count)
            {
                break;
            }

            characters *= 2;
        }

        return characters;
    }

    private static int RankOf(DkimResultCode code) => code switch
    {
        DkimResultCode.Pass => 0,
        DkimResultCode.TempError => 1,
        DkimResultCode.Fail => 2,
        DkimResultCode.Policy => 3,
        DkimResultCode.Neutral => 4,
        DkimResultCode.PermError => 5,
        _ => 6,
    };
}
