using System.Security.Cryptography;
using EmailAuth.Dkim;
using EmailAuth.Messages;

namespace EmailAuth.Inspection.Signatures;

/// <summary>A message as one of its signatures sees it.</summary>
internal sealed class SignedMessageText
{
    private SignedMessageText()
    {
    }

    /// <summary>The fields that the signature covers.</summary>
    public required SignedFields Fields { get; init; }

    /// <summary>What else a search in the header knows.</summary>
    public required HeaderParts Parts { get; init; }

    /// <summary>The body as it arrived.</summary>
    public required byte[] Body { get; init; }

    /// <summary>The hash function.</summary>
    public required HashAlgorithmName Hash { get; init; }

    /// <summary>Whether the body is canonicalized as relaxed.</summary>
    public required bool IsBodyRelaxed { get; init; }

    /// <summary>Reads a message; null when the signature's field is not in it.</summary>
    public static SignedMessageText? Of(ReadOnlyMemory<byte> message, int index, DkimSignature signature)
    {
        var bytes = LineEndings.ToCrlf(message);
        var header = HeaderBlock.Parse(bytes);
        return FieldAt(header, index) is var own and >= 0 ? Of(bytes, header, own, header[own], signature) : null;
    }

    /// <summary>Reads a copy that may lack the signature's field, which then is that of the message.</summary>
    public static SignedMessageText? OfCopy(ReadOnlyMemory<byte> copy, ReadOnlyMemory<byte> message, int index, DkimSignature signature)
    {
        var (bytes, header) = (LineEndings.ToCrlf(copy), HeaderBlock.Parse(LineEndings.ToCrlf(message)));
        if (FieldAt(header, index) is not (var field and >= 0))
        {
            return null;
        }

        var fields = HeaderBlock.Parse(bytes);
        var same = -1;
        for (var place = 0; place < fields.Count; place++)
        {
            var isSame = fields[place].IsNamed("DKIM-Signature"u8)
                && DkimSignature.Parse(System.Text.Encoding.Latin1.GetString(fields[place].Value)) is { IsSuccess: true, Value: var other }
                && other.BodyHash.AsSpan().SequenceEqual(signature.BodyHash.AsSpan()) && other.Domain == signature.Domain && other.Selector == signature.Selector;
            same = isSame ? place : same;
        }

        return Of(bytes, fields, same, same >= 0 ? fields[same] : header[field], signature);
    }

    private static int FieldAt(HeaderBlock header, int index)
    {
        for (var field = 0; field < header.Count; field++)
        {
            if (header[field].IsNamed("DKIM-Signature"u8) && index-- == 0)
            {
                return field;
            }
        }

        return -1;
    }

    private static SignedMessageText? Of(ReadOnlyMemory<byte> bytes, HeaderBlock header, int own, HeaderField field, DkimSignature signature)
    {
        var raw = System.Text.Encoding.Latin1.GetString(field.Raw.Span);
        if (SignatureRewrites.WithoutSignature(System.Text.Encoding.Latin1.GetString(field.Value)) is not { } value)
        {
            return null;
        }

        var body = bytes[header.BodyOffset..].ToArray();
        return new SignedMessageText
        {
            Fields = new SignedFields(header, own, signature.FieldNames),
            Parts = new HeaderParts
            {
                IsRelaxed = signature.Canonicalization.StartsWith("relaxed/", StringComparison.Ordinal),
                OwnName = raw[..raw.IndexOf(':', StringComparison.Ordinal)],
                OwnValue = value,
                SignedAt = signature.SignedAt,
                Body = new BodyLines(body),
            },
            Body = body,
            Hash = new HashAlgorithmName(signature.AlgorithmName[(signature.AlgorithmName.LastIndexOf('-') + 1)..].ToUpperInvariant()),
            IsBodyRelaxed = signature.Canonicalization.EndsWith("/relaxed", StringComparison.Ordinal),
        };
    }
}
