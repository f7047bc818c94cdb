using EmailAuth.Messages;
using EmailAuth.Signatures;

namespace EmailAuth.Arc;

/// <summary>What seals are made over (RFC 8617 section 5.1.1): all sets up to their own, relaxed, each as results, message signature, seal.</summary>
internal static class ArcSealScope
{
    /// <summary>
    /// The SHA-256 hash that each seal of a whole chain signs, 32 octets for each, oldest first. The header is read once, however many
    /// seals there are: each goes on from where the one before it stopped.
    /// </summary>
    public static void HashAll(HeaderBlock header, IReadOnlyList<ArcChainSet> sets, Span<byte> hashes)
    {
        var running = HashPool.Rent(SignatureHash.Sha256);
        using var canonical = new CanonicalHeader(SignatureCanonicalization.Relaxed);
        for (var index = 0; index < sets.Count; index++)
        {
            var set = sets[index];
            canonical.Append(header[set.ResultsField]);
            canonical.Append(header[set.MessageSignatureField]);
            running.AppendData(canonical.Written);
            canonical.Clear();

            canonical.AppendSignature(header[set.SealField]);
            var destination = hashes.Slice(index * HashPool.MaxHashLength, HashPool.MaxHashLength);
            if (index == sets.Count - 1)
            {
                running.AppendData(canonical.Written);
                running.GetHashAndReset(destination);
                break;
            }

            using (var upToHere = running.Clone())
            {
                upToHere.AppendData(canonical.Written);
                upToHere.GetHashAndReset(destination);
            }

            canonical.Clear();
            canonical.Append(header[set.SealField]);
        }

        HashPool.Return(running);
    }
}
