using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Arc;

/// <summary>What an ARC-Seal field says (RFC 8617 section 4.1.3): a signature over the sets of the chain, and how the chain arrived.</summary>
public sealed class ArcSeal : SignatureFields
{
    private static readonly SignatureGrammar Grammar = new(
        SignatureTagName.I | SignatureTagName.A | SignatureTagName.B | SignatureTagName.Cv | SignatureTagName.D | SignatureTagName.S,
        SignatureTagName.T,
        "RFC 8617 section 4.1.3");

    private ArcSeal(scoped in SignatureTags tags, int instance, ArcResultCode chainValidation)
        : base(tags)
    {
        Instance = instance;
        ChainValidation = chainValidation;
    }

    /// <summary>The set that the field belongs to (<c>i=</c>), from 1.</summary>
    internal int Instance { get; }

    /// <summary>How the chain arrived at the hop that made the seal (<c>cv=</c>, RFC 8617 section 4.4).</summary>
    public ArcResultCode ChainValidation { get; }

    /// <summary>Reads the value of an ARC-Seal field.</summary>
    /// <param name="value">Everything after the colon, folding included.</param>
    /// <returns>The seal, or what is wrong with it and where.</returns>
    internal static ParseResult<ArcSeal> Parse(string value)
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
    /// <param name="chainValidation">What <c>cv=</c> says, also of a field that is malformed otherwise; null when it cannot be read.</param>
    internal static ParseResult<ArcSeal> Parse(
        ReadOnlySpan<byte> value, AlgorithmTable algorithms, out int instance, out bool hasInstance, out ArcResultCode? chainValidation)
    {
        using var field = new DecodedField(value);
        var tags = SignatureTags.Read(field.Text, Grammar, algorithms);
        instance = ArcInstance.Of(tags, out hasInstance);
        chainValidation = tags.IsTagList ? ReadChainValidation(tags.Cv) : null;
        return FromTags(ref tags);
    }

    private static ParseResult<ArcSeal> FromTags(ref SignatureTags tags)
    {
        if (tags.Error is not null)
        {
            return tags.Error;
        }

        if (ArcInstance.Parse(tags.I) is not (var instance and > 0))
        {
            return new SyntaxError(ArcInstance.CodeOf(tags), tags.IPosition, ArcInstance.Reason);
        }

        if (ReadChainValidation(tags.Cv) is not { } chainValidation)
        {
            return new SyntaxError(SyntaxErrorCode.Malformed, 0, "cv= is not none, pass or fail (RFC 8617 section 4.4)");
        }

        if (tags.Has(SignatureTagName.H))
        {
            return new SyntaxError(SyntaxErrorCode.Inconsistent, 0, "h= must not be in a seal (RFC 8617 section 4.1.3)");
        }

        if (tags.Algorithm!.Refuse(allowsArchives: false) is { } refused)
        {
            return new SyntaxError(SyntaxErrorCode.Unsupported, 0, refused);
        }

        return tags.Conclude(tags.Algorithm.Hash.Title) is { } error ? error : new ArcSeal(tags, instance, chainValidation);
    }

    // RFC 8617 section 4.4: chain-status = ("none" / "fail" / "pass"), which ABNF compares without case (RFC 5234 section 2.3).
    private static ArcResultCode? ReadChainValidation(ReadOnlySpan<char> value) =>
        value.Equals("pass", StringComparison.OrdinalIgnoreCase) ? ArcResultCode.Pass
        : value.Equals("none", StringComparison.OrdinalIgnoreCase) ? ArcResultCode.None
        : value.Equals("fail", StringComparison.OrdinalIgnoreCase) ? ArcResultCode.Fail
        : null;
}
