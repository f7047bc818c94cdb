using System.Collections.Immutable;
using System.Diagnostics;
using EmailAuth.Inspection.Domains;

namespace EmailAuth.Inspection.Senders;

/// <summary>
/// Which feedback loops the owner of a domain may join, as of <see cref="SenderRules.Date"/>, from what can be seen: whether mail is signed, whether
/// addresses have confirmed names, whether postmaster@ and abuse@ work, and the rates from reports.
/// </summary>
internal sealed class FeedbackLoops(DomainParts parts, SampleMessage? message, DomainRates? rates, ImmutableArray<RoleAddress> roles)
{
    private const string DomainOwner = "the owner of the signing domain";
    private const string AddressOwner = "the owner of the sending addresses";

    private readonly record struct Need(RequirementState State, string Text);

    public ImmutableArray<FeedbackLoop> Judge() =>
    [
        Loop("Yahoo Complaint Feedback Loop (Sender Hub)", DomainOwner, Signed(), Roles(), Reputation()),
        Loop("Gmail Postmaster Tools and Feedback-ID", DomainOwner, Signed(), FeedbackId(), Reputation()),
        Loop("Microsoft SNDS and JMRP", AddressOwner, ReverseNames(), Roles(), Reputation()),
        Loop("Comcast and Validity Universal Feedback Loop", "the owner of the sending addresses or of the signing domain", ReverseNames(), Signed(), Roles(), Reputation()),
        Loop("CFBL-Address (RFC 9477), where a provider uses it", "the author's domain, by a field in each message", FeedbackAddress()),
    ];

    private static FeedbackLoop Loop(string name, string whom, params ReadOnlySpan<Need> needs)
    {
        var states = needs.ToArray();
        return new FeedbackLoop
        {
            Name = name,
            ForWhom = whom,
            State = Array.Exists(states, static need => need.State == RequirementState.NotMet) ? RequirementState.NotMet
                : Array.Exists(states, static need => need.State == RequirementState.Unseen) ? RequirementState.Unseen
                : RequirementState.Met,
            Needs = [.. states.Select(static need => $"{Word(need.State)}: {need.Text}")],
        };
    }

    private Need Signed() => message?.IsDkimAligned switch
    {
        true => new(RequirementState.Met, "mail is signed with d= of the domain"),
        false => new(RequirementState.NotMet, "mail must be signed with d= of the domain"),
        null => new(RequirementState.Unseen, "mail must be signed with d= of the domain (--message shows it)"),
    };

    private Need ReverseNames() =>
        parts.Addresses.IsEmpty ? new(RequirementState.Unseen, "the names of the sending addresses must be yours (--ip shows them)")
        : parts.Addresses.All(address => address.IsConfirmed == true && address.Names.Any(name => name.IsEqualToOrBelow(parts.Domain)))
            ? new(RequirementState.Met, "the sending addresses have names below the domain")
        : parts.Addresses.Any(static address => address.IsConfirmed == false)
            ? new(RequirementState.NotMet, "each sending address must have a name that leads back to it")
        : new(RequirementState.Unseen, "the names of the sending addresses are not below the domain: only the owner of the addresses can join");

    private Need Roles() =>
        roles.IsEmpty ? new(RequirementState.Unseen, "postmaster@ and abuse@ must work (--probe-mailboxes asks)")
        : roles.Any(static role => role.IsAccepted == false) ? new(RequirementState.NotMet, "postmaster@ and abuse@ must work")
        : roles.All(static role => role.IsAccepted == true) ? new(RequirementState.Met, "postmaster@ and abuse@ are accepted")
        : new(RequirementState.Unseen, "it is not known whether postmaster@ and abuse@ work");

    private Need Reputation() => rates?.ComplaintPercent switch
    {
        null => new(RequirementState.Unseen, "a good reputation (no reports are at hand)"),
        >= RequirementMatrix.MostComplaintPercent => new(RequirementState.NotMet, $"a good reputation: {RequirementMatrix.Percent(rates.ComplaintPercent.Value)} percent complain"),
        _ => new(RequirementState.Met, $"a good reputation: {RequirementMatrix.Percent(rates.ComplaintPercent.Value)} percent complain"),
    };

    private Need FeedbackId() => message?.HasFeedbackId switch
    {
        true => new(RequirementState.Met, "Feedback-ID is readable and signed"),
        false => new(RequirementState.NotMet, "Feedback-ID must be readable and signed"),
        null => new(RequirementState.Unseen, message is null ? "Feedback-ID in each message (--message shows it)" : "the message has no Feedback-ID: there are no figures by campaign"),
    };

    private Need FeedbackAddress() => message?.HasFeedbackAddress switch
    {
        true => new(RequirementState.Met, "CFBL-Address is covered by the signatures that RFC 9477 asks for"),
        false => new(RequirementState.NotMet, "CFBL-Address must be covered by the signatures that RFC 9477 asks for"),
        null => new(RequirementState.Unseen, message is null ? "CFBL-Address in each message (--message shows it)" : "the message has no CFBL-Address"),
    };

    private static string Word(RequirementState state) => state switch
    {
        RequirementState.Met => "met",
        RequirementState.NotMet => "not met",
        RequirementState.Unseen => "not known",
        RequirementState.NotAsked => "not asked",
        _ => throw new UnreachableException(),
    };
}
