using System.Buffers;
using EmailAuth.Syntax;
using Xunit;

namespace EmailAuth.Tests.Syntax;

/// <summary>Each class of characters, as all that it has.</summary>
public class CharacterClassesTests
{
    private const string Upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Lower = "abcdefghijklmnopqrstuvwxyz";
    private const string Digits = "0123456789";

    [Fact]
    public void The_classes_of_the_grammars_have_these_characters()
    {
        Assert.Equal("-" + Digits + Upper + "_" + Lower, All(CharacterClasses.HostLabel));
        Assert.Equal("!#$%&'*+-." + Digits + Upper + "^_`" + Lower + "{|}~", All(CharacterClasses.Token));
        Assert.Equal("!#$%&'*+-/" + Digits + "=?" + Upper + "^_`" + Lower + "{|}~", All(CharacterClasses.AText));
        Assert.Equal("\t\n\r ", All(CharacterClasses.FoldingWhiteSpace));
    }

    [Fact]
    public void The_classes_of_RFC_5234_have_these_characters()
    {
        Assert.Equal(Upper + Lower, All(CharacterClasses.IsAlpha));
        Assert.Equal(Digits, All(CharacterClasses.IsDigit));
        Assert.Equal(Digits + Upper + Lower, All(CharacterClasses.IsAlphaDigit));
        Assert.Equal("\t ", All(CharacterClasses.IsWsp));
        Assert.Equal("\t ", All(static c => c < 256 && CharacterClasses.IsWsp((byte)c)));
        Assert.Equal(string.Concat(Enumerable.Range('!', 94).Select(static code => (char)code)), All(CharacterClasses.IsVchar));
        Assert.Equal(string.Concat(Enumerable.Range('!', 94).Where(static code => code != ':').Select(static code => (char)code)), All(static c => c < 256 && CharacterClasses.IsFieldNameCharacter((byte)c)));
    }

    private static string All(SearchValues<char> values) => All(values.Contains);

    private static string All(Func<char, bool> has) => string.Concat(Enumerable.Range(0, 0x3000).Select(static code => (char)code).Where(has));
}
