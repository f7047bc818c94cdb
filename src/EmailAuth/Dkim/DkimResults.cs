using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using EmailAuth.Results;
using EmailAuth.Signatures;

namespace EmailAuth.Dkim;

/// <summary>What DKIM says of a message: one result for each signature (RFC 6376 section 6.1).</summary>
[DebuggerDisplay("{Code}, {Signatures.Length} signatures")]
public sealed class DkimResults : IMethodOutcome
{
    // Mail servers cut off a field that is too long (Postfix at 100 KB), and DMARC's result with it. This many signatures make a much
    // shorter field, whatever they hold; legitimate mail has a handful.
    private const int MaxListed = 32;

    /// <summary>The result of a message without signatures.</summary>
    internal static DkimResults None { get; } = new() { Signatures = [] };

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

    /// <summary>The limit of signatures that are verified. The header field lists at least as many.</summary>
    internal int MaxChecked { get; init; }

    string IMethodOutcome.Name => "dkim";

    string IMethodOutcome.Result => Code.Keyword();

    string? IMethodOutcome.Reason => Best?.Reason;

    string? IMethodOutcome.ReasonCode => Best?.ReasonCode;

    private DkimResult? Best
    {
        get
        {
            var best = Code;
            return Signatures.FirstOrDefault(signature => signature.Code == best);
        }
    }

    /// <summary>The results in the terms of RFC 8601, in the same order; one <c>none</c> when the message is not signed.</summary>
    public ImmutableArray<MethodResult> ToMethodResults()
    {
        var results = ImmutableArray.CreateBuilder<MethodResult>(Math.Max(1, Signatures.Length));
        AddTo(results, Signatures.Length);
        return results.MoveToImmutable();
    }

    void IMethodOutcome.AddResultsTo(ImmutableArray<MethodResult>.Builder results) => AddTo(results, Math.Max(MaxListed, MaxChecked));

    void IMethodOutcome.WriteJson(Utf8JsonWriter json) => DkimJson.Write(json, this);

    void IMethodOutcome.WriteSummaryJson(Utf8JsonWriter json) => DkimJson.WriteSummary(json, this);

    // Past the limit: all that were checked, wherever they are, then the topmost of the others; one line says how many are left out.
    private void AddTo(ImmutableArray<MethodResult>.Builder results, int limit)
    {
        if (Signatures.IsEmpty)
        {
            results.Add(new MethodResult { Method = "dkim", Result = SignatureResultCode.None.Keyword() });
            return;
        }

        var omitted = Signatures.Length - limit;
        var free = omitted <= 0 ? Signatures.Length : limit - Signatures.Count(static signature => signature.IsChecked);
        var characters = DistinctSignatureLength();
        foreach (var signature in Signatures)
        {
            if (signature.IsChecked || free-- > 0)
            {
                results.Add(signature.ToMethodResult(characters));
            }
        }

        if (omitted > 0)
        {
            results.Add(new MethodResult
            {
                Method = "dkim",
                Result = SignatureResultCode.Policy.Keyword(),
                Reason = string.Create(CultureInfo.InvariantCulture, $"{omitted} more signatures, none of which was verified, are not listed"),
            });
        }
    }

    // RFC 6008 section 3: at least 8 characters of b=, and as many as distinguish the signatures. Two signatures that start with
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
