namespace EmailAuth.Bimi;

/// <summary>Which of the two kinds of mark certificates one is; its mark type decides.</summary>
internal enum MarkCertificateKind
{
    /// <summary>Neither: the mark type is missing or unknown.</summary>
    Unknown,

    /// <summary>A Verified Mark Certificate (VMC): the mark is a registered or a government one.</summary>
    Verified,

    /// <summary>A Common Mark Certificate (CMC): any other mark.</summary>
    Common,
}
