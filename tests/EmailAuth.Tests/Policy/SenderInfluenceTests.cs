using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Policy;

/// <summary>A sender whose message would be refused gains nothing by making it harder to judge, whatever the settings are.</summary>
public class SenderInfluenceTests
{
    private const string Victim = "victim.example";

    private static readonly DispositionAction[] Actions =
        [DispositionAction.Accept, DispositionAction.Quarantine, DispositionAction.TempFail, DispositionAction.Reject];

    private static readonly DispositionAction[] Maxima = [DispositionAction.Accept, DispositionAction.Quarantine, DispositionAction.Reject];

    public static TheoryData<DmarcPolicy> Asked => [DmarcPolicy.Quarantine, DmarcPolicy.Reject];

    // Several From fields, addresses of several domains (with other domains of the sender's own beside it), a header past the limit, a
    // domain whose servers fail: what of the victim's policy is known stays known.
    [Theory]
    [MemberData(nameof(Asked))]
    public void No_message_that_cannot_be_judged_is_accepted_where_one_that_fails_is_not(DmarcPolicy asked)
    {
        var wrong = new List<string>();
        var refused = 0;
        foreach (var policy in Policies())
        {
            var plain = Decide(policy, One(DmarcResultCode.Fail, asked)).Action;
            if (plain == DispositionAction.Accept)
            {
                continue;
            }

            refused++;
            foreach (var (name, input) in Variants(asked))
            {
                if (Decide(policy, input).Action == DispositionAction.Accept)
                {
                    wrong.Add($"{name}: {plain} becomes accept with {policy}");
                }
            }
        }

        Assert.NotEqual(0, refused);
        Assert.Empty(wrong);
    }

    private static IEnumerable<LocalPolicy> Policies() =>
        from onReject in Actions
        from onQuarantine in Actions
        from maximum in Maxima
        from strictest in new[] { false, true }
        select new LocalPolicy { OnReject = onReject, OnQuarantine = onQuarantine, MaximumAction = maximum, ApplyStrictestAuthorPolicy = strictest };

    private static IEnumerable<(string Name, PolicyInput Input)> Variants(DmarcPolicy asked)
    {
        yield return ("temperror", One(DmarcResultCode.TempError, asked));
        yield return ("a failing header limit", One(DmarcResultCode.Fail, asked) with { HeaderLimit = "the header has more than 16 fields" });
        foreach (var defect in Enum.GetValues<AuthorDefect>())
        {
            if (defect != AuthorDefect.None)
            {
                var limit = defect == AuthorDefect.IncompleteHeader ? "the header has more than 16 fields" : null;
                yield return ($"permerror {defect}", Several(defect) with { HeaderLimit = limit });
            }
        }

        foreach (var code in new[] { DmarcResultCode.Fail, DmarcResultCode.TempError })
        {
            var victim = Result(code, Victim, asked);
            foreach (var beside in new[] { Result(DmarcResultCode.Pass, "own.example", DmarcPolicy.Reject), Result(DmarcResultCode.None, "own.example", null), Result(DmarcResultCode.TempError, "own.example", DmarcPolicy.None) })
            {
                yield return ($"{code} before {beside.Code}", Several(AuthorDefect.SeveralDomains) with { AuthorResults = [victim, beside] });
                yield return ($"{code} behind {beside.Code}", Several(AuthorDefect.SeveralDomains) with { AuthorResults = [beside, victim] });
                yield return ($"{beside.Code}, cut before {code}", Several(AuthorDefect.SeveralDomains) with { AuthorResults = [beside], AreAuthorResultsCut = true });
            }
        }
    }

    private static Disposition Decide(LocalPolicy policy, in PolicyInput input) => PolicyDecision.Decide(policy, input).Disposition;

    private static PolicyInput One(DmarcResultCode code, DmarcPolicy asked) =>
        new() { Dmarc = Result(code, Victim, asked), Author = new Author { Domain = Name(Victim) }, Identifiers = [] };

    private static PolicyInput Several(AuthorDefect defect) => new()
    {
        Dmarc = new DmarcResult { Code = DmarcResultCode.PermError, Reason = "of the test" },
        Author = new Author { Defect = defect, Reason = "of the test" },
        Identifiers = [],
    };

    private static DmarcResult Result(DmarcResultCode code, string author, DmarcPolicy? policy) => new()
    {
        Code = code,
        Reason = "of the test",
        AuthorDomain = Name(author),
        PolicyDomain = policy is null ? null : Name(author),
        Record = policy is { } asked ? DmarcRecord.Parse($"v=DMARC1; p={asked.Keyword()}").Value : null,
        PublishedPolicy = policy,
        FailedQuery = code == DmarcResultCode.TempError ? DmarcFailedQuery.Spf : DmarcFailedQuery.None,
    };

    private static DomainName Name(string name) => DomainName.Parse(name).Value!;
}
