using System.Text;
using EmailAuth.Dns;
using EmailAuth.Settings;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace EmailAuth.Tests.Settings;

/// <summary>What the table of settings reads, and how it names what is wrong.</summary>
public class EmailAuthSettingsTests
{
    // What the pipeline does not use, or what no text can say.
    private static readonly string[] Elsewhere =
    [
        "Arc.Signatures.AllowRsaSha1", // RFC 8617 has no rsa-sha1: it is never accepted
        "Arc.Signatures.FastKeyImport", // the pipeline keeps the keys of both in one place, by Dkim:FastKeyImport and Dkim:MaxCachedKeys
        "Arc.Signatures.MaxCachedKeys",
        "Arc.Signatures.MessageLimits.MaxHeaderBytes", // for a verifier that is used alone; the pipeline's are Limits:
        "Arc.Signatures.MessageLimits.MaxHeaderFields",
        "Arc.Signatures.MessageLimits.MaxRecipients",
        "Dkim.MessageLimits.MaxHeaderBytes",
        "Dkim.MessageLimits.MaxHeaderFields",
        "Dkim.MessageLimits.MaxRecipients",
        "TimeProvider",
    ];

    [Fact]
    public void Without_other_keys_everything_has_the_defaults_of_the_library()
    {
        var settings = Good("""{ "AuthservId": "mx.example.org" }""");

        Assert.Equal(
            FlatOptions.Of(new AuthenticationOptions { AuthservId = "mx.example.org" }, StubResolverOptions.Default),
            FlatOptions.Of(settings.ToOptions(), settings.ToResolverOptions()));
    }

    [Fact]
    public void The_file_with_every_setting_gives_the_options_beside_it()
    {
        var settings = Good(FlatOptions.EverySetting());

        Assert.Equal(FlatOptions.Expected(), FlatOptions.Of(settings.ToOptions(), settings.ToResolverOptions()));
    }

    [Fact]
    public void Every_choice_of_the_library_has_a_setting()
    {
        var standard = FlatOptions.Of(new EmailAuthSettings().ToOptions(), StubResolverOptions.Default);

        var same = FlatOptions.Expected().Intersect(standard, StringComparer.Ordinal).Select(line => line.Split(" = ")[0]);

        Assert.Equal(Elsewhere, same.Order(StringComparer.Ordinal));
        Assert.Equal(EmailAuthSettings.Table.Length, standard.Length - Elsewhere.Length);
    }

