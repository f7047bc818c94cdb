using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace EmailAuth.Signatures;

/// <summary>What the signature fields that cover a message say beyond <see cref="SignatureFields"/>: which header fields, how much of the body, how long.</summary>
public abstract class MessageSignatureFields : SignatureFields
{
    private readonly byte[] _bodyHash;

    private protected MessageSignatureFields(scoped in SignatureTags tags)
        : base(tags)
    {
        _bodyHash = tags.BodyHash!;
        FieldNames = tags.FieldNames;
        BodyLength = tags.BodyLength;
        BodyLengthText = tags.BodyLengthText;
        ExpiresAt = TimeOf(tags.Expiration);
    }

    /// <summary>The names of the signed fields (<c>h=</c>) in lower case, in order; a name is here as often as it is there.</summary>
    public ImmutableArray<string> FieldNames { get; }

    /// <summary>How many octets of the canonical body are signed (<c>l=</c>); null for all of it.</summary>
    public long? BodyLength { get; }

    /// <summary>The digits of <c>l=</c>, which may count more than <see cref="BodyLength"/> can; null when it is absent.</summary>
    internal string? BodyLengthText { get; }

    /// <summary>When the signature expires (<c>x=</c>); null when it does not. Seconds past the year 9999 count as its end.</summary>
    public DateTimeOffset? ExpiresAt { get; }

    /// <summary>The octets of the body hash (<c>bh=</c>).</summary>
    public ImmutableArray<byte> BodyHash => ImmutableCollectionsMarshal.AsImmutableArray(_bodyHash);
}
