using EmailAuth.Results;
using EmailAuth.Settings;
using EmailAuth.Tests.TestSupport;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace EmailAuth.Tests.Settings;

/// <summary>All that is said of a configuration, by the keys that it has.</summary>
public class SettingsReaderTests
{
    [Theory]
    [InlineData("AuthservId=a", "")]
    [InlineData("authservid=a|SPF:maxlookups=5", "")]
    [InlineData("X=1", "Missing AuthservId: missing: the name under which this host gives its results (RFC 8601 section 2.5), unique to the organization, such as `mx.example.org`|"
        + "UnknownKey X: there is no such key")]
    [InlineData("AuthservId= ", "Missing AuthservId: missing: the name under which this host gives its results (RFC 8601 section 2.5), unique to the organization, such as `mx.example.org`")]
    [InlineData("AuthservId:0=a", "InvalidValue AuthservId: one value is expected, not a list or an object")]
    [InlineData("AuthservId=a b", "InvalidValue AuthservId: 'a b' is not a name without spaces, quotes, parentheses, backslashes, semicolons, commas and equals signs, of at most 255 bytes")]
    [InlineData("AuthservId=a|Spf=x", "InvalidValue Spf: 'x' is not an object that holds settings")]
    [InlineData("AuthservId=a|Spf=x|Spf:MaxLookups=0|Spf:MaxLookup=5",
        "InvalidValue Spf:MaxLookups: '0' is not a whole number from 1 to 100|InvalidValue Spf: 'x' is not an object that holds settings|UnknownKey Spf:MaxLookup: there is no such key; did you mean Spf:MaxLookups?")]
    [InlineData("AuthservId=a|Spf= ", "")]
    [InlineData("AuthservId=a|Spf:MaxLookups:0=5", "InvalidValue Spf:MaxLookups: one value is expected, not a list or an object")]
    [InlineData("AuthservId=a|Zqq:Spf:MaxLookups=5", "UnknownKey Zqq: there is no such key")]
    [InlineData("AuthservId=a|Relays:0=192.0.2.1|Relays:1=a..b", "InvalidValue Relays:1: 'a..b' is not a network such as 192.0.2.0/24 or a host name such as mx2.example.org")]
    [InlineData("AuthservId=a|Dkim:MinRsaBits=1023", "Conflict Dkim:MinRsaBits: less than 1024 is for archives of old mail only: it needs Dkim:IsForArchives")]
    [InlineData("AuthservId=a|Arc:MinRsaBits=1023", "Conflict Arc:MinRsaBits: less than 1024 is for archives of old mail only: it needs Arc:IsForArchives")]
    [InlineData("AuthservId=a|Dkim:MinRsaBits=1024", "")]
    [InlineData("AuthservId=a|Dkim:MinRsaBits=512|Dkim:IsForArchives=true", "")]
    [InlineData("AuthservId=a|Arc:MinRsaBits=512|Arc:IsForArchives=true", "")]
    [InlineData("AuthservId=a|Dkim:AllowRsaSha1=true", "Conflict Dkim:AllowRsaSha1: it is for archives of old mail only: it needs Dkim:IsForArchives")]
    [InlineData("AuthservId=a|Dkim:AllowRsaSha1=true|Dkim:IsForArchives=true", "")]
    [InlineData("AuthservId=a|Dkim:MinRsaBits=2048|Dkim:MaxRsaBits=2048", "")]
    [InlineData("AuthservId=a|Dkim:MinRsaBits=2049|Dkim:MaxRsaBits=2048", "Conflict Dkim:MinRsaBits: it exceeds Dkim:MaxRsaBits")]
    [InlineData("AuthservId=a|Arc:MinRsaBits=2049|Arc:MaxRsaBits=2048", "Conflict Arc:MinRsaBits: it exceeds Arc:MaxRsaBits")]
    [InlineData("AuthservId=a|Bimi:VerifyEvidence=true", "Conflict Bimi:MarkRoots: missing: Bimi:VerifyEvidence needs the roots of the mark authorities")]
    [InlineData("AuthservId=a|Bimi:RequireEvidence=true", "Conflict Bimi:RequireEvidence: it needs Bimi:VerifyEvidence")]
    [InlineData("AuthservId=a|Bimi:RequireEvidence=true|Bimi:VerifyEvidence=true", "Conflict Bimi:MarkRoots: missing: Bimi:VerifyEvidence needs the roots of the mark authorities")]
    [InlineData("AuthservId=a|Methods=spf,dkim,bimi", "Conflict Methods: bimi needs dmarc")]
    [InlineData("AuthservId=a|Methods=dmarc", "Conflict Methods: dmarc needs spf or dkim: without both every message fails it")]
    [InlineData("AuthservId=a|Methods=dmarc,arc,iprev|Policy:OnReject=accept", "Conflict Methods: dmarc needs spf or dkim: without both every message fails it")]
    [InlineData("AuthservId=a|Methods=dmarc,spf", "")]
    [InlineData("AuthservId=a|Methods=dmarc,dkim,bimi", "")]
    [InlineData("AuthservId=a|Methods=arc", "")]
    [InlineData("AuthservId=a b|Dkim:AllowRsaSha1=true", "InvalidValue AuthservId: 'a b' is not a name without spaces, quotes, parentheses, backslashes, semicolons, commas and equals signs, of at most 255 bytes")] // a conflict is not looked for
    public void The_keys_have_these_errors(string keys, string errors)
    {
        var result = Read(keys, string.Empty);
        Assert.Equal(errors, string.Join('|', result.Errors.Select(static error => $"{error.Code} {error}")));
        Assert.Equal(errors.Length == 0, result.Value is not null);

        // In a section the errors have its path.
        result = EmailAuthSettings.Read(Configuration(keys, "Top:Mail:").GetSection("Top:Mail"));
        Assert.Equal(
            errors.Split('|', StringSplitOptions.RemoveEmptyEntries).Select(static error => error.Insert(error.IndexOf(' ', StringComparison.Ordinal) + 1, "Top:Mail:")),
            result.Errors.Select(static error => $"{error.Code} {error}"));
    }

