using System.Text.Json;
using EmailAuth.Dmarc;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Policy;

/// <summary>All of what a decision says (what is done and why, the reply, the departure that reports give), for every combination that matters.</summary>
public class PolicyDecisionTextsTests
{
    private const DispositionAction Accept = DispositionAction.Accept;
    private const DispositionAction Quarantine = DispositionAction.Quarantine;
    private const DispositionAction Reject = DispositionAction.Reject;
    private const DispositionAction TempFail = DispositionAction.TempFail;

    [Fact]
    public void The_rows_of_the_table()
    {
        var all = new List<(string, string)>();
        foreach (var line in PolicyTableTests.Rows)
        {
            using var json = JsonDocument.Parse(line);
            var (row, who) = (json.RootElement, json.RootElement.GetProperty("who").GetString()!);
            all.Add(("", Told(PolicyDecision.Decide(PolicyTableTests.Options(row, who), PolicyTableTests.Input(row, who)))));
        }

        ApprovedPage.Verify("policy", "table.txt", ApprovedPage.Grouped(all));
    }

    [Fact]
    public void An_exception_over_each_outcome()
    {
        var lines = PolicyExceptions.Parse("a accept # one\na at-most-quarantine # two\na reject # three\na skip spf # four\n192.0.2.0/24 reject # five").Value!.All;
        PolicyExceptionLine?[] deciding = [null, .. lines[..4]];
        var all = new List<(string, string)>();
        foreach (var (name, dmarc) in Results())
        {
            foreach (var (line, possible, maximum, action) in from line in deciding from possible in new[] { null, lines[4] } from maximum in new[] { Reject, Quarantine, Accept } from action in new[] { Reject, TempFail } where action == Reject || maximum == Reject select (line, possible, maximum, action))
            {
                var policy = new LocalPolicy { MaximumAction = maximum, OnReject = action, OnTemporaryError = action };
                var input = new PolicyInput { Dmarc = dmarc, Author = AuthorOf(dmarc), Identifiers = [], Exceptions = new ExceptionMatch(line, [], possible) };
                all.Add(($"{name}/{line?.Why ?? "-"}/{(possible is null ? "" : "?")}{Letter(maximum)}{Letter(action)}", Told(PolicyDecision.Decide(policy, input))));
            }
        }

        ApprovedPage.Verify("policy", "exceptions.txt", ApprovedPage.Grouped(all));
    }

    // The Received field of a relay that cannot be read: what a sender can cause is not accepted.
    [Fact]
    public void A_client_that_a_sender_hid()
    {
        var all = new List<(string, string)>();
        foreach (var (name, dmarc) in Results())
        {
            foreach (var (onReject, onQuarantine, undecided, isHidden, limit) in
                from onReject in new[] { Reject, Quarantine, Accept }
                from onQuarantine in new[] { Quarantine, Accept }
                from undecided in new DispositionAction?[] { null, Accept, TempFail }
                from isHidden in new[] { true, false }
                from limit in new[] { null, "the header has more than 7 fields" }
                where limit is null || undecided is null
                select (onReject, onQuarantine, undecided, isHidden, limit))
            {
                var policy = new LocalPolicy { OnReject = onReject, OnQuarantine = onQuarantine, OnUndecided = undecided };
                var input = new PolicyInput { Dmarc = dmarc, Author = AuthorOf(dmarc), Identifiers = [], HasUnreadRelay = isHidden, HeaderLimit = limit };
                all.Add(($"{name}/{Letter(onReject)}{Letter(onQuarantine)}{Letter(undecided)}{(isHidden ? "h" : "")}{(limit is null ? "" : "l")}", Told(PolicyDecision.Decide(policy, input))));
            }
        }

        ApprovedPage.Verify("policy", "hidden.txt", ApprovedPage.Grouped(all));
    }

