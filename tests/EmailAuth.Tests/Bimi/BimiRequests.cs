using EmailAuth.Bimi;
using EmailAuth.Syntax;

namespace EmailAuth.Tests.Bimi;

/// <summary>What BIMI is asked in many tests.</summary>
internal static class BimiRequests
{
    /// <summary>A message of example.com that passes DMARC, with a policy of rejection.</summary>
    public static BimiRequest Passing { get; } = new()
    {
        AuthorDomain = DomainName.Parse("example.com").Value!,
        DmarcResult = "pass",
        AppliedPolicy = BimiPolicy.Reject,
        AuthorRecord = new() { Policy = BimiPolicy.Reject },
    };
}