    // Readers would look for the name in vain (RFC 8601 section 2.5).
    [Theory]
    [InlineData("mx.example.org;")]
    [InlineData("\"mx.example.org\"")]
    [InlineData("mx.example.org(x)")]
    [InlineData("mx.example.org)")]
    [InlineData("mx\\.example.org")]
    [InlineData("a=mx.example.org")]
    [InlineData("mx.example.org,mx")]
    [InlineData("mx\t.example.org")]
    [InlineData("mx\u00a0example.org")]
    [InlineData("mx\u2028example.org")]
    [InlineData("mx\u0001example.org")]
    public void A_name_is_one_word_that_needs_no_quotes(string name)
    {
        var error = Assert.Single(Read("AuthservId=" + name, string.Empty).Errors);
        Assert.Equal($"AuthservId: '{name}' is not a name without spaces, quotes, parentheses, backslashes, semicolons, commas and equals signs, of at most 255 bytes", error.ToString());
        Assert.Throws<ArgumentException>(() => new AuthenticationOptions { AuthservId = name });
    }

    [Theory]
    [InlineData("mx")]
    [InlineData("mx.example.org.")]
    [InlineData("mx_1.example.org")]
    [InlineData("b\u00fccher.example")]
    [InlineData("xn--bcher-kva.example")]
    [InlineData("192.0.2.1")]
    [InlineData("[192.0.2.1]")]
    [InlineData("2001:db8::1")]
    [InlineData("[IPv6:2001:db8::1]")]
    [InlineData("mx.example.org/1")]
    [InlineData("mail@example.org")]
    public void Names_of_hosts_in_every_form_are_names(string name) =>
        Assert.Equal(name, Read("AuthservId=" + name, string.Empty).Value!.ToOptions().AuthservId);

    // The setting, the options and the vectors agree on each character, and on the length.
    [Fact]
    public void A_name_is_the_same_everywhere()
    {
        var refused = NumberRanges.OfCharacters(c => !AuthservIdForm.IsValid($"a{c}b"), 0xd800);
        Assert.Equal("0000-0020 0022 0028-0029 002c 003b 003d 005c 007f-00a0 1680 2000-200a 2028-2029 202f 205f 3000", refused);
        Assert.Equal(refused, NumberRanges.OfCharacters(c => !IsVector($"a{c}b"), 0xd800));
        foreach (var name in (string[])["a", "", new string('a', 255), new string('a', 256), new string('\u00fc', 127), new string('\u00fc', 128)])
        {
            Assert.Equal(AuthservIdForm.IsValid(name), IsVector(name));
        }

        static bool IsVector(string name) =>
            TestVector.Parse($$$"""{"id": "a", "input": {"options": {"authserv_id": {{{System.Text.Json.JsonSerializer.Serialize(name)}}} } } }""").Error?.ToString().Contains("authserv", StringComparison.Ordinal) != true;
    }

    // A list of the methods is what runs.
    [Theory]
    [InlineData("spf", AuthenticationMethods.Spf)]
    [InlineData("dkim, spf", AuthenticationMethods.Spf | AuthenticationMethods.Dkim)]
    [InlineData("iprev,spf,dkim,arc,dmarc,bimi", AuthenticationMethods.All)]
    [InlineData("", AuthenticationMethods.None)]
    public void Methods_are_those_of_the_list(string text, AuthenticationMethods methods) =>
        Assert.Equal(methods, Read("AuthservId=a|Methods=" + text, string.Empty).Value!.ToOptions().Methods);

    private static SettingsResult<EmailAuthSettings> Read(string keys, string prefix) => EmailAuthSettings.Read(Configuration(keys, prefix));

    private static IConfigurationRoot Configuration(string keys, string prefix) => new ConfigurationBuilder()
        .AddInMemoryCollection(keys.Split('|').Select(static pair => pair.Split('=', 2)).Select(parts => new KeyValuePair<string, string?>(prefix + parts[0], parts[1]))).Build();
}
