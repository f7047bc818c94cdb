using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Signatures;

namespace EmailAuth.Inspection.Signatures;

/// <summary>How a message differs, in what one signature covers, from a copy of it as it was sent. Immutable.</summary>
[DebuggerDisplay("header {HeaderDiff.Length}, body {BodyDiff.Length}")]
public sealed class CopyComparison
{
    private CopyComparison()
    {
    }

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
            IsSignedBody = Digest(sent, sentForm.Body).AsSpan().SequenceEqual(signature.BodyHash.AsSpan()),
            IsSignedHeader = key is null ? null : signature.IsMadeOver(key, Digest(sent, sentForm.Header)),
            HeaderDiff = LineDiff.Of(sentForm.Header.Span, arrivedForm.Header.Span),
            BodyDiff = LineDiff.Of(sentForm.Body.Span, arrivedForm.Body.Span),
        };
    }

    private static byte[] Digest(SignedMessageText text, ReadOnlyMemory<byte> octets) => CryptographicOperations.HashData(text.Hash, octets.Span);
}
