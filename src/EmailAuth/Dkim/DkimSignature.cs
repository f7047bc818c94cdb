using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Dkim;

/// <summary>What a DKIM-Signature field says (RFC 6376 section 3.5).</summary>
public sealed record DkimSignature
{
    private const SignatureTagName Required = SignatureTagName.V | SignatureTagName.A | SignatureTagName.B | SignatureTagName.Bh
        | SignatureTagName.D | SignatureTagName.H | SignatureTagName.S;

    private readonly byte[] _signature;
    private readonly byte[] _bodyHash;

    internal DkimSignature(byte[] signature, byte[] bodyHash)
    {
        _signature = signature;
        _bodyHash = bodyHash;
    }

    /// <summary>The algorithm (<c>a=</c>).</summary>
    public required SignatureAlgorithm Algorithm { get; init; }

    /// <summary>The signing domain (<c>d=</c>): who answers for the message.</summary>
    public required DomainName Domain { get; init; }

    /// <summary>The selector (<c>s=</c>): which of the domain's keys; lower case, A-labels.</summary>
    public required string Selector { get; init; }

    /// <summary>The agent or user identifier (<c>i=</c>) without its encoding, such as <c>joe@example.com</c> or <c>@example.com</c>; null when it is absent.</summary>
    public string? Identity { get; init; }

    /// <summary>What the tag <c>i=</c> says, in its encoding, without white space; null when it is absent.</summary>
    internal string? EncodedIdentity { get; init; }

    /// <summary>The domain of <see cref="Identity"/>; <see cref="Domain"/> when that is absent.</summary>
    public required DomainName IdentityDomain { get; init; }

    /// <summary>How the header fields are prepared (<c>c=</c>, before the slash).</summary>
    public SignatureCanonicalization HeaderCanonicalization { get; init; }

    /// <summary>How the body is prepared (<c>c=</c>, after the slash).</summary>
    public SignatureCanonicalization BodyCanonicalization { get; init; }

    /// <summary>The names of the signed fields (<c>h=</c>) in lower case, in order; a name stands as often as it does there.</summary>
    public required ImmutableArray<string> FieldNames { get; init; }

    /// <summary>How many octets of the canonical body are signed (<c>l=</c>); null for all of it.</summary>
    public long? BodyLength { get; init; }

    /// <summary>The digits of <c>l=</c>, which may count more than <see cref="BodyLength"/> can; null when it is absent.</summary>
    internal string? BodyLengthText { get; init; }

    /// <summary>When the signature was made (<c>t=</c>); null when it does not say. Seconds past the year 9999 count as its end.</summary>
    public DateTimeOffset? SignedAt { get; init; }

    /// <summary>When the signature expires (<c>x=</c>); null when it does not. Seconds past the year 9999 count as its end.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The octets of the signature (<c>b=</c>).</summary>
    public ImmutableArray<byte> SignatureValue => ImmutableCollectionsMarshal.AsImmutableArray(_signature);

    /// <summary>The octets of the body hash (<c>bh=</c>).</summary>
    public ImmutableArray<byte> BodyHash => ImmutableCollectionsMarshal.AsImmutableArray(_bodyHash);

    /// <summary>Where the key stands: <c>selector._domainkey.domain</c> (RFC 6376 section 3.6.2.1).</summary>
    public required DomainName KeyName { get; init; }

    /// <summary>Reads the value of a DKIM-Signature field.</summary>
    /// <param name="value">Everything after the colon, folding included.</param>
    /// <returns>The signature, or what is wrong with it and where.</returns>
    public static ParseResult<DkimSignature> Parse(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var tags = SignatureTags.Read(value);
        return FromTags(ref tags, value.Length);
    }

