using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using EmailAuth.Dkim;
using EmailAuth.Signatures;

namespace EmailAuth.Inspection.Signatures;

/// <summary>Why one signature of a message does not hold. Immutable. No verdict depends on it.</summary>
[DebuggerDisplay("{Summary}")]
public sealed class SignatureDiagnosis
{
    /// <summary>Which DKIM-Signature field of the message it is, from the top, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The result that is explained.</summary>
    public required DkimResult Result { get; init; }

    /// <summary>What the key shows of the signature; <see cref="SignatureOpening.Unknown"/> also when the header holds.</summary>
    public SignatureOpening Key { get; init; }

    /// <summary>What was found: first of the key, then of the header, then of the body. Empty when nothing was found.</summary>
    public ImmutableArray<SignatureChange> Changes { get; init; } = [];

    /// <summary>How the search in the header ended.</summary>
    public SearchEnd HeaderSearch { get; init; }

    /// <summary>How the search in the body ended.</summary>
    public SearchEnd BodySearch { get; init; }

    /// <summary>How many candidates were compared.</summary>
    public long TryCount { get; init; }

    /// <summary>How many octets were hashed.</summary>
    public long HashedBytes { get; init; }

    /// <summary>The diagnosis in one line of English; it has text of the message.</summary>
    public string Summary => string.Join("; ", Parts());

    /// <summary>Whether the header differs and nothing could be searched for in it, because there is no key to compare with.</summary>
    public bool IsHeaderUnknown => Result.HeaderCheck == DkimCheck.Differs && HeaderSearch == SearchEnd.NotNeeded && Key != SignatureOpening.OtherKey;

    private IEnumerable<string> Parts()
    {
        foreach (var change in Changes)
        {
            yield return change.IsProven ? change.Text : $"probably {change.Text}";
        }

        if (IsHeaderUnknown)
        {
            yield return "the header signature differs, and why is not known: there is no key to compare with";
        }

        foreach (var (half, end) in new[] { ("header", HeaderSearch), ("body", BodySearch) })
        {
            if (end == SearchEnd.NotFound)
            {
                yield return $"what changed the {half} was not found: none of the known changes fits its hash";
            }
            else if (end == SearchEnd.LimitReached)
            {
                yield return string.Create(
                    CultureInfo.InvariantCulture, $"what changed the {half} was not found: the search ended at its limit, after {TryCount} tries and {HashedBytes} octets");
            }
        }
    }
}
