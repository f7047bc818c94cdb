using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Arc;

/// <summary>What an ARC-Message-Signature field says (RFC 8617 section 4.1.2): a DKIM signature over the message as a hop passed it on.</summary>
public sealed record ArcMessageSignature
{
    // RFC 8617 section 4.1.2: the tags of DKIM-Signature but v=; i= is the instance.
    private const SignatureTagName Defined = Required | SignatureTagName.C | SignatureTagName.L | SignatureTagName.Q
        | SignatureTagName.T | SignatureTagName.X | SignatureTagName.Z;

    private const SignatureTagName Required = SignatureTagName.I | SignatureTagName.A | SignatureTagName.B | SignatureTagName.Bh
        | SignatureTagName.D | SignatureTagName.H | SignatureTagName.S;

    private readonly byte[] _signature;
    private readonly byte[] _bodyHash;

    internal ArcMessageSignature(byte[] signature, byte[] bodyHash)
    {
        _signature = signature;
        _bodyHash = bodyHash;
    }

    /// <summary>The set that the field belongs to (<c>i=</c>), from 1.</summary>
    public required int Instance { get; init; }

    /// <summary>The algorithm (<c>a=</c>).</summary>
    public required SignatureAlgorithm Algorithm { get; init; }

    /// <summary>The signing domain (<c>d=</c>).</summary>
    public required DomainName Domain { get; init; }

    /// <summary>The selector (<c>s=</c>): which of the domain's keys; lower case, A-labels.</summary>
    public required string Selector { get; init; }

    /// <summary>How the header fields are prepared (<c>c=</c>, before the slash); null when the signature does not say.</summary>
    /// <remarks>
    /// Without <c>c=</c> a signature is accepted as relaxed/relaxed, as ARC's conformance suite has it, and as DKIM's simple/simple
    /// (RFC 6376 section 3.5).
    /// </remarks>
    public SignatureCanonicalization? HeaderCanonicalization { get; init; }

    /// <summary>How the body is prepared (<c>c=</c>, after the slash); null when the signature does not say.</summary>
    public SignatureCanonicalization? BodyCanonicalization { get; init; }

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

    /// <summary>Reads the value of an ARC-Message-Signature field.</summary>
    /// <param name="value">Everything after the colon, folding included.</param>
    /// <returns>The signature, or what is wrong with it and where.</returns>
    public static ParseResult<ArcMessageSignature> Parse(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var tags = SignatureTags.Read(value, Defined, allowsEmptyFieldNames: true);
        return FromTags(ref tags, value.Length);
    }

    /// <summary>Reads the value of a field as it stands in a message.</summary>
    /// <param name="value">Everything after the colon.</param>
    /// <param name="instance">The set that the field belongs to, also of a field that is malformed otherwise; 0 when that cannot be told.</param>
    /// <param name="hasInstance">Whether the field says it at all, rightly or not; true of a field that is not a tag list.</param>
    internal static ParseResult<ArcMessageSignature> Parse(ReadOnlySpan<byte> value, out int instance, out bool hasInstance)
    {
        var buffer = ArrayPool<char>.Shared.Rent(Encoding.UTF8.GetMaxCharCount(value.Length));
        try
        {
            // RFC 8616 section 2: the field may hold UTF-8. What is not UTF-8 becomes U+FFFD, which no name can hold.
            var text = buffer.AsSpan(0, Encoding.UTF8.GetChars(value, buffer));
            var tags = SignatureTags.Read(text, Defined, allowsEmptyFieldNames: true);
            instance = tags.IsTagList ? ArcInstance.Parse(tags.I) : 0;
            hasInstance = !tags.IsTagList || (tags.Present & SignatureTagName.I) != SignatureTagName.None;
            return FromTags(ref tags, text.Length);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    private static ParseResult<ArcMessageSignature> FromTags(ref SignatureTags tags, int length)
    {
        if ((tags.Error ?? tags.Missing(Required, length, "RFC 8617 section 4.1.2")) is { } error)
        {
            return error;
        }

        if (ArcInstance.Parse(tags.I) is not (var instance and > 0))
        {
            return new SyntaxError(tags.IPosition, ArcInstance.Reason);
        }

        if (tags.Algorithm == SignatureAlgorithm.RsaSha1)
        {
            return new SyntaxError(0, "a=rsa-sha1 must not be accepted (RFC 8301 section 3.1)");
        }

        if (tags.FieldNames.Contains("arc-seal", StringComparer.Ordinal))
        {
            return new SyntaxError(0, "h= names ARC-Seal, which a message signature must not cover (RFC 8617 section 4.1.2)");
        }

        if (tags.BodyHash!.Length != HashPool.LengthOf(SignatureHash.Sha256))
        {
            return new SyntaxError(0, $"bh= holds {tags.BodyHash.Length} octets where SHA-256 makes 32 (RFC 6376 section 3.7)");
        }

        if (tags.Expiration <= tags.Timestamp)
        {
            return new SyntaxError(0, "x= is not later than t= (RFC 6376 section 3.5)");
        }

        if (tags.KeyName is not { } keyName)
        {
            return new SyntaxError(0, "s= and d= make a key name of more than 253 characters (RFC 1035 section 2.3.4)");
        }

        var hasCanonicalization = (tags.Present & SignatureTagName.C) != SignatureTagName.None;
        return new ArcMessageSignature(tags.Signature!, tags.BodyHash)
        {
            Instance = instance,
            Algorithm = tags.Algorithm,
            Domain = tags.Domain!,
            Selector = tags.Selector!.ToString(),
            HeaderCanonicalization = hasCanonicalization ? tags.HeaderCanonicalization : null,
            BodyCanonicalization = hasCanonicalization ? tags.BodyCanonicalization : null,
            FieldNames = tags.FieldNames,
            BodyLength = tags.BodyLength,
            BodyLengthText = tags.BodyLengthText,
            SignedAt = SignatureTags.TimeOf(tags.Timestamp),
            ExpiresAt = SignatureTags.TimeOf(tags.Expiration),
            KeyName = keyName,
        };
    }
}
