using System.Diagnostics;

namespace EmailAuth.Bimi;

/// <summary>The words of what BIMI finds.</summary>
public static class BimiKeywords
{
    /// <summary>The result as BIMI draft section 7.7 writes it.</summary>
    /// <param name="code">The value.</param>
    public static string Keyword(this BimiResultCode code) => code switch
    {
        BimiResultCode.Pass => "pass",
        BimiResultCode.None => "none",
        BimiResultCode.Fail => "fail",
        BimiResultCode.TempError => "temperror",
        BimiResultCode.Declined => "declined",
        BimiResultCode.Skipped => "skipped",
        _ => throw new UnreachableException(),
    };

    /// <summary>What the evidence came to, as <c>policy.authority</c> writes it (BIMI draft section 7.7).</summary>
    /// <param name="authority">The value.</param>
    public static string Keyword(this BimiAuthorityCode authority) => authority switch
    {
        BimiAuthorityCode.Pass => "pass",
        BimiAuthorityCode.Fail => "fail",
        BimiAuthorityCode.None => "none",
        _ => throw new UnreachableException(),
    };

    /// <summary>The preference as records and results write it (<c>avp=</c>).</summary>
    /// <param name="preference">The value.</param>
    public static string Keyword(this BimiAvatarPreference preference) => preference switch
    {
        BimiAvatarPreference.Brand => "brand",
        BimiAvatarPreference.Personal => "personal",
        _ => throw new UnreachableException(),
    };

    /// <summary>The kind of a certificate as JSON writes it.</summary>
    /// <param name="kind">The value.</param>
    public static string Keyword(this MarkCertificateKind kind) => kind switch
    {
        MarkCertificateKind.Unknown => "unknown",
        MarkCertificateKind.Verified => "verified",
        MarkCertificateKind.Common => "common",
        _ => throw new UnreachableException(),
    };
}
