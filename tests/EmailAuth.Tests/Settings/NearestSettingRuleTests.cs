using EmailAuth.Settings;
using Xunit;

namespace EmailAuth.Tests.Settings;

/// <summary>How near is near: by the length of the name, against the rule written down plainly.</summary>
public class NearestSettingRuleTests
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz";

    // How many letters of a name may be wrong, by its length from 1 on: two, or a third of the name.
    private static readonly int[] Allowed = [1, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6, 7, 7, 7, 8];

    [Fact]
    public void A_name_may_have_two_wrong_letters_or_a_third_of_its_own()
    {
        for (var length = 1; length <= Allowed.Length; length++)
        {
            var name = Letters[..length];
            var most = Enumerable.Range(0, length + 1).Where(wrong => NearestSetting.Find(new string('0', wrong) + name[wrong..], [name]) is not null).Max();
            Assert.Equal((length, Allowed[length - 1]), (length, most));
        }
    }

    [Theory]
    [InlineData("S:abcdefgh", "S:abcdefgh", true)]
    [InlineData("S:abcdef00", "S:abcdefgh", true)]
    [InlineData("S:abcde000", "S:abcdefgh", false)]
    [InlineData("T:abcdefgh", "S:abcdefgh", true)] // the name in another section
    [InlineData("T:abcdefg0", "S:abcdefgh", true)] // and a wrong letter, which makes two
    [InlineData("T:abcdef00", "S:abcdefgh", false)]
    [InlineData("Other:abcdefg0", "S:abcdefgh", true)] // however far the sections are apart
    [InlineData("Other:abcdef00", "S:abcdefgh", false)]
    [InlineData("Sabcdefgh", "S:abcdefgh", true)]
    [InlineData("s:ABCDEFGH", "S:abcdefgh", true)]
    [InlineData("abcdefgh", "S:T:abcdefgh", true)]
    [InlineData("S:badcefgh", "S:abcdefgh", true)] // two neighbors swapped, twice
    [InlineData("S:badcfegh", "S:abcdefgh", false)]
    [InlineData("S:abcdefghij", "S:abcdefgh", true)]
    [InlineData("S:cdefgh", "S:abcdefgh", true)]
    public void One_path_is_near_another(string path, string known, bool isNear) =>
        Assert.Equal(isNear ? known : null, NearestSetting.Find(path, [known]));

    [Fact]
    public void The_nearest_is_found_and_the_first_of_several()
    {
        Assert.Equal("abcd", NearestSetting.Find("abce", ["abxx", "abcd", "abcf"]));
        Assert.Equal("abce", NearestSetting.Find("abce", ["abxx", "abcd", "abce"]));
        Assert.Null(NearestSetting.Find("abce", []));

        // The same name in another section is nearer than another name beside it.
        Assert.Equal("S:abcdef", NearestSetting.Find("Other:abcdef", ["Other:abcdeg", "S:abcdef"]));
        Assert.Equal("Other:abcdeg", NearestSetting.Find("Other:abcdeh", ["S:abcdeg", "Other:abcdeg"]));
    }

    // Short texts over few letters meet each other in every way.
    [Fact]
    public void Any_texts_are_as_near_as_the_rule_says()
    {
        var random = new Random(20261130);
        var near = 0;
        for (var round = 0; round < 1500; round++)
        {
            var (path, known) = (Made(random), Enumerable.Range(0, 3).Select(_ => Made(random)).ToArray());
            var found = NearestSetting.Find(path, known);
            Assert.True(Plainly(path, known) == found, $"{path} in {string.Join(' ', known)}: {found}");
            near += found is null ? 0 : 1;
        }

        Assert.InRange(near, 150, 1400);
    }

    private static string Made(Random random) =>
        string.Concat(Enumerable.Range(0, random.Next(1, 14)).Select(_ => "abAc"[random.Next(4)])) is var name && random.Next(2) == 0 ? $"{"xy"[random.Next(2)]}:{name}" : name;

    private static string? Plainly(string path, string[] known)
    {
        var name = path.Split(':')[^1];
        var nearest = known.Select(candidate => (candidate, Steps: StepsTo(path, candidate))).Where(other => other.Steps <= Math.Max(2, name.Length / 3)).ToList();
        return nearest.Count == 0 ? null : nearest.First(other => other.Steps == nearest.Min(static each => each.Steps)).candidate;
    }

    private static int StepsTo(string path, string candidate)
    {
        var (section, other) = (SectionOf(path), SectionOf(candidate));
        var apart = Steps(path.Split(':')[^1], candidate.Split(':')[^1]);
        return Math.Min(apart == 0 || section == other ? apart : apart + 1, Steps(path.Replace(":", null, StringComparison.Ordinal), candidate.Replace(":", null, StringComparison.Ordinal)));
    }

    private static string? SectionOf(string path) => path.Contains(':', StringComparison.Ordinal) ? path[..path.LastIndexOf(':')].ToUpperInvariant() : null;

    // By columns of the prefixes: each letter is kept, replaced, added, removed, or swapped with the one before it.
    private static int Steps(string one, string other)
    {
        (one, other) = (one.ToUpperInvariant(), other.ToUpperInvariant());
        var steps = new int[one.Length + 1, other.Length + 1];
        for (var i = 0; i <= one.Length; i++)
        {
            for (var j = 0; j <= other.Length; j++)
            {
                List<int> ways = i == 0 ? [j] : j == 0 ? [i] : [steps[i - 1, j] + 1, steps[i, j - 1] + 1, steps[i - 1, j - 1] + (one[i - 1] == other[j - 1] ? 0 : 1)];
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1])
                {
                    ways.Add(steps[i - 2, j - 2] + 1);
                }

                steps[i, j] = ways.Min();
            }
        }

        return steps[one.Length, other.Length];
    }
}
