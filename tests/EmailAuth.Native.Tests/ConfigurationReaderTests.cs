using System.Net;
using System.Text;
using EmailAuth.Dkim;
using EmailAuth.Dmarc;
using EmailAuth.Native.Configuration;
using EmailAuth.Native.Tests.TestSupport;
using EmailAuth.Policy;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Native.Tests;

/// <summary>What the JSON configuration sets, and how its mistakes are named.</summary>
public class ConfigurationReaderTests
{
    [Fact]
    public void Without_other_keys_everything_has_the_librarys_default()
    {
        var options = Read("""{ "authserv_id": "mx.example.org" }""").Options;

        Assert.Equal(new AuthenticationOptions { AuthservId = "mx.example.org", Spf = options.Spf, Arc = options.Arc, Bimi = options.Bimi }, options);
        Assert.Equal(new Bimi.BimiOptions(), options.Bimi);
        Assert.Equal(new Arc.ArcOptions { Signatures = options.Dkim }, options.Arc);
        Assert.Equal(Dkim.DkimOptions.Default, options.Dkim);
    }

    [Fact]
    public void Every_key_reaches_its_option()
    {
        var options = Read("""
            {
              "authserv_id": "mx.example.org", // a comment
              "methods": ["spf", "dkim", "dmarc"],
              "extended_results": "all",
              "dns": { "zone": { "example.com": [ { "type": "TXT", "data": "v=spf1 -all" } ] } },
              "limits": { "lookup_timeout_ms": 800, "check_timeout_ms": 900, "max_header_bytes": 2048, "max_header_fields": 17 },
              "iprev": { "max_names": 3 },
              "spf": { "receiver": "mx1.example.org", "max_lookups": 5, "max_void_lookups": 1, "time_limit_ms": 4000 },
              "dkim": {
                "max_signatures": 4, "min_rsa_bits": 2048, "max_rsa_bits": 4096, "clock_skew_s": 60, "accept_partial_body": false, "accept_unsigned_copies": true, "testing_keys": "ignore",
                "max_cached_keys": 12, "required_oversigned_fields": ["From"],
              },
              "arc": { "max_sets": 9 },
              "dmarc": { "max_identifiers": 20 },
              "bimi": { "retrieve_indicator": true, "accept_trusted_arc": true },
              "policy": {
                "own_networks": ["192.0.2.0/24", "2001:db8::1"], "forwarders": ["198.51.100.0/24"],
                "forwarder_domains": ["forward.example"], "mailing_lists": ["list.example"], "trusted_sealers": ["sealer.example"],
                "maximum_action": "quarantine", "tempfail_on_temporary_error": true, "reject_unusable_author": true,
                "accept_authenticated": false, "accept_partial_signatures": true,
              },
            }
            """).Options;

        Assert.Equal(AuthenticationMethods.Spf | AuthenticationMethods.Dkim | AuthenticationMethods.Dmarc, options.Methods);
        Assert.Equal(ExtendedResults.All, options.ExtendedResults);
        Assert.Equal((800, 900), (options.LookupLimits.LookupTimeout.TotalMilliseconds, options.LookupLimits.CheckTimeout.TotalMilliseconds));
        Assert.Equal((2048, 17), (options.MessageLimits.MaxHeaderBytes, options.MessageLimits.MaxHeaderFields));
        Assert.Equal(3, options.Iprev.MaxNames);
        Assert.Equal(("mx1.example.org", 5, 1, 4), (options.Spf.Receiver, options.Spf.MaxLookups, options.Spf.MaxVoidLookups, options.Spf.TimeLimit.TotalSeconds));
        Assert.Equal((4, 2048, 4096, 60), (options.Dkim.MaxSignatures, options.Dkim.MinRsaBits, options.Dkim.MaxRsaBits, options.Dkim.ClockSkew.TotalSeconds));
        Assert.Equal((false, 12), (options.Dkim.AcceptPartialBody, options.Dkim.MaxCachedKeys));
        Assert.Equal((true, TestingKeys.Ignore), (options.Dkim.AcceptUnsignedCopies, options.Dkim.TestingKeys));
        Assert.Equal("from", Assert.Single(options.Dkim.RequiredOversignedFields));
        Assert.Equal((9, options.Dkim), (options.Arc.MaxSets, options.Arc.Signatures));
        Assert.Equal(20, options.Dmarc.MaxIdentifiers);
        Assert.True(options.Bimi is { RetrieveIndicator: true, AcceptTrustedArc: true, VerifyEvidence: false });
        var policy = options.LocalPolicy;
        Assert.Equal([IPNetwork.Parse("192.0.2.0/24"), IPNetwork.Parse("2001:db8::1/128")], policy.OwnNetworks);
        Assert.Equal([IPNetwork.Parse("198.51.100.0/24")], policy.Dmarc.Forwarders);
        Assert.Equal(["forward.example", "list.example", "sealer.example"], new[] { policy.Dmarc.ForwarderDomains, policy.Dmarc.MailingLists, policy.Dmarc.TrustedSealers }.Select(d => Assert.Single(d).ToString()));
        Assert.Equal(DispositionAction.Quarantine, policy.MaximumAction);
        Assert.True(policy is { OnTemporaryError: DispositionAction.TempFail, OnUnusableAuthor: DispositionAction.Reject, AcceptAuthenticatedSubmissions: false, AcceptPartialSignatures: true });
    }

