using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Dkim;

/// <summary>What a DKIM-Signature field says (RFC 6376 section 3.5).</summary>
public sealed class DkimSignature : MessageSignatureFields
{
    private static readonly SignatureGrammar Grammar = new(
        SignatureTagName.V | SignatureTagName.A | SignatureTagName.B | SignatureTagName.Bh | SignatureTagName.D | SignatureTagName.H | SignatureTagName.S,
        ~SignatureTagName.None,
        "RFC 6376 section 3.5");

    /// <summary>The error of a field whose <c>h=</c> lacks From.</summary>
    internal static readonly SyntaxError UnsignedFrom = new(SyntaxErrorCode.Missing, 0, "h= does not name From (RFC 6376 section 5.4)");

    private DkimSignature(scoped in SignatureTags tags, DomainName identityDomain)
        : base(tags)
    {
        IdentityDomain = identityDomain;
        HeaderCanonicalization = tags.HeaderCanonicalization;
        BodyCanonicalization = tags.BodyCanonicalization;
    }

    /// <summary>The agent or user identifier (<c>i=</c>) without its encoding, such as <c>joe@example.com</c> or <c>@example.com</c>; null when it is absent.</summary>
    public string? Identity { get; private init; }

    /// <summary>What the tag <c>i=</c> says, in its encoding, without white space; null when it is absent.</summary>
    internal string? EncodedIdentity { get; private init; }

    /// <summary>The canonicalization of header and body (<c>c=</c>), such as <c>relaxed/simple</c>, with the default where the tag is absent.</summary>
    public string Canonicalization => $"{HeaderCanonicalization.Keyword()}/{BodyCanonicalization.Keyword()}";

    /// <summary>The domain of <see cref="Identity"/>; that of <c>d=</c> when it is absent.</summary>
    internal DomainName IdentityDomain { get; }

    /// <summary>How the header fields are prepared (<c>c=</c>, before the slash).</summary>
    internal SignatureCanonicalization HeaderCanonicalization { get; }

    /// <summary>How the body is prepared (<c>c=</c>, after the slash).</summary>
    internal SignatureCanonicalization BodyCanonicalization { get; }

    /// <summary>Reads the value of a DKIM-Signature field.</summary>
    /// <param name="value">Everything after the colon, folding included.</param>
    /// <returns>The signature, or what is wrong with it and where.</returns>
    public static ParseResult<DkimSignature> Parse(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var tags = SignatureTags.Read(value, Grammar, AlgorithmTable.Default);
        return FromTags(ref tags);
    }

    /// <summary>Reads the value of a field as it is in a message. Domain and selector are those that could be read, also of a malformed field.</summary>
    internal static ParseResult<DkimSignature> Parse(ReadOnlySpan<byte> value, AlgorithmTable algorithms, out DomainName? domain, out string? selector)
    {
        using var field = new DecodedField(value);
        var tags = SignatureTags.Read(field.Text, Grammar, algorithms);
        domain = tags.Domain;
        selector = tags.Selector?.ToString();
        return FromTags(ref tags);
    }

    private static ParseResult<DkimSignature> FromTags(ref SignatureTags tags)
    {
        if (tags.Error is not null)
        {
            return tags.Error;
        }

        if (tags.Version is not "1")
        {
            return new SyntaxError(SyntaxErrorCode.Unsupported, 0, "v= is not 1 (RFC 6376 section 3.5)");
        }

        if (!tags.FieldNames.Contains("from", StringComparer.Ordinal))
        {
            return UnsignedFrom;
        }

        return tags.Conclude(tags.Algorithm!.Name) is { } error ? error : WithIdentity(tags);
    }

    // RFC 6376 section 3.5: sig-i-tag = ... [ Local-part ] "@" domain-name, in quoted-printable; the domain is that of d= or below it.
    private static ParseResult<DkimSignature> WithIdentity(scoped in SignatureTags tags)
    {
        string? identity = null;
        var identityDomain = tags.Domain!;
        if (tags.Has(SignatureTagName.I))
        {
            identity = DkimQuotedPrintable.Decode(tags.I);
            var at = identity?.LastIndexOf('@') ?? -1;
            if (identity is null || at < 0 || identity.AsSpan(0, at).ContainsAnyInRange('\0', '\x1f') || identity.Contains('\x7f', StringComparison.Ordinal))
            {
                return new SyntaxError(SyntaxErrorCode.Malformed, tags.IPosition, "i= is not an optional local part, \"@\" and a domain (RFC 6376 section 3.5)");
            }

            var domain = DomainName.Parse(identity.AsSpan(at + 1));
            if (!domain.IsSuccess)
            {
                return new SyntaxError(domain.Error.Code, tags.IPosition, $"the domain of i= is not valid: {domain.Error.Reason}");
            }

            if (!domain.Value.IsEqualToOrBelow(identityDomain))
            {
                return new SyntaxError(SyntaxErrorCode.Inconsistent, tags.IPosition, $"the domain of i= ({domain.Value}) is neither d= ({identityDomain}) nor below it (RFC 6376 section 6.1.1)");
            }

            identityDomain = domain.Value == identityDomain ? identityDomain : domain.Value;
        }

        return new DkimSignature(tags, identityDomain)
        {
            Identity = identity,
            EncodedIdentity = identity is null ? null : DkimQuotedPrintable.WithoutWhiteSpace(tags.I, identity),
        };
    }
}
