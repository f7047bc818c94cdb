using BenchmarkDotNet.Attributes;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Benchmarks.Parts;

/// <summary>Ten questions of a message, two of them asked twice, answered from memory: through a message's session and without it.</summary>
[MemoryDiagnoser]
public class DnsSessionBenchmarks
{
    private readonly DomainName[] _names = [.. Enumerable.Range(0, 10).Select(i => DomainName.Parse($"n{i % 8}.example.com").Value!)];
    private ZoneResolver _zone = null!;
    private DnsSession _connection = null!;

    [GlobalSetup]
    public void Setup()
    {
        var zone = new Zone();
        foreach (var name in _names)
        {
            zone.Add(name, new ZoneRecord { Type = ZoneEntryKind.Txt, Data = "v=spf1 -all" });
        }

        _zone = new ZoneResolver(zone);
        _connection = new DnsSession(_zone);
    }

    [Benchmark(Baseline = true)]
    public int Zone()
    {
        var found = 0;
        foreach (var name in _names)
        {
            found += Count(_zone.QueryAsync(new DnsQuestion(name, DnsRecordType.Txt), CancellationToken.None));
        }

        return found;
    }

    [Benchmark]
    public int Message()
    {
        var message = _connection.BeginMessage();
        var dns = message.Begin(DnsPurpose.DkimKeys, 10);
        var found = 0;
        foreach (var name in _names)
        {
            found += Count(dns.QueryAsync(new DnsQuestion(name, DnsRecordType.Txt), CancellationToken.None));
        }

        message.Cancel();
        return found;
    }

    private static int Count(ValueTask<DnsResponse> answer) => answer.IsCompletedSuccessfully ? answer.Result.Count : 0;
}
