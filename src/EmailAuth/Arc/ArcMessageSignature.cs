using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Arc;

/// <summary>What an ARC-Message-Signature field says (RFC 8617 section 4.1.2): a DKIM signature over the message as a hop passed it on.</summary>
public sealed class ArcMessageSignature : MessageSignatureFields
{
    // RFC 8617 section 4.1.2: the tags of DKIM-Signature but v=; i= is the instance.
    private static readonly SignatureGrammar Grammar = new(
        SignatureTagName.I | SignatureTagName.A | SignatureTagName.B | SignatureTagName.Bh | SignatureTagName.D | SignatureTagName.H | SignatureTagName.S,
        SignatureTagName.C | SignatureTagName.L | SignatureTagName.Q | SignatureTagName.T | SignatureTagName.X | SignatureTagName.Z,
        "RFC 8617 section 4.1.2",
        AllowsEmptyFieldNames: true);

    private ArcMessageSignature(scoped in SignatureTags tags, int instance)
        : base(tags)
    {
        Instance = instance;
        if (tags.Has(SignatureTagName.C))
        {
            HeaderCanonicalization = tags.HeaderCanonicalization;
            BodyCanonicalization = tags.BodyCanonicalization;
        }
    }

    /// <summary>The set that the field belongs to (<c>i=</c>), from 1.</summary>
    internal int Instance { get; }

    /// <summary>How the header fields are prepared (<c>c=</c>, before the slash); null when the signature does not say.</summary>
    /// <remarks>
    /// Without <c>c=</c> a signature is accepted as relaxed/relaxed, as ARC's conformance suite has it, and as DKIM's simple/simple
    /// (RFC 6376 section 3.5).
    /// </remarks>
    internal SignatureCanonicalization? HeaderCanonicalization { get; }

    /// <summary>How the body is prepared (<c>c=</c>, after the slash); null when the signature does not say.</summary>
    internal SignatureCanonicalization? BodyCanonicalization { get; }

    /// <summary>Reads the value of an ARC-Message-Signature field.</summary>
    /// <param name="value">Everything after the colon, folding included.</param>
    /// <returns>The signature, or what is wrong with it and where.</returns>
    internal static ParseResult<ArcMessageSignature> Parse(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var tags = SignatureTags.Read(value, Grammar, AlgorithmTable.Default);
        return FromTags(ref tags);
    }

    /// <summary>Reads the value of a field as it is in a message.</summary>
    /// <param name="value">Everything after the colon.</param>
    /// <param name="algorithms">The algorithms that are known.</param>
    /// <param name="instance">The set that the field belongs to, also of a field that is malformed otherwise; 0 when it cannot be read.</param>
    /// <param name="hasInstance">Whether the field has an instance, valid or not; true of a field that is not a tag list.</param>
    internal static ParseResult<ArcMessageSignature> Parse(ReadOnlySpan<byte> value, AlgorithmTable algorithms, out int instance, out bool hasInstance)
    {
        using var field = new DecodedField(value);
        var tags = SignatureTags.Read(field.Text, Grammar, algorithms);
        instance = ArcInstance.Of(tags, out hasInstance);
        return FromTags(ref tags);
    }

    private static ParseResult<ArcMessageSignature> FromTags(ref SignatureTags tags)
    {
        if (tags.Error is not null)
        {
            return tags.Error;
        }

        if (ArcInstance.Parse(tags.I) is not (var instance and > 0))
        {
            return new SyntaxError(ArcInstance.CodeOf(tags), tags.IPosition, ArcInstance.Reason);
        }

        if (tags.Algorithm!.Refuse(allowsArchives: false) is { } refused)
        {
            return new SyntaxError(SyntaxErrorCode.Unsupported, 0, refused);
        }

        if (tags.FieldNames.Contains("arc-seal", StringComparer.Ordinal))
        {
            return new SyntaxError(SyntaxErrorCode.Inconsistent, 0, "h= names ARC-Seal, which a message signature must not cover (RFC 8617 section 4.1.2)");
        }

        return tags.Conclude(tags.Algorithm.Hash.Title) is { } error ? error : new ArcMessageSignature(tags, instance);
    }
}
