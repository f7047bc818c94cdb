using EmailAuth.Policy;

namespace EmailAuth.Milter.Tests.TestSupport;

/// <summary>Options that act on what is found.</summary>
internal static class ActingOptions
{
    public static MilterOptions Acting(this MilterOptions options, Func<LocalPolicy, LocalPolicy> change) =>
        options with { Authentication = options.Authentication with { LocalPolicy = change(options.Authentication.LocalPolicy) } };
}
