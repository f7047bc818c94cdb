using System.Xml.Linq;
using EmailAuth.Tests.TestSupport;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>What a product needs of the library, a user needs too: only tests, benchmarks and fuzzing see internals.</summary>
public class FriendsTests
{
    public static TheoryData<string> Projects =>
        [.. Directory.GetFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Repository.PathOf("src"), path))];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Internals_are_for_tests_benchmarks_and_fuzzing_only(string project)
    {
        var document = XDocument.Load(Repository.PathOf("src", project));
        var friends = document.Descendants("InternalsVisibleTo").Select(friend => friend.Attribute("Include")!.Value);
        Assert.All(friends, friend => Assert.True(
            friend.EndsWith(".Tests", StringComparison.Ordinal) || friend is "EmailAuth.Benchmarks" or "EmailAuth.Fuzz", $"{project} shows its internals to {friend}"));
    }
}
