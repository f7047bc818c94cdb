namespace EmailAuth.Inspection.Signatures;

/// <summary>What keeps a signature from holding. A code never changes its meaning; new versions may add codes.</summary>
public enum ChangeCode
{
    /// <summary>Lines were added at the end of the body. Arguments: how many.</summary>
    BodyAppended,

    /// <summary>Lines were added at the top of the body. Arguments: how many.</summary>
    BodyPrepended,

    /// <summary>Lines were added within the body, such as a footer in a part. Arguments: how many, the line before which they begin.</summary>
    BodyInserted,

    /// <summary>MIME parts were added. Arguments: how many lines, the line at which they begin.</summary>
    BodyPartAdded,

    /// <summary>The body was put into a MIME part of a new multipart body.</summary>
    BodyWrapped,

    /// <summary>The transfer encoding was changed. Arguments: the signed one, the present one.</summary>
    BodyTransferEncoding,

    /// <summary>The charset was changed. Arguments: the signed one, the present one.</summary>
    BodyCharset,

    /// <summary>White space was changed. Arguments: what of it.</summary>
    BodyWhiteSpace,

    /// <summary>Line ends were changed. Arguments: what of them.</summary>
    BodyLineEnds,

    /// <summary>Long lines were broken.</summary>
    BodyLinesBroken,

    /// <summary>Lines that begin with From were changed. Arguments: what was done.</summary>
    BodyFromLines,

    /// <summary>Dots at the start of lines were changed (RFC 5321 section 4.5.2). Arguments: what was done.</summary>
    BodyDots,

    /// <summary>The body is shorter than the signed part of it. Arguments: how many octets it has, how many are signed.</summary>
    BodyCut,

    /// <summary>The signer made the body hash in another way than the signature says. Arguments: the way.</summary>
    BodySignerFault,

    /// <summary>A text was put before or after the Subject, or within it. Arguments: the text.</summary>
    SubjectTag,

    /// <summary>The text of a field was encoded in another way (RFC 2047). Arguments: the name.</summary>
    FieldReencoded,

    /// <summary>A field was folded or spaced in another way. Arguments: the name.</summary>
    FieldRefolded,

    /// <summary>The name of a field was written in another case. Arguments: the name.</summary>
    FieldNameCase,

    /// <summary>A field was written in another way with the same meaning. Arguments: the name.</summary>
    FieldReformatted,

    /// <summary>The value of a field was replaced. Arguments: the name.</summary>
    FieldReplaced,

    /// <summary>A text was added to the value of a field. Arguments: the name, the text.</summary>
    FieldExtended,

    /// <summary>Addresses were added to a field. Arguments: the name.</summary>
    AddressesAdded,

    /// <summary>A field was added, or doubled. Arguments: the name.</summary>
    FieldAdded,

    /// <summary>A field was removed. Arguments: the name.</summary>
    FieldRemoved,

    /// <summary>The signature's own field was written in another way.</summary>
    SignatureReformatted,

    /// <summary>The signer made the header's hash in another way than the signature says. Arguments: the way.</summary>
    HeaderSignerFault,

    /// <summary>Another selector of the domain has the key that signed. Arguments: the selector, the one that the signature names.</summary>
    KeyRotated,

    /// <summary>The published key did not sign, and no other key that was tried did. Arguments: the name of the key.</summary>
    KeyOther,

    /// <summary>The published key is cut off. Arguments: the name of the key, how many octets it has, how many it should have.</summary>
    KeyTruncated,

    /// <summary>The key is revoked. Arguments: the name of the key.</summary>
    KeyRevoked,

    /// <summary>The domain is testing DKIM with this key. Arguments: the name of the key.</summary>
    KeyTesting,
}
