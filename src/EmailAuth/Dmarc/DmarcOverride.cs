using System.Diagnostics;

namespace EmailAuth.Dmarc;

/// <summary>A departure from the domain owner's policy, and why (RFC 9990: policy override). Immutable.</summary>
public sealed class DmarcOverride
{
    internal DmarcOverride()
    {
    }

    /// <summary>The kind of reason.</summary>
    internal DmarcOverrideType Type { get; init; }

    /// <summary>How the message is handled instead.</summary>
    internal DmarcPolicy Disposition { get; init; }

    /// <summary>The reason in one line, or null.</summary>
    public string? Comment { get; internal init; }

    /// <summary>The kind of reason as reports write it: <c>local_policy</c>, <c>mailing_list</c>, <c>trusted_forwarder</c>, <c>policy_test_mode</c>, <c>other</c>.</summary>
    public string TypeKeyword => Type switch
    {
        DmarcOverrideType.LocalPolicy => "local_policy",
        DmarcOverrideType.MailingList => "mailing_list",
        DmarcOverrideType.TrustedForwarder => "trusted_forwarder",
        DmarcOverrideType.PolicyTestMode => "policy_test_mode",
        DmarcOverrideType.Other => "other",
        _ => throw new UnreachableException(),
    };
}
