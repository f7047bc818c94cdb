using System.Security.Cryptography;
using EmailAuth.Signatures;

namespace EmailAuth.Inspection.Signatures;

/// <summary>What was signed of a header, to which candidates are compared: the digest that the key opens, or the signature itself.</summary>
/// <param name="signature">The signature.</param>
/// <param name="hash">Its hash function.</param>
/// <param name="digest">The digest that it was made over; empty when the key does not show it.</param>
/// <param name="key">The key, for signatures that only verify; null otherwise.</param>
/// <param name="budget">What the search may spend.</param>
/// <param name="maxVerifications">How many candidates are verified.</param>
internal sealed class HeaderTarget(
    MessageSignatureFields signature, HashAlgorithmName hash, ReadOnlySpan<byte> digest, KeyRecord? key, SearchBudget budget, int maxVerifications)
{
    private readonly byte[] _digest = digest.ToArray();
    private readonly byte[] _room = new byte[signature.BodyHash.Length];
    private int _verifications;

    public SearchBudget Budget => budget;

    /// <summary>Whether more candidates can be tried.</summary>
    public bool IsOver => budget.IsSpent || (_digest.Length == 0 && _verifications >= maxVerifications);

    /// <summary>Whether octets are what was signed.</summary>
    public bool Fits(ReadOnlySpan<byte> octets)
    {
        if (_digest.Length == 0 && _verifications >= maxVerifications)
        {
            budget.NoteSkipped();
            return false;
        }

        if (!budget.TryTake(octets.Length) || CryptographicOperations.HashData(hash, octets, _room) != _room.Length)
        {
            return false;
        }

        if (_digest.Length > 0)
        {
            return _room.AsSpan().SequenceEqual(_digest);
        }

        _verifications++;
        return key is not null && signature.IsMadeOver(key, _room);
    }
}
