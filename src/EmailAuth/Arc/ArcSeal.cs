using System.Buffers;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text;
using EmailAuth.Signatures;
using EmailAuth.Syntax;

namespace EmailAuth.Arc;

/// <summary>What an ARC-Seal field says (RFC 8617 section 4.1.3): a signature over the sets of the chain, and how the chain arrived.</summary>
public sealed record ArcSeal
{
    private const SignatureTagName Defined = Required | SignatureTagName.T;

    private const SignatureTagName Required = SignatureTagName.I | SignatureTagName.A | SignatureTagName.B | SignatureTagName.Cv
        | SignatureTagName.D | SignatureTagName.S;

    private readonly byte[] _signature;

    internal ArcSeal(byte[] signature) => _signature = signature;

    /// <summary>The set that the field belongs to (<c>i=</c>), from 1.</summary>
    public required int Instance { get; init; }

    /// <summary>How the chain arrived at the hop that made the seal (<c>cv=</c>, RFC 8617 section 4.4).</summary>
    public required ArcResultCode ChainValidation { get; init; }

    /// <summary>The algorithm (<c>a=</c>).</summary>
    public required SignatureAlgorithm Algorithm { get; init; }

    /// <summary>The sealing domain (<c>d=</c>): who answers for the set.</summary>
    public required DomainName Domain { get; init; }

    /// <summary>The selector (<c>s=</c>): which of the domain's keys; lower case, A-labels.</summary>
    public required string Selector { get; init; }

    /// <summary>When the seal was made (<c>t=</c>); null when it does not say. Seconds past the year 9999 count as its end.</summary>
    public DateTimeOffset? SignedAt { get; init; }

    /// <summary>The octets of the signature (<c>b=</c>).</summary>
    public ImmutableArray<byte> SignatureValue => ImmutableCollectionsMarshal.AsImmutableArray(_signature);

    /// <summary>Where the key stands: <c>selector._domainkey.domain</c> (RFC 6376 section 3.6.2.1).</summary>
    public required DomainName KeyName { get; init; }

    /// <summary>Reads the value of an ARC-Seal field.</summary>
    /// <param name="value">Everything after the colon, folding included.</param>
    /// <returns>The seal, or what is wrong with it and where.</returns>
    public static ParseResult<ArcSeal> Parse(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        var tags = SignatureTags.Read(value, Defined);
        return FromTags(ref tags, value.Length);
    }

    /// <summary>Reads the value of a field as it stands in a message.</summary>
    /// <param name="value">Everything after the colon.</param>
    /// <param name="instance">The set that the field belongs to, also of a field that is malformed otherwise; 0 when that cannot be told.</param>
    /// <param name="hasInstance">Whether the field says it at all, rightly or not; true of a field that is not a tag list.</param>
    /// <param name="chainValidation">What <c>cv=</c> says, also of a field that is malformed otherwise; null when that cannot be told.</param>
    internal static ParseResult<ArcSeal> Parse(ReadOnlySpan<byte> value, out int instance, out bool hasInstance, out ArcResultCode? chainValidation)
    {
        var buffer = ArrayPool<char>.Shared.Rent(Encoding.UTF8.GetMaxCharCount(value.Length));
        try
        {
            // RFC 8616 section 2: the field may hold UTF-8. What is not UTF-8 becomes U+FFFD, which no name can hold.
            var text = buffer.AsSpan(0, Encoding.UTF8.GetChars(value, buffer));
            var tags = SignatureTags.Read(text, Defined);
            instance = tags.IsTagList ? ArcInstance.Parse(tags.I) : 0;
            hasInstance = !tags.IsTagList || (tags.Present & SignatureTagName.I) != SignatureTagName.None;
            chainValidation = tags.IsTagList ? ReadChainValidation(tags.Cv) : null;
            return FromTags(ref tags, text.Length);
        }
        finally
        {
            ArrayPool<char>.Shared.Return(buffer);
        }
    }

    private static ParseResult<ArcSeal> FromTags(ref SignatureTags tags, int length)
    {
        if ((tags.Error ?? tags.Missing(Required, length, "RFC 8617 section 4.1.3")) is { } error)
        {
            return error;
        }

        if (ArcInstance.Parse(tags.I) is not (var instance and > 0))
        {
            return new SyntaxError(tags.IPosition, ArcInstance.Reason);
        }

        if (ReadChainValidation(tags.Cv) is not { } chainValidation)
        {
            return new SyntaxError(0, "cv= is not none, pass or fail (RFC 8617 section 4.4)");
        }

        if ((tags.Present & SignatureTagName.H) != SignatureTagName.None)
        {
            return new SyntaxError(0, "h= must not stand in a seal (RFC 8617 section 4.1.3)");
        }

        if (tags.Algorithm == SignatureAlgorithm.RsaSha1)
        {
            return new SyntaxError(0, "a=rsa-sha1 must not be accepted (RFC 8301 section 3.1)");
        }

        if (tags.KeyName is not { } keyName)
        {
            return new SyntaxError(0, "s= and d= make a key name of more than 253 characters (RFC 1035 section 2.3.4)");
        }

        return new ArcSeal(tags.Signature!)
        {
            Instance = instance,
            ChainValidation = chainValidation,
            Algorithm = tags.Algorithm,
            Domain = tags.Domain!,
            Selector = tags.Selector!.ToString(),
            SignedAt = SignatureTags.TimeOf(tags.Timestamp),
            KeyName = keyName,
        };
    }

    // RFC 8617 section 4.4: chain-status = ("none" / "fail" / "pass"), which ABNF compares without case (RFC 5234 section 2.3).
    private static ArcResultCode? ReadChainValidation(ReadOnlySpan<char> value) =>
        value.Equals("pass", StringComparison.OrdinalIgnoreCase) ? ArcResultCode.Pass
        : value.Equals("none", StringComparison.OrdinalIgnoreCase) ? ArcResultCode.None
        : value.Equals("fail", StringComparison.OrdinalIgnoreCase) ? ArcResultCode.Fail
        : null;
}
