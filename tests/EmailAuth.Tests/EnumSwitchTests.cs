using System.Globalization;
using EmailAuth.Tests.TestSupport;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace EmailAuth.Tests;

/// <summary>A new member of an enum does not build until every switch over it says what it means.</summary>
public class EnumSwitchTests
{
    [Theory]
    [InlineData("IDE0010")]
    [InlineData("IDE0072")]
    public void A_switch_without_a_member_is_an_error(string diagnostic) =>
        Assert.Equal("error", Setting($"dotnet_diagnostic.{diagnostic}.severity"));

    [Fact]
    public void A_method_has_at_most_85_lines()
    {
        Assert.Equal("error", Setting("dotnet_diagnostic.MA0051.severity"));
        Assert.Equal(85, int.Parse(Setting("MA0051.maximum_lines_per_method")!, CultureInfo.InvariantCulture));
    }

    // The analyzer asks for every member by name, and accepts any last arm: only one that throws leaves nothing to a guess.
    [Fact]
    public void The_last_arm_of_a_switch_over_an_enum_throws() =>
        Assert.Empty(LibrarySource.Read(Repository.PathOf("src", "EmailAuth")).GuessesOfEnums());

    [Theory]
    [InlineData("e switch { E.A => 1, _ => 2 }", 1)]
    [InlineData("e switch { E.A => 1, E.B => 2, _ => throw new System.InvalidOperationException() }", 0)]
    [InlineData("((E?)e) switch { E.A => 1, var other => 2 }", 1)]
    [InlineData("e switch { E.A => 1, _ when e > E.A => 2, _ => throw new System.InvalidOperationException() }", 0)]
    [InlineData("M(() => { switch (e) { case E.A: return 1; default: return 2; } })", 1)]
    [InlineData("M(() => { switch (e) { case E.A: return 1; default: throw new System.InvalidOperationException(); } })", 0)]
    [InlineData("text switch { \"a\" => 1, _ => 2 }", 0)]
    public void A_guess_is_found(string expression, int guesses)
    {
        var tree = CSharpSyntaxTree.ParseText(
            $"namespace EmailAuth; class Probe {{ enum E {{ A, B }} int M(System.Func<int> f) => f(); int P(E e, string text) => {expression}; }}",
            new CSharpParseOptions(LanguageVersion.Latest),
            cancellationToken: TestContext.Current.CancellationToken);
        Assert.Equal(guesses, LibrarySource.Read(Repository.PathOf("src", "EmailAuth")).GuessesOfEnums(tree).Count());
    }

    // The one line of the section for the products that sets it last.
    private static string? Setting(string key)
    {
        string? section = null;
        string? value = null;
        foreach (var line in File.ReadLines(Repository.PathOf(".editorconfig")))
        {
            section = line.StartsWith('[') ? line : section;
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0 && line[..equals].Trim() == key && section?.StartsWith("[src/", StringComparison.Ordinal) == true)
            {
                value = section == "[src/**.cs]" ? line[(equals + 1)..].Trim() : "overridden in " + section;
            }
        }

        return value;
    }
}