    [Fact]
    public void What_is_done_with_messages_is_told_case_by_case()
    {
        var policy = Read(
            """
            {
              "authserv_id": "mx.example.org",
              "policy": {
                "on_reject": "quarantine", "on_quarantine": "accept", "on_unusable_author": "tempfail", "on_undecided": "accept",
                "on_temporary_error": "quarantine", "apply_strictest_author_policy": true
              }
            }
            """).Options.LocalPolicy;

        Assert.Equal((DispositionAction.Quarantine, DispositionAction.Accept), (policy.OnReject, policy.OnQuarantine));
        Assert.Equal((DispositionAction.TempFail, DispositionAction.Accept), (policy.OnUnusableAuthor, policy.OnUndecided));
        Assert.Equal((DispositionAction.Quarantine, true), (policy.OnTemporaryError, policy.ApplyStrictestAuthorPolicy));
        Assert.Equal(LocalPolicy.Default.OnUnusableAuthor, Read("""{ "authserv_id": "a", "policy": { } }""").Options.LocalPolicy.OnUnusableAuthor);
        Assert.Equal(DispositionAction.Accept, Read("""{ "authserv_id": "a", "policy": { "reject_unusable_author": false } }""").Options.LocalPolicy.OnUnusableAuthor);
    }

    [Theory]
    [InlineData(""" "on_undecided": "reject" """, "policy.on_undecided: \"reject\" is not one of accept and tempfail.")]
    [InlineData(""" "on_reject": "bounce" """, "policy.on_reject: \"bounce\" is not one of accept, quarantine, reject and tempfail.")]
    [InlineData(""" "on_unusable_author": "accept", "reject_unusable_author": true """, "policy.reject_unusable_author: the key policy.on_unusable_author says the same; only one of them can be given.")]
    public void An_action_that_is_none_is_named(string members, string message) =>
        Assert.Equal(message, Assert.Throws<InteropException>(() => Read($$"""{ "authserv_id": "a", "policy": { {{members}} } }""")).Message);

    [Theory]
    [InlineData("dns", """ "servers": ["192.0.2.53", "[2001:db8::53]:5353"], "timeout_ms": 700, "retries": 0, "cache_bytes": 0 """)]
    [InlineData("dmarc", """ "public_suffix_list": "testdata/none.dat" """)]
    [InlineData("bimi", """ "verify_evidence": true, "mark_roots": "testdata/none.pem" """)]
    public void Servers_are_taken_and_files_that_are_absent_are_named(string section, string members)
    {
        var json = $$"""{ "authserv_id": "mx.example.org", "{{section}}": { {{members}} } }""";
        if (section == "dns")
        {
            Read(json);
            return;
        }

        Assert.Matches(@"^(dmarc\.public_suffix_list|bimi\.mark_roots): .*testdata", Refused(json));
    }