    [Fact]
    public void Several_authors_of_which_one_could_not_be_judged()
    {
        var unusable = new DmarcResult { Code = DmarcResultCode.PermError, Reason = "of the test" };
        var others = new (string Name, DmarcResult[] Results)[]
        {
            ("none", []),
            ("failR", [Result(DmarcResultCode.Fail, DmarcPolicy.Reject)]),
            ("failQ", [Result(DmarcResultCode.Fail, DmarcPolicy.Quarantine)]),
            ("tempR", [Result(DmarcResultCode.TempError, DmarcPolicy.Reject)]),
            ("tempQ", [Result(DmarcResultCode.TempError, DmarcPolicy.Quarantine)]),
            ("tempN", [Result(DmarcResultCode.TempError, DmarcPolicy.None)]),
            ("tempNR", [Result(DmarcResultCode.TempError, DmarcPolicy.None), Result(DmarcResultCode.TempError, DmarcPolicy.Reject)]),
            ("tempQfailQ", [Result(DmarcResultCode.TempError, DmarcPolicy.Quarantine), Result(DmarcResultCode.Fail, DmarcPolicy.Quarantine)]),
        };
        var all = new List<(string, string)>();
        foreach (var (name, results) in others)
        {
            foreach (var (isStrictest, onUnusable, undecided, isHidden, isOwn) in
                from isStrictest in new[] { true, false }
                from onUnusable in new DispositionAction?[] { null, Accept, Quarantine, TempFail }
                from undecided in new DispositionAction?[] { null, Accept }
                from isHidden in new[] { true, false }
                from isOwn in new[] { true, false }
                where !isOwn || undecided is null
                select (isStrictest, onUnusable, undecided, isHidden, isOwn))
            {
                var policy = new LocalPolicy { ApplyStrictestAuthorPolicy = isStrictest, OnUnusableAuthor = onUnusable, OnUndecided = undecided };
                var input = new PolicyInput
                {
                    Dmarc = unusable,
                    Author = new Author { Defect = AuthorDefect.SeveralDomains, Reason = "of the test", Domains = [Name("a.example"), Name("b.example")] },
                    AuthorResults = [.. results],
                    Identifiers = [],
                    HasUnreadRelay = isHidden,
                    IsAuthenticated = isOwn,
                };
                all.Add(($"{name}/{(isStrictest ? "s" : "")}{Letter(onUnusable)}{Letter(undecided)}{(isHidden ? "h" : "")}{(isOwn ? "o" : "")}", Told(PolicyDecision.Decide(policy, input))));
            }
        }

        ApprovedPage.Verify("policy", "authors.txt", ApprovedPage.Grouped(all));
    }

    // The strictest policy of several author domains, with all that the result then says.
    [Theory]
    [InlineData("", 2, false, "- - None -")]
    [InlineData("fail none", 2, false, "- - None -")]
    [InlineData("pass reject", 2, false, "- - None -")]
    [InlineData("none reject", 2, false, "- - None -")]
    [InlineData("fail quarantine", 2, false, "p0.example Quarantine None the policy of a0.example, the strictest of the domains in From")]
    [InlineData("fail reject", 2, false, "p0.example Reject None the policy of a0.example, the strictest of the domains in From")]
    [InlineData("fail quarantine,fail reject", 2, false, "p1.example Reject None the policy of a1.example, the strictest of the domains in From")]
    [InlineData("fail reject,fail quarantine,fail reject", 2, false, "p0.example Reject None the policy of a0.example, the strictest of the domains in From")]
    [InlineData("temperror reject", 2, false, "p0.example - Spf -")]
    [InlineData("temperror quarantine,temperror reject", 2, false, "p0.example - Spf -")]
    [InlineData("temperror none", 2, false, "- - None -")]
    [InlineData("fail quarantine,temperror reject", 2, false, "p0.example Quarantine Spf the policy of a0.example, the strictest of the domains in From")]
    [InlineData("temperror quarantine,fail quarantine", 2, false, "p1.example Quarantine Spf the policy of a1.example, the strictest of the domains in From")]
    [InlineData("fail none", 15, false, "- - None -")]
    [InlineData("fail none", 16, false, "- Reject None From names more domains than can be looked up")]
    [InlineData("fail quarantine", 2, true, "- Reject None From names more domains than can be looked up")]
    [InlineData("temperror reject", 2, true, "- Reject Spf From names more domains than can be looked up")]
    [InlineData("fail reject", 16, true, "p0.example Reject None the policy of a0.example, the strictest of the domains in From")]
    public void The_strictest_policy_of_several_author_domains(string results, int domains, bool isCut, string expected)
    {
        var unusable = new DmarcResult { Code = DmarcResultCode.PermError, Reason = "of the test" };
        var input = new PolicyInput
        {
            Author = new Author { Domains = [.. Enumerable.Range(0, domains).Select(n => Name($"a{n}.example"))] },
            Identifiers = [],
            AreAuthorResultsCut = isCut,
            AuthorResults = results.Length == 0 ? default :
                [.. results.Split(',').Select((text, n) => new DmarcResult(Result(Enum.Parse<DmarcResultCode>(text.Split(' ')[0], ignoreCase: true), Enum.Parse<DmarcPolicy>(text.Split(' ')[1], ignoreCase: true)))
                {
                    AuthorDomain = Name($"a{n}.example"),
                    PolicyDomain = Name($"p{n}.example"),
                })],
        };
        var found = StrictestPolicy.Apply(unusable, input);
        Assert.Equal(
            expected, $"{found.PolicyDomain?.ToString() ?? "-"} {found.Override?.Disposition.ToString() ?? "-"} {found.FailedQuery} {found.Override?.Comment ?? "-"}");
        Assert.Equal((DmarcResultCode.PermError, "of the test", found.Override is null ? null : "local_policy"), (found.Code, found.Reason, found.Override?.TypeKeyword));
        if (expected == "- - None -")
        {
            Assert.Same(unusable, found);
        }
    }

