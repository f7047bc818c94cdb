using EmailAuth.Dkim;

namespace EmailAuth.Milter.Signing;

/// <summary>A line of the table: who signs, and when.</summary>
/// <param name="Line">Its number, from 1.</param>
/// <param name="Identity">The domain, the selector and the key.</param>
/// <param name="From">The first moment.</param>
/// <param name="Until">The moment after the last.</param>
internal sealed record SigningTableRow(int Line, DkimSigningIdentity Identity, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>Whether the key signs at a time.</summary>
    public bool IsValidAt(DateTimeOffset time) => time >= From && time < Until;
}
