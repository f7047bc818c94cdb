using EmailAuth.Dmarc;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

/// <summary>Each word belongs to its member, and each outcome of an identifier is said in its words.</summary>
public class DmarcWordsTests
{
    [Fact]
    public void Each_member_has_its_own_word()
    {
        AssertNames<DmarcResultCode>(static code => code.Keyword(), ("TempError", "temperror"), ("PermError", "permerror"));
        AssertNames<DmarcPolicy>(static policy => policy.Keyword());
        AssertNames<DmarcPolicyTag>(static tag => tag.Keyword(), ("Domain", "p"), ("Subdomain", "sp"), ("NonexistentSubdomain", "np"));
        AssertNames<DmarcDiscoveryMethod>(static method => method.Keyword(), ("TreeWalk", "treewalk"), ("PublicSuffixList", "psl"));
        AssertNames<DmarcReason>(static reason => reason.Keyword(), ("SpfTemporaryError", "spf_temperror"), ("DkimTemporaryError", "dkim_temperror"));
        AssertNames<DmarcLookupOutcome>(static outcome => outcome.Keyword());
        AssertNames<DmarcIgnoredCode>(static code => code.Keyword());
        AssertNames<DmarcFailedQuery>(static query => query.Keyword());
        AssertNames<DmarcOverrideType>(static type => new DmarcOverride { Type = type }.TypeKeyword);
        Assert.All(Enum.GetValues<DmarcLookupOutcome>(), outcome => Assert.Equal(outcome.Keyword(), new DmarcLookup(DmarcSituation.Name("a")) { Found = outcome }.Outcome));
        Assert.All(Enum.GetValues<DmarcIgnoredCode>(), code => Assert.Equal((code.Keyword(), code), (new DmarcIgnoredItem(code).Code, new DmarcIgnoredItem(code).Kind)));
        Assert.All(Enum.GetValues<DmarcReason>(), reason => Assert.Equal(reason.Keyword(), new DmarcResult { Code = DmarcResultCode.Fail, Reason = "why", ReasonKind = reason }.ReasonCode));
        Assert.All(Enum.GetValues<DmarcPolicy>(), policy => Assert.Equal(policy.Keyword(), new PerPolicy<string>(static one => one.Keyword())[policy]));
    }

    [Theory]
    [InlineData("SameDomain", null, "aligned, it is the author domain", "would align, it is the author domain")]
    [InlineData("SameOrganizationalDomain", null, "aligned, whatever the failed queries would have found", "would align, whatever the failed queries would have found")]
    [InlineData("SameOrganizationalDomain", "b.example", "aligned, both are of b.example", "would align, both are of b.example")]
    [InlineData("DifferentDomain", null, "not aligned, it is not the author domain and the record asks for strict alignment", null)]
    [InlineData("DifferentOrganizationalDomain", null, "not aligned, it is outside the author's organizational domain", null)]
    [InlineData("DifferentOrganizationalDomain", "b.example", "not aligned, its organizational domain is b.example", null)]
    [InlineData("NotNeeded", null, "not looked up, as it is not authenticated", null)]
    [InlineData("NotChecked", null, "not checked: the limit of identifiers was reached (MaxIdentifiers)", null)]
    [InlineData("Unknown", null, "not known: a query that it depends on failed", null)]
    public void An_alignment_says_what_it_is(string name, string? organizational, string text, string? ofOther)
    {
        var outcome = Enum.Parse<DmarcAlignmentOutcome>(name);
        var isAligned = name.StartsWith("Same", StringComparison.Ordinal);
        var isCompared = isAligned || name.StartsWith("Different", StringComparison.Ordinal);
        foreach (var (method, result) in from method in new[] { "spf", "dkim" } from result in new[] { "pass", "fail", "temperror" } select (method, result))
        {
            var alignment = new DmarcAlignment(DmarcSituation.Identifier(method, "a.example"))
            {
                Result = result,
                Outcome = outcome,
                OrganizationalDomain = organizational is null ? null : DmarcSituation.Name(organizational),
            };
            Assert.Equal(result == "pass" ? $"{method} a.example: {text}" : $"{method} a.example ({result}): {ofOther ?? text}", alignment.ToString());
            Assert.Equal((result == "pass", isAligned, isCompared, isAligned && result == "pass"), (alignment.IsAuthenticated, alignment.IsAligned, alignment.IsCompared, alignment.Counts));
        }
    }

    [Fact]
    public void An_alignment_of_which_nothing_is_said_is_authenticated_relaxed_and_not_known()
    {
        var identifier = DmarcSituation.Identifier("dkim", "a.example");
        var alignment = new DmarcAlignment(identifier);
        Assert.Equal(
            (identifier, "pass", DmarcAlignmentMode.Relaxed, DmarcAlignmentOutcome.Unknown, null),
            (alignment.Identifier, alignment.Result, alignment.Mode, alignment.Outcome, alignment.OrganizationalDomain));
        Assert.Equal(("temperror", true, false), (UnauthenticatedIdentifier.Undecided, new UnauthenticatedIdentifier(identifier, "temperror").IsUndecided, new UnauthenticatedIdentifier(identifier, "fail").IsUndecided));
    }

    // The name of the member in lower case with underscores, but for those that a standard names otherwise.
    private static void AssertNames<T>(Func<T, string> keyword, params (string Member, string Word)[] others)
        where T : struct, Enum
    {
        foreach (var member in Enum.GetValues<T>())
        {
            var name = member.ToString();
            var word = others.FirstOrDefault(other => other.Member == name).Word
                ?? string.Concat(name.Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(c) : c.ToString()));
            Assert.Equal(word, keyword(member));
        }
    }
}
