using EmailAuth.Dkim;

namespace EmailAuth.Tests.Dkim;

/// <summary>Options for archives of old mail: short keys and <c>rsa-sha1</c> are admitted, and expiry is judged at the time of signing.</summary>
internal static class ArchiveOptions
{
    public static DkimOptions Dkim { get; } = new() { IsForArchives = true, MinRsaBits = 512, AllowRsaSha1 = true, JudgeExpiryAtSigningTime = true };
}