    private static IEnumerable<(string Name, DmarcResult? Result)> Results() =>
    [
        ("unchecked", null),
        ("none", new DmarcResult { Code = DmarcResultCode.None, Reason = "of the test", AuthorDomain = Name("a.example") }),
        ("passR", Result(DmarcResultCode.Pass, DmarcPolicy.Reject)),
        ("failN", Result(DmarcResultCode.Fail, DmarcPolicy.None)),
        ("failQ", Result(DmarcResultCode.Fail, DmarcPolicy.Quarantine)),
        ("failR", Result(DmarcResultCode.Fail, DmarcPolicy.Reject)),
        ("failQt", Result(DmarcResultCode.Fail, DmarcPolicy.Quarantine, isTesting: true)),
        ("failRt", Result(DmarcResultCode.Fail, DmarcPolicy.Reject, isTesting: true)),
        ("temp", Result(DmarcResultCode.TempError, null)),
        ("tempN", Result(DmarcResultCode.TempError, DmarcPolicy.None)),
        ("tempQ", Result(DmarcResultCode.TempError, DmarcPolicy.Quarantine)),
        ("tempR", Result(DmarcResultCode.TempError, DmarcPolicy.Reject)),
        ("tempRt", Result(DmarcResultCode.TempError, DmarcPolicy.Reject, isTesting: true)),
        ("perm", new DmarcResult { Code = DmarcResultCode.PermError, Reason = "of the test" }),
    ];

    private static DmarcResult Result(DmarcResultCode code, DmarcPolicy? policy, bool isTesting = false) => new()
    {
        Code = code,
        Reason = "of the test",
        AuthorDomain = Name("a.example"),
        PolicyDomain = policy is null ? null : Name("p.example"),
        Record = policy is { } asked ? DmarcRecord.Parse($"v=DMARC1; p={asked.Keyword()}{(isTesting ? "; t=y" : null)}").Value : null,
        PublishedPolicy = policy,
        FailedQuery = code == DmarcResultCode.TempError ? DmarcFailedQuery.Spf : DmarcFailedQuery.None,
    };

    private static Author AuthorOf(DmarcResult? dmarc) =>
        dmarc?.Code == DmarcResultCode.PermError ? new Author { Defect = AuthorDefect.NoField, Reason = "of the test" } : new Author { Domain = Name("a.example") };

    private static string Letter(DispositionAction? action) => action switch { null => "-", Accept => "a", Quarantine => "q", Reject => "r", _ => "t" };

    private static string Told(PolicyDecision decision)
    {
        var (disposition, departure) = (decision.Disposition, decision.Dmarc?.Override);
        return $"{disposition.Action} {disposition.ReasonCode}: {disposition.Reason}\n  {disposition.Reply?.ToString() ?? "-"}\n"
            + $"  {(departure is null ? "-" : $"{departure.TypeKeyword} {departure.Disposition} {departure.Comment}")}; {decision.Dmarc?.PolicyDomain} {decision.Dmarc?.FailedQuery}; {decision.Exception?.Line}; {decision.TrustedSealer}";
    }

    private static DomainName Name(string name) => DomainName.Parse(name).Value!;
}
