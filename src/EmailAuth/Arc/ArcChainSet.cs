using EmailAuth.Syntax;

namespace EmailAuth.Arc;

/// <summary>The fields of one instance, each by its index in the header block; -1 until it is found.</summary>
internal sealed class ArcChainSet(int instance)
{
    public int Instance => instance;

    public int ResultsField { get; set; } = -1;

    public int MessageSignatureField { get; set; } = -1;

    public int SealField { get; set; } = -1;

    public ParseResult<ArcMessageSignature> MessageSignature { get; set; }

    public ParseResult<ArcSeal> Seal { get; set; }

    public ArcSignatureCheck? MessageSignatureCheck { get; set; }

    public ArcSignatureCheck? SealCheck { get; set; }

    /// <summary>What the set lacks, or null.</summary>
    public string? Missing =>
        ResultsField < 0 ? "ARC-Authentication-Results"
        : MessageSignatureField < 0 ? "ARC-Message-Signature"
        : SealField < 0 ? "ARC-Seal"
        : null;
}