    [Fact]
    public void A_file_made_from_the_table_reads_back_value_by_value()
    {
        var standard = new EmailAuthSettings();
        var made = MadeSettings.Of(EmailAuthSettings.Table, standard);

        var settings = Good(made.ToJsonString());

        foreach (var row in EmailAuthSettings.Table)
        {
            Assert.Equal((row.Path, MadeSettings.TextOf(made, row)), (row.Path, row.ValueIn(settings)));
            Assert.NotEqual((row.Path, row.ValueIn(standard)), (row.Path, row.ValueIn(settings)));
        }

        var same = FlatOptions.Of(settings.ToOptions(), settings.ToResolverOptions())
            .Intersect(FlatOptions.Of(standard.ToOptions(), standard.ToResolverOptions()), StringComparer.Ordinal);
        Assert.Equal(Elsewhere, same.Select(line => line.Split(" = ")[0]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_wrong_key_beside_any_setting_is_refused_with_its_path() =>
        Assert.All(MadeSettings.WithWrongKeys(EmailAuthSettings.Table), wrong =>
        {
            var error = Assert.Single(Errors(wrong.Json));
            Assert.Equal((SettingsErrorCode.UnknownKey, wrong.Path), (error.Code, error.Path));
        });

    [Fact]
    public void Each_setting_changes_one_choice()
    {
        var every = Configuration(FlatOptions.EverySetting());
        var standard = FlatOptions.Of(new EmailAuthSettings().ToOptions(), StubResolverOptions.Default);
        foreach (var row in EmailAuthSettings.Table)
        {
            var settings = new EmailAuthSettings();
            var section = every.GetSection(row.Path);
            var errors = new SettingsErrors(every);
            row.Read(section, settings, errors);

            Assert.True(errors.IsEmpty, row.Path);
            Assert.Single(FlatOptions.Of(settings.ToOptions(), settings.ToResolverOptions()).Except(standard, StringComparer.Ordinal));
        }
    }

    [Fact]
    public void A_value_that_is_written_reads_back_as_itself()
    {
        var every = Good(FlatOptions.EverySetting());
        var written = EmailAuthSettings.Table.ToDictionary(row => row.Path, row => row.ValueIn(every), StringComparer.Ordinal);

        var again = EmailAuthSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(written).Build());

        Assert.Empty(again.Errors);
        Assert.Equal(FlatOptions.Expected(), FlatOptions.Of(again.Value!.ToOptions(), again.Value.ToResolverOptions()));
    }

    [Fact]
    public void Both_ends_of_each_range_are_taken_and_what_is_beyond_is_named_with_the_range()
    {
        var ranges = 0;
        foreach (var row in EmailAuthSettings.Table.Where(row => !row.Ends.IsEmpty))
        {
            ranges++;
            foreach (var end in row.Ends)
            {
                Assert.True(Set(row, end).IsEmpty, $"{row.Path}={end}");
            }

            var error = Assert.Single(Set(row, row.Ends[1] + "0").ToImmutable());
            Assert.Equal(
                (SettingsErrorCode.InvalidValue, row.Path, $"'{row.Ends[1]}0' is not {row.Expected}"), (error.Code, error.Path, error.Reason));
            Assert.Contains($"from {row.Ends[0]} to {row.Ends[1]}", row.Expected, StringComparison.Ordinal);
        }

        Assert.True(ranges > 30);
    }

    [Theory]
    [InlineData("Spf:MaxLookups", "0", "'0' is not a whole number from 1 to 100")]
    [InlineData("Spf:MaxLookups", "101", "'101' is not a whole number from 1 to 100")]
    [InlineData("Spf:MaxLookups", "1.5", "'1.5' is not a whole number from 1 to 100")]
    [InlineData("Spf:MaxLookups", "-1", "'-1' is not a whole number from 1 to 100")]
    [InlineData("Spf:MaxLookups", "99999999999999999999", "'99999999999999999999' is not a whole number from 1 to 100")]
    [InlineData("Spf:Prefetch", "yes", "'yes' is not true or false")]
    [InlineData("Dns:Timeout", "5", "'5' is not a time from 1ms to 1m, such as 500ms, 30s, 5m, 2h or 1d")]
    [InlineData("Dns:Timeout", "-5s", "'-5s' is not a time from 1ms to 1m, such as 500ms, 30s, 5m, 2h or 1d")]
    [InlineData("Dns:Timeout", "9223372036854775807d", "'9223372036854775807d' is not a time from 1ms to 1m, such as 500ms, 30s, 5m, 2h or 1d")]
    [InlineData("Dns:Timeout", "00:00:05", "'00:00:05' is not a time from 1ms to 1m, such as 500ms, 30s, 5m, 2h or 1d")]
    [InlineData("Dns:Servers", "dns.example.com", "'dns.example.com' is not the address of a server, such as 192.0.2.53 or [2001:db8::53]:53")]
    [InlineData("Dns:Servers:1", "dns.example.com", "'dns.example.com' is not the address of a server, such as 192.0.2.53 or [2001:db8::53]:53")]
    [InlineData("Dkim:ExpiredResult", "pass", "'pass' is not one of permerror, fail, policy and neutral")]
    [InlineData("Dkim:TestingKeys", "1", "'1' is not count or ignore")]
    [InlineData("Dkim:RequiredOversignedFields", "a:b", "'a:b' is not the name of a header field")]
    [InlineData("Dkim:RequiredOversignedFields:1", "", "'' is not the name of a header field")]
    [InlineData("Policy:OwnNetworks", "010.0.0.0/8", "'010.0.0.0/8' is not a network such as 192.0.2.0/24")]
    [InlineData("Policy:TrustedSealers", "not a domain", "'not a domain' is not a domain name")]
    [InlineData("Policy:OnUndecided", "reject", "'reject' is not accept or tempfail")]
    [InlineData("Policy:MaximumAction", "tempfail", "'tempfail' is not one of accept, quarantine and reject")]
    [InlineData("Methods", "spf,dmark", "'dmark' is not one of iprev, spf, dkim, arc, dmarc and bimi")]
    [InlineData("Methods", "all", "'all' is not one of iprev, spf, dkim, arc, dmarc and bimi")]
    [InlineData("Methods", "4", "'4' is not one of iprev, spf, dkim, arc, dmarc and bimi")]
    [InlineData("Spf:MaxLookups:0", "5", "one value is expected, not a list or an object")]
    [InlineData("Spf", "strict", "'strict' is not an object that holds settings")]
    public void A_wrong_value_is_named_with_its_path(string path, string value, string reason)
    {
        var error = Assert.Single(Read(new() { ["EmailAuth:AuthservId"] = "a", ["EmailAuth:" + path] = value }).Errors);

        Assert.Equal(SettingsErrorCode.InvalidValue, error.Code);
        Assert.Equal($"EmailAuth:{(path == "Spf:MaxLookups:0" ? "Spf:MaxLookups" : path)}: {reason}", error.ToString());
    }

    [Theory]
    [InlineData("Dkim:MinRsaKeyBits", "Dkim:MinRsaBits")]
    [InlineData("Dkim:MinRsaBit", "Dkim:MinRsaBits")]
    [InlineData("Dkim:MaxLookups", "Spf:MaxLookups")]
    [InlineData("DnsServers", "Dns:Servers")]
    [InlineData("DnsCacheBytes", "Dns:MaxCacheBytes")]
    [InlineData("OnReject", "Policy:OnReject")]
    [InlineData("TrustedSealers", "Policy:TrustedSealers")]
    [InlineData("Polciy:OnReject", "Policy:OnReject")]
    [InlineData("authserv_id", "AuthservId")]
    [InlineData("Policy:OwnNetwork", "Policy:OwnNetworks")]
    [InlineData("Colour", null)]
    [InlineData("Spf:Colour", null)]
    [InlineData("Colour:Of:The:Sky", null)]
    public void An_unknown_key_is_an_error_that_says_what_may_be_meant(string key, string? meant)
    {
        var error = Assert.Single(Read(new() { ["EmailAuth:AuthservId"] = "a", ["EmailAuth:" + key] = "1" }).Errors);

        // Of a section that is unknown as a whole, the section is named.
        var section = key.Split(':')[0];
        var named = EmailAuthSettings.Table.Any(row => row.Path.StartsWith(section + ":", StringComparison.Ordinal)) ? key : section;
        meant = named == "Polciy" ? null : meant;
        Assert.Equal(SettingsErrorCode.UnknownKey, error.Code);
        Assert.Equal($"EmailAuth:{named}: there is no such key{(meant is null ? "" : $"; did you mean {meant}?")}", error.ToString());
    }

    [Fact]
    public void A_key_of_any_length_is_refused_at_once()
    {
        var key = new string('x', 1_000_000);
        var error = Assert.Single(Read(new() { ["EmailAuth:AuthservId"] = "a", ["EmailAuth:" + key] = "1" }).Errors);
        Assert.Equal("there is no such key", error.Reason);
    }

    [Fact]
    public void All_errors_are_found_at_once() => Assert.Equal(
        [
            (SettingsErrorCode.Missing, "AuthservId"),
            (SettingsErrorCode.InvalidValue, "Spf:MaxLookups"),
            (SettingsErrorCode.InvalidValue, "Policy:OwnNetworks:1"),
            (SettingsErrorCode.InvalidValue, "Policy:OwnNetworks:2"),
            (SettingsErrorCode.UnknownKey, "Sfp"),
            (SettingsErrorCode.UnknownKey, "Spf:MaxLookup"),
        ],
        Errors("""{ "Sfp": { }, "Spf": { "MaxLookups": 0, "MaxLookup": 1 }, "Policy": { "OwnNetworks": [ "192.0.2.1", "x", "y" ] } }""")
            .Select(error => (error.Code, error.Path)));

    [Theory]
    [InlineData("""{ "Dkim": { "MinRsaBits": 512 } }""", "Dkim:MinRsaBits")]
    [InlineData("""{ "Arc": { "MinRsaBits": 1023 } }""", "Arc:MinRsaBits")]
    [InlineData("""{ "Dkim": { "AllowRsaSha1": true } }""", "Dkim:AllowRsaSha1")]
    [InlineData("""{ "Dkim": { "MinRsaBits": 4096, "MaxRsaBits": 2048 } }""", "Dkim:MinRsaBits")]
    [InlineData("""{ "Arc": { "MinRsaBits": 4096, "MaxRsaBits": 2048 } }""", "Arc:MinRsaBits")]
    [InlineData("""{ "Bimi": { "VerifyEvidence": true } }""", "Bimi:MarkRoots")]
    [InlineData("""{ "Bimi": { "RequireEvidence": true } }""", "Bimi:RequireEvidence")]
    public void What_the_pipeline_would_refuse_is_an_error_with_its_path(string json, string path)
    {
        var errors = Errors(json, authservId: "a");

        Assert.Equal((SettingsErrorCode.Conflict, path), (Assert.Single(errors).Code, errors[0].Path));
    }

    [Theory]
    [InlineData("Dmarc:PublicSuffixList", "testdata/settings/none.dat")]
    [InlineData("Bimi:MarkRoots", "testdata/settings/none.pem")]
    public void A_file_that_cannot_be_read_is_named(string path, string file)
    {
        var error = Assert.Single(Read(new() { ["EmailAuth:AuthservId"] = "a", ["EmailAuth:" + path] = file }).Errors);

        Assert.Equal((SettingsErrorCode.UnreadableFile, "EmailAuth:" + path), (error.Code, error.Path));
        Assert.Contains(file, error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_without_a_certificate_is_not_a_file_of_roots()
    {
        var file = Repository.PathOf("testdata", "settings", "suffixes.dat");
        var error = Assert.Single(Read(new() { ["EmailAuth:AuthservId"] = "a", ["EmailAuth:Bimi:MarkRoots"] = file }).Errors);
        Assert.Equal(SettingsErrorCode.UnreadableFile, error.Code);
    }

    [Fact]
    public void A_file_without_rules_is_not_a_list_of_suffixes()
    {
        var file = Repository.PathOf("testdata", "messages", "rfc8463-a3.eml");
        var error = Assert.Single(Read(new() { ["EmailAuth:AuthservId"] = "a", ["EmailAuth:Dmarc:PublicSuffixList"] = file }).Errors);
        Assert.Equal((SettingsErrorCode.UnreadableFile, "EmailAuth:Dmarc:PublicSuffixList"), (error.Code, error.Path));
        Assert.Contains("is not a public suffix list: line 1 is not a rule", error.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[ \"192.0.2.1\", \"192.0.2.2\" ]", "192.0.2.1/32, 192.0.2.2/32")]
    [InlineData("\"192.0.2.1, 192.0.2.2\"", "192.0.2.1/32, 192.0.2.2/32")]
    [InlineData("\"192.0.2.1,,\"", "192.0.2.1/32")]
    [InlineData("[]", "")]
    [InlineData("\"\"", "")]
    [InlineData("null", "127.0.0.0/8")]
    public void A_list_replaces_its_default(string json, string expected)
    {
        var settings = new Preset();
        var errors = SettingsReader.Read(Configuration($$"""{ "AuthservId": "a", "Policy": { "OwnNetworks": {{json}} } }"""), settings, EmailAuthSettings.Table);

        Assert.True(errors.IsEmpty);
        Assert.Equal(expected, string.Join(", ", settings.ToOptions().LocalPolicy.OwnNetworks));
    }

    [Fact]
    public void A_text_of_a_later_source_goes_before_the_array_of_a_file()
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream("""{ "AuthservId": "a", "Policy": { "OwnNetworks": [ "192.0.2.1", "192.0.2.2" ] } }"""u8.ToArray()))
            .AddInMemoryCollection([new("Policy:OwnNetworks", "198.51.100.1")])
            .Build();

        Assert.Equal("198.51.100.1/32", Assert.Single(EmailAuthSettings.Read(configuration).Value!.ToOptions().LocalPolicy.OwnNetworks).ToString());
    }

    [Fact]
    public void An_empty_value_of_a_later_source_takes_back_what_a_file_sets()
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonStream(new MemoryStream("""{ "AuthservId": "a", "Spf": { "MaxLookups": 5 } }"""u8.ToArray()))
            .AddInMemoryCollection([new("spf:maxlookups", "")])
            .Build();

        Assert.Equal(10, EmailAuthSettings.Read(configuration).Value!.ToOptions().Spf.MaxLookups);
    }

    [Theory]
    [InlineData("two words")]
    [InlineData("a\tb")]
    [InlineData("long")]
    public void An_authserv_id_is_one_word(string name)
    {
        var error = Assert.Single(Read(new() { ["EmailAuth:AuthservId"] = name == "long" ? new string('ä', 128) : name }).Errors);
        Assert.Equal((SettingsErrorCode.InvalidValue, "EmailAuth:AuthservId"), (error.Code, error.Path));
    }

    private static SettingsErrors Set(Setting row, string value)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([new(row.Path, value)]).Build();
        var errors = new SettingsErrors(configuration);
        row.Read(configuration.GetSection(row.Path), new EmailAuthSettings(), errors);
        return errors;
    }

    private static IConfiguration Configuration(string json) =>
        new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json))).Build();

    private static EmailAuthSettings Good(string json)
    {
        var result = EmailAuthSettings.Read(Configuration(json));
        Assert.Empty(result.Errors);
        return result.Value!;
    }

    private static SettingsError[] Errors(string json, string? authservId = null)
    {
        var builder = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json)));
        var result = EmailAuthSettings.Read(authservId is null ? builder.Build() : builder.AddInMemoryCollection([new("AuthservId", authservId)]).Build());
        Assert.Null(result.Value);
        return [.. result.Errors];
    }

    private static SettingsResult<EmailAuthSettings> Read(Dictionary<string, string?> values) =>
        EmailAuthSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(values).Build().GetSection("EmailAuth"));

    private sealed class Preset : EmailAuthSettings
    {
        public Preset()
            : base(
                new AuthenticationOptions { AuthservId = "a", LocalPolicy = new() { OwnNetworks = [System.Net.IPNetwork.Parse("127.0.0.0/8")] } },
                StubResolverOptions.Default)
        {
        }
    }
}
