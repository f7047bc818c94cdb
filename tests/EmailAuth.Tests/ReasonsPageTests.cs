using EmailAuth.Arc;
using EmailAuth.Bimi;
using EmailAuth.Signatures;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>The page of reason codes has each code once, in the order of the code, with a meaning.</summary>
public class ReasonsPageTests
{
    private static readonly Dictionary<string, IEnumerable<string>> Sections = new(StringComparer.Ordinal)
    {
        ["Signatures (DKIM, and the signatures of ARC sets)"] = Enum.GetValues<SignatureReason>().Select(static reason => reason.Keyword()),
        ["ARC"] = Enum.GetValues<ArcReason>().Select(static reason => reason.Keyword()),
        ["ARC sealing"] = Enum.GetValues<ArcSealingReason>().Select(static reason => reason.Keyword()),
        ["BIMI"] = Enum.GetValues<BimiReason>().Select(static reason => reason.Keyword()),
    };

    public static TheoryData<string> Titles => [.. Sections.Keys];

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
