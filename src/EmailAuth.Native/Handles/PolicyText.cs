using EmailAuth.Dmarc;

namespace EmailAuth.Native.Handles;

/// <summary>The words of DMARC that C callers ask for.</summary>
internal static class PolicyText
{
    /// <summary>The policy that applies; null without one.</summary>
    public static string? Published(AuthenticationOutcome outcome) => outcome.Dmarc?.PublishedPolicy?.Keyword();

    /// <summary>What the policy leads to; null if DMARC did not run.</summary>
    public static string? Applied(AuthenticationOutcome outcome) => outcome.Dmarc?.AppliedDisposition.Keyword();
}