    /// <summary>Reads the value of a field as it stands in a message. When it is malformed the tags say what could be read.</summary>
    internal static ParseResult<DkimSignature> Parse(ReadOnlySpan<byte> value, out DomainName? domain, out string? selector)
    {
        var buffer = ArrayPool<char>.Shared.Rent(value.Length);
        try
        {
            // RFC 8616 section 2: the field may hold UTF-8. What is not UTF-8 becomes U+FFFD, which no name can hold.
            var text = buffer.AsSpan(0, Encoding.UTF8.GetChars(value, buffer));
            var tags = SignatureTags.Read(text);
            domain = tags.Domain;
            selector = tags.Selector?.ToString();
            return FromTags(ref tags, text.Length);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    private static ParseResult<DkimSignature> FromTags(ref SignatureTags tags, int length)
    {
        if (tags.Error is not null)
        {
            return tags.Error;
        }

        if (tags.Missing(Required, length, "RFC 6376 section 3.5") is { } missing)
        {
            return missing;
        }

        if (tags.Version is not "1")
        {
            return new SyntaxError(0, "v= is not 1 (RFC 6376 section 3.5)");
        }

        if (!tags.FieldNames.Contains("from", StringComparer.Ordinal))
        {
            return new SyntaxError(0, "h= does not name From (RFC 6376 section 5.4)");
        }

        var hashLength = HashPool.LengthOf(SignatureNames.HashOf(tags.Algorithm));
        if (tags.BodyHash!.Length != hashLength)
        {
            return new SyntaxError(
                0, $"bh= holds {tags.BodyHash.Length} octets where {SignatureNames.Of(tags.Algorithm)} makes {hashLength} (RFC 6376 section 3.7)");
        }

        if (tags.Expiration <= tags.Timestamp)
        {
            return new SyntaxError(0, "x= is not later than t= (RFC 6376 section 3.5)");
        }

        if (tags.KeyName is not { } keyName)
        {
            return new SyntaxError(0, "s= and d= make a key name of more than 253 characters (RFC 1035 section 2.3.4)");
        }

        return WithIdentity(ref tags, keyName);
    }

    // RFC 6376 section 3.5: sig-i-tag = ... [ Local-part ] "@" domain-name, in quoted-printable; the domain is that of d= or below it.
    private static ParseResult<DkimSignature> WithIdentity(ref SignatureTags tags, DomainName keyName)
    {
        string? identity = null;
        var identityDomain = tags.Domain!;
        if ((tags.Present & SignatureTagName.I) != SignatureTagName.None)
        {
            identity = DkimQuotedPrintable.Decode(tags.I);
            var at = identity?.LastIndexOf('@') ?? -1;
            if (identity is null || at < 0 || identity.AsSpan(0, at).ContainsAnyInRange('\0', '\x1f') || identity.Contains('\x7f', StringComparison.Ordinal))
            {
                return new SyntaxError(tags.IPosition, "i= is not an optional local part, \"@\" and a domain (RFC 6376 section 3.5)");
            }

            var domain = DomainName.Parse(identity.AsSpan(at + 1));
            if (!domain.IsSuccess)
            {
                return new SyntaxError(tags.IPosition, $"the domain of i= is not valid: {domain.Error.Reason}");
            }

            if (!domain.Value.IsEqualToOrBelow(identityDomain))
            {
                return new SyntaxError(tags.IPosition, $"the domain of i= ({domain.Value}) is neither d= ({identityDomain}) nor below it (RFC 6376 section 6.1.1)");
            }

            identityDomain = domain.Value == identityDomain ? identityDomain : domain.Value;
        }

        return new DkimSignature(tags.Signature!, tags.BodyHash!)
        {
            Algorithm = tags.Algorithm,
            Domain = tags.Domain!,
            Selector = tags.Selector!.ToString(),
            Identity = identity,
            EncodedIdentity = identity is null ? null : DkimQuotedPrintable.WithoutWhiteSpace(tags.I, identity),
            IdentityDomain = identityDomain,
            HeaderCanonicalization = tags.HeaderCanonicalization,
            BodyCanonicalization = tags.BodyCanonicalization,
            FieldNames = tags.FieldNames,
            BodyLength = tags.BodyLength,
            BodyLengthText = tags.BodyLengthText,
            SignedAt = SignatureTags.TimeOf(tags.Timestamp),
            ExpiresAt = SignatureTags.TimeOf(tags.Expiration),
            KeyName = keyName,
        };
    }
}
