using System.Net;
using System.Text;
using EmailAuth.Dmarc;
using EmailAuth.Dns;
using EmailAuth.Native.Configuration;
using EmailAuth.Native.Tests.TestSupport;
using EmailAuth.Settings;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Configuration;

namespace EmailAuth.Native.Tests;

/// <summary>What the JSON configuration sets, and how its mistakes are named.</summary>
public class ConfigurationReaderTests
{
    [Fact]
    public void The_file_with_every_setting_gives_the_options_beside_it()
    {
        var pipeline = Read(FlatOptions.EverySetting());

        var expected = FlatOptions.Expected().Where(line => !line.StartsWith("Resolver.", StringComparison.Ordinal));
        Assert.Equal(expected, FlatOptions.Of(pipeline.Options, StubResolverOptions.Default).Where(line => !line.StartsWith("Resolver.", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_C_interface_reads_each_setting_of_the_table()
    {
        var made = MadeSettings.Of(EmailAuthSettings.Table, new EmailAuthSettings()).ToJsonString();
        var expected = EmailAuthSettings.Read(new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(made))).Build()).Value!;

        Assert.Equal(FlatOptions.Of(expected.ToOptions(), StubResolverOptions.Default), FlatOptions.Of(Read(made).Options, StubResolverOptions.Default));
    }

    [Fact]
    public void The_C_interface_refuses_a_wrong_key_beside_any_setting() => Assert.All(
        MadeSettings.WithWrongKeys(EmailAuthSettings.Table),
        static wrong => Assert.StartsWith(wrong.Path + ": there is no such key", Refused(wrong.Json), StringComparison.Ordinal));

    [Fact]
    public void Without_other_keys_everything_has_the_defaults_of_the_library() => Assert.Equal(
        FlatOptions.Of(new AuthenticationOptions { AuthservId = "mx.example.org" }, StubResolverOptions.Default),
        FlatOptions.Of(Read("""{ "AuthservId": "mx.example.org" }""").Options, StubResolverOptions.Default));

    [Theory]
    [InlineData("", "The configuration is not JSON: ")]
    [InlineData("{\n  \"AuthservId\": mx\n}", "The configuration is not JSON: line 2, column 17: 'm' is an invalid start of a value.")]
    [InlineData("[]", "The configuration is not a JSON object.")]
    [InlineData("null", "The configuration is not a JSON object.")]
    [InlineData("{}", "AuthservId: missing: ")]
    [InlineData("""{ "AuthservId": "two words" }""", "AuthservId: 'two words' is not a name without spaces")]
    [InlineData("""{ "AuthservId": "a\nb" }""", "AuthservId: 'a?b' is not a name without spaces")]
    [InlineData("""{ "AuthservId": ["a", "b"] }""", "AuthservId: one value is expected, not a list or an object")]
    [InlineData("""{ "AuthservId": "a", "AuthservId": "b" }""", "The configuration is not JSON: ")]
    [InlineData("""{ "AuthservId": "a", "authservid": "b" }""", "The configuration is not JSON: ")]
    [InlineData("""{ "AuthservId": "a", "Dns": { "Zone": {} , "zone": {} } }""", "The configuration is not JSON: ")]
    [InlineData("""{ "AuthservId": "a", "Colour": 1 }""", "Colour: there is no such key")]
    [InlineData("""{ "AuthservId": "a", "Spf": { "MaxLookup": 1 } }""", "Spf:MaxLookup: there is no such key; did you mean Spf:MaxLookups?")]
    [InlineData("""{ "AuthservId": "a", "dkim": { "min_rsa_bits": 2048 } }""", "dkim:min_rsa_bits: there is no such key; did you mean Dkim:MinRsaBits?")]
    [InlineData("""{ "AuthservId": "a", "Spf": "x" }""", "Spf: 'x' is not an object that holds settings")]
    [InlineData("""{ "AuthservId": "a", "Spf": { "MaxLookups": 0 } }""", "Spf:MaxLookups: '0' is not a whole number from 1 to 100")]
    [InlineData("""{ "AuthservId": "a", "Spf": { "MaxLookups": [ 1 ] } }""", "Spf:MaxLookups: one value is expected, not a list or an object")]
    [InlineData("""{ "AuthservId": "a", "Policy": { "AcceptPartialSignatures": 1 } }""", "Policy:AcceptPartialSignatures: '1' is not true or false")]
    [InlineData("""{ "AuthservId": "a", "Dkim": { "MinRsaBits": 512 } }""", "Dkim:MinRsaBits: less than 1024 is for archives of old mail only")]
    [InlineData("""{ "AuthservId": "a", "Dns": { "Servers": ["dns.example.com"] } }""", "Dns:Servers:0: 'dns.example.com' is not the address")]
    [InlineData("""{ "AuthservId": "a", "Dns": { "Zone": 5 } }""", "Dns:Zone: ")]
    [InlineData("""{ "AuthservId": "a", "Dns": { "ZoneFile": "none.json" } }""", "Dns:ZoneFile: ")]
    [InlineData("""{ "AuthservId": "a", "Dns": { "Zone": null } }""", "Dns:Zone: null is not a zone")]
    [InlineData("""{ "AuthservId": "\ud800" }""", "The configuration is not JSON: ")]
    [InlineData("""{ "AuthservId": "a", "\udc00": 1 }""", "The configuration is not JSON: ")]
    [InlineData("""{ "AuthservId": "a", "Spf": { "\ud800": 1 } }""", "The configuration is not JSON: ")]
    [InlineData("""{ "AuthservId": "a", "Dns": { "Zone": { "\ud800": [] } } }""", "The configuration is not JSON: ")]
    [InlineData("""{ "AuthservId": "a", "Dns": { "ZoneFile": "\ud800" } }""", "The configuration is not JSON: ")]
    [InlineData("""{ "AuthservId": "a", "Dns": { "ZoneFile": 5 } }""", "Dns:ZoneFile: not the path of a zone file")]
    [InlineData("""{ "AuthservId": "a", "Dns": { "Zone": {}, "Servers": [] } }""", "Dns:Zone: a zone answers instead of DNS servers")]
    [InlineData("""{ "AuthservId": "a", "Bimi": { "VerifyEvidence": true } }""", "Bimi:MarkRoots: missing")]
    public void An_error_names_the_path_of_the_setting(string json, string error) => Assert.StartsWith(error, Refused(json), StringComparison.Ordinal);

    [Fact]
    public void All_mistakes_are_reported_at_once() => Assert.Equal(
        "Spf:MaxLookups: 'x' is not a whole number from 1 to 100; Spf:Colour: there is no such key",
        Refused("""{ "AuthservId": "a", "Spf": { "MaxLookups": "x", "Colour": 1 } }"""));

    // C reads to the NUL, and a check of a file gives a line for each error.
    [Fact]
    public void An_error_is_a_line_whatever_the_settings_hold()
    {
        var mistake = Assert.Throws<InteropException>(() => Read("""{ "AuthservId": "mx.example.org\u0000", "Policy": { "OnReject": "a\nb" }, "A\u2028B": 1 }"""));
        string[] texts = [mistake.Message, .. mistake.Lines];
        Assert.All(texts, static text => Assert.DoesNotContain(text, static c => char.IsControl(c) || c is '\u2028'));
        Assert.Contains(texts, static text => text.StartsWith("A?B: there is no such key", StringComparison.Ordinal));
    }

    [Fact]
    public void The_example_in_the_header_is_accepted()
    {
        var header = File.ReadAllText(Repository.PathOf("src", "EmailAuth.Native", "emailauth.h"));
        var start = header.IndexOf(" *   {\n", StringComparison.Ordinal);
        var example = header[start..(header.IndexOf(" *   }\n", start, StringComparison.Ordinal) + 7)].Replace("\n * ", "\n", StringComparison.Ordinal)[2..];

        var options = Read(example).Options;

        Assert.Equal("mx.example.org", options.AuthservId);
        Assert.Equal(AuthenticationMethods.Spf | AuthenticationMethods.Dkim | AuthenticationMethods.Arc | AuthenticationMethods.Dmarc, options.Methods);
    }

    [Fact]
    public async Task A_zone_of_the_configuration_answers()
    {
        var pipeline = Read($$"""{ "AuthservId": "mx.example.org", "Dns": { "ZoneFile": "{{Workshop.ZoneFile}}" } }""");
        var message = await File.ReadAllBytesAsync(Workshop.MessageFile, TestContext.Current.CancellationToken);

        var outcome = await pipeline.AuthenticateAsync(
            new SmtpEnvelope(IPAddress.Parse("192.0.2.1"), "mail.football.example.com", "joe@football.example.com"), message, TestContext.Current.CancellationToken);

        Assert.Equal(DmarcResultCode.Pass, outcome.Dmarc?.Code);
    }

    private static AuthenticationPipeline Read(string json) => ConfigurationReader.Read(Encoding.UTF8.GetBytes(json)).CreatePipeline();

    private static string Refused(string json)
    {
        var mistake = Assert.Throws<InteropException>(() => Read(json));
        Assert.Equal(Status.Configuration, mistake.Status);
        return mistake.Message;
    }
}
