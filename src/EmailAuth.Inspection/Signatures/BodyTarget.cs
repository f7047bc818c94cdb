using System.Collections.Immutable;
using System.Security.Cryptography;

namespace EmailAuth.Inspection.Signatures;

/// <summary>The body hash that a signature gives, to which candidates are compared.</summary>
/// <param name="hash">The hash function.</param>
/// <param name="digest">The octets of <c>bh=</c>.</param>
/// <param name="isRelaxed">The canonicalization.</param>
/// <param name="length">How many octets of the canonical body are signed; null for all.</param>
/// <param name="budget">What the search may spend.</param>
internal sealed class BodyTarget(HashAlgorithmName hash, ImmutableArray<byte> digest, bool isRelaxed, long? length, SearchBudget budget)
{
    private readonly byte[] _digest = [.. digest];
    private readonly byte[] _room = new byte[digest.Length];

    public bool IsRelaxed => isRelaxed;

    public long? Length => length;

    public SearchBudget Budget => budget;

    /// <summary>Whether octets, as they are, have the hash.</summary>
    public bool Fits(ReadOnlySpan<byte> octets)
    {
        if (length is { } signed)
        {
            if (signed > octets.Length)
            {
                return false;
            }

            octets = octets[..(int)signed];
        }

        return budget.TryTake(octets.Length) && CryptographicOperations.HashData(hash, octets, _room) == _digest.Length && IsEqual();
    }

    /// <summary>Begins a hash over parts of a body.</summary>
    public IncrementalHash Begin() => IncrementalHash.CreateHash(hash);

    /// <summary>Whether what a hash has taken, continued by the rest of a body, has the hash; the hash itself is not changed.</summary>
    public bool FitsWith(IncrementalHash prefix, ReadOnlySpan<byte> rest)
    {
        // With l= what is added behind the signed octets does not matter, and what is added before them is found by the passes.
        if (length is not null || !budget.TryTake(rest.Length))
        {
            return false;
        }

        using var copy = prefix.Clone();
        copy.AppendData(rest);
        return copy.GetHashAndReset(_room) == _digest.Length && IsEqual();
    }

    /// <summary>
    /// The line before which the body may have ended, which begins at a line of a canonical body; -1 without one. One pass: at each
    /// border the hash so far is compared, because the canonical form of a beginning of lines is a beginning of the canonical form.
    /// </summary>
    /// <param name="body">The body.</param>
    /// <param name="first">The line at which the candidate begins.</param>
    /// <param name="ends">How many line borders are compared, counted from the end of the body.</param>
    public int EndOf(BodyLines body, int first, int ends)
    {
        var start = body.Starts[first];
        if (length is not null)
        {
            return Fits(body.Octets.AsSpan(start)) ? body.Count : -1;
        }

        var firstEnd = Math.Max(first, body.Count - ends);
        if (!budget.TryTake(body.Octets.Length - start, body.Count - firstEnd + 1))
        {
            return -1;
        }

        using var running = Begin();
        var hashed = start;
        for (var end = firstEnd; end <= body.Count; end++)
        {
            // Empty lines at the end are not in a canonical body.
            if (end > first && body.IsEmpty(end - 1) && (end - 1 > first || isRelaxed))
            {
                continue;
            }

            running.AppendData(body.Octets.AsSpan(hashed..body.Starts[end]));
            hashed = body.Starts[end];
            if (end == first && !isRelaxed)
            {
                // An empty body is one CRLF (RFC 6376 section 3.4.3), which is a line of its own.
                continue;
            }

            if (running.GetCurrentHash(_room) == _digest.Length && IsEqual())
            {
                return end;
            }
        }

        return -1;
    }

    private bool IsEqual() => _room.AsSpan().SequenceEqual(_digest);
}
