using System.Runtime.Versioning;
using EmailAuth.Cli.Serve;
using Xunit;

namespace EmailAuth.Cli.Tests.Serve;

/// <summary>The token: where it is from, and which requests have it.</summary>
public class AccessTokenTests
{
    private const string Token = "0123456789abcdef-._~+/=";

    [Theory]
    [InlineData("Bearer " + Token, true)]
    [InlineData("bearer " + Token, true)]
    [InlineData("Bearer " + Token + "x", false)]
    [InlineData("Bearer 0123456789abcdef", false)]
    [InlineData("Bearer ", false)]
    [InlineData(Token, false)]
    [InlineData("Basic " + Token, false)]
    public void A_request_has_the_token_or_has_not(string field, bool has) => Assert.Equal(has, AccessToken.Read(null, Token)!.IsIn(field));

    [Fact]
    public void Two_fields_are_not_a_token() => Assert.False(AccessToken.Read(null, Token)!.IsIn(new[] { "Bearer " + Token, "Bearer " + Token }));

    [Fact]
    public void No_field_is_not_a_token() => Assert.False(AccessToken.Read(null, Token)!.IsIn(default));

    [Theory]
    [InlineData("")]
    [InlineData("0123456789abcde")]
    [InlineData("0123456789abcdef 0")]
    [InlineData("0123456789abcdef\u00FC")]
    public void A_token_that_can_be_guessed_or_not_be_sent_is_refused(string token) =>
        Assert.Equal(ExitCode.Input, Assert.Throws<CommandException>(() => AccessToken.Read(null, token)).ExitCode);

    [Theory]
    [InlineData(0b110_000_000, true)]
    [InlineData(0b100_100_000, true)]
    [InlineData(0b110_000_100, false)]
    [InlineData(0b110_000_010, false)]
    [InlineData(0b110_110_000, false)]
    [UnsupportedOSPlatform("windows")]
    public void A_file_that_others_can_read_or_change_is_refused(int mode, bool isUsed)
    {
        using var file = new TemporaryFile(Token + "\n");
        File.SetUnixFileMode(file.Path, (UnixFileMode)mode);
        if (isUsed)
        {
            Assert.True(AccessToken.Read(file.Path, null)!.IsIn("Bearer " + Token));
        }
        else
        {
            Assert.Contains("chmod 600", Assert.Throws<CommandException>(() => AccessToken.Read(file.Path, null)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_and_a_variable_exclude_each_other() =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<CommandException>(() => AccessToken.Read("/nowhere", Token)).ExitCode);

    [Fact]
    public void A_missing_file_is_told() =>
        Assert.Contains("does not exist", Assert.Throws<CommandException>(() => AccessToken.Read("/nowhere/token", null)).Message, StringComparison.Ordinal);
}
