using System.Text.Json;
using Xunit;

namespace EmailAuth.Cli.Tests;

/// <summary><c>emailauth domain</c> says where a fault is when that is not below the domain.</summary>
public class DomainPlacesTests
{
    private const string Zone = """
        {"shop.example.com": [{"type": "TXT", "data": "v=spf1 ptr include:_spf.esp.example -all"}, {"type": "MX", "data": "mx.shop.example.com"}],
         "mx.shop.example.com": [{"type": "A", "data": "192.0.2.1"}],
         "_spf.esp.example": [{"type": "TXT", "data": "v=spf1 ip4:192.0.2.1 ip4:192.0.2.1 ?all"}],
         "_dmarc.example.com": [{"type": "TXT", "data": "v=DMARC1; p=none; rua=mailto:d@example.com"}]}
        """;

    [Fact]
    public async Task A_finding_about_a_record_elsewhere_names_it()
    {
        var output = await RunAsync(Zone);
        Assert.Contains("the same term appears a second time (at _spf.esp.example)", output, StringComparison.Ordinal);
        Assert.Contains(", at _spf.esp.example (spf-repeated-term)", output, StringComparison.Ordinal);
        Assert.Contains("(at _dmarc.example.com)", output, StringComparison.Ordinal);
        Assert.DoesNotContain("(at shop.example.com)", output, StringComparison.Ordinal);
        Assert.DoesNotContain("spf-neutral-all", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_applies_below_a_domain_is_not_known_after_a_failed_lookup()
    {
        var zone = Zone.Replace("""[{"type": "TXT", "data": "v=DMARC1; p=none; rua=mailto:d@example.com"}]""", """[{"type": "SERVFAIL"}]""", StringComparison.Ordinal)
            .Replace("\"_dmarc.example.com\"", "\"_dmarc.shop.example.com\": [{\"type\": \"TXT\", \"data\": \"v=DMARC1; p=reject\"}], \"_dmarc.example.com\"", StringComparison.Ordinal);
        Assert.Contains("reject for the domain, not known for subdomains, not known for names that do not exist", await RunAsync(zone), StringComparison.Ordinal);
        using var json = JsonDocument.Parse(await RunAsync(zone, "--json"));
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("dmarc").GetProperty("subdomain_policy").ValueKind);
    }

    private static async Task<string> RunAsync(string zone, params string[] more)
    {
        using var file = new TemporaryFile(zone);
        return (await CommandRun.OfAsync(["domain", "shop.example.com", "--zone", file.Path, .. more])).Output;
    }
}
