using System.Net;
using EmailAuth.Spf;
using EmailAuth.Syntax;
using EmailAuth.Tests.TestSupport;

namespace EmailAuth.Benchmarks.Parts;

/// <summary>
/// A record with three includes of which the third matches, with every answer in memory; beside it the bare arithmetic: the four
/// lookups, the four parsed records found by their text, and the comparison of every network up to the one that matches.
/// </summary>
public class SpfBenchmarks
{
    private readonly IPAddress _client = IPAddress.Parse("192.0.2.10");
    private readonly SpfRecordCache _cache = new();
    private readonly DomainName[] _names = [.. Zone.Names];
    private ZoneResolver _resolver = null!;
    private SpfEvaluator _evaluator = null!;

    private static Zone Zone => new Zone()
        .Add("example.com", ZoneEntryKind.Txt, "v=spf1 include:_spf.mail.example.net include:_spf.crm.example.org include:spf.news.example.net -all")
        .Add("_spf.mail.example.net", ZoneEntryKind.Txt, "v=spf1 ip4:198.51.100.0/24 ip4:203.0.113.0/25 ip6:2001:db8:1::/48 ~all")
        .Add("_spf.crm.example.org", ZoneEntryKind.Txt, "v=spf1 ip4:198.18.0.0/15 ip4:203.0.113.128/26 ip4:192.0.2.128/28 ~all")
        .Add("spf.news.example.net", ZoneEntryKind.Txt, "v=spf1 ip4:203.0.113.192/27 ip4:192.0.2.0/25 ip6:2001:db8:2::/48 ~all");

    public void SetUp()
    {
        _resolver = new ZoneResolver(Zone);
        _evaluator = new SpfEvaluator(_resolver);
    }

    public int Arithmetic()
    {
        var client = new SpfClient(_client);
        var matches = 0;
        foreach (var name in _names)
        {
            var answer = _resolver.QueryTextAsync(name, CancellationToken.None);
            if (!answer.IsCompletedSuccessfully)
            {
                throw new InvalidOperationException("A zone answers at once.");
            }

            foreach (var mechanism in _cache.Get(answer.Result.Texts[0]).Value!.Mechanisms)
            {
                matches += !mechanism.AsksDns && mechanism.Kind != SpfMechanismKind.All && client.IsInNetworkOf(mechanism) ? 1 : 0;
            }
        }

        return matches;
    }

    public ValueTask<SpfResult> ThreeIncludes() => _evaluator.EvaluateMailFromAsync(_client, "mail.example.com", "alice@example.com");
}