    [Theory]
    [InlineData("", "The configuration is not JSON: ")]
    [InlineData("[]", "The configuration: [] is not an object.")]
    [InlineData("null", "The configuration: null is not an object.")]
    [InlineData("{}", "authserv_id: missing")]
    [InlineData("""{ "authserv_id": 7 }""", "authserv_id: 7 is not a string.")]
    [InlineData("""{ "authserv_id": " " }""", "authserv_id: it has from 1 to 255 characters")]
    [InlineData("""{ "authserv_id": "a\nb" }""", "authserv_id: it has from 1 to 255 characters")]
    [InlineData("""{ "authserv_id": "a", "authserv_id": "b" }""", "The configuration is not JSON: ")]
    [InlineData("""{ "authserv_id": "a", "colour": 1 }""", "colour: there is no such key.")]
    [InlineData("""{ "authserv_id": "a", "spf": { "max_lookup": 1 } }""", "spf.max_lookup: there is no such key.")]
    [InlineData("""{ "authserv_id": "a", "limits": { "x": 1 } }""", "limits.x: there is no such key.")]
    [InlineData("""{ "authserv_id": "a", "arc": { "x": 1 } }""", "arc.x: there is no such key.")]
    [InlineData("""{ "authserv_id": "a", "spf": [] }""", "spf: [] is not an object.")]
    [InlineData("""{ "authserv_id": "a", "spf": { "max_lookups": 0 } }""", "spf.max_lookups: 0 is not a whole number from 1 to 1000.")]
    [InlineData("""{ "authserv_id": "a", "spf": { "max_lookups": 1.5 } }""", "spf.max_lookups: 1.5 is not a whole number from 1 to 1000.")]
    [InlineData("""{ "authserv_id": "a", "spf": { "max_lookups": "5" } }""", "spf.max_lookups: \"5\" is not a whole number from 1 to 1000.")]
    [InlineData("""{ "authserv_id": "a", "spf": { "max_lookups": 99999999999999999999 } }""", "spf.max_lookups: 99999999999999999999 is not")]
    [InlineData("""{ "authserv_id": "a", "dkim": { "min_rsa_bits": 512 } }""", "dkim.min_rsa_bits: 512 is not a whole number from 1024 to 4096.")]
    [InlineData("""{ "authserv_id": "a", "dkim": { "required_oversigned_fields": ["a:b"] } }""", "dkim.required_oversigned_fields[0]: \"a:b\" is not")]
    [InlineData("""{ "authserv_id": "a", "methods": "spf" }""", "methods: \"spf\" is not a list.")]
    [InlineData("""{ "authserv_id": "a", "methods": ["spf", "SPF"] }""", "methods[1]: \"SPF\" is not one of iprev")]
    [InlineData("""{ "authserv_id": "a", "dns": { "servers": ["dns.example.com"] } }""", "dns.servers[0]: \"dns.example.com\" is not the address")]
    [InlineData("""{ "authserv_id": "a", "dns": { "zone": 5 } }""", "dns.zone: ")]
    [InlineData("""{ "authserv_id": "a", "dns": { "zone_file": "none.json" } }""", "dns.zone_file: ")]
    [InlineData("""{ "authserv_id": "a", "dns": { "zone": {}, "servers": [] } }""", "dns.servers: there is no such key.")]
    [InlineData("""{ "authserv_id": "a", "bimi": { "verify_evidence": true } }""", "bimi.mark_roots: missing")]
    [InlineData("""{ "authserv_id": "a", "bimi": { "require_evidence": true } }""", "bimi.require_evidence: it needs verify_evidence.")]
    [InlineData("""{ "authserv_id": "a", "policy": { "own_networks": ["010.0.0.0/8"] } }""", "policy.own_networks[0]: \"010.0.0.0/8\" is not a network")]
    [InlineData("""{ "authserv_id": "a", "policy": { "own_networks": ["192.0.2/24"] } }""", "policy.own_networks[0]: \"192.0.2/24\" is not a network")]
    [InlineData("""{ "authserv_id": "a", "policy": { "trusted_sealers": ["a b"] } }""", "policy.trusted_sealers[0]: \"a b\" is not a domain name.")]
    [InlineData("""{ "authserv_id": "a", "policy": { "trusted_networks": [] } }""", "policy.trusted_networks: this key is now policy.own_networks.")]
    [InlineData("""{ "authserv_id": "a", "policy": { "forwarder_networks": [] } }""", "policy.forwarder_networks: this key is now policy.forwarders.")]
    [InlineData("""{ "authserv_id": "a", "policy": { "trusted_forwarders": [] } }""", "policy.trusted_forwarders: this key is now policy.forwarder_domains.")]
    [InlineData("""{ "authserv_id": "a", "policy": { "strongest_action": "accept" } }""", "policy.strongest_action: this key is now policy.maximum_action.")]
    [InlineData("""{ "authserv_id": "a", "policy": { "maximum_action": "tempfail" } }""", "policy.maximum_action: \"tempfail\" is not one of")]
    [InlineData("""{ "authserv_id": "a", "extended_results": "some" }""", "extended_results: \"some\" is not one of none, bimi and all.")]
    [InlineData("""{ "authserv_id": "a", "policy": { "accept_authenticated": 1 } }""", "policy.accept_authenticated: 1 is not true or false.")]
    public void A_mistake_is_told_with_its_key(string json, string error) => Assert.StartsWith(error, Refused(json), StringComparison.Ordinal);

