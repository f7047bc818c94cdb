using System.Text.Json;
using EmailAuth.Cli.Commands;
using EmailAuth.Settings;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary><c>--options</c> and <c>--set</c>.</summary>
public class SettingsOptionsTests
{
    private const string Message = "testdata/messages/rfc8463-a3.eml";
    private static readonly string[] Verify = ["verify", Message, "--zone", "testdata/zones/rfc8463.json", "--now", "2018-06-10T13:40:00Z", "--ip", "192.0.2.1"];

    [Fact]
    public void The_file_with_every_setting_gives_the_options_beside_it()
    {
        using var file = new TemporaryFile(FlatOptions.EverySetting());

        var settings = SettingsOptions.Read(VerifyCommand.Create().Parse([Message, "--options", file.Path]));

        Assert.Equal(FlatOptions.Expected(), FlatOptions.Of(settings.ToOptions(), settings.ToResolverOptions()));
    }

    [Fact]
    public void The_command_reads_each_setting_of_the_table()
    {
        using var file = new TemporaryFile(MadeSettings.Of(EmailAuthSettings.Table, new EmailAuthSettings()).ToJsonString());
        using var stream = File.OpenRead(file.Path);
        var expected = EmailAuthSettings.Read(new ConfigurationBuilder().AddJsonStream(stream).Build()).Value!;

        var settings = SettingsOptions.Read(VerifyCommand.Create().Parse([Message, "--options", file.Path]));

        Assert.Equal(
            FlatOptions.Of(expected.ToOptions(), expected.ToResolverOptions()), FlatOptions.Of(settings.ToOptions(), settings.ToResolverOptions()));
    }

    [Fact]
    public void The_command_refuses_a_wrong_key_beside_any_setting() =>
        Assert.All(MadeSettings.WithWrongKeys(EmailAuthSettings.Table), static wrong =>
        {
            using var file = new TemporaryFile(wrong.Json);

            var mistake = Assert.Throws<CommandException>(() => SettingsOptions.Read(VerifyCommand.Create().Parse([Message, "--options", file.Path])));

            Assert.Equal(ExitCode.Usage, mistake.ExitCode);
            Assert.StartsWith(wrong.Path + ": there is no such key", mistake.Message, StringComparison.Ordinal);
        });

    [Theory]
    [InlineData("""{ "AuthservId": "\ud800" }""")]
    [InlineData("""{ "AuthservId": "a", "Spf": { "\udc00": 1 } }""")]
    public void Half_a_character_in_the_file_is_an_error_of_the_file(string json)
    {
        using var file = new TemporaryFile(json);

        var mistake = Assert.Throws<CommandException>(() => SettingsOptions.Read(VerifyCommand.Create().Parse([Message, "--options", file.Path])));

        Assert.Equal(ExitCode.Usage, mistake.ExitCode);
        Assert.Contains("is not a JSON file of settings", mistake.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("file.example")]
    [InlineData("set.example", "--set", "AuthservId=set.example")]
    [InlineData("later.example", "--set", "AuthservId=set.example", "--set", "authservid=later.example")]
    [InlineData("own.example", "--authserv-id", "own.example")]
    [InlineData("own.example", "--set", "AuthservId=set.example", "--authserv-id", "own.example")]
    public async Task A_source_closer_to_the_command_overrides(string expected, params string[] more)
    {
        using var file = new TemporaryFile("""{ "AuthservId": "file.example" }""");

        var run = await CommandRun.OfAsync([.. Verify, "--field", "--options", file.Path, .. more]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith($"Authentication-Results: {expected};", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_settings_of_an_appsettings_file_are_in_a_section()
    {
        using var file = new TemporaryFile("""{ "Logging": { "LogLevel": { "Default": "Warning" } }, "EmailAuth": { "AuthservId": "app.example", "Methods": [ "dkim" ] } }""");

        var run = await CommandRun.OfAsync([.. Verify, "--field", "--options", file.Path]);

        Assert.StartsWith("Authentication-Results: app.example;", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("spf=", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_setting_reaches_the_verdict_of_verify_and_of_batch()
    {
        var plain = await CommandRun.OfAsync([.. Verify, "--json"]);
        var strict = await CommandRun.OfAsync([.. Verify, "--json", "--set", "Dkim:MinRsaBits=2048"]);

        Assert.Equal(["pass", "pass"], Results(plain.Output));
        Assert.Single(Results(strict.Output), "pass");

        var batch = await CommandRun.WithInputAsync("{\"id\": \"1\", \"zone\": {}, \"input\": {\"ip\": \"192.0.2.1\", \"helo\": \"a.example\", \"message_b64\": \"RnJvbTogYUBhLmV4YW1wbGUNCg0K\"}}\n"u8.ToArray(), "batch", "--set", "AuthservId=set.example");
        Assert.Contains("\"set.example;", batch.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "Spf:MaxLookup: there is no such key; did you mean Spf:MaxLookups?", "--set", "Spf:MaxLookup=1")]
    [InlineData(2, "Spf:MaxLookups: '0' is not a whole number from 1 to 100", "--set", "Spf:MaxLookups=0")]
    [InlineData(2, "Spf:Prefetch: 'maybe' is not true or false", "--set", "Spf:Prefetch=maybe")]
    [InlineData(2, "Spf:MaxLookups: '0' is not a whole number from 1 to 100; Dns:Retries: '11' is not", "--set", "Spf:MaxLookups=0", "--set", "Dns:Retries=11")]
    [InlineData(2, "--set must be NAME=VALUE, such as Spf:MaxLookups=20, not 'Spf:MaxLookups'", "--set", "Spf:MaxLookups")]
    [InlineData(2, "'no/such.json' does not exist: give a file of settings", "--options", "no/such.json")]
    [InlineData(2, "is not a JSON file of settings", "--options", Message)]
    [InlineData(2, "is not a JSON file of settings", "--options", "testdata/vectors/spf.jsonl")]
    public async Task An_error_names_the_path_of_the_setting(int exitCode, string says, params string[] more)
    {
        var run = await CommandRun.OfAsync([.. Verify, .. more]);

        Assert.Equal((exitCode, ""), (run.ExitCode, run.Output));
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{ "Dkim": { "MinRsaKeyBits": 2048 } }""", "Dkim:MinRsaKeyBits: there is no such key; did you mean Dkim:MinRsaBits?")]
    [InlineData("""{ "EmailAuth": { "Dkim": { "MinRsaKeyBits": 2048 } } }""", "Dkim:MinRsaKeyBits: there is no such key; did you mean Dkim:MinRsaBits?")]
    [InlineData("{\n  \"AuthservId\": mx\n}", "is not a JSON file of settings: line 2, column 17: 'm' is an invalid start of a value.")]
    [InlineData("""{ "Dkim": { "MinRsaBits": "many" } }""", "Dkim:MinRsaBits: 'many' is not a whole number from 512 to 4096")]
    public async Task An_error_in_the_file_names_the_path_of_the_setting(string json, string says)
    {
        using var file = new TemporaryFile(json);

        var run = await CommandRun.OfAsync([.. Verify, "--options", file.Path]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(says, run.Error, StringComparison.Ordinal);
    }

    private static string?[] Results(string json)
    {
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.GetProperty("dkim").EnumerateArray().Select(signature => signature.GetProperty("result").GetString())];
    }
}
