using EmailAuth.Spf;
using Xunit;

namespace EmailAuth.Tests.Spf;

/// <summary>What an expanded domain-spec names (RFC 7208 sections 4.8 and 7.3).</summary>
public class SpfTargetNameTests
{
    // 253 characters, the most that a name has.
    private static readonly string Longest = string.Join('.', new string('a', 63), new string('b', 63), new string('c', 63), new string('d', 61));

    public static TheoryData<string, string?, string> Names => new()
    {
        { "example.com", "example.com", "a name" },
        { "example.com.", "example.com", "a dot at the end" },
        { Longest, Longest, "the longest" },
        { Longest + ".", Longest, "the dot at the end does not count" },
        { "x." + Longest, Longest, "a label on the left is lost" },
        { "x." + Longest + ".", Longest, "the same with a dot at the end" },
        { "x" + Longest, Longest[64..], "the first label is too long, and is lost" },
        { "xy." + Longest[1..], Longest[1..], "two characters too many, and one label is lost" },
        { "a..example.com", null, "an empty label" },
        { new string('x', 300), null, "no label is left" },
        { string.Empty, null, "nothing" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void A_name_that_can_exist_or_nothing(string expanded, string? name, string why) =>
        Assert.True(name == SpfTargetName.Of(expanded)?.ToString(), $"{why}: {SpfTargetName.Of(expanded)}");
}
