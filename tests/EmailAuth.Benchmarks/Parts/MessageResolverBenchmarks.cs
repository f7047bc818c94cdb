using BenchmarkDotNet.Attributes;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Benchmarks.Parts;

/// <summary>Ten questions of a message, two of them asked twice, answered from memory: through the message's view of the DNS and without it.</summary>
[MemoryDiagnoser]
public class MessageResolverBenchmarks
{
    private readonly DomainName[] _names = [.. Enumerable.Range(0, 10).Select(i => DomainName.Parse($"n{i % 8}.example.com").Value!)];
    private ZoneResolver _zone = null!;
    private MessageResolver _message = null!;

    [GlobalSetup]
    public void Setup()
    {
        var zone = new Zone();
        foreach (var name in _names)
        {
            zone.Add(name, new ZoneRecord { Type = ZoneRecordType.Txt, Data = "v=spf1 -all" });
        }

        _zone = new ZoneResolver(zone);
        _message = new MessageResolver(_zone);
    }

    [Benchmark(Baseline = true)]
    public int Zone() => Ask(_zone);

    [Benchmark]
    public int Message()
    {
        var found = Ask(_message);
        _message.Reset();
        return found;
    }

    private int Ask(IDnsResolver resolver)
    {
        var found = 0;
        foreach (var name in _names)
        {
            var answer = resolver.QueryTextAsync(name, CancellationToken.None);
            found += answer.IsCompletedSuccessfully ? answer.Result.Records.Length : 0;
        }

        return found;
    }
}
