using System.Collections.Immutable;
using System.Diagnostics;
using System.Runtime.InteropServices;
using EmailAuth.Results;
using EmailAuth.Signatures;

namespace EmailAuth.Dkim;

/// <summary>What DKIM says of a message: one result for each signature (RFC 6376 section 6.1).</summary>
public sealed record DkimResults
{
    /// <summary>The result of a message without signatures.</summary>
    public static DkimResults None { get; } = new() { Signatures = [] };

    /// <summary>The results in the order of the DKIM-Signature fields, top first; empty when the message is not signed.</summary>
    public required ImmutableArray<DkimResult> Signatures { get; init; }

    /// <summary>The best result: pass before temperror, fail, policy, neutral, permerror; none when the message is not signed.</summary>
    public SignatureResultCode Code
    {
        get
        {
            var best = SignatureResultCode.None;
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
            return [new MethodResult { Method = "dkim", Result = SignatureResultCode.None.Keyword() }];
        }

        var characters = DistinctSignatureLength();
        var results = new MethodResult[Signatures.Length];
        for (var index = 0; index < results.Length; index++)
        {
            results[index] = Signatures[index].ToMethodResult(characters);
        }

        return ImmutableCollectionsMarshal.AsImmutableArray(results);
    }

    // RFC 6008 section 3: at least 8 characters of b=, and as many as it takes to tell the signatures apart. Two signatures that start with
    // the same 64 are copies.
    private int DistinctSignatureLength()
    {
        const int Least = 8;
        const int Most = 64;
        if (Signatures.Length == 1)
        {
            return Least;
        }

        var starts = new HashSet<string>(Signatures.Length, StringComparer.Ordinal);
        var characters = Least;
        while (characters < Most && !AreDistinct(characters, starts))
        {
            characters *= 2;
        }

        return characters;
    }

    private bool AreDistinct(int characters, HashSet<string> starts)
    {
        starts.Clear();
        foreach (var signature in Signatures)
        {
            if (signature.SignatureStart(characters) is { } start && !starts.Add(start))
            {
                return false;
            }
        }

        return true;
    }

    private static int RankOf(SignatureResultCode code) => code switch
    {
        SignatureResultCode.Pass => 0,
        SignatureResultCode.TempError => 1,
        SignatureResultCode.Fail => 2,
        SignatureResultCode.Policy => 3,
        SignatureResultCode.Neutral => 4,
        SignatureResultCode.PermError => 5,
        SignatureResultCode.None => 6,
        _ => throw new UnreachableException(),
    };
}
