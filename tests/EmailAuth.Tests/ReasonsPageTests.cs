using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Iprev;
using EmailAuth.Messages;
using EmailAuth.Policy;
using EmailAuth.Results;
using EmailAuth.Signatures;
using EmailAuth.Spf;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>The page of reason codes has each code once, in the order of the code, with a meaning.</summary>
public class ReasonsPageTests
{
    private static readonly Dictionary<string, IEnumerable<string>> Sections = new(StringComparer.Ordinal)
    {
        ["SPF"] = Enum.GetValues<SpfReason>().Select(static reason => reason.Keyword()),
        ["DMARC"] = Enum.GetValues<DmarcReason>().Select(static reason => reason.Keyword()),
        ["iprev"] = Enum.GetValues<IprevReason>().Select(static reason => reason.Keyword()),
        ["Author"] = Enum.GetValues<AuthorDefect>().Select(static defect => defect.Keyword()),
        ["Disposition"] = Enum.GetValues<DispositionReason>().Select(static reason => reason.Keyword()),
        ["Signatures (DKIM, and the signatures of ARC sets)"] = Enum.GetValues<SignatureReason>().Select(static reason => reason.Keyword()),
        ["DKIM signing"] = Enum.GetValues<DkimSigningReason>().Select(static reason => reason.Keyword()),
        ["ARC"] = Enum.GetValues<ArcReason>().Select(static reason => reason.Keyword()),
        ["ARC sealing"] = Enum.GetValues<ArcSealingReason>().Select(static reason => reason.Keyword()),
        ["BIMI"] = Enum.GetValues<BimiReason>().Select(static reason => reason.Keyword()),
        ["Fields to remove"] = Enum.GetValues<RemovalReason>().Select(static reason => reason.Keyword()),
    };

    public static TheoryData<string> Titles => [.. Sections.Keys];

    [Fact]
    public void The_page_has_these_sections() => Assert.Equal(
        Sections.Keys,
        File.ReadLines(Repository.PathOf("src", "REASONS.md")).Where(static line => line.StartsWith("## ", StringComparison.Ordinal)).Select(static line => line[3..]));

    [Theory]
    [MemberData(nameof(Titles))]
    public void A_section_has_the_codes_of_its_method(string title)
    {
        var section = File.ReadAllText(Repository.PathOf("src", "REASONS.md")).ReplaceLineEndings("\n").Split("\n## ")
            .Single(part => part.StartsWith(title + "\n", StringComparison.Ordinal));
        var rows = section.Split('\n').Where(static line => line.StartsWith("| `", StringComparison.Ordinal)).Select(static line => line.Split(" | ", 2)).ToList();
        Assert.Equal(Sections[title], rows.Select(static row => row[0]["| `".Length..^1]));
        Assert.All(rows, static row => Assert.EndsWith(". |", row[1], StringComparison.Ordinal));
    }
}
