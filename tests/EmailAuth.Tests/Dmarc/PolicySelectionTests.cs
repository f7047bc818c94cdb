using EmailAuth.Dmarc;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests.Dmarc;

/// <summary>
/// Which record applies and which identifiers align, for everything that the names of a walk may have: "-" no record, "!" a failed query, "r" a record without psd,
/// "n" one with psd=n, "y" one with psd=y, from the longest name to the shortest.
/// </summary>
public class PolicySelectionTests
{
    private const string Kinds = "-!rny";

    private static readonly DmarcRecord[] Records =
        [.. new[] { "p=reject", "p=quarantine;psd=n", "p=none;psd=y" }.Select(tags => DmarcRecord.Parse("v=DMARC1;" + tags).Value!)];

    private static IEnumerable<string> Words => ShortTexts.Of(Kinds, 3).Where(static word => word.Length == 3);

    [Fact]
    public void The_record_that_applies() => ApprovedPage.Verify(
        "dmarc", "selections.txt", ApprovedPage.Grouped(Words.Concat(["--!!!!", "r!!!!-", "-!!!!r", "r-!!!!", "!r!r!r", "-r!!!y", "!!!!!!", "-r!!!-", "!!!!!n", "!!!!y-"]).Select(word => (word, Selected(word)))));

    // The walk of an identifier shares names with that of the author: "a.b.c" has the three names, "b.c" the last two.
    [Theory]
    [InlineData("b.c", "a.b.c")]
    [InlineData("a.b.c", "b.c")]
    [InlineData("a.b.c", "x.b.c")]
    [InlineData("a.b.c", "x.c")]
    [InlineData("a.b.c", "c")]
    public async Task The_identifiers_that_align(string author, string identifier)
    {
        string[] names = ["a.b.c", "b.c", "c"];
        var all = new List<(string, string)>();
        foreach (var word in Words)
        {
            var zone = string.Join('|', names.Select((name, i) => word[i] switch { '-' => null, '!' => "!" + name, var kind => $"{name} {Records["rny".IndexOf(kind, StringComparison.Ordinal)]}" }).OfType<string>());
            var (atOnce, _) = await new DmarcSituation(author, zone, "dkim " + identifier).JudgeAsync(isAtOnce: true);
            var (inOrder, _) = await new DmarcSituation(author, zone, "dkim " + identifier).JudgeAsync(isAtOnce: false);
            Assert.Equal(Told(inOrder), Told(atOnce));
            all.Add((word, Told(atOnce)));
        }

        ApprovedPage.Verify("dmarc", $"alignment-{author}-{identifier}.txt", ApprovedPage.Grouped(all));

        static string Told(DmarcResult result) => $"{result.Code} {result.PolicyDomain} of {result.OrganizationalDomain} {result.Alignments.FirstOrDefault()}";
    }

    private static string Selected(string word)
    {
        var start = DmarcSituation.Name(string.Join('.', "abcdef"[^word.Length..].ToCharArray()));
        var lookups = new List<DmarcLookup>();
        foreach (var kind in word)
        {
            var domain = start.TakeLast(word.Length - lookups.Count);
            var record = "rny".IndexOf(kind, StringComparison.Ordinal) is >= 0 and var index ? Records[index] : null;
            lookups.Add(new DmarcLookup(domain)
            {
                Found = kind == '!' ? DmarcLookupOutcome.TemporaryFailure : record is null ? DmarcLookupOutcome.NoRecord : DmarcLookupOutcome.Record,
                Record = record,
            });
            if (record is not null && TreeWalkStrategy.Instance.EndsWalk(record))
            {
                break;
            }
        }

        var selection = PolicySelection.From(new DmarcWalk(start, [.. lookups]), TreeWalkStrategy.Instance);
        return string.Join(", or ", new[] { selection }.Concat(selection.Possible).Select(one =>
            $"{one.Source} {one.Lookup?.Domain} of {one.OrganizationalDomain}{(one.Failure is null ? null : " for " + one.Failure.Domain)}"));
    }
}
