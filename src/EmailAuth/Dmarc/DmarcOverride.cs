using System.Diagnostics;

namespace EmailAuth.Dmarc;

/// <summary>A departure from the domain owner's policy, and why (RFC 9990: policy override).</summary>
/// <param name="Type">The kind of reason.</param>
/// <param name="Disposition">How the message is handled instead.</param>
/// <param name="Comment">The reason in one line, or null.</param>
public sealed record DmarcOverride(DmarcOverrideType Type, DmarcPolicy Disposition, string? Comment = null)
{
    /// <summary>The type as reports write it, such as <c>trusted_forwarder</c>.</summary>
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
