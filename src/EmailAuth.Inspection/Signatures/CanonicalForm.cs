using System.Text;
using EmailAuth.Dkim;

namespace EmailAuth.Inspection.Signatures;

/// <summary>The octets of a message that a signature's hashes are made over (RFC 6376 sections 3.4 and 3.7). Immutable.</summary>
public sealed class CanonicalForm
{
    private CanonicalForm()
    {
    }

    /// <summary>The selected fields and the signature's own without the value of <c>b=</c>, in canonical form.</summary>
    public required ReadOnlyMemory<byte> Header { get; init; }

    /// <summary>The body in canonical form, cut at <c>l=</c>.</summary>
    public required ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Makes the canonical form of a message; null when the message does not have the signature's field.</summary>
    /// <param name="message">The message.</param>
    /// <param name="index">Which DKIM-Signature field of the message it is, from the top, from 0.</param>
    /// <param name="signature">What that field says.</param>
    public static CanonicalForm? Of(ReadOnlyMemory<byte> message, int index, DkimSignature signature)
    {
        ArgumentNullException.ThrowIfNull(signature);
        return SignedMessageText.Of(message, index, signature) is { } text ? Of(text, signature) : null;
    }

    internal static CanonicalForm Of(SignedMessageText text, DkimSignature signature)
    {
        var header = new StringBuilder();
        for (var slot = 0; slot < text.Fields.Slots.Length; slot++)
        {
            header.Append(text.Fields.Canonical(slot, text.Parts.IsRelaxed));
        }

        header.Append(SignedFields.CanonicalOwn(text.Parts.OwnName, text.Parts.OwnValue, text.Parts.IsRelaxed));
        var body = CanonicalText.Body(text.Body, text.IsBodyRelaxed);
        return new CanonicalForm
        {
            Header = Encoding.Latin1.GetBytes(header.ToString()),
            Body = signature.BodyLength < body.Length ? body.AsMemory(0, (int)signature.BodyLength) : body,
        };
    }
}