    [Fact]
    public void Every_key_that_the_header_names_is_known()
    {
        var header = File.ReadAllText(Repository.PathOf("src", "EmailAuth.Native", "emailauth.h"));
        var documentation = header[header.IndexOf(" *   authserv_id", StringComparison.Ordinal)..header.IndexOf("int emailauth_pipeline_new", StringComparison.Ordinal)];
        var keys = documentation.Split('\n')
            .Where(line => line.StartsWith(" *   ", StringComparison.Ordinal))
            .SelectMany(line => Keys(line[5..].Split("  ")[0].Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            .ToList();

        Assert.True(keys.Count > 40, string.Join(' ', keys));
        foreach (var key in keys)
        {
            // A value of no key's type, so that the error is the key's own.
            const string Wrong = """{ "?": {} }""";
            var value = key.Split('.') is [_, var member] ? $$"""{ "{{member}}": {{Wrong}} }""" : Wrong;
            var name = key.Split('.')[0];
            var error = Refused(name == "authserv_id" ? $$"""{ "authserv_id": {{value}} }""" : $$"""{ "authserv_id": "a", "{{name}}": {{value}} }""");
            Assert.StartsWith($"{key}: ", error, StringComparison.Ordinal);
            Assert.DoesNotContain("no such key", error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_example_that_the_header_shows_is_taken()
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
        var pipeline = Read($$"""{ "authserv_id": "mx.example.org", "dns": { "zone_file": "{{Workshop.ZoneFile}}" } }""");
        var message = await File.ReadAllBytesAsync(Workshop.MessageFile, TestContext.Current.CancellationToken);

        var outcome = await pipeline.AuthenticateAsync(
            new SmtpEnvelope(IPAddress.Parse("192.0.2.1"), "mail.football.example.com", "joe@football.example.com"), message, TestContext.Current.CancellationToken);

        Assert.Equal(DmarcResultCode.Pass, outcome.Dmarc?.Code);
    }

    // "limits.lookup_timeout_ms, .check_timeout_ms": a key that starts with a dot belongs to the section before it.
    private static IEnumerable<string> Keys(string[] names)
    {
        var section = string.Empty;
        foreach (var name in names.Select(name => name.TrimEnd(',')))
        {
            section = name[0] == '.' ? section : name.Split('.')[0];
            yield return name[0] == '.' ? section + name : name;
        }
    }

    private static AuthenticationPipeline Read(string json) => ConfigurationReader.Read(Encoding.UTF8.GetBytes(json));

    private static string Refused(string json)
    {
        var mistake = Assert.Throws<InteropException>(() => Read(json));
        Assert.Equal(Status.Configuration, mistake.Status);
        return mistake.Message;
    }
}
