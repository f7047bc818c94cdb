using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using EmailAuth.Dkim;
using EmailAuth.Dns;
using EmailAuth.Signatures;

namespace EmailAuth.Inspection.Signatures;

/// <summary>How a message differs, in what one signature covers, from a copy of it as it was sent. Immutable.</summary>
[DebuggerDisplay("header {HeaderDiff.Length}, body {BodyDiff.Length}")]
public sealed class CopyComparison
{
    private CopyComparison()
    {
    }

    /// <summary>Which DKIM-Signature field of the message it is, from the top, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>The signature.</summary>
    public required DkimSignature Signature { get; init; }

    /// <summary>Whether the copy's body has the signed hash: then it is the body that was signed.</summary>
    public required bool IsSignedBody { get; init; }

    /// <summary>
    /// Whether the copy's header is what the signature was made over, by the key; null without a key, and when the copy lacks the signature's
    /// field in the form in which it was signed.
    /// </summary>
    public bool? IsSignedHeader { get; init; }

    /// <summary>The signed fields that differ, in canonical form; at most 40 lines.</summary>
    public ImmutableArray<DiffLine> HeaderDiff { get; init; } = [];

    /// <summary>The lines of the canonical body that differ; at most 40.</summary>
    public ImmutableArray<DiffLine> BodyDiff { get; init; } = [];

    /// <summary>Compares.</summary>
    /// <param name="message">The message that arrived.</param>
    /// <param name="copy">The message as it was sent, before or after it was signed.</param>
    /// <param name="index">Which DKIM-Signature field of the message it is, from the top, from 0.</param>
    /// <param name="signature">What that field says.</param>
    /// <param name="key">The record of the key; null when it is not known.</param>
    /// <returns>The comparison; null when the message does not have the signature's field.</returns>
    public static CopyComparison? Of(ReadOnlyMemory<byte> message, ReadOnlyMemory<byte> copy, int index, DkimSignature signature, KeyRecord? key = null)
    {
        ArgumentNullException.ThrowIfNull(signature);
        if (SignedMessageText.Of(message, index, signature) is not { } arrived || SignedMessageText.OfCopy(copy, message, index, signature) is not { } sent)
        {
            return null;
        }

        var (arrivedForm, sentForm) = (CanonicalForm.Of(arrived, signature), CanonicalForm.Of(sent, signature));
        return new CopyComparison
        {
            Index = index,
            Signature = signature,
            IsSignedBody = Digest(sent, sentForm.Body).AsSpan().SequenceEqual(signature.BodyHash.AsSpan()),
            IsSignedHeader = key is null ? null : signature.IsMadeOver(key, Digest(sent, sentForm.Header)),
            HeaderDiff = LineDiff.Of(sentForm.Header.Span, arrivedForm.Header.Span),
            BodyDiff = LineDiff.Of(sentForm.Body.Span, arrivedForm.Body.Span),
        };
    }

    /// <summary>Compares for each signature that does not pass, or for all when all pass.</summary>
    /// <param name="message">The message that was verified.</param>
    /// <param name="copy">The message as it was sent, before or after it was signed.</param>
    /// <param name="results">The results of the message, all from <see cref="DkimVerifier"/>.</param>
    /// <param name="resolver">Where keys are looked up.</param>
    /// <param name="cancellationToken">Ends the lookups.</param>
    public static async ValueTask<ImmutableArray<CopyComparison>> CompareAsync(
        ReadOnlyMemory<byte> message, ReadOnlyMemory<byte> copy, DkimResults results, IDnsResolver resolver, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(results);
        ArgumentNullException.ThrowIfNull(resolver);
        var asked = new InspectionResolver(resolver);
        var isPass = results.Signatures.All(static result => result.Code == SignatureResultCode.Pass);
        var comparisons = ImmutableArray.CreateBuilder<CopyComparison>();
        foreach (var (index, result) in results.Signatures.Index())
        {
            if (SignatureDoctor.IsChecked(result) && result.Signature is { } signature && (isPass || result.Code != SignatureResultCode.Pass))
            {
                var key = await SignatureDoctor.KeyAtAsync(asked, signature.KeyName, cancellationToken).ConfigureAwait(false);
                comparisons.AddRange(Of(message, copy, index, signature, key) is { } one ? [one] : ImmutableArray<CopyComparison>.Empty);
            }
        }

        return comparisons.ToImmutable();
    }

    private static byte[] Digest(SignedMessageText text, ReadOnlyMemory<byte> octets) => CryptographicOperations.HashData(text.Hash, octets.Span);
}
