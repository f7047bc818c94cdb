using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Policy;
using Xunit;

namespace EmailAuth.Tests.Policy;

/// <summary>What each setting does with each action.</summary>
public class LocalPolicyTests
{
    private static readonly DispositionAction[] ByStrength = [DispositionAction.Accept, DispositionAction.Quarantine, DispositionAction.TempFail, DispositionAction.Reject];

    [Fact]
    public void The_defaults()
    {
        var policy = LocalPolicy.Default;
        Assert.Equal((0, 0, 0, 0, 0), (policy.Forwarders.Length, policy.ForwarderDomains.Count, policy.MailingLists.Count, policy.TrustedSealers.Count, policy.OwnNetworks.Length));
        Assert.Equal((true, false, false), (policy.AcceptAuthenticatedSubmissions, policy.ApplyStrictestAuthorPolicy, policy.AcceptPartialSignatures));
        Assert.Equal(
            (DispositionAction.Reject, DispositionAction.Reject, DispositionAction.Quarantine, DispositionAction.Accept),
            (policy.MaximumAction, policy.OnReject, policy.OnQuarantine, policy.OnTemporaryError));
        Assert.Equal((null, null, null), (policy.OnUnusableAuthor, policy.OnUndecided, policy.ExceptionsFile));
        Assert.Same(PolicyExceptions.None, policy.Exceptions);
    }

    [Fact]
    public void The_stronger_of_two_actions()
    {
        for (var one = 0; one < 4; one++)
        {
            for (var other = 0; other < 4; other++)
            {
                Assert.Equal(ByStrength[Math.Max(one, other)], LocalPolicy.Stronger(ByStrength[one], ByStrength[other]));
            }
        }
    }

    // A temporary refusal stays whatever the strongest action is.
    [Fact]
    public void An_action_is_at_most_the_strongest_but_tempfail_stays()
    {
        foreach (var (action, maximum) in from action in ByStrength from maximum in ByStrength select (action, maximum))
        {
            var expected = action == DispositionAction.TempFail || Array.IndexOf(ByStrength, action) <= Array.IndexOf(ByStrength, maximum) ? action : maximum;
            Assert.Equal(expected, new LocalPolicy { MaximumAction = maximum }.Limited(action));
            var policy = new LocalPolicy { MaximumAction = maximum, OnReject = action, OnQuarantine = action, OnUnusableAuthor = action };
            Assert.Equal((expected, expected, DispositionAction.Accept), (policy.ActionFor(DmarcPolicy.Reject), policy.ActionFor(DmarcPolicy.Quarantine), policy.ActionFor(DmarcPolicy.None)));
            Assert.Equal(expected, policy.ActionOnUnusableAuthor);
        }
    }

    [Fact]
    public void Where_nothing_is_said_the_actions_follow_from_the_others()
    {
        foreach (var (onReject, onQuarantine, maximum, onError) in from a in ByStrength from b in ByStrength from c in ByStrength from d in ByStrength select (a, b, c, d))
        {
            var policy = new LocalPolicy { OnReject = onReject, OnQuarantine = onQuarantine, MaximumAction = maximum, OnTemporaryError = onError };
            var (reject, quarantine) = (policy.Limited(onReject), policy.Limited(onQuarantine));
            Assert.Equal((reject, quarantine), (policy.ActionFor(DmarcPolicy.Reject), policy.ActionFor(DmarcPolicy.Quarantine)));
            Assert.Equal(ByStrength[Math.Max(Array.IndexOf(ByStrength, reject), Array.IndexOf(ByStrength, quarantine))], policy.ActionOnUnusableAuthor);
            Assert.Equal(reject == DispositionAction.Accept && quarantine == DispositionAction.Accept ? onError : DispositionAction.TempFail, policy.ActionOnUndecided);
            Assert.Equal(DispositionAction.Accept, (policy with { OnUndecided = DispositionAction.Accept }).ActionOnUndecided);
            Assert.Equal(DispositionAction.TempFail, (policy with { OnUndecided = DispositionAction.TempFail }).ActionOnUndecided);
        }
    }

    [Fact]
    public void What_is_undecided_is_accepted_or_refused_for_now()
    {
        Assert.Equal([null, DispositionAction.Accept, DispositionAction.TempFail], new DispositionAction?[] { null, DispositionAction.Accept, DispositionAction.TempFail }.Select(action => new LocalPolicy { OnUndecided = action }.OnUndecided));
        foreach (var action in new[] { DispositionAction.Quarantine, DispositionAction.Reject })
        {
            var error = Assert.Throws<ArgumentOutOfRangeException>(() => new LocalPolicy { OnUndecided = action });
            Assert.Equal(("value", action), (error.ParamName, error.ActualValue));
        }
    }

    // RFC 8601 section 2.7.1: a signature that local policy does not accept.
    [Theory]
    [InlineData(false, false, false)]
    [InlineData(false, true, false)]
    [InlineData(true, false, false)]
    [InlineData(true, true, true)]
    public void A_partial_signature_passes_only_where_both_settings_accept_it(bool accepts, bool settings, bool expected)
    {
        var dkim = new DkimOptions { AcceptPartialBody = settings, MaxSignatures = 7 };
        var limited = new LocalPolicy { AcceptPartialSignatures = accepts }.Limit(dkim);
        Assert.Equal((expected, 7), (limited.AcceptPartialBody, limited.MaxSignatures));
        Assert.Equal(settings == expected, ReferenceEquals(dkim, limited));
    }

    [Fact]
    public void Each_action_and_each_reason_has_its_word()
    {
        Assert.Equal(["accept", "quarantine", "reject", "tempfail"], Enum.GetValues<DispositionAction>().Select(action => action.Keyword()));
        Assert.Equal(
            ["other", "no_policy", "dmarc_pass", "policy_none", "dmarc_policy", "overridden", "dmarc_undecided", "unusable_author", "header_limit"],
            Enum.GetValues<DispositionReason>().Select(reason => reason.Keyword()));
        Assert.All(
            Enum.GetValues<DispositionReason>(),
            reason => Assert.Equal(reason.Keyword(), new Disposition { Action = DispositionAction.Accept, Reason = "why", ReasonKind = reason }.ReasonCode));
    }
}
