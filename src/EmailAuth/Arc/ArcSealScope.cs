using EmailAuth.Messages;
using EmailAuth.Signatures;

namespace EmailAuth.Arc;

/// <summary>The input of seals (RFC 8617 section 5.1.1): all sets up to their own, relaxed, each as results, message signature, seal.</summary>
internal static class ArcSealScope
{
    /// <summary>
    /// The hash that each seal of a whole chain signs, each with <see cref="SignatureHash.MaxLength"/> octets of room, oldest first. The
    /// header is read once for each hash function that the seals use, however many seals there are.
    /// </summary>
    public static void HashAll(HeaderBlock header, IReadOnlyList<ArcChainSet> sets, Span<byte> hashes)
    {
        for (var last = sets.Count - 1; last >= 0; last--)
        {
            if (IsLastOfItsHash(sets, last))
            {
                HashThrough(last, header, sets, hashes);
            }
        }
    }

    private static SignatureHash HashOf(ArcChainSet set) => set.Seal.Value!.Algorithm.Hash;

    private static bool IsLastOfItsHash(IReadOnlyList<ArcChainSet> sets, int index)
    {
        for (var later = index + 1; later < sets.Count; later++)
        {
            if (HashOf(sets[later]) == HashOf(sets[index]))
            {
                return false;
            }
        }

        return true;
    }

    // Each seal continues the hash where the one before it stopped.
    private static void HashThrough(int last, HeaderBlock header, IReadOnlyList<ArcChainSet> sets, Span<byte> hashes)
    {
        var hash = HashOf(sets[last]);
        var running = hash.Rent();
        using var canonical = new CanonicalHeader(SignatureCanonicalization.Relaxed);
        for (var index = 0; index <= last; index++)
        {
            var set = sets[index];
            canonical.Append(header[set.ResultsField]);
            canonical.Append(header[set.MessageSignatureField]);
            running.AppendData(canonical.Written);
            canonical.Clear();
            var destination = hashes.Slice(index * SignatureHash.MaxLength, hash.Length);
            if (index == last)
            {
                canonical.AppendSignature(header[set.SealField]);
                running.AppendData(canonical.Written);
                running.GetHashAndReset(destination);
            }
            else
            {
                if (HashOf(set) == hash)
                {
                    canonical.AppendSignature(header[set.SealField]);
                    using var upToHere = running.Clone();
                    upToHere.AppendData(canonical.Written);
                    upToHere.GetHashAndReset(destination);
                    canonical.Clear();
                }

                canonical.Append(header[set.SealField]);
            }
        }

        hash.Return(running);
    }
}
