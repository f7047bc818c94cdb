namespace EmailAuth.Bimi;

/// <summary>What can be wrong with a mark certificate (BIMI draft section 7.4).</summary>
internal enum MarkCertificateProblemCode
{
    /// <summary>The document holds no certificates in PEM, or broken ones.</summary>
    Unreadable,

    /// <summary>The document exceeds a limit.</summary>
    TooLarge,

    /// <summary>The first certificate is an authority's, not a mark's.</summary>
    NotAMarkCertificate,

    /// <summary>The document holds more than one mark certificate.</summary>
    SeveralMarkCertificates,

    /// <summary>The key usage does not allow what the certificate is used for.</summary>
    KeyUsage,

    /// <summary>The extended key usage lacks id-kp-BrandIndicatorforMessageIdentification.</summary>
    ExtendedKeyUsage,

    /// <summary>A key or a signature algorithm is too weak, or beyond what is computed.</summary>
    Algorithm,

    /// <summary>The validity has not begun.</summary>
    NotYetValid,

    /// <summary>The validity has ended.</summary>
    Expired,

    /// <summary>No subject alternative name is the domain's.</summary>
    DomainMismatch,

    /// <summary>The mark type is missing or unknown.</summary>
    MarkType,

    /// <summary>There is no logotype with an embedded image.</summary>
    LogotypeMissing,

    /// <summary>The logotype extension breaks RFC 9399.</summary>
    LogotypeMalformed,

    /// <summary>The hash in the logotype is not the image's.</summary>
    LogotypeHashMismatch,

    /// <summary>The image is not SVG Tiny PS, or too large.</summary>
    LogotypeInvalid,

    /// <summary>The certificate vouches for itself.</summary>
    SelfSigned,

    /// <summary>The chain does not end at a trusted root.</summary>
    UnknownRoot,

    /// <summary>A signature in the chain is wrong.</summary>
    Signature,

    /// <summary>The chain breaks another rule of RFC 5280, such as basic constraints.</summary>
    Chain,
}
