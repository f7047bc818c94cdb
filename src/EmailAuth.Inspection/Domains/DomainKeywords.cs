using System.Diagnostics;
using EmailAuth.Inspection.Bimi;
using EmailAuth.Inspection.Senders;
using EmailAuth.Inspection.Transport;

namespace EmailAuth.Inspection.Domains;

/// <summary>The words of outputs.</summary>
public static class DomainKeywords
{
    /// <summary>A profile in one word: <c>sends</c>, <c>receives-only</c> or <c>parked</c>.</summary>
    /// <param name="profile">The profile.</param>
    public static string Keyword(this DomainProfile profile) => profile switch
    {
        DomainProfile.Sends => "sends",
        DomainProfile.ReceivesOnly => "receives-only",
        DomainProfile.Parked => "parked",
        _ => throw new UnreachableException(),
    };

    /// <summary>A state in one word: <c>not-asked</c>, <c>unseen</c>, <c>met</c> or <c>not-met</c>.</summary>
    /// <param name="state">The state.</param>
    public static string Keyword(this RequirementState state) => state switch
    {
        RequirementState.NotAsked => "not-asked",
        RequirementState.Unseen => "unseen",
        RequirementState.Met => "met",
        RequirementState.NotMet => "not-met",
        _ => throw new UnreachableException(),
    };

    /// <summary>A state in one word: <c>not-shown</c>, <c>unknown</c>, <c>shown</c> or <c>shown-as-verified</c>.</summary>
    /// <param name="state">The state.</param>
    public static string Keyword(this LogoState state) => state switch
    {
        LogoState.NotShown => "not-shown",
        LogoState.Unknown => "unknown",
        LogoState.Shown => "shown",
        LogoState.ShownAsVerified => "shown-as-verified",
        _ => throw new UnreachableException(),
    };

    /// <summary>A mode in one word, as policies have it.</summary>
    /// <param name="mode">The mode.</param>
    public static string Keyword(this MtaStsMode mode) => mode switch
    {
        MtaStsMode.None => "none",
        MtaStsMode.Testing => "testing",
        MtaStsMode.Enforce => "enforce",
        _ => throw new UnreachableException(),
    };

    /// <summary>A state in one word: <c>absent</c>, <c>invalid</c>, <c>unsigned</c> or <c>works</c>.</summary>
    /// <param name="state">The state.</param>
    public static string Keyword(this OneClickUnsubscribe state) => state switch
    {
        OneClickUnsubscribe.Absent => "absent",
        OneClickUnsubscribe.Invalid => "invalid",
        OneClickUnsubscribe.Unsigned => "unsigned",
        OneClickUnsubscribe.Works => "works",
        _ => throw new UnreachableException(),
    };
}
