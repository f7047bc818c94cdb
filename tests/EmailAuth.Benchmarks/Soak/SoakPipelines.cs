using System.Globalization;
using EmailAuth.Dns;
using EmailAuth.Syntax;

namespace EmailAuth.Benchmarks.Soak;

/// <summary>What a server keeps for its lifetime, with caches small enough to overflow within seconds.</summary>
internal sealed class SoakPipelines : IAsyncDisposable
{
    private const int MaxDnsCacheBytes = 512 * 1024;
    private const int MaxKeys = 200;

    // What SpfRecordCache and DmarcRecordCache keep at most.
    private const int MaxSpfRecords = 4096;
    private const int MaxDmarcRecords = 2048;

    private readonly WireServer _server;
    private readonly DnsClientResolver _dns;

    public SoakPipelines(SoakZone zone)
    {
        Zone = zone;
        Prompt = new AuthenticationPipeline(zone, Options);
        Late = Prompt.With(new LateResolver(zone), Options);
        _server = new WireServer(zone);
        _dns = new DnsClientResolver(Client(TimeSpan.FromSeconds(30)));
        Wire = new AuthenticationPipeline(_dns, Options);
        HastyWire = Prompt.With(new DnsClientResolver(Client(TimeSpan.FromMilliseconds(20))), Options);
        FillCaches();
    }

    public static AuthenticationOptions Options { get; } = new() { AuthservId = "mx.example.org", Dkim = new() { MaxCachedKeys = MaxKeys } };

    public SoakZone Zone { get; }

    /// <summary>Every answer at once.</summary>
    public AuthenticationPipeline Prompt { get; }

    /// <summary>Every answer later, from another thread.</summary>
    public AuthenticationPipeline Late { get; }

    /// <summary>Every answer from a server.</summary>
    public AuthenticationPipeline Wire { get; }

    /// <summary>The same with hardly any patience.</summary>
    public AuthenticationPipeline HastyWire { get; }

    public long DnsCacheBytes => _dns.CacheBytes;

    public int KeyCount => Prompt.Evaluators.DkimKeys.Count;

    /// <summary>A pipeline that asks another resolver and gives up on it soon; what is kept is shared.</summary>
    public AuthenticationPipeline Over(IDnsResolver resolver) => Prompt.With(
        resolver,
        Options with { LookupTimeout = TimeSpan.FromMilliseconds(5), CheckTimeout = TimeSpan.FromMilliseconds(20) });

    /// <summary>A pipeline that asks another resolver and is patient with it; what is kept is shared.</summary>
    public AuthenticationPipeline PatientOver(IDnsResolver resolver) => Prompt.With(resolver, Options);

    /// <summary>A cache that has outgrown its bound, or null.</summary>
    public string? FaultOfCaches()
    {
        foreach (var pipeline in (AuthenticationPipeline[])[Prompt, Wire])
        {
            foreach (var (what, count, most) in ((string, int, int)[])
                [
                    ("DKIM keys", pipeline.Evaluators.DkimKeys.Count, MaxKeys),
                    ("SPF records", pipeline.Evaluators.SpfRecords.Count, MaxSpfRecords),
                    ("DMARC records", pipeline.Evaluators.DmarcRecords.Count, MaxDmarcRecords),
                ])
            {
                if (count > most)
                {
                    return $"{count} {what} are kept, {most} at most";
                }
            }
        }

        return _dns.CacheBytes > MaxDnsCacheBytes ? $"{_dns.CacheBytes} bytes of DNS answers are kept, {MaxDnsCacheBytes} at most" : null;
    }

    // As they are in a server that has run for days: what is still to be filled would look like growth.
    private void FillCaches()
    {
        for (var i = 0; i < MaxSpfRecords; i++)
        {
            var host = string.Create(CultureInfo.InvariantCulture, $"w{i}.{SoakZone.FreshSuffix}");
            _ = DomainName.Parse(host);
            foreach (var pipeline in (AuthenticationPipeline[])[Prompt, Wire])
            {
                pipeline.Evaluators.SpfRecords.Get(SoakZone.FreshText(host));
                pipeline.Evaluators.DmarcRecords.Get(SoakZone.FreshText($"_dmarc.{host}"));
                pipeline.Evaluators.DkimKeys.Get(SoakZone.FreshText($"s._domainkey.{host}"));
            }
        }
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private StubResolverOptions Client(TimeSpan timeout) => new() { Servers = [_server.EndPoint], Timeout = timeout, MaxCacheBytes = MaxDnsCacheBytes };
}
